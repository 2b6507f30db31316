"""A win: what its writer sees, what the group sees, what finance has to do."""

from __future__ import annotations

from decimal import Decimal

from cards import words
from cards.builders.note import recorded
from cards.builders.note_facts import facts
from cards.model import Action, Block, Button, Card, Facts, Lines, Mention
from cards.registry import Moment, card
from domain.views import invoices, notes
from domain.views.invoices import InvoiceView
from domain.views.notes import GroupWin, PaymentLine, WinView


@card("win.private", load=notes.win)
def private(view: WinView, moment: Moment) -> Card:
    """To the writer: the contract, the money, what happened by itself."""
    if view.note.undone_at is not None:
        return recorded(view.note, moment)
    worth = f"合同 {words.money(view.amount)}" if view.amount is not None else "合同金额没说"
    rows = [(p.label, payment(p, moment)) for p in view.payments[:3]]
    rows.append(("商机", f"已赢单，用时 {view.days} 天" if view.days else "已赢单"))
    if view.finance:
        rows.append(("开票", f"已转财务{view.finance}"))
    if view.group:
        rows.append(("群里", f"{chat_of(view.group)}已报喜，{'带' if view.group_amounts else '不带'}金额"))
    rows += [(key, value) for key, value in facts(view.note, moment) if key in ("数量", "原因")]
    me = (str(view.note.id),)
    told = "，".join(f"{key}{value}" for key, value in rows[: len(view.payments)])
    return Card(
        kind="win.private",
        title=f"签了 · {view.note.customer}",
        note=f"{worth} · {words.day(view.note.occurred_on, moment.today)}",
        blocks=(Facts(tuple(rows)),),
        buttons=(Button("改一下", Action("note.edit", me)), Button("撤销", Action("note.undo", me))),
        tone="good",
        text=f"{view.note.customer}签了：{worth.replace(' ', '')}{'，' if told else ''}{told}。回：改一下/撤销",
    )


def chat_of(team: str) -> str:
    """What a team's group is called in passing: 华东群."""
    return f"{team.removesuffix('组').removesuffix('群')}群"


def payment(line: PaymentLine, moment: Moment) -> str:
    """20.4万(30%) 12-05(周六)前, 47.6万 验收后."""
    share = f"({words.percent(Decimal(line.share) / 10_000)})" if line.share is not None else ""
    worth = (words.money(line.amount) + share) if line.amount is not None else share.strip("()")
    until = words.deadline(line.due_on, moment.today) if line.due_on else line.condition
    return " ".join(filter(None, (worth, until)))


@card("win.group", load=notes.group_win)
def group(view: GroupWin, _moment: Moment) -> Card:
    """To the team's group: the one place with an emoji, and no amount unless the group was opened for amounts."""
    if view.undone:
        return Card(kind="win.group", text=f"{view.customer}那条撤回，信息有误")
    length = f"从认识到签约 {view.days} 天" if view.days else ""
    blocks: tuple[Block, ...] = (Lines((f"合同 {words.money(view.amount)}",)),) if view.amount is not None else ()
    return Card(
        kind="win.group",
        title=f"🎉 {view.who}签下 {view.customer}",
        note=" · ".join(filter(None, (view.industry, length))),
        blocks=blocks,
        tone="good",
        text=f"🎉 {view.who}签下 {view.customer}{f'，用时{view.days}天' if view.days else ''}",
        mentions=(Mention(view.who, view.accounts),) if view.who else (),
    )


@card("win.taken_back", load=notes.group_win)
def taken_back(view: GroupWin, _moment: Moment) -> Card:
    """A group's text cannot change, so one line follows."""
    return Card(kind="win.taken_back", text=f"{view.customer}那条撤回，信息有误")


@card("invoice.request", load=invoices.invoice)
def invoice(view: InvoiceView, moment: Moment) -> Card:
    """To finance: what to make out, for whom."""
    rows = [("要开", view.asked)] if view.asked else []
    rows += [("合同", words.money(view.amount))] if view.amount is not None else []
    rows += [(p.label, payment(p, moment)) for p in view.payments[:2]]
    rows += [("抬头", view.full_name), ("税号", view.credit_code)] if view.named else [("抬头", "待补全称")]
    moved = view.gone_at or view.done_at
    at = words.when(moved, moment.now, moment.zone) if moved else ""
    state = {"done": "已开票", "cancelled": "已撤销"}.get(view.state, "待开票")
    return Card(
        kind="invoice.request",
        title=f"{state} · {view.customer}",
        note={"done": f"{at} 已开", "cancelled": f"{view.owner} {at} 撤销，无需处理"}.get(view.state, view.owner),
        blocks=(Facts(tuple((k, v) for k, v in rows if v)),),
        buttons=(
            Button("已开票", Action("invoice.done", (str(view.task_id),)), style="primary"),
            Button("缺信息", Action("invoice.lacking", (str(view.task_id),))),
        )
        if view.state == "open"
        else (),
        state=None if view.state == "open" else state,
        source="财务",
    )
