"""What becomes of deliveries that cannot go now: put off in the order of their urgency, and folded where it can be.

Lines of text to one recipient become one message, and so do all messages to a group, which shows no cards. A change of
a card that a later one overtakes is not made, and a card that still waits is changed before it goes. What is folded is
done, and says in `last_error` with which delivery it went.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain import queue
from domain.database import Database
from domain.tables import Outbox
from domain.urgency import Urgency

TOGETHER = "plain.together"
_MOST, _BYTES = 8, 1800  # of messages, and of their text, that go together: a text holds 2048 bytes


async def put_off(connection: AsyncConnection, row: Outbox, *, until: datetime, fold: bool) -> None:
    """Put the row back, and with it what waits behind it and hurries no more than it does; raises `LostLease`.

    With `fold`, what may go together with the row does so. Changes of cards are no messages, and wait for nothing.
    """
    await queue.put_back(connection, row, until=until, retry_at=until)
    if fold and _untried(row) and _foldable(row.urgency, row.kind):
        await _fold(connection, row)
    behind = (*_waiting(row), col(Outbox.urgency) >= row.urgency, col(Outbox.due_at) < until)
    await connection.execute(update(Outbox).where(*behind).values(due_at=until, retry_at=until))


async def _fold(connection: AsyncConnection, row: Outbox) -> None:
    """Take along what stands next in line, as far as it is of the same sort. Once: what is sent under one key must not
    grow between two attempts."""
    behind = (*_waiting(row), col(Outbox.urgency) == row.urgency, col(Outbox.id) > row.id)
    query = select(Outbox).where(*behind).order_by(col(Outbox.id)).limit(_MOST)
    items = _items(row.kind, row.params)
    along: list[int] = []
    for other in (await connection.execute(query)).mappings():
        both = [*items, *_items(other["kind"], other["params"])]
        if not _foldable(row.urgency, other["kind"]) or not _fits(both):
            break
        items, along = both, [*along, other["id"]]
    if not along:
        return
    taken = update(Outbox).where(col(Outbox.id).in_(along))
    await connection.execute(taken.values(state="done", last_error=f"went with delivery {row.id}"))
    told = {"kind": TOGETHER, "params": {"items": items}}
    await connection.execute(update(Outbox).where(col(Outbox.id) == row.id).values(**told))


async def overtaken(database: Database, row: Outbox) -> bool:
    """Whether the row, a change of a card, need not be made by itself; what is to be done instead is done then."""
    async with database.read() as session:
        found = (await session.execute(_around(), {"b_id": row.id, "b_target": row.target_id})).one_or_none()
    if found is None or (found.newer is None and found.state != "waiting"):
        return False
    async with database.begin() as connection:
        if found.newer is not None:
            await queue.finish(connection, row, last_error=f"went with delivery {found.newer}")
        elif await _change_before(connection, row):
            await queue.finish(connection, row, last_error=f"went with delivery {row.target_id}")
        else:  # it is on its way, or was and may have arrived: the change follows it
            now = database.clock.now()
            await queue.put_back(connection, row, until=max(now, found.retry_at or now) + timedelta(seconds=1))
    return True


@cache
def _around() -> Select[Any]:
    """How it stands with the card that is to change, and which later change of it waits."""
    later = aliased(Outbox)
    newer = select(func.min(col(later.id))).where(
        col(later.target_id) == bindparam("b_target"), col(later.state) == "waiting", col(later.id) > bindparam("b_id")
    )
    columns = (col(Outbox.state), col(Outbox.retry_at), newer.scalar_subquery().label("newer"))
    return select(*columns).where(col(Outbox.id) == bindparam("b_target"))


async def _change_before(connection: AsyncConnection, row: Outbox) -> bool:
    """Make the card that still waits the one that it was to become; False when it cannot be told that nobody has it."""
    about = {"kind": row.kind, "params": row.params, "subject_kind": row.subject_kind, "subject_id": row.subject_id}
    waits = (col(Outbox.id) == row.target_id, col(Outbox.state) == "waiting", *_never_tried())
    return bool((await connection.execute(update(Outbox).where(*waits).values(**about))).rowcount)


def lane_of(row: Outbox) -> str:
    """The lane of everything that goes to the row's recipient; a row that waits long for another try stands aside."""
    return f"{row.channel}:{row.recipient}"


def _waiting(row: Outbox) -> tuple[ColumnElement[bool], ...]:
    """The other messages to the recipient that wait and were never tried."""
    return (
        col(Outbox.lane) == row.lane,
        col(Outbox.state) == "waiting",
        col(Outbox.mode) == "send",
        col(Outbox.id) != row.id,
        *_never_tried(),
    )


def _never_tried() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Outbox.lease_until).is_(None),
        col(Outbox.failures) == 0,
        col(Outbox.leases_lost) == 0,
        col(Outbox.posted_at).is_(None),
    )


def _untried(row: Outbox) -> bool:
    return not row.failures and not row.leases_lost and row.posted_at is None and row.mode == "send"


def _items(kind: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    return list(params["items"]) if kind == TOGETHER else [{"kind": kind, "params": params}]


def _foldable(urgency: int, kind: str) -> bool:
    return kind in ("plain.text", TOGETHER) or urgency == Urgency.NEWS


def _fits(items: list[dict[str, Any]]) -> bool:
    return len(items) <= _MOST and sum(len(str(item["params"].get("text", "")).encode()) for item in items) <= _BYTES
