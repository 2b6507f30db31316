"""A promise that was kept, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.reminding import following
from domain.tables import Activity, Customer, Task
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """A task that was closed. `early` is in days, below zero where it was late; `asked` is whose opinion
    may be asked for, `follow_at` when."""

    task_id: int
    text: str
    customer: str
    promised_on: date
    due_on: date | None
    before: bool
    early: int | None
    done_at: datetime | None
    done_text: str
    open: bool
    asked: str
    follow_at: datetime
    others: tuple[OpenTask, ...]


async def kept(session: AsyncSession, viewer: Actor, moment: Local, *, task: int) -> KeptView:
    """One task of the viewer's, with the other open ones of its customer."""
    row = await session.get(Task, task)
    if row is None or row.gone_at is not None or row.owner_id not in viewer.people:
        raise NotFound("没有这件待办，或不归你管")
    customer = await session.get(Customer, row.customer_id) if row.customer_id else None
    activity = await session.get(Activity, row.activity_id) if row.activity_id else None
    done_on = row.done_at.astimezone(moment.zone).date() if row.done_at else moment.today
    return KeptView(
        task_id=row.id,
        text=row.text,
        customer=(customer.short_name or customer.name) if customer else "",
        promised_on=row.created_at.astimezone(moment.zone).date(),
        due_on=row.due_on,
        before=row.before,
        early=(row.due_on - done_on).days if row.due_on else None,
        done_at=row.done_at,
        done_text=row.done_text,
        open=row.state == "open",
        asked=activity.contacts[0] if activity and activity.contacts else "对方",
        follow_at=following(moment),
        others=await _others(session, viewer, row),
    )


async def _others(session: AsyncSession, viewer: Actor, row: Task) -> tuple[OpenTask, ...]:
    query = (
        select(Task)
        .where(policy.rows(viewer, Task), col(Task.state) == "open", col(Task.customer_id) == row.customer_id)
        .where(col(Task.id) != row.id, col(Task.sort) != "invoice")
        .order_by(col(Task.due_on), col(Task.id))
        .limit(9)
    )
    return tuple(OpenTask(id=t.id, text=t.text) for t in (await session.scalars(query)).all())
