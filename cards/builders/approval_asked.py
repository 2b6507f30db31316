"""The asker's cards: his request, which follows what becomes of it, and the news of the decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.budget import STEP, cut, fit
from cards.builders.approval_words import DONE, brief, name, off, price, title, until, when
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines, Progress
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import approvals, lookup
from domain.views.approvals import ApprovalView, OpenRequest
from domain.views.lookup import Option

_AGAIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its asker's card. `how`: add (the next line is added), nudged (he nudged too soon), late (he
    tapped when it was decided), again (he will ask anew), left (he leaves it)."""

    view: ApprovalView
    how: str = ""


async def _load(session: AsyncSession, viewer: Actor, moment: Moment, *, approval_id: int, how: str = "") -> Asked:
    return Asked(await approvals.request(session, viewer, moment, approval_id=approval_id), how)


@card("approval.sent", load=_load)
def sent(asked: Asked, moment: Moment) -> Card:
    """The request as its asker follows it."""
    view = asked.view
    if view.state != "waiting":
        return fit(_closed(asked, moment))
    me = (str(view.id),)
    blocks = _blocks(view)
    if asked.how == "add":
        blocks = (*blocks, Lines((f"直接说，补给{view.approver.called}",)))
    return fit(
        Card(
            kind="approval.sent",
            title=title("已提交", view),
            note=_note(asked, moment),
            blocks=blocks,
            buttons=(
                Button("补一句", Action("approval.add", me)),
                Button("催一下", Action("approval.nudge", me)),
                Button("撤回", Action("approval.withdraw", me)),
            ),
            source="审批",
            text=_spoken(view, moment),
        )
    )


def _note(asked: Asked, moment: Moment) -> str:
    """The newest of what happened to it: nudged, passed on, or still waiting."""
    view, who = asked.view, asked.view.approver.called
    if view.nudged_at and asked.how == "nudged":
        return f"{when(view.nudged_at, moment)} 催过，{when(view.nudged_at + _AGAIN, moment)} 再催"
    if view.nudged_at and (view.came is None or view.nudged_at > view.came.at):
        return f"已催{who} {when(view.nudged_at, moment)}"
    if view.came is not None and view.came.by_deadline:
        return f"已升级到{who}"
    if view.came is not None:
        return f"{view.came.giver.called}转给{who} · {until(view, moment)}"
    return f"等{who} · {until(view, moment)}"


def _blocks(view: ApprovalView) -> tuple[Block, ...]:
    who = view.approver.called
    refused = f"{cut(who, STEP - 1)}✗" if view.state == "refused" else who
    steps = Progress(((view.asker.called, "done"), (refused, "done" if view.state == "approved" else "now")))
    told = (
        ("条件", view.condition),
        ("金额", price(view)),
        ("理由", view.reason),
        ("补充", "；".join(view.added)),
    )
    facts = tuple((key, value) for key, value in told if value)
    return (steps, Facts(facts)) if facts else (steps,)


def _spoken(view: ApprovalView, moment: Moment) -> str:
    until_then = words.at(view.deadline_at, moment.now, moment.zone).removeprefix("今天 ")
    return f"{off(view)}已提交{view.approver.called}，{until_then}前答复。回：补一句/催一下/撤回"


def _closed(asked: Asked, moment: Moment) -> Card:
    view = asked.view
    verb, at = DONE[view.state], when(view.decided_at, moment)
    who = view.approver.called
    note = f"{at} 撤回" if view.state == "withdrawn" else f"{who} {at} {verb}"
    state = "已撤回" if view.state == "withdrawn" else f"已{verb}·{view.approver.name}"
    if asked.how == "late":
        note = f"{who} {at} 已{verb}"
    return Card(
        kind="approval.sent",
        title=title(f"已{verb}", view),
        note=" · ".join(filter(None, (note, view.answer))),
        blocks=_blocks(view),
        state="有条件同意" if view.condition else state,
        tone="good" if view.state == "approved" else "plain",
        source="审批",
        text=f"{name(view)}{off(view)}：{note}",
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What an approver said about a request that he has not decided."""

    view: ApprovalView
    by: str
    said: str


async def _asks(
    session: AsyncSession, viewer: Actor, moment: Moment, *, approval_id: int, by: str, said: str
) -> Question:
    return Question(await approvals.request(session, viewer, moment, approval_id=approval_id), by, said)


@card("approval.question", load=_asks)
def question(asked: Question, _moment: Moment) -> Card:
    """The approver's words, for whoever asked; what he says next is the answer."""
    what = f"{name(asked.view)} {off(asked.view)}"
    text = f"{asked.by}对 {what} 说：{asked.said}。直接回一句，我补给他；改折扣说「改成9折」"
    return Card(kind="approval.question", text=text)


@card("approval.approved", load=_load)
def approved(asked: Asked, moment: Moment) -> Card:
    """The good news, with what may be offered now."""
    view = asked.view
    note = f"{view.approver.called} {when(view.decided_at, moment)}"
    if view.amount_after is not None:
        note += f" · 可以报 {words.money(view.amount_after)}了"
    head = brief("批了", view)
    asks = f"，条件：{view.condition}" if view.condition else ""
    return fit(
        Card(
            kind="approval.approved",
            title=head,
            note=note,
            blocks=(Facts((("条件", view.condition),)),) if view.condition else (),
            buttons=(Button("看客户", Action("customer.open", (str(view.customer_id),))),) if view.opens else (),
            tone="good",
            source="审批",
            text=f"{head.replace(' · ', '：')}，{note.replace(' · ', '，')}{asks}",
        )
    )


@card("approval.refused", load=_load)
def refused(asked: Asked, moment: Moment) -> Card:
    """The bad news, with the reason as soon as there is one; closed when the refusal was taken back or left."""
    view, who, me = asked.view, asked.view.approver.called, (str(asked.view.id),)
    note = " · ".join(filter(None, (when(view.decided_at, moment), view.answer)))
    head = brief(f"{who}没同意", view)
    base = Card(
        kind="approval.refused", title=head, note=note, source="审批", text=f"{head.replace(' · ', '：')}，{note}"
    )
    if view.state != "refused":
        return fit(replace(base, title=brief("还在等", view), note=f"{who}点错了，还在等", state="还在等"))
    if asked.how == "left":
        return fit(replace(base, state="先不提"))
    again = Button("改了再提", Action("approval.again", me), "primary")
    blocks = (Lines(("折扣直接说，比如「92折」",)),) if asked.how == "again" else ()
    return fit(
        replace(base, blocks=blocks, buttons=(again, Button("先不提", Action("approval.leave", me))), tone="warn")
    )


@dataclass(frozen=True, slots=True)
class Which:
    """Several requests are open and the words name none: `verb` is approve or refuse, `words` go along."""

    verb: str
    words: str
    rows: tuple[OpenRequest, ...]


async def _which(session: AsyncSession, viewer: Actor, moment: Moment, *, verb: str, words: str = "") -> Which:
    return Which(verb, words, await approvals.open_requests(session, viewer, moment))


@card("approval.which", load=_which)
def which(asked: Which, _moment: Moment) -> Card:
    """哪一件？"""
    verb = "同意" if asked.verb == "approve" else "驳回"
    if not asked.rows:
        return Card(kind="approval.which", title="都批完了", note="没有在等你的了", state="都批完了", source="审批")
    options = tuple((f"{r.id}-{r.version}", f"{r.customer}{words.discount(r.discount)}") for r in asked.rows)
    said = "，".join(f"{n} {text}" for n, (_, text) in enumerate(options[:10], 1))
    return fit(
        Card(
            kind="approval.which",
            title="哪一件？",
            note=f"{verb} · {len(options)} 件在等你",
            blocks=(Choice(verb, options[:10]),),
            buttons=(Button("就这件", Action("approval.pick", (asked.verb, asked.words)), "primary"),),
            source="审批",
            text=f"哪一件？回 {said}",
        )
    )


@dataclass(frozen=True, slots=True)
class Whose:
    """A discount for a customer that the words do not name clearly."""

    inbox_id: int
    offered: tuple[Option, ...]


async def _whose(session: AsyncSession, viewer: Actor, _moment: Moment, *, inbox: int, offered: list[int]) -> Whose:
    return Whose(inbox, tuple(await lookup.by_ids(session, viewer, offered)))


@card("approval.whose", load=_whose)
def whose(asked: Whose, _moment: Moment) -> Card:
    """哪家的折扣？"""
    options = tuple((str(o.customer_id), o.name) for o in asked.offered)
    said = "，".join(f"{n} {text}" for n, (_, text) in enumerate(options, 1))
    return fit(
        Card(
            kind="approval.whose",
            title="哪家的折扣？",
            note="选一个，或客户名直接回我",
            blocks=(Choice("客户", options),),
            buttons=(Button("就是它", Action("approval.whose", (str(asked.inbox_id),)), "primary"),),
            source="审批",
            text=f"哪家的折扣？回 {said}，或直接说客户名",
        )
    )
