"""Claim, finish, fail: the life of a queued row, for all queues alike.

A row is claimed with a lease; `fence` grows with every claim, and finishing asks for the fence that was claimed, in
the very transaction that holds the effects. A worker that lost its lease hits no row and rolls back, so nothing
happens twice. Only the first waiting row of each lane can be claimed, so what one sender says is handled in order.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import manager_of_class
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from config import measures
from domain.prepared import Prepared, Runs
from domain.tables import Outbox, Queued

Q = TypeVar("Q", bound=Queued)

RETRIES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))
DELIVERY_RETRIES = (*RETRIES, timedelta(minutes=5), timedelta(hours=1))
LONG_PAUSE = timedelta(minutes=1)
ASIDE = "aside:"  # how the lane begins of what waits out a long pause
KILLS_WITHIN = timedelta(minutes=30)  # sooner than this, many restarts are the machine's trouble and not the row's
KILLS = 20  # so many lost leases look like a row that kills its worker


class LostLease(Exception):
    """Somebody else has the row now, or it was cancelled; the unit must roll back."""


async def claim(
    connection: Runs,
    table: type[Q],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    channels: frozenset[str] | None = None,
    skip: frozenset[int] = frozenset(),
    lane: str | None = None,
) -> list[Q]:
    """Lease the rows that can start now, first of each lane first.

    `channels` narrows the outbox to what is reachable; `skip` are rows that this process has in hand. Looking at one
    `lane` costs the same however many rows wait; looking at all costs the more the longer the lanes are.
    """
    if limit <= 0:
        return []
    values: dict[str, object] = {"b_now": now, "b_until": now + lease, "b_limit": limit}
    values |= {} if lane is None else {"b_lane": lane}
    values |= {f"b_channel{at}": name for at, name in enumerate(sorted(channels or ()))}
    values |= {f"b_skip{at}": row_id for at, row_id in enumerate(sorted(skip))}
    statement = _claim(table, None if channels is None else len(channels), len(skip), lane is not None)
    names = [*table.__table__.columns.keys(), "followed"]  # type: ignore[attr-defined]
    rows = [revived(table, dict(zip(names, row, strict=True))) for row in await statement.all(connection, **values)]
    return sorted(rows, key=lambda r: (r.due_at, r.id))


def revived(table: type[Q], values: Mapping[str, Any]) -> Q:
    """A claimed row as an object that belongs to no session; the constructor would check what the database has."""
    row: Q = manager_of_class(table).new_instance()
    row.__dict__.update(values)
    return row


@cache
def _claim(table: type[Queued], channels: int | None, skipped: int, of_a_lane: bool) -> Prepared:
    """The one claim statement, built once for each queue: building it costs more than running it."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    free = _startable(table)
    if of_a_lane:
        free = free.where(columns.lane == bindparam("b_lane"))
    for at in range(skipped):
        free = free.where(col(table.id) != bindparam(f"b_skip{at}"))
    if channels is not None:
        # As an expression: else SQLite takes an index on the channel, under which is all that was ever sent.
        channel = columns.channel.concat(literal_column("''"))
        free = free.where(or_(false(), *(channel == bindparam(f"b_channel{at}") for at in range(channels))))
    chosen = free.limit(bindparam("b_limit")).with_for_update(skip_locked=True).cte("chosen")
    return Prepared(
        update(table.__table__)  # type: ignore[attr-defined]
        .where(columns.id.in_(select(chosen.c.id)))
        .values(
            lease_until=bindparam("b_until", type_=UTCDateTime()),
            fence=col(table.fence) + 1,
            # A lease that nobody gave back has run out under a worker that died.
            leases_lost=case(
                (col(table.lease_until).is_not(None), col(table.leases_lost) + 1), else_=table.leases_lost
            ),
        )
        .returning(*columns, _followed(table))
    )


def _followed(table: type[Queued]) -> ColumnElement[bool]:
    """Whether another row of the lane waits behind this one. In RETURNING, SQLAlchemy writes SQLite's columns without
    their table, which within a subquery would name the other row's."""
    other = aliased(table)
    # Without the cast, and with 'waiting' as a bound value, SQLite uses no index within RETURNING, but scans the table
    # once for each row that is claimed.
    lane: ColumnElement[str] = literal_column(f"CAST({table.__tablename__}.lane AS VARCHAR)")
    row_id: ColumnElement[int] = literal_column(f"{table.__tablename__}.id")
    waiting: ColumnElement[str] = literal_column("'waiting'")
    behind = select(col(other.id)).where(col(other.lane) == lane, col(other.state) == waiting, col(other.id) != row_id)
    return behind.exists().label("followed")


def _startable(table: type[Queued]) -> Select[int]:
    """The rows that wait, are due and free, and have none of their lane before them: one that is leased, or was when
    its worker died, whenever that was due by his clock; else an earlier one."""
    other, now = aliased(table), bindparam("b_now", type_=UTCDateTime())
    begun, other_begun = col(table.lease_until).is_not(None), col(other.lease_until).is_not(None)
    earlier = select(col(other.id)).where(
        col(other.lane) == col(table.lane),
        col(other.state) == "waiting",
        or_(
            and_(
                col(other.due_at) <= now,
                or_(other_begun, ~begun),
                _before(_order(table, other), _order(table, table)),
            ),
            col(other.lease_until) > now,
            and_(other_begun, ~begun),
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
        .order_by(*_order(table, table))
    )


def _order(table: type[Queued], rows: Any) -> list[ColumnElement[Any]]:
    """In which order rows go, in their lane and among lanes: deliveries by urgency, then all by time."""
    return [*([rows.urgency] if table is Outbox else []), rows.due_at, rows.id]


def _before(one: list[ColumnElement[Any]], other: list[ColumnElement[Any]]) -> ColumnElement[bool]:
    (first, *rest), (second, *others) = one, other
    return or_(first < second, and_(first == second, _before(rest, others))) if rest else first < second


async def renew(connection: Runs, rows: Sequence[Queued], until: datetime) -> None:
    """Keep the leases of one queue's rows while work on them goes on; one that is lost, or was given back just now,
    stays so."""
    held = [{"b_id": row.id, "b_fence": row.fence, "b_until": until} for row in rows]
    if held:
        await _renewal(type(rows[0])).many(connection, held)


async def give_back(connection: Runs, rows: Sequence[Queued]) -> None:
    """Give back rows of one queue, at least one, that were leased and not begun: whoever looks next may have them."""
    held = [{"b_id": row.id, "b_fence": row.fence, "b_lease_until": None} for row in rows]
    await _change(type(rows[0]), "lease_until").many(connection, held)


async def finish(session: Runs, row: Queued, **values: object) -> None:
    """Mark the claimed row done, inside the unit that holds its effects; raises `LostLease`."""
    values |= {"state": "done", "lease_until": None}
    given = {f"b_{name}": value for name, value in values.items()}
    statement = _change(type(row), *sorted(values))
    if not await statement.change(session, given | {"b_id": row.id, "b_fence": row.fence}):
        raise LostLease


@cache
def _renewal(table: type[Queued]) -> Prepared:
    held = _claimed(table).where(col(table.lease_until).is_not(None))
    return Prepared(held.values(lease_until=bindparam("b_until", type_=UTCDateTime())))


@cache
def _change(table: type[Queued], *names: str) -> Prepared:
    """Set these columns of a row whose claim still holds."""
    return Prepared(_claimed(table).values({name: bindparam(f"b_{name}") for name in names}))


def _claimed(table: type[Queued]) -> Update:
    columns = table.__table__.c  # type: ignore[attr-defined]
    mine = (columns.id == bindparam("b_id"), columns.fence == bindparam("b_fence"), columns.state == "waiting")
    return update(table.__table__).where(*mine)  # type: ignore[attr-defined]


async def put_back(connection: AsyncConnection, row: Queued, *, until: datetime, **values: object) -> None:
    """Give the row back undone, to be taken up at `until`: waiting is no failure, and blocks nobody. Raises
    `LostLease`."""
    change = update(type(row)).where(*_mine(row)).values(lease_until=None, due_at=until, **values)
    if not (await connection.execute(change)).rowcount:
        raise LostLease


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
            values["lane"] = f"{ASIDE}{row.id}"
        values["retry_at"] = now + pause + pause * random.uniform(0, 0.2)  # noqa: S311 - spreads load, hides nothing
    done = await connection.execute(update(type(row)).where(*_mine(row)).values(**values))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise LostLease
    measures.FAILED.add(str(type(row).__tablename__), "dead" if dead else "again")
    return dead


async def unfinished(session: AsyncSession, table: type[Queued], now: datetime) -> int:
    """How many rows wait that are due by now."""
    query = select(func.count()).where(col(table.state) == "waiting", col(table.due_at) <= now)
    return int((await session.execute(query)).scalar_one())


def _mine(row: Queued) -> tuple[ColumnElement[bool], ...]:
    table = type(row)
    return (col(table.id) == row.id, col(table.fence) == row.fence, col(table.state) == "waiting")
