"""Reminders: set, due, put off, done."""

from __future__ import annotations

import re

from cards import words
from cards.budget import cut
from cards.builders.note_facts import KIND
from cards.model import Action, Button, Card, Facts, Lines
from cards.registry import Moment, card
from domain.views import work
from domain.views.work import Asked, ReminderView

PUNCTUAL = 300  # seconds; what comes later says for when it was meant
_STATEMENT = re.compile(r"到期|[：:]|了$")  # not a thing to do, so no 该……了


@card("reminder.set", load=work.reminder)
def reminder_set(view: ReminderView, moment: Moment) -> Card:
    """A reminder that will come; later what became of it."""
    if view.state in ("done", "cancelled"):
        return _closed("reminder.set", view, moment)
    waiting = view.state == "waiting"
    title = f"{'已设提醒' if waiting else '已提醒'} · {view.text}"
    when = words.at(view.due_at, moment.now, moment.zone)
    customer = f"沿用：{view.customer}" if view.carried and view.customer else view.customer
    note = "改到什么时候？直接说" if waiting and view.changing else " · ".join(filter(None, (when, customer)))
    change = Button("改时间", Action("reminder.change", (str(view.id),)))
    drop = Button("不用了", Action("reminder.drop", (str(view.id),)))
    buttons = ((drop,) if view.changing else (change, drop)) if waiting else ()
    return Card(
        kind="reminder.set",
        title=title,
        note=note,
        blocks=(Lines((view.remark,)),) if view.remark else (),
        buttons=buttons,
        text=f"{when} 提醒：{view.text}"
        + (f"（{view.customer}）" if view.customer else "")
        + (f"，{view.remark}" if view.remark else "")
        + _replies(buttons),
    )


@card("reminder.when", load=work.asked)
def reminder_when(view: Asked | ReminderView, moment: Moment) -> Card:
    """A reminder without a time, or with one that has passed: the one question, with the likely answers."""
    if isinstance(view, ReminderView):
        return reminder_set(view, moment)
    past = f"{words.at(view.past, moment.now, moment.zone)} 已经过了" if view.past else ""
    answers = (("1小时后", "hour"), ("明天9点", "tomorrow"), ("下周一9点", "monday"))
    buttons = tuple(Button(label, Action("reminder.at", (str(view.inbox_id), when))) for label, when in answers)
    return Card(
        kind="reminder.when",
        title="什么时候提醒你？",
        note=" · ".join(filter(None, (past, view.text))),
        buttons=buttons,
        numbered=True,
        text=(f"{past}，" if past else "") + f"什么时候提醒你{view.text}？" + _replies(buttons),
    )


@card("reminder.due", load=work.due_reminder)
def reminder_due(found: tuple[ReminderView, str], moment: Moment) -> Card:
    """At the time: what is to be done, whom to call, what was last said there."""
    view, moved = found
    if view.state in ("done", "cancelled"):
        return _closed("reminder.due", view, moment)
    asks_again = view.state == "waiting" and view.put_off > 0 and view.put_off % 3 == 0
    facts = _facts(view)
    buttons = _again(view) if asks_again else _choices(view)
    title = f"第 {view.put_off} 次推迟了，还要提醒吗？" if asks_again else _call(view.text)
    phone = f" {view.phone}" if view.phone else ""
    customer = f"（{view.customer}）" if view.customer else ""
    return Card(
        kind="reminder.due",
        title=title,
        note=_now(view, moved, moment),
        blocks=(Facts(facts),) if facts and not asks_again else (),
        buttons=buttons,
        text=f"{title}{_replies(buttons)}" if asks_again else f"提醒：{view.text}{phone}{customer}{_replies(buttons)}",
    )


def _call(text: str) -> str:
    return text if _STATEMENT.search(text) else f"该{text}了"


def _now(view: ReminderView, moved: str, moment: Moment) -> str:
    """华星精工 · 现在 10:00; put off: 已推迟到 11:00, 已改到 11-30(周一) 10:00."""
    if view.state == "waiting":
        same_day = view.due_at.astimezone(moment.zone).date() == moment.today
        at = words.time_of_day(view.due_at, moment.zone)
        until = at if same_day else words.at(view.due_at, moment.now, moment.zone)
        return f"已{'改' if moved == 'day' else '推迟'}到 {until}"
    late = (moment.now - view.due_at).total_seconds() > PUNCTUAL
    said = "原定 " + words.when(view.due_at, moment.now, moment.zone)
    now = said if late else "现在 " + words.time_of_day(view.due_at, moment.zone)
    return " · ".join(filter(None, (view.customer, now)))


def _facts(view: ReminderView) -> tuple[tuple[str, str], ...]:
    last = f"{view.last_on:%m-%d} {KIND[view.last_type]}，{view.last_words}" if view.last_on else ""
    named = bool(view.contact) and view.contact not in view.text
    phone = f"{view.contact} {view.phone}" if named and view.phone else view.phone
    return tuple((key, cut(value, 26)) for key, value in (("电话", phone), ("上次", last)) if value)


def _choices(view: ReminderView) -> tuple[Button, ...]:
    me = (str(view.id),)
    done = Button("完成", Action("task.done", me), style="primary")
    if view.state == "waiting":
        return (done,)
    return (done, Button("推迟1小时", Action("task.later", me)), Button("改到明天", Action("task.tomorrow", me)))


def _again(view: ReminderView) -> tuple[Button, ...]:
    me = (str(view.id),)
    return (Button("下周一再说", Action("task.monday", me)), Button("不用了", Action("reminder.drop", me)))


def _closed(kind: str, view: ReminderView, moment: Moment) -> Card:
    """Done or dropped: nothing is asked, the record stays readable."""
    done = view.state == "done"
    at = words.when(view.done_at, moment.now, moment.zone) if view.done_at is not None else ""
    word = "已完成" if done else "已取消"
    hint = "聊得怎样，直接说一句就记上"
    return Card(
        kind=kind,
        title=f"{word} · {view.text}",
        note=at if done else "不再提醒",
        blocks=(Lines((hint,)),) if done and view.customer else (),
        state=word,
        tone="good" if done else "plain",
        text=f"{word} · {view.text}" + (f"。{hint}" if done and view.customer else ""),
    )


def _replies(buttons: tuple[Button, ...]) -> str:
    return f"。回：{'/'.join(b.label for b in buttons)}" if buttons else ""
