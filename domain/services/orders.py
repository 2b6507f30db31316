"""What an order changed: whether it is carried out, taken back as a whole, and brought back.

An order changes the record in one change set. Others may have been told of it; their cards follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import audit
from domain.actor import JSON, Ref
from domain.errors import NotFound, Refused
from domain.services import customers, lessons, outsiders, tasks
from domain.tables import AuditEntry, Inbox, Outbox, Reminder, Task
from domain.uow import UnitOfWork

ORDERED = "ordered"  # the outcome of a message whose order is carried out
DONE, WITHDRAWN = "order.done", "order.withdrawn"  # the cards of who ordered, and of who was told


async def settle(uow: UnitOfWork, inbox_id: int) -> None:
    """The order of a message is carried out: an old button of its question does nothing any more."""
    (await uow.get(Inbox, inbox_id)).outcome = ORDERED


async def settled(uow: UnitOfWork, inbox_id: int) -> bool:
    """Whether the order of a message is carried out."""
    return (await uow.get(Inbox, inbox_id)).outcome == ORDERED


async def entries(session: AsyncSession, change_set: str) -> Sequence[AuditEntry]:
    """What a change set changed, in its order."""
    query = select(AuditEntry).where(col(AuditEntry.change_set) == change_set).order_by(col(AuditEntry.id))
    return (await session.scalars(query)).all()


async def told(session: AsyncSession, changed: Sequence[AuditEntry]) -> list[Outbox]:
    """What others were sent because of a change set."""
    causes = {entry.cause_id for entry in changed if entry.cause_kind == "inbox"}
    query = select(Outbox).where(
        col(Outbox.cause_kind) == "inbox",
        col(Outbox.cause_id).in_(causes),
        col(Outbox.mode) == "send",
        col(Outbox.state).in_(("waiting", "done")),
        col(Outbox.person_id).is_not(None),
        col(Outbox.person_id) != (changed[0].person_id if changed else None),
    )
    return list((await session.scalars(query.order_by(col(Outbox.id)))).all()) if causes else []


@dataclass(frozen=True, slots=True)
class Last:
    """The newest order of somebody that stands: its card's parameters, which message gave it, and when."""

    params: dict[str, Any]
    inbox_id: int
    at: datetime


async def last(uow: UnitOfWork) -> Last | None:
    """The newest order of the actor that is not taken back."""
    query = (
        select(Outbox)
        .where(col(Outbox.person_id) == uow.actor.person_id, col(Outbox.kind) == DONE, col(Outbox.mode) == "send")
        .order_by(col(Outbox.id).desc())
        .limit(5)
    )
    for row in (await uow.session.scalars(query)).all():
        if not row.params.get("undone"):
            return Last(row.params, row.subject_id or 0, row.sent_at or row.created_at)
    return None


@dataclass(frozen=True, slots=True)
class Planned:
    """A to-do or a reminder: something with a time of its own."""

    kind: Literal["task", "reminder"]
    row_id: int


async def planned(uow: UnitOfWork) -> Planned | None:
    """The one to-do or reminder of the actor that his newest order set or moved."""
    newest = await last(uow)
    if newest is None:
        return None
    changed = await entries(uow.session, newest.params["changes"])
    for kind, table in _PLANNED.items():
        if len(rows := {entry.row_id for entry in changed if entry.kind == kind}) == 1:
            row = await uow.get(table, rows.pop())
            mine = uow.actor.person_id == (row.owner_id if isinstance(row, Task) else row.person_id)
            return Planned(kind, row.id) if mine and row.state in ("open", "waiting") else None
    return None


async def words_of(uow: UnitOfWork, plan: Planned) -> str:
    """What is to be done, in words."""
    return (await uow.get(_PLANNED[plan.kind], plan.row_id)).text


async def promised(uow: UnitOfWork, activity_id: int) -> Planned | None:
    """The one thing that is to be done by a note of the actor."""
    query = select(Task).where(
        col(Task.activity_id) == activity_id,
        col(Task.owner_id) == uow.actor.person_id,
        col(Task.state) == "open",
        col(Task.gone_at).is_(None),
    )
    found = (await uow.session.scalars(query)).all()
    return Planned("task", found[0].id) if len(found) == 1 else None


_PLANNED: dict[Literal["task", "reminder"], type[Task | Reminder]] = {"task": Task, "reminder": Reminder}


async def undo(uow: UnitOfWork, change_set: str) -> str:
    """Take back all that an order changed; returns the change set that did it. Who was told learns that it is off."""
    changed = await _own(uow, change_set)
    undo_set = await uow.begin_change()
    await audit.revert(uow, change_set)
    await _follow(uow)
    for row in await told(uow.session, changed):
        was: dict[str, JSON] = {"kind": row.kind, "params": row.params}
        subject = Ref(row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id is not None else None
        uow.redraw(row, WITHDRAWN, subject, by=uow.actor.person_id, at=uow.now.isoformat(), was=was)
    await uow.begin_change()
    return undo_set


async def restore(uow: UnitOfWork, change_set: str, undo_set: str) -> None:
    """Take an undo back: what was ordered holds again, and who was told sees it again."""
    changed = await _own(uow, change_set)
    await _own(uow, undo_set)
    await uow.begin_change()
    try:
        await audit.revert(uow, undo_set)
    except audit.Overtaken:
        raise Refused("后来又改过，直接恢复不了。要改成什么，再说一遍就改") from None
    await _follow(uow)
    for row in await told(uow.session, changed):
        was = row.params.get("was")
        if row.kind == WITHDRAWN and isinstance(was, dict):
            subject = Ref(row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id is not None else None
            uow.redraw(row, was["kind"], subject, **was["params"])
    await uow.begin_change()


async def _own(uow: UnitOfWork, change_set: str) -> Sequence[AuditEntry]:
    """The changes of an order; only who gave it takes it back."""
    changed = await entries(uow.session, change_set)
    if not changed or any(entry.person_id != uow.actor.person_id for entry in changed):
        raise NotFound("没有这件事可撤，或不是你办的")
    return changed


async def _follow(uow: UnitOfWork) -> None:
    """What goes by the records: names of customers, words that were taught, and the pushes of reminders."""
    await customers.follow_names(uow)
    await outsiders.follow_changes(uow)
    await lessons.follow(uow)
    await tasks.plan_again(uow)
