"""What somebody has to do, what he wants to be reminded of, and a to-do that a colleague gave him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Customer, Reminder, Task
from domain.when import Local

PAGE, AT_ONCE = 6, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoLine:
    """One line of a list. `customer` is empty where there is none, or none that the viewer may see."""

    id: int
    text: str
    customer: str
    due_on: date | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList:
    """A page of open to-dos, those due first first; `day` where only one day was asked for, `late` how many of all are
    past their day."""

    total: int
    offset: int
    rows: tuple[TodoLine, ...]
    day: date | None = None
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedView:
    """A to-do that `giver` gave to the viewer; `state` is open, done or cancelled."""

    id: int
    text: str
    giver: str
    giver_id: int
    customer_id: int | None
    customer: str
    due_on: date | None
    due_at: datetime | None
    state: str
    done_at: datetime | None


async def todos(
    session: AsyncSession, viewer: Actor, local: Local, *, offset: int = 0, day: str | None = None, limit: int = PAGE
) -> TodoList:
    """The viewer's own open to-dos, those without a day last."""
    on = date.fromisoformat(day) if day else None
    mine = [
        policy.rows(viewer, Task),
        col(Task.owner_id) == viewer.person_id,
        col(Task.state) == "open",
        col(Task.sort) != "invoice",
    ]
    if on is not None:
        mine.append(col(Task.due_on) <= on)
    query = select(Task).where(*mine).order_by(col(Task.due_on).is_(None), col(Task.due_on), col(Task.id))
    rows = (await session.scalars(query.offset(offset).limit(limit))).all()
    names = await _customers(session, viewer, {row.customer_id for row in rows if row.customer_id is not None})
    late = select(func.count()).select_from(Task).where(*mine, col(Task.due_on) < local.today)
    return TodoList(
        total=await session.scalar(select(func.count()).select_from(Task).where(*mine)) or 0,
        offset=offset,
        rows=tuple(
            TodoLine(
                id=row.id,
                text=row.text,
                customer=names.get(row.customer_id or 0, ""),
                due_on=row.due_on,
                due_at=row.due_at,
            )
            for row in rows
        ),
        day=on,
        late=await session.scalar(late) or 0,
    )


async def to_tick(session: AsyncSession, viewer: Actor, local: Local) -> TodoList:
    """As many of them as can be ticked at once."""
    return await todos(session, viewer, local, limit=AT_ONCE)


async def reminders(session: AsyncSession, viewer: Actor, local: Local, *, offset: int = 0) -> TodoList:
    """The viewer's reminders that will come, the next one first."""
    mine = (policy.rows(viewer, Reminder), col(Reminder.state) == "waiting")
    query = select(Reminder).where(*mine).order_by(col(Reminder.due_at), col(Reminder.id))
    rows = (await session.scalars(query.offset(offset).limit(PAGE))).all()
    names = await _customers(session, viewer, {row.customer_id for row in rows if row.customer_id is not None})
    return TodoList(
        total=await session.scalar(select(func.count()).select_from(Reminder).where(*mine)) or 0,
        offset=offset,
        rows=tuple(
            TodoLine(
                id=row.id,
                text=row.text,
                customer=names.get(row.customer_id or 0, ""),
                due_on=row.due_at.astimezone(local.zone).date(),
                due_at=row.due_at,
            )
            for row in rows
        ),
    )


async def assigned(session: AsyncSession, viewer: Actor, _local: Local, *, task: int, by: int) -> AssignedView:
    """A to-do as the person sees it who has to do it."""
    row = await session.get(Task, task)
    if row is None or row.gone_at is not None or row.owner_id != viewer.person_id:
        raise NotFound("没有这件待办，或不归你管")
    named = await people.names(session, {by})
    names = await _customers(session, viewer, {row.customer_id} if row.customer_id is not None else set())
    return AssignedView(
        id=row.id,
        text=row.text,
        giver=named[by].called if by in named else "同事",
        giver_id=by,
        customer_id=row.customer_id if row.customer_id in names else None,
        customer=names.get(row.customer_id or 0, ""),
        due_on=row.due_on,
        due_at=row.due_at,
        state=row.state,
        done_at=row.done_at,
    )


async def _customers(session: AsyncSession, viewer: Actor, ids: set[int]) -> dict[int, str]:
    """What the customers are called that the viewer may see."""
    if not ids:
        return {}
    query = select(Customer).where(col(Customer.id).in_(ids), policy.rows(viewer, Customer))
    return {row.id: row.short_name or row.name for row in (await session.scalars(query)).all()}
