"""Stages, amounts, wins: what a note says about a possible sale, put on the opportunity that it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlmodel import col

from config.calendar import opening, working_before
from domain import audit, policy
from domain.actor import Address, Ref
from domain.errors import NotFound, Refused
from domain.facts import NoteDraft, Sum, Term
from domain.prepared import Prepared
from domain.services import people, tasks
from domain.stages import STAGES, further
from domain.tables import Activity, Contract, Customer, Opportunity, Payment, Person, Reminder, Task, Team
from domain.uow import UnitOfWork
from domain.when import Local

WHOLE = 10_000  # a share of 100 %, in hundredths of a per cent


@dataclass(frozen=True, slots=True)
class Progress:
    """What a note did to an opportunity: its stage before and after, and the budget of an earlier note that differs."""

    opportunity: Opportunity | None
    before: str = ""
    after: str = ""
    budget_before: Sum | None = None
    budget_before_on: date | None = None


async def progress(
    uow: UnitOfWork,
    customer: Customer,
    draft: NoteDraft,
    open_ones: list[Opportunity] | None = None,
    deal_id: int | None = None,
) -> Progress:
    """Move the opportunity that a note means, or begin one where the note names a product, an amount or a stage.
    `open_ones` are the customer's open ones, the one touched last first, where they have been read already; `deal_id`
    is the one that the words point at, which may be closed by now: then nothing of it changes."""
    if deal_id is not None and (over := await _over(uow, customer, deal_id)) is not None:
        return Progress(over)
    product = draft.products[0].text if draft.products else ""
    worth = draft.sum_of("deal", "quote", "budget")
    stage = draft.stage.text if draft.stage else None
    open_one = await meant(uow, customer.id, product) if open_ones is None else _meant(open_ones, product, deal_id)
    if open_one is None and (not (product or worth or stage) or (draft.outcome and draft.outcome.text == "lost")):
        return Progress(None)
    # What the note says of it is a change of its own: undoing may leave the sale and take only that back.
    found = open_one or await uow.add(_new(uow, customer, product))
    before = found.stage
    said_on = await _budget_said_on(uow, found) if worth is not None and _differs(found, worth) else None
    budget_before = Sum("budget", found.amount or 0, about=found.about) if said_on else None
    if worth is not None and worth.currency == "CNY":
        found.amount, found.about = worth.fen, worth.about
    if product and not found.product:
        found.product = product[:80]
    after = further(before, stage)
    if after != before:
        found.stage, found.stage_since = after, uow.now
    if draft.outcome is not None and draft.outcome.text == "lost":
        found.state, found.closed_at = "lost", uow.now
    put_words(found, draft)
    return Progress(found, before, after, budget_before, said_on)


def _differs(row: Opportunity, worth: Sum) -> bool:
    """Whether this is another budget than the one on record."""
    return worth.kind == "budget" and row.amount is not None and row.amount != worth.fen


def put_words(row: Opportunity, draft: NoteDraft) -> None:
    """How many, how it is paid and why it ended, as far as a note says it."""
    if draft.quantities:
        row.quantity = "、".join(q.text for q in draft.quantities)[:60]
    if paid := list(dict.fromkeys([_paid(t, draft) for t in draft.terms if t.quote] + [w.text for w in draft.ways])):
        row.payment = "，".join(paid)[:80]
    if draft.reason is not None:
        row.reason = draft.reason.text[:200]


def _paid(term: Term, draft: NoteDraft) -> str:
    """A part of the payment as the note says it; one that was put right since, in our words."""
    if term.quote in draft.text:
        return term.quote
    share = f"{term.share / 100:g}%" if term.share is not None else ""
    sum_ = f"{term.fen / 100:.0f}元" if term.fen is not None else ""
    day = f"{term.due_on.month}月{term.due_on.day}日前" if term.due_on is not None else ""
    return f"{term.label}{share or sum_}{term.condition or day}"


async def _over(uow: UnitOfWork, customer: Customer, deal_id: int) -> Opportunity | None:
    """A sale of the customer's that is closed."""
    row = await uow.session.get(Opportunity, deal_id)
    ours = row is not None and row.customer_id == customer.id and row.gone_at is None
    return row if ours and row is not None and row.state != "open" else None


_TOLD = Prepared(
    select(col(Activity.facts), col(Activity.occurred_on))
    .where(
        col(Activity.customer_id) == bindparam("customer"),  # there is an index on it: else all notes would be read
        col(Activity.opportunity_id) == bindparam("opportunity"),
        col(Activity.undone_at).is_(None),
    )
    .order_by(col(Activity.id).desc())
    .limit(20)
)


async def _budget_said_on(uow: UnitOfWork, found: Opportunity) -> date | None:
    """The day on which a note gave the budget on record; None where the amount came from elsewhere."""
    for facts, day in await _TOLD.all(uow.session, customer=found.customer_id, opportunity=found.id):
        told = next((each for each in facts.get("amounts", ()) if each["kind"] == "budget"), None)
        if told is not None and told["fen"] == found.amount:
            return day if isinstance(day, date) else None
    return None


_OPEN = Prepared(
    select(Opportunity)
    .where(
        col(Opportunity.customer_id) == bindparam("customer"),
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
    )
    .order_by(col(Opportunity.stage_since).desc(), col(Opportunity.id).desc())
)


async def open_ones(uow: UnitOfWork, customer_id: int) -> list[Opportunity]:
    """The open opportunities of a customer, the one touched last first."""
    return [row[0] for row in await _OPEN.all(uow.session, customer=customer_id)]


async def meant(uow: UnitOfWork, customer_id: int, product: str = "") -> Opportunity | None:
    """The open opportunity that words mean: that of the named product, else the one touched last."""
    return _meant(await open_ones(uow, customer_id), product)


def worth_of(rows: list[Opportunity], draft: NoteDraft, deal_id: int | None = None) -> int | None:
    """What the open opportunity that a note means is worth so far, in fen; None where that is not known."""
    row = _meant(rows, draft.products[0].text if draft.products else "", deal_id)
    return row.amount if row is not None else None


def _meant(rows: list[Opportunity], product: str, deal_id: int | None = None) -> Opportunity | None:
    if (pointed := next((r for r in rows if r.id == deal_id), None)) is not None:
        return pointed
    named = [r for r in rows if product and r.product and (product in r.product or r.product in product)]
    if named:
        return named[0]
    # Another product is another opportunity; one that has no name yet may well be this one.
    return next((r for r in rows if not product or not r.product), None)


async def win(uow: UnitOfWork, customer: Customer, activity: Activity, draft: NoteDraft, local: Local) -> Contract:
    """Signed: the opportunity is won, the contract and its payments are on record, finance and the group know."""
    opportunity = await meant(uow, customer.id, draft.products[0].text if draft.products else "")
    if opportunity is None:
        opportunity = await uow.add(_new(uow, customer, ""))
    deal = draft.sum_of("deal")
    opportunity.state, opportunity.stage, opportunity.closed_at = "won", STAGES[-1], uow.now
    opportunity.amount = deal.fen if deal else opportunity.amount
    put_words(opportunity, draft)
    customer.status = "合作客户"
    activity.opportunity_id = opportunity.id
    contract = await uow.add(
        Contract(
            customer_id=customer.id,
            opportunity_id=opportunity.id,
            owner_id=uow.actor.person_id,
            amount=deal.fen if deal else None,
            signed_on=local.today,
            created_at=uow.now,
        )
    )
    await _plan_payments(uow, contract, (), draft.terms, local)
    await _invoice(uow, customer, activity)
    await _cheer(uow, activity)
    return contract


async def reprice(uow: UnitOfWork, activity: Activity, terms: tuple[Term, ...], fen: int) -> None:
    """Another amount for the contract of a win, and for what is still to be paid of it."""
    query = select(Contract).where(
        col(Contract.opportunity_id) == activity.opportunity_id, col(Contract.gone_at).is_(None)
    )
    contract = (await uow.session.scalars(query.order_by(col(Contract.id).desc()))).first()
    if contract is None:
        return
    contract.amount = fen
    planned = select(Payment).where(col(Payment.contract_id) == contract.id, col(Payment.gone_at).is_(None))
    payments = (await uow.session.scalars(planned.order_by(col(Payment.id)))).all()
    for payment, amount in zip(payments, parts(fen, terms), strict=False):
        if payment.received_at is None:
            payment.amount = amount


async def plan(
    uow: UnitOfWork, activity: Activity, before: tuple[Term, ...], more: tuple[Term, ...], local: Local
) -> bool:
    """How the contract of a win is paid, told behind it: `more` beside the parts told `before`. False where there is
    no contract, or other payments are planned of it."""
    query = select(Contract).where(
        col(Contract.opportunity_id) == activity.opportunity_id, col(Contract.gone_at).is_(None)
    )
    contract = (await uow.session.scalars(query.order_by(col(Contract.id).desc()))).first()
    if contract is None:
        return False
    planned = select(col(Payment.id)).where(col(Payment.contract_id) == contract.id, col(Payment.gone_at).is_(None))
    if len((await uow.session.scalars(planned)).all()) != len(before):
        return False
    sale = await uow.session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None
    if sale is not None:
        put_words(sale, NoteDraft(text="", occurred_on=local.today, terms=(*before, *more)))
    await _plan_payments(uow, contract, before, more, local)
    return True


async def replan(uow: UnitOfWork, activity: Activity, wrong: Term, terms: tuple[Term, ...], local: Local) -> None:
    """Other terms for the contract of a win: what is still to be paid, and the reminder of the part that was wrong."""
    sale = await uow.session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None
    if sale is not None:
        put_words(sale, NoteDraft(text="", occurred_on=local.today, terms=terms))
    query = select(Contract).where(
        col(Contract.opportunity_id) == activity.opportunity_id, col(Contract.gone_at).is_(None)
    )
    contract = (await uow.session.scalars(query.order_by(col(Contract.id).desc()))).first()
    if contract is None:
        return
    planned = select(Payment).where(col(Payment.contract_id) == contract.id, col(Payment.gone_at).is_(None))
    payments = (await uow.session.scalars(planned.order_by(col(Payment.id)))).all()
    for term, amount in zip(terms, parts(contract.amount, terms), strict=True):
        same = [payment for payment in payments if payment.label == term.label]
        if len(same) == 1 and same[0].received_at is None:  # of a part that came the rest stays what it is
            same[0].amount, same[0].share = amount, term.share
            same[0].due_on, same[0].condition = term.due_on, term.condition[:40]
            if term.label == wrong.label and term.due_on != wrong.due_on:
                await _remind_anew(uow, contract.customer_id, wrong, term, local)


async def _remind_anew(uow: UnitOfWork, customer_id: int, wrong: Term, right: Term, local: Local) -> None:
    if wrong.due_on is not None:
        query = select(Reminder).where(
            col(Reminder.customer_id) == customer_id,
            col(Reminder.text) == _due_text(wrong.label, wrong.due_on),
            col(Reminder.state) == "waiting",
        )
        for row in (await uow.session.scalars(query)).all():
            row.state = "cancelled"
    if right.due_on is not None and (due_at := opening(working_before(right.due_on), local.zone)) > uow.now:
        text = _due_text(right.label, right.due_on)
        await tasks.remind(uow, text=text, due_at=due_at, customer_id=customer_id, contact_id=None)


def _due_text(label: str, due_on: date) -> str:
    return f"{label}到期：{due_on:%m-%d}"


async def show_invoices(uow: UnitOfWork, activity_id: int) -> None:
    """Show what became of a win on the card that asks finance for the invoice."""
    query = select(col(Task.id)).where(col(Task.activity_id) == activity_id, col(Task.sort) == "invoice")
    for task_id in (await uow.session.scalars(query)).all():
        await uow.refresh(Ref(Task.kind, task_id))


def parts(total: int | None, terms: tuple[Term, ...]) -> list[int | None]:
    """The amount of each term: a share of the total, the amount that was said, or the rest; None where unknown."""
    sums = [t.fen if t.fen is not None else _share(total, t.share) for t in terms]
    known = sum(s for s in sums if s is not None)
    rest = [i for i, t in enumerate(terms) if t.fen is None and t.share is None]
    if total is not None and len(rest) == 1:
        sums[rest[0]] = total - known
    return sums


def _share(total: int | None, share: int | None) -> int | None:
    return None if total is None or share is None else total * share // WHOLE


def _new(uow: UnitOfWork, customer: Customer, product: str) -> Opportunity:
    return Opportunity(
        customer_id=customer.id,
        owner_id=customer.owner_id or uow.actor.person_id,
        product=product[:80],
        stage_since=uow.now,
        created_at=uow.now,
    )


async def _plan_payments(
    uow: UnitOfWork, contract: Contract, before: tuple[Term, ...], more: tuple[Term, ...], local: Local
) -> None:
    for term, amount in zip(more, parts(contract.amount, (*before, *more))[len(before) :], strict=True):
        payment = await uow.add(
            Payment(
                contract_id=contract.id,
                customer_id=contract.customer_id,
                label=term.label[:20],
                amount=amount,
                share=term.share,
                due_on=term.due_on,
                condition=term.condition[:40],
                created_at=uow.now,
            )
        )
        if term.due_on is not None:
            due_at = opening(working_before(term.due_on), local.zone)
            if due_at > uow.now:
                text = _due_text(term.label, term.due_on)
                await tasks.remind(uow, text=text, due_at=due_at, customer_id=payment.customer_id, contact_id=None)


async def _invoice(uow: UnitOfWork, customer: Customer, activity: Activity) -> None:
    """A to-do for finance, where the company has somebody for it."""
    person = await finance(uow)
    if person is None:
        return
    task = await uow.add(
        Task(
            customer_id=customer.id,
            owner_id=person.id,
            activity_id=activity.id,
            sort="invoice",
            text="开票",
            created_at=uow.now,
        )
    )
    uow.tell(Address.person(person.id), "invoice.request", Ref("task", task.id), task=task.id)


async def request_invoice(uow: UnitOfWork, customer_id: int, words: str) -> Task:
    """Ask finance for an invoice (给华星开票 12.5万): `words` say which; without anybody for it, refused."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    person = await finance(uow)
    if person is None:
        raise Refused("公司里还没有财务，找管理员加一位再提")
    task = await uow.add(
        Task(customer_id=customer.id, owner_id=person.id, sort="invoice", text=words[:200], created_at=uow.now)
    )
    uow.tell(Address.person(person.id), "invoice.request", Ref(Task.kind, task.id), task=task.id)
    return task


async def finance(uow: UnitOfWork) -> Person | None:
    """Whoever makes out invoices."""
    return next(iter(await people.with_role(uow.session, "finance")), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoicing to-do of the actor's, with whom to tell."""

    customer: str
    seller_id: int
    seller: str
    open: bool


async def invoice(uow: UnitOfWork, task_id: int) -> Invoice:
    """The to-do, held; `NotFound` for anybody but its owner."""
    task = await uow.lock(Task, task_id)
    activity = await uow.session.get(Activity, task.activity_id) if task.activity_id else None
    asker = activity.person_id if activity is not None else await audit.maker(uow, task)
    if asker is None or task.sort != "invoice" or task.owner_id != uow.actor.person_id:
        raise NotFound("没有这张开票单，或不归你办")
    customer = await uow.get(Customer, task.customer_id or 0)
    seller = (await people.names(uow.session, {asker}))[asker]
    return Invoice(
        customer=customer.short_name or customer.name,
        seller_id=seller.id,
        seller=seller.called,
        open=task.state == "open",
    )


async def _cheer(uow: UnitOfWork, activity: Activity) -> None:
    """Tell the writer's team in its group; the card itself decides what a group may see."""
    for team_id in sorted(uow.actor.teams):
        if await uow.session.get(Team, team_id) is not None:
            uow.tell(
                Address.team(team_id), "win.group", Ref("activity", activity.id), activity=activity.id, team=team_id
            )
