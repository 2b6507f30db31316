"""What waits in the queues and why, for whoever watches over them: read often, so it looks at due rows alone.

A lane is as its first row is: in work, failing (stuck: it is tried again later), kept back (paced: it failed at
nothing, its recipient's limit is reached), or ready, which a worker should take at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.tables import Due, Inbox, Outbox, Queued

MOST = 2000  # rows looked at in each queue, the oldest first; beyond it a backlog is a backlog
QUEUES: tuple[type[Queued], ...] = (Inbox, Due, Outbox)
STATES = ("ready", "working", "stuck", "paced")


@dataclass(slots=True)
class Waiting:
    """Lanes of one state: how many, how many due rows are in them, and how long the oldest has been due."""

    lanes: int = 0
    rows: int = 0
    oldest: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Backlog:
    """One queue: what is due, by state, and how many rows are dead; neither is counted beyond `MOST`."""

    queue: str
    waiting: dict[str, Waiting]
    dead: int


async def backlogs(session: AsyncSession, now: datetime) -> list[Backlog]:
    """All queues, as they are at `now`."""
    return [await _backlog(session, table, now) for table in QUEUES]


async def _backlog(session: AsyncSession, table: type[Queued], now: datetime) -> Backlog:
    rows = (await session.execute(_due(table, now))).all()
    dead = select(col(table.id)).where(col(table.state) == literal_column("'dead'")).limit(MOST).subquery()
    count = await session.scalar(select(func.count()).select_from(dead))
    return Backlog(str(table.__tablename__), sorted_out(rows, now), int(count or 0))


def _due(table: type[Queued], now: datetime) -> Select[*tuple[Any, ...]]:
    columns = (table.due_at, table.id, table.lane, table.retry_at, table.lease_until, table.failures)
    urgency: tuple[int, ...] = ()
    due = col(table.due_at) <= now
    since: ColumnElement[Any] = col(table.due_at)  # type: ignore[assignment]
    if table is Outbox:
        urgency = (Outbox.urgency,)  # as the index has them
        # What is kept back for its recipient's limit falls due again later, and has waited since it was told.
        since = case((due, since), else_=col(Outbox.created_at))
        due = or_(due, col(Outbox.retry_at) > now)
    return (
        select(*map(col, columns), since)
        # A literal, so that both databases see that the partial index has all of these rows and no others.
        .where(col(table.state) == literal_column("'waiting'"), due)
        .order_by(*map(col, urgency), col(table.due_at), col(table.id))
        .limit(MOST)
    )


def sorted_out(rows: Sequence[Any], now: datetime) -> dict[str, Waiting]:
    """Each lane by the state of its first row; `rows` are (due_at, id, lane, retry_at, lease_until, failures, since
    when it waits)."""
    found = {state: Waiting() for state in STATES}
    lanes: dict[str, Waiting] = {}
    for _, _, lane, retry_at, lease_until, failures, since in sorted(rows, key=lambda row: row[:2]):
        of_lane = lanes.get(lane)
        if of_lane is None:
            of_lane = lanes[lane] = found[_state(now, retry_at, lease_until, failures)]
            of_lane.lanes += 1
        of_lane.rows += 1
        of_lane.oldest = max(of_lane.oldest, now - since)
    return found


def _state(now: datetime, retry_at: datetime | None, lease_until: datetime | None, failures: int) -> str:
    if failures:
        return "stuck"
    if lease_until is not None and lease_until > now:
        return "working"
    return "paced" if retry_at is not None and retry_at > now else "ready"
