"""Which tasks are appointments, and what is to be done about one in its owner's calendar."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from domain.mirrored import Appointment
from domain.tables import Mirrored, Task

LASTS = timedelta(hours=1)  # nobody says how long
_SORTS = frozenset({"promise", "follow", "todo", "assigned"})


def wanted(task: Task, person: int, now: datetime) -> bool:
    """Whether it belongs in this person's calendar: it has a time of day and is no deadline. One that is done stays
    where its time has come, for then it took place."""
    if task.owner_id != person or task.gone_at is not None or task.state == "cancelled":
        return False
    if task.due_at is None or task.before or task.sort not in _SORTS:
        return False
    return task.state == "open" or task.due_at <= now


def mark(task: Task) -> str:
    """What tells its words and its hour from others."""
    said = f"{task.due_at.timestamp() if task.due_at is not None else 0} {task.text}"
    return hashlib.sha256(said.encode()).hexdigest()[:10]


def entry(task: Task, person: int, there: Mirrored | None, now: datetime) -> Appointment | None:
    """What is to be shown in this person's calendar, or taken from it; None where nothing has changed in it."""
    item, times = (there.item, there.times) if there is not None else ("", 0)
    here = wanted(task, person, now)
    if not here and not item:
        return None
    at = task.due_at or now
    if here and item and there is not None and there.shown == mark(task):
        return None
    if here and not item and at <= now:
        return None  # nobody needs what is past
    return Appointment(task=task.id, text=task.text, at=at, until=at + LASTS, item=item, times=times, gone=not here)
