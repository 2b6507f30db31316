"""Money, shares of the price, and the parts in which it is paid."""

from __future__ import annotations

from dataclasses import replace

from domain.facts import CAME, Changed, Sum, Term
from domain.services import arrivals, sales
from domain.services.rights.desk import Desk, Put, slot

WORTH = ("budget", "quote", "deal")


async def put_sum(desk: Desk, right: Sum) -> None:
    """The right amount of its kind, with the sale, the contract and the payments that follow from it."""
    draft = desk.draft
    old = next((a for a in draft.amounts if a.kind == right.kind), None)
    new = replace(
        right, about=right.about or (old.about if old else False), each=right.each or (old is not None and old.each)
    )
    if old is not None and (old.fen, old.fen_max, old.currency) == (new.fen, new.fen_max, new.currency):
        return
    kept = tuple(new if a is old else a for a in draft.amounts) if old else (*draft.amounts, new)
    sale = await desk.sale()
    if sale is not None and right.kind in WORTH and new.currency == "CNY" and not new.each:
        sale.amount, sale.about = new.fen, new.about
    if right.kind == "deal" and new.currency == "CNY" and draft.outcome is not None and draft.outcome.text == "won":
        await sales.reprice(desk.uow, desk.activity, draft.terms, new.fen)
        await sales.show_invoices(desk.uow, desk.activity.id)
    desk.draft = replace(draft, amounts=kept)
    if right.kind == "payment" and old is not None and new.currency == "CNY":
        desk.draft = replace(desk.draft, came=await arrivals.reprice(desk.uow, draft.came, old.fen, new.fen))
    came = CAME if desk.draft.came != draft.came else ""
    desk.said.append(Changed(slot=right.kind, name=came, sum_before=old, sum_after=new))


async def put_terms(desk: Desk, terms: tuple[Term, ...]) -> None:
    """How a win is paid: parts of which nothing was said before, and another share or day for those that were."""
    if desk.draft.outcome is None or desk.draft.outcome.text != "won":
        return
    there = {term.label for term in desk.draft.terms}
    more = tuple(term for term in terms if term.label not in there)
    if more and await sales.plan(desk.uow, desk.activity, desk.draft.terms, more, desk.local):
        desk.draft = replace(desk.draft, terms=(*desk.draft.terms, *more))
        desk.said += [Changed(slot="term", name=term.label, term_after=term) for term in more]
        await sales.show_invoices(desk.uow, desk.activity.id)
    for term in terms:
        if term.label in there:
            await put_term(desk, Put(slot="term", value=term))


@slot("budget", "quote", "deal", "payment", "other")
async def put_amount(desk: Desk, right: Put) -> None:
    """An amount, or that there was none."""
    if isinstance(right.value, Sum):
        await put_sum(desk, right.value)
        return
    gone = next((a for a in desk.draft.amounts if a.kind == right.slot), None)
    if gone is None:
        return
    sale = await desk.sale()
    if sale is not None and right.slot in WORTH and sale.amount == gone.fen and sale.state == "open":
        sale.amount, sale.about = None, False
    desk.draft = replace(desk.draft, amounts=tuple(a for a in desk.draft.amounts if a is not gone))
    desk.said.append(Changed(slot=right.slot, sum_before=gone))


@slot("amount_kind")
async def put_kind(desk: Desk, right: Put) -> None:
    """80万是报价不是预算: the same sum is another's."""
    meant = [a for a in desk.draft.amounts if not right.before or a.kind == right.before]
    if len(meant) != 1 or not isinstance(right.value, str) or meant[0].kind == right.value:
        return
    old, new = meant[0], replace(meant[0], kind=right.value)
    desk.draft = replace(desk.draft, amounts=tuple(new if a is old else a for a in desk.draft.amounts))
    desk.said.append(Changed(slot=new.kind, name=old.kind, sum_after=new))


@slot("discount")
async def put_discount(desk: Desk, right: Put) -> None:
    """The share that is left, in hundredths of a per cent."""
    old = desk.draft.discounts
    new = right.value if isinstance(right.value, int) else None
    if (new is None and not old) or old == (new,):
        return
    desk.draft = replace(desk.draft, discounts=(new,) if new is not None else ())
    desk.changed("discount", "、".join(map(str, old)), str(new) if new is not None else "")


async def _put_came(desk: Desk, label: str, fen: int) -> None:
    """不对，首付到了15万 behind 首付到账了: another sum came than the one that was planned."""
    came = next((c for c in desk.draft.came if c.payment_id is not None and c.label[:1] == label[:1]), None)
    if came is None or came.fen is None or came.fen == fen:
        return
    right = await arrivals.reprice(desk.uow, desk.draft.came, came.fen, fen)
    desk.draft = replace(desk.draft, came=right)
    before, after = Sum("payment", came.fen), Sum("payment", fen)
    desk.said.append(Changed(slot="payment", name=CAME, sum_before=before, sum_after=after))


@slot("term")
async def put_term(desk: Desk, right: Put) -> None:
    """One part of the payment by its label; what was not said of it stays."""
    new = right.value if isinstance(right.value, Term) else None
    old = next((t for t in desk.draft.terms if new is not None and t.label == new.label), None)
    if new is not None and old is None and new.fen is not None:
        await _put_came(desk, new.label, new.fen)
    if new is None or old is None:
        return
    by_share = new.share is not None or new.fen is not None
    put = replace(
        new,
        share=new.share if by_share else old.share,
        fen=new.fen if by_share else old.fen,
        due_on=new.due_on or (None if new.condition else old.due_on),
        condition=new.condition or ("" if new.due_on else old.condition),
    )
    terms = tuple(put if t is old else t for t in desk.draft.terms)
    if replace(put, quote="") == replace(old, quote=""):
        return
    desk.draft = replace(desk.draft, terms=terms)
    await sales.replan(desk.uow, desk.activity, old, terms, desk.local)
    await sales.show_invoices(desk.uow, desk.activity.id)
    desk.said.append(Changed(slot="term", name=put.label, term_before=old, term_after=put))
