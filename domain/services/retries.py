"""Calling again somebody who did not answer."""

from __future__ import annotations

from datetime import datetime, time

from config.calendar import working_after
from domain.errors import NotFound
from domain.services import corrections, tasks
from domain.tables import Activity, Task
from domain.uow import UnitOfWork
from domain.when import Local

AT = time(10)


async def call_again(uow: UnitOfWork, activity_id: int, local: Local) -> int:
    """Plan the call for the next working day at 10:00, once; returns the message that the note came from."""
    activity = await uow.lock(Activity, activity_id)
    if activity.person_id != uow.actor.person_id or activity.inbox_id is None:
        raise NotFound("没有这条记录，或不归你管")
    if not await corrections.tasks_of(uow, activity.id, sort="call_again"):
        at = datetime.combine(working_after(local.today), AT, local.zone)
        task = await uow.add(
            Task(
                customer_id=activity.customer_id,
                owner_id=activity.person_id,
                activity_id=activity.id,
                sort="call_again",
                text="再打一次电话",
                due_on=at.date(),
                due_at=at,
                created_at=uow.now,
            )
        )
        await tasks.remind(uow, text=task.text, due_at=at, customer_id=task.customer_id, task_id=task.id)
        activity.change_sets = [*activity.change_sets, uow.change_set]
    return activity.inbox_id
