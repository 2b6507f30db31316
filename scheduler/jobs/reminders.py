"""Pushing a reminder at its time."""

from __future__ import annotations

from cards.registry import Moment
from domain.actor import Address, Ref
from domain.services import tasks
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("reminder")
async def push(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """Tell the person, unless the reminder was dropped, moved or overtaken meanwhile."""
    reminder = await tasks.come_due(uow, due.subject_id, due.due_at)
    if reminder is not None:
        uow.tell(
            Address.person(reminder.person_id),
            "reminder.due",
            Ref("reminder", reminder.id),
            key=due.key,
            reminder=reminder.id,
        )
