"""我的待办, 我的提醒, and a to-do that a colleague gave."""

from __future__ import annotations

from datetime import date, datetime

from cards import words
from cards.budget import OPTION, TICK, TITLE, VALUE, cut
from cards.model import Action, Button, Card, Choice, Facts, Ticks
from cards.registry import Moment, card
from domain.views import todos
from domain.views.todos import PAGE, AssignedView, TodoLine, TodoList


@card("todo.list", load=todos.todos)
def listed(view: TodoList, moment: Moment) -> Card:
    """Six at a time, those due first first; one may be picked and done."""
    if not view.total:
        none = f"{_till(view.day, moment)}没有要办的" if view.day is not None else "没有没办的事"
        return Card(kind="todo.list", text=f"{none}。记一件：「加个待办：周五前交周报」")
    late = f"{view.late} 件过了日子" if view.late else "按日子排"
    check = Button("完成", Action("todo.check", (str(view.offset),)), style="primary")
    several = (Button("勾几件", Action("todo.several")),) if view.total > 1 else ()
    whose = "你" if view.day is None else _till(view.day, moment)
    return _list(
        "todo.list", f"{whose}有 {view.total} 件待办", late, (check, *several, *_more("task", view)), view, moment
    )


def _till(day: date, moment: Moment) -> str:
    """今天, 到明天, 到 11-29(周日)."""
    said = words.dated(day, moment.today)
    return said if day == moment.today else f"到{said}" if not said[0].isdigit() else f"到 {said} "


@card("todo.tick", load=todos.to_tick)
def tick(view: TodoList, _moment: Moment) -> Card:
    """Any of them are ticked and done at once."""
    if not view.total:
        return Card(kind="todo.tick", text="没有没办的事")
    options = tuple((str(row.id), cut(" ".join(filter(None, (row.text, row.customer))), TICK)) for row in view.rows)
    note = "勾上，再点「完成」" if view.total <= len(view.rows) else f"先列 {len(view.rows)} 件 · 勾上，再点「完成」"
    said = "，".join(f"{n} {text}" for n, (_, text) in enumerate(options, 1))
    return Card(
        kind="todo.tick",
        title="哪几件做完了？",
        note=note,
        blocks=(Ticks("tasks", options),),
        buttons=(Button("完成", Action("todo.finish"), style="primary"),),
        text=f"哪几件做完了？{said}。回：1、2完成",
    )


@card("reminder.list", load=todos.reminders)
def reminders(view: TodoList, moment: Moment) -> Card:
    """The same for what will be pushed."""
    if not view.total:
        return Card(kind="reminder.list", text="没有在等的提醒。设一个：「周五十点提醒我给张总打电话」")
    off = Button("不用了", Action("todo.off", (str(view.offset),)))
    buttons = (off, *_more("reminder", view))
    return _list("reminder.list", f"你有 {view.total} 个提醒", "按时间排", buttons, view, moment)


def _list(kind: str, title: str, note: str, buttons: tuple[Button, ...], view: TodoList, moment: Moment) -> Card:
    rows = [(_key(row, moment), cut(_said(row, moment), VALUE)) for row in view.rows]
    options = tuple((str(row.id), cut(row.text, OPTION)) for row in view.rows)
    page = f"第 {view.offset + 1} 到 {view.offset + len(view.rows)} 件" if view.total > PAGE else note
    told = "；".join(f"{n} {key} {value}" for n, (key, value) in enumerate(rows, 1))
    return Card(
        kind=kind,
        title=title,
        note=page,
        blocks=(Facts(tuple(rows)), Choice("哪一件", options)) if rows else (),
        buttons=buttons if rows else (),
        text=f"{title}：{told}。回：1{buttons[0].label}",
    )


def _more(kind: str, view: TodoList) -> tuple[Button, ...]:
    shown = view.offset + len(view.rows)
    return (Button("更多", Action("todo.list", (kind, str(shown)))),) if shown < view.total else ()


def _key(row: TodoLine, moment: Moment) -> str:
    """今天, 明天, 12-02; 不急 where no day was said."""
    if row.due_on is None:
        return "不急"
    near = {0: "今天", 1: "明天"}.get((row.due_on - moment.today).days)
    return near or f"{row.due_on:%m-%d}"


def _said(row: TodoLine, moment: Moment) -> str:
    at = words.time_of_day(row.due_at, moment.zone) if row.due_at is not None else ""
    return " ".join(filter(None, (at, row.text))) + (f"（{row.customer}）" if row.customer else "")


@card("task.assigned", load=todos.assigned)
def assigned(view: AssignedView, moment: Moment) -> Card:
    """小林派给你: what, where and until when; he learns what becomes of it."""
    if view.state != "open":
        word = "已完成" if view.state == "done" else "不用办了"
        at = words.when(view.done_at, moment.now, moment.zone) if view.done_at is not None else ""
        return Card(
            kind="task.assigned",
            title=f"{word} · {cut(view.text, TITLE - len(word) - 3)}",
            note=f"{at} 已告诉{view.giver}".strip(),
            state=word,
            text=f"{word} · {view.text}",
        )
    state = f"{view.giver}派给你"
    until = _until(view.due_on, view.due_at, moment)
    facts = tuple((key, value) for key, value in (("客户", view.customer), ("期限", until)) if value)
    me = (str(view.id), str(view.giver_id))
    buttons = [
        Button("完成", Action("todo.done", me), style="primary"),
        Button("做不了", Action("todo.decline", me)),
    ]
    if view.customer_id is not None:
        buttons.append(Button("看客户", Action("customer.open", (str(view.customer_id),))))
    due = f"，{facts[-1][1]}" if facts else ""
    return Card(
        kind="task.assigned",
        title=f"{state} · {cut(view.text, TITLE - len(state) - 3)}",
        note=view.text if len(view.text) > TITLE - len(state) - 3 else "",
        blocks=(Facts(facts),) if facts else (),
        buttons=tuple(buttons),
        text=f"{state}：{view.text}{due}。回：{'/'.join(b.label for b in buttons)}",
    )


def _until(day: date | None, at: datetime | None, moment: Moment) -> str:
    if at is not None:
        return words.at(at, moment.now, moment.zone)
    return words.dated(day, moment.today) if day is not None else ""
