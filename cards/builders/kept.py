"""A kept promise: closed by what was said, with the one next step that may be worth it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.model import Action, Block, Button, Card, Choice, Facts
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import kept
from domain.views.kept import KeptView


async def _load(
    session: AsyncSession, viewer: Actor, moment: Moment, *, task: int, follow: str = ""
) -> tuple[KeptView, str]:
    """`follow` says what became of the next step: planned, declined, or nothing yet."""
    return await kept.kept(session, viewer, moment, task=task), follow


@card("task.closed", load=_load)
def closed(loaded: tuple[KeptView, str], moment: Moment) -> Card:
    """What was promised, when it was done, and whether to ask what they think of it."""
    view, follow = loaded
    if view.open:
        return _still_open(view, moment)
    early = _early(view)
    rows = [("约定", _promised(view, moment)), ("完成", _done(view, moment))]
    asking = f"{words.dated(view.follow_at.astimezone(moment.zone).date(), moment.today)} 问{view.asked}意见"
    note = " · ".join(filter(None, (view.customer, early)))
    task = (str(view.task_id),)
    buttons: tuple[Button, ...] = ()
    if follow == "planned":
        at = words.at(view.follow_at, moment.now, moment.zone)
        note = f"{at} 提醒你问{view.asked}意见"
    elif not follow:
        rows.append(("下一步", asking + "？"))
        buttons = (
            Button("好", Action("task.follow", task), style="primary"),
            Button("不用", Action("task.nofollow", task)),
            Button("不是这个", Action("task.reopen", task)),
        )
    return Card(
        kind="task.closed",
        title=f"已了结 · {view.text}",
        note=note,
        blocks=(Facts(tuple(rows)),),
        buttons=buttons,
        tone="good",
        state="已了结" if follow else None,
        text=_spoken(view, asking, early, follow, note),
    )


def _spoken(view: KeptView, asking: str, early: str, follow: str, note: str) -> str:
    said = f"{view.text}已了结" + (f"（{early.replace('比约定', '').replace(' ', '')}）" if early else "")
    if follow == "planned":
        return f"{said}。{note}"
    return said if follow else f"{said}。{asking}？回：好/不用"


def _promised(view: KeptView, moment: Moment) -> str:
    promised = words.day(view.promised_on, moment.today)
    if view.due_on is None:
        return f"{promised} 答应"
    until = words.deadline if view.before else words.dated
    near = f"{view.due_on:%m-%d}" + (" 前" if view.before else "")
    due = near if view.due_on.year == moment.today.year else until(view.due_on, moment.today)
    return f"{view.promised_on:%m-%d} 答应，{due}"


def _done(view: KeptView, moment: Moment) -> str:
    at = words.when(view.done_at, moment.now, moment.zone) if view.done_at else ""
    today = view.done_at is not None and view.done_at.astimezone(moment.zone).date() == moment.today
    how = f"发给{view.asked}" if "发" in view.done_text and view.asked in view.done_text else view.done_text
    return " ".join(filter(None, ("今天" if today else "", at, how.removesuffix("了"))))


def _early(view: KeptView) -> str:
    if view.early is None or view.early == 0:
        return "按时" if view.early == 0 else ""
    return f"比约定早 {view.early} 天" if view.early > 0 else f"比约定晚 {-view.early} 天"


def _still_open(view: KeptView, moment: Moment) -> Card:
    """不是这个: it is open again; which other one was meant."""
    blocks: tuple[Block, ...] = (Facts((("约定", _promised(view, moment)),)),)
    buttons: tuple[Button, ...] = ()
    if view.others:
        options = tuple((str(t.id), t.text[:16]) for t in view.others)
        blocks = (*blocks, Choice("了结哪一件", options))
        buttons = (Button("是这件", Action("task.close"), style="primary"),)
    return Card(
        kind="task.closed",
        title=f"还开着 · {view.text}",
        note=view.customer,
        blocks=blocks,
        buttons=buttons,
        state=None if buttons else "还开着",
        text=f"{view.text}还开着",
    )
