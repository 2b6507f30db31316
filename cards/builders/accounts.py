"""金穗食品 · 小罗负责: what finance may know of a customer that bought."""

from __future__ import annotations

from cards import words
from cards.budget import TITLE, VALUE, cut
from cards.builders.note_facts import FACTS
from cards.model import Action, Block, Button, Card, Facts, Lines
from cards.registry import Moment, card
from domain.views import accounts
from domain.views.accounts import Account, Money


@card("account.card", load=accounts.account)
def account(view: Account, moment: Moment) -> Card:
    """The contract, each payment and whether it came, the invoice and to whom it is made out."""
    signed = words.money(view.amount) if view.amount is not None else "金额没说"
    what = f"合同 {signed}" if view.contracts == 1 else f"合同 {view.contracts} 份 {signed}"
    rows = [(each.label, cut(_payment(each, moment), VALUE)) for each in view.payments]
    payer = cut(view.full_name, VALUE) or "待补全称"
    said = (("开票", _invoice(view, moment)), ("抬头", payer), ("税号", view.credit_code))
    last = [(key, value) for key, value in said if value]
    room = FACTS - len(last)
    more = tuple(f"{key} {value}" for key, value in rows[room:])
    owner = f" · {view.owner}负责" if view.owner else ""
    blocks: tuple[Block, ...] = (Facts((*rows[:room], *last)),)
    me = (str(view.invoice),)
    told = "；".join(f"{key}{value}" for key, value in (*rows, *last))
    return Card(
        kind="account.card",
        title=f"{cut(view.customer, TITLE - len(owner))}{owner}",
        note=f"{what} · {words.day(view.signed_on, moment.today)}签",
        blocks=(*blocks, Lines(more)) if more else blocks,
        buttons=(
            Button("已开票", Action("invoice.done", me), style="primary"),
            Button("缺信息", Action("invoice.lacking", me)),
        )
        if view.invoice is not None
        else (),
        source="财务",
        text=f"{view.customer}（{view.owner or '公海'}）：{what}；{told}"
        + ("。回：已开票/缺信息" if view.invoice else ""),
    )


def _payment(each: Money, moment: Moment) -> str:
    """13.5万 已到 11-25, 31.5万 验收后, 20.4万 12-05(周六)前."""
    worth = words.money(each.amount) if each.amount is not None else ""
    if each.received_at is not None:
        until = f"已到 {words.day(each.received_at.astimezone(moment.zone).date(), moment.today)}"
    else:
        until = words.deadline(each.due_on, moment.today) if each.due_on else each.condition or "没到"
    return " ".join(filter(None, (worth, until)))


def _invoice(view: Account, moment: Moment) -> str:
    if view.invoice is not None:
        return "等你开"
    return f"{words.when(view.invoiced_at, moment.now, moment.zone)} 已开" if view.invoiced_at is not None else ""
