"""What waits in the queues, and for how long: read from the database, genjin itself is not asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select

from domain.database import Database
from domain.tables import Due, Outbox, Queued
from tests.faults import judge


async def pause(database: Database, now: datetime) -> timedelta | None:
    """How long until the next row can be taken up, zero where one can be now or is in hand; None without rows."""
    async with database.read() as session:
        heads = [head for query in _WAITING for head in _heads((await session.execute(query)).all(), now)]
    return max(min(heads) - now, timedelta()) if heads else None


async def left(database: Database, now: datetime) -> list[str]:
    """What waits, in words."""
    record = await judge.recorded(database)
    return [
        f"{row.__tablename__} {row.id} {row.kind}: due {row.due_at - now}, retry at {row.retry_at}, lease until "
        f"{row.lease_until}, lane {row.lane}, fence {row.fence}, failures {row.failures}: {row.last_error}"
        for row in (*record.inbox, *record.outbox, *record.due)
        if row.state == "waiting"
    ]


def _waiting(table: type[Queued]) -> Select[Any]:
    """What waits, as genjin takes it up, first of each lane first; without what is planned for the night."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    wanted = (columns.lane, columns.due_at, columns.retry_at, columns.lease_until)
    order = (*([columns.urgency] if table is Outbox else []), columns.due_at, columns.id)
    query = select(*wanted).where(columns.state == "waiting").order_by(*order)
    return query.where(columns.kind == "reminder") if table is Due else query


_WAITING = [_waiting(table) for table in judge.QUEUES]


def _heads(rows: Sequence[Row[Any]], now: datetime) -> list[datetime]:
    """When the first row of each lane can be taken up. Of those that are due the first keeps the others waiting, also
    while it waits for another try; who holds a lease may be at work."""
    lanes: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        lanes[row.lane].append(row)
    heads = []
    for lane in lanes.values():
        due = [row for row in lane if row.due_at <= now][:1] or lane
        held = any(row.lease_until is not None and row.lease_until > now for row in lane)
        heads.append(now if held else min(max(row.due_at, row.retry_at or row.due_at) for row in due))
    return heads
