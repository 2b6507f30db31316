"""Claim, finish, fail: the life of a queued row, for all queues alike.

A row is claimed with a lease; `fence` grows with every claim, and finishing asks for the fence that was claimed, in
the very transaction that holds the effects. A worker that lost its lease hits no row and rolls back, so nothing
happens twice. Only the first waiting row of each lane can be claimed, so what one sender says is handled in order.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.tables import Queued

Q = TypeVar("Q", bound=Queued)

RETRIES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))
DELIVERY_RETRIES = (*RETRIES, timedelta(minutes=5), timedelta(hours=1))
LONG_PAUSE = timedelta(minutes=1)
KILLS_WITHIN = timedelta(minutes=30)  # sooner than this, many restarts are the machine's trouble and not the row's
KILLS = 20  # so many lost leases look like a row that kills its worker


class LostLease(Exception):
    """Somebody else has the row now, or it was cancelled; the unit must roll back."""


async def claim(
    connection: AsyncConnection,
    table: type[Q],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    channels: frozenset[str] | None = None,
    skip: frozenset[int] = frozenset(),
) -> list[Q]:
    """Lease the rows that can start now, first of each lane first.

    `channels` narrows the outbox to what is reachable; `skip` are rows that this process has in hand.
    """
    if limit <= 0:
        return []
    values: dict[str, object] = {"b_now": now, "b_until": now + lease, "b_limit": limit, "b_skip": sorted(skip)}
    if channels is not None:
        values["b_channels"] = sorted(channels)
    rows = (await connection.execute(_claim(table, channels is not None), values)).mappings().all()
    return sorted((table(**row) for row in rows), key=lambda r: (r.due_at, r.id))


@cache
def _claim(table: type[Queued], by_channel: bool) -> ReturningUpdate[Any]:
    """The one claim statement, built once for each queue: building it costs more than running it."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    free = _startable(table).where(col(table.id).not_in(bindparam("b_skip", expanding=True)))
    if by_channel:
        free = free.where(columns.channel.in_(bindparam("b_channels", expanding=True)))
    chosen = free.limit(bindparam("b_limit")).with_for_update(skip_locked=True).cte("chosen")
    return (
        update(table)
        .where(col(table.id).in_(select(chosen.c.id)))
        .values(
            lease_until=bindparam("b_until", type_=UTCDateTime()),
            fence=col(table.fence) + 1,
            # A lease that nobody gave back has run out under a worker that died.
            leases_lost=case(
                (col(table.lease_until).is_not(None), col(table.leases_lost) + 1), else_=table.leases_lost
            ),
        )
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )


def _startable(table: type[Queued]) -> Select[int]:
    """The rows that wait, are due and free, and have no earlier one of their lane before them."""
    other, now = aliased(table), bindparam("b_now", type_=UTCDateTime())
    earlier = select(col(other.id)).where(
        col(other.lane) == col(table.lane),
        col(other.state) == "waiting",
        col(other.due_at) <= now,
        or_(
            col(other.due_at) < col(table.due_at),
            and_(col(other.due_at) == col(table.due_at), col(other.id) < col(table.id)),
        ),
    )
    return (
        select(col(table.id))
        .where(
            col(table.state) == "waiting",
            col(table.due_at) <= now,
            or_(col(table.lease_until).is_(None), col(table.lease_until) <= now),
            or_(col(table.retry_at).is_(None), col(table.retry_at) <= now),
            ~earlier.exists(),
        )
        .order_by(col(table.due_at), col(table.id))
    )


async def renew(connection: AsyncConnection, row: Queued, until: datetime) -> bool:
    """Keep the lease while work goes on; False when it is lost."""
    table = type(row)
    statement = update(table).where(*_mine(row)).values(lease_until=until)
    return bool((await connection.execute(statement)).rowcount)


async def finish(session: AsyncSession | AsyncConnection, row: Queued, **values: object) -> None:
    """Mark the claimed row done, inside the unit that holds its effects; raises `LostLease`."""
    statement = update(type(row)).where(*_mine(row)).values(state="done", lease_until=None, **values)
    if not (await session.execute(statement)).rowcount:  # type: ignore[attr-defined]
        raise LostLease


async def put_back(connection: AsyncConnection, row: Queued, *, until: datetime) -> None:
    """Give the row back untouched, to be taken up at `until`: waiting is no failure."""
    await connection.execute(update(type(row)).where(*_mine(row)).values(lease_until=None, retry_at=until))


async def fail(
    connection: AsyncConnection | AsyncSession,
    row: Queued,
    *,
    now: datetime,
    error: str,
    retries: tuple[timedelta, ...] = RETRIES,
    final: bool = False,
) -> bool:
    """Write down what went wrong and when to try again; True when the row is dead. Raises `LostLease`.

    Before a long pause the row leaves its lane: what came after it must not wait with it.
    """
    failures = row.failures + 1
    dead = final or failures > len(retries)
    values: dict[str, object] = {"failures": failures, "last_error": error[:500], "lease_until": None}
    if dead:
        values["state"] = "dead"
    else:
        pause = retries[failures - 1]
        if pause >= LONG_PAUSE:
            values["lane"] = f"aside:{row.id}"
        values["retry_at"] = now + pause + pause * random.uniform(0, 0.2)  # noqa: S311 - spreads load, hides nothing
    done = await connection.execute(update(type(row)).where(*_mine(row)).values(**values))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise LostLease
    return dead


async def unfinished(session: AsyncSession, table: type[Queued], now: datetime) -> int:
    """How many rows wait that are due by now."""
    query = select(func.count()).where(col(table.state) == "waiting", col(table.due_at) <= now)
    return int((await session.execute(query)).scalar_one())


def _mine(row: Queued) -> tuple[ColumnElement[bool], ...]:
    table = type(row)
    return (col(table.id) == row.id, col(table.fence) == row.fence, col(table.state) == "waiting")
