"""What somebody did last by saying so: what 撤销 means when nothing else says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlmodel import col

from domain.services import corrections, orders
from domain.tables import Activity, Approval, Reminder
from domain.uow import UnitOfWork

What: TypeAlias = Literal["note", "order", "reminder", "request"]


@dataclass(frozen=True, slots=True)
class Latest:
    """One thing that was done: what, its row (of an order the message), when, and by which message (0: unknown), as
    messages tell better than clocks what came later."""

    what: What
    row_id: int
    at: datetime
    said: int


async def latest(uow: UnitOfWork, talked_about: int | None) -> Latest | None:
    """The last thing that the actor did and that stands; `talked_about` is the note that the conversation is about."""
    found = [await _note(uow, talked_about), await _order(uow), await _reminder(uow), await _request(uow)]
    return max((each for each in found if each is not None), key=lambda each: (each.said, each.at), default=None)


async def _note(uow: UnitOfWork, talked_about: int | None) -> Latest | None:
    note = await corrections.last(uow, talked_about)
    if note is None:
        return None
    row = await uow.get(Activity, note)
    return Latest("note", row.id, row.created_at, row.inbox_id or 0)


async def _order(uow: UnitOfWork) -> Latest | None:
    last = await orders.last(uow)
    return None if last is None else Latest("order", last.inbox_id, last.at, last.inbox_id)


async def _reminder(uow: UnitOfWork) -> Latest | None:
    query = select(Reminder).where(
        col(Reminder.person_id) == uow.actor.person_id,
        col(Reminder.inbox_id).is_not(None),
        col(Reminder.state) == "waiting",
        col(Reminder.gone_at).is_(None),
    )
    row = (await uow.session.scalars(query.order_by(col(Reminder.id).desc()).limit(1))).first()
    return None if row is None else Latest("reminder", row.id, row.created_at, row.inbox_id or 0)


async def _request(uow: UnitOfWork) -> Latest | None:
    query = select(Approval).where(
        col(Approval.asker_id) == uow.actor.person_id,
        col(Approval.state) == "waiting",
        col(Approval.gone_at).is_(None),
    )
    row = (await uow.session.scalars(query.order_by(col(Approval.id).desc()).limit(1))).first()
    return None if row is None else Latest("request", row.id, row.created_at, row.inbox_id or 0)
