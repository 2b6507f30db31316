"""What somebody has to do because it was said so: noted for oneself, given to a colleague, looked up by its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlmodel import col

from domain import audit, policy
from domain.actor import Address, Ref
from domain.deeds import likeness
from domain.errors import NotFound, Refused
from domain.naming import normal
from domain.services import people, tasks
from domain.tables import Customer, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local

NOTED, ASSIGNED = "todo", "assigned"  # sorts of tasks, beside those that notes make


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is to be done, and when: a day, or a local moment (naive); `before` says that it is a deadline."""

    text: str
    due: date | datetime | None = None
    before: bool = False
    customer_id: int | None = None


async def note(uow: UnitOfWork, deed: Deed, local: Local) -> Task:
    """A to-do of one's own, with its reminder where it has a day or a moment."""
    return await _add(uow, deed, deed.customer_id, uow.actor.require_person(), NOTED, local)


async def assign(uow: UnitOfWork, to: int, deed: Deed, local: Local) -> Task:
    """A to-do for a colleague, who is told. The customer goes with it only where he may see it."""
    customer_id = deed.customer_id
    if customer_id is not None:
        customer = await uow.get(Customer, customer_id)
        if not policy.may_see(await people.actor_of(uow.session, to), customer):
            customer_id = None
    task = await _add(uow, deed, customer_id, to, ASSIGNED, local)
    by = uow.actor.require_person()
    if to != by:
        uow.tell(Address.person(to), "task.assigned", Ref(Task.kind, task.id), task=task.id, by=by)
    return task


async def finish(uow: UnitOfWork, task_id: int) -> Task:
    """Done; who gave it to the actor is told."""
    task = await tasks.finish(uow, await _own(uow, task_id))
    await _tell_giver(uow, task, "做完了")
    return task


async def decline(uow: UnitOfWork, task_id: int) -> Task:
    """Not to be done by the actor (做不了); who gave it to him is told, and finds somebody else."""
    task = await tasks.cancel(uow, await _own(uow, task_id))
    await _tell_giver(uow, task, "做不了")
    return task


async def cancel(uow: UnitOfWork, task_id: int) -> Task:
    """A to-do of one's own is off."""
    return await tasks.cancel(uow, await _own(uow, task_id))


async def move(uow: UnitOfWork, task_id: int, due: date | datetime, local: Local) -> Task:
    """Another day or moment for a to-do of one's own; its reminder moves along."""
    before = (await uow.lock(Task, await _own(uow, task_id))).before
    day, at = _parts(due, local)
    return await tasks.reschedule(uow, task_id, due_on=day, due_at=at, before=before and at is None, local=local)


async def due_at(uow: UnitOfWork, task_id: int, local: Local) -> tuple[datetime, bool]:
    """When a to-do of the actor's is due, in local time (naive), and whether it is due on a day as a whole: then its
    midnight; today's where it has no day."""
    task = await uow.lock(Task, await _own(uow, task_id))
    if task.due_at is not None:
        return task.due_at.astimezone(local.zone).replace(tzinfo=None), False
    return datetime.combine(task.due_on or local.today, time()), True


async def meant(uow: UnitOfWork, words: str, *, customer_id: int | None = None, day: date | None = None) -> list[int]:
    """The open to-dos of the actor that words mean, those due first first; all of them where there are no words."""
    query = select(Task).where(
        col(Task.owner_id) == uow.actor.person_id,
        col(Task.state) == "open",
        col(Task.sort) != "invoice",
        col(Task.gone_at).is_(None),
    )
    query = query.order_by(col(Task.due_on).is_(None), col(Task.due_on), col(Task.id))
    rows = (await uow.session.scalars(query)).all()
    here = [row for row in rows if customer_id in (None, row.customer_id) and day in (None, row.due_on)]
    return _fitting([(row.id, row.text) for row in here], words)


async def reminders_meant(
    uow: UnitOfWork, words: str, *, local: Local, customer_id: int | None = None, day: date | None = None
) -> list[int]:
    """The same for reminders that wait."""
    query = select(Reminder).where(
        col(Reminder.person_id) == uow.actor.person_id,
        col(Reminder.state) == "waiting",
        col(Reminder.gone_at).is_(None),
    )
    rows = (await uow.session.scalars(query.order_by(col(Reminder.due_at), col(Reminder.id)))).all()
    here = [
        row
        for row in rows
        if customer_id in (None, row.customer_id) and day in (None, row.due_at.astimezone(local.zone).date())
    ]
    return _fitting([(row.id, row.text) for row in here], words)


async def reminders_kept(uow: UnitOfWork, deed: str) -> list[int]:
    """The waiting reminders of the actor, about no customer and no to-do, of what a deed did (周报交了: 写周报)."""
    query = select(Reminder).where(
        col(Reminder.person_id) == uow.actor.person_id,
        col(Reminder.state).in_(("waiting", "sent")),
        col(Reminder.customer_id).is_(None),
        col(Reminder.task_id).is_(None),
        col(Reminder.gone_at).is_(None),
    )
    rows = (await uow.session.scalars(query.order_by(col(Reminder.due_at)))).all()
    return [row.id for row in rows if likeness(deed, row.text)]


async def reminds_at(uow: UnitOfWork, reminder_id: int, local: Local) -> datetime:
    """When a reminder of the actor's is to come, in local time (naive)."""
    reminder = await uow.lock(Reminder, reminder_id)
    policy.require(reminder.person_id == uow.actor.person_id)
    return reminder.due_at.astimezone(local.zone).replace(tzinfo=None)


async def remind_at(uow: UnitOfWork, reminder_id: int, due: date | datetime, local: Local) -> Reminder:
    """Another time for a reminder; a mere day keeps its time of day."""
    reminder = await uow.lock(Reminder, reminder_id)
    clock = reminder.due_at.astimezone(local.zone).time()
    at = due if isinstance(due, datetime) else datetime.combine(due, clock)
    moment = at.replace(tzinfo=local.zone)
    if moment <= local.now:
        raise Refused("这个时间已经过了，换一个")
    return await tasks.move(uow, reminder_id, moment)


def _fitting(rows: Sequence[tuple[int, str]], words: str) -> list[int]:
    said = normal(words)
    if not said:
        return [row_id for row_id, _ in rows]
    inside = [row_id for row_id, text in rows if said in normal(text) or normal(text) in said]
    if inside:
        return inside
    scored = [(likeness(words, text), row_id) for row_id, text in rows]
    return [row_id for score, row_id in sorted(scored, key=lambda pair: -pair[0]) if score]


async def _add(uow: UnitOfWork, deed: Deed, customer_id: int | None, owner: int, sort: str, local: Local) -> Task:
    day, at = _parts(deed.due, local)
    return await tasks.promise(
        uow,
        customer_id=customer_id,
        owner_id=owner,
        activity_id=None,
        text=deed.text,
        due_on=day,
        due_at=at,
        before=deed.before,
        local=local,
        sort=sort,
    )


def _parts(due: date | datetime | None, local: Local) -> tuple[date | None, datetime | None]:
    """A day, or a moment of the company's zone."""
    if isinstance(due, datetime):
        return None, due.replace(tzinfo=local.zone)
    return due, None


async def _own(uow: UnitOfWork, task_id: int) -> int:
    task = await uow.lock(Task, task_id)
    policy.require(task.owner_id == uow.actor.person_id, NotFound("这件不是你的待办"))
    return task.id


async def _tell_giver(uow: UnitOfWork, task: Task, what: str) -> None:
    if task.sort != ASSIGNED:
        return
    giver = await audit.maker(uow, task)
    if giver is not None and giver != uow.actor.person_id:
        me = uow.actor.require_person()
        text = f"{(await people.names(uow.session, {me}))[me].called}{what}：{task.text}"
        uow.tell(Address.person(giver), "plain.text", key=f"task-{task.id}-{what}", text=text)
