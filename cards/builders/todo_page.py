"""The page behind a to-do in a messenger's own list: what is to be done, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from cards import words
from cards.registry import Moment
from domain.views.todos import AssignedView


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoPage:
    """Plain texts; whoever makes a page of them escapes them. `open`: it can be ticked."""

    title: str
    note: str
    facts: tuple[tuple[str, str], ...]
    open: bool


def todo_page(view: AssignedView, moment: Moment) -> TodoPage:
    until = ""
    if view.due_at is not None:
        until = words.at(view.due_at, moment.now, moment.zone)
    elif view.due_on is not None:
        until = words.dated(view.due_on, moment.today)
    facts = tuple((key, value) for key, value in (("客户", view.customer), ("期限", until)) if value)
    note = {"open": "", "done": "已完成"}.get(view.state, "不用办了")
    return TodoPage(title=view.text, note=note, facts=facts, open=view.state == "open")
