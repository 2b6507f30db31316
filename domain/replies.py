"""Answers that wait for a messenger to fetch them, and ways to answer that it gave us and are good for once.

Where a messenger takes an answer only as the answer to its own call, who makes the answer and who holds the call may be
two processes. They meet in rows of `due` that no worker claims (their state is `done`, so they are cleaned up with what
is done): an answer is offered under a name, and taken by whoever has the call, or withdrawn where nobody came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col

from domain.actor import JSON
from domain.database import Database
from domain.tables import Due

_OPEN, _TAKEN, _WITHDRAWN = 0, 1, 2  # in `fence`
WAYS = 8  # of one chat


async def offer(database: Database, name: str, body: Mapping[str, JSON]) -> None:
    """Put an answer there; one that was taken stays as it was."""
    row = _row("reply", _key(name), database.clock.now(), body)
    mine = {"params": dict(body), "fence": _OPEN}
    async with database.begin() as connection:
        made = _insert(database.is_sqlite).values(row)
        unless_taken = made.on_conflict_do_update(index_elements=["key"], set_=mine, where=col(Due.fence) != _TAKEN)
        await connection.execute(unless_taken)


async def taken(database: Database, name: str) -> bool:
    """Whether somebody has taken it."""
    async with database.read() as session:
        query = select(col(Due.fence)).where(col(Due.key) == _key(name))
        return (await session.execute(query)).scalar_one_or_none() == _TAKEN


async def withdraw(database: Database, name: str) -> bool:
    """Take it back; False where it was taken."""
    async with database.begin() as connection:
        back = update(Due).where(col(Due.key) == _key(name), col(Due.fence) == _OPEN).values(fence=_WITHDRAWN)
        return bool((await connection.execute(back)).rowcount)


async def take(database: Database, name: str) -> dict[str, Any] | None:
    """The answer, if there is one; the same one again for who asks again."""
    async with database.read() as session:
        query = select(col(Due.params), col(Due.fence)).where(col(Due.key) == _key(name))
        found = (await session.execute(query)).one_or_none()
    if found is None or found.fence == _WITHDRAWN:
        return None
    if found.fence == _OPEN:
        async with database.begin() as connection:
            mine = update(Due).where(col(Due.key) == _key(name), col(Due.fence) == _OPEN).values(fence=_TAKEN)
            if not (await connection.execute(mine)).rowcount:
                return None  # withdrawn in this moment, or somebody else has it
    return dict(found.params)


async def add_way(database: Database, chat: str, name: str, body: Mapping[str, JSON], until: datetime) -> None:
    """Note a way into a chat that may be used once, until then. A chat keeps a few; told again it stays as it is."""
    number = _number(name)
    row = _row("way", _ways(chat)[number % WAYS], database.clock.now(), body) | {"due_at": until, "subject_id": number}
    anew = {name: row[name] for name in ("params", "fence", "trace", "due_at", "created_at", "subject_id")}
    made = _insert(database.is_sqlite).values(row)
    async with database.begin() as connection:
        other = col(Due.subject_id) != number
        await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_=anew, where=other))


async def use_way(database: Database, chat: str, delivery: str) -> tuple[dict[str, Any], bool] | None:
    """A way into the chat for this delivery, and whether it is the one that the delivery has tried before; None where
    no way is left. The newest goes first: it lasts longest."""
    delivery, now = f"{_number(delivery):x}", database.clock.now()
    columns = (col(Due.id), col(Due.params), col(Due.fence), col(Due.trace))
    query = select(*columns).where(col(Due.key).in_(_ways(chat)), col(Due.due_at) > now)
    async with database.read() as session:
        found = (await session.execute(query.order_by(col(Due.due_at).desc()))).all()
    for way in found:
        if way.fence == _TAKEN and way.trace == delivery:
            return dict(way.params), True
    for way in found:
        async with database.begin() as connection:
            mine = update(Due).where(col(Due.id) == way.id, col(Due.fence) == _OPEN)
            if (await connection.execute(mine.values(fence=_TAKEN, trace=delivery))).rowcount:
                return dict(way.params), False
    return None


@cache
def _insert(is_sqlite: bool) -> Any:
    return (sqlite_insert if is_sqlite else pg_insert)(Due)


def _row(kind: str, key: str, now: datetime, body: Mapping[str, JSON]) -> dict[str, Any]:
    none = {"fence": _OPEN, "failures": 0, "leases_lost": 0, "last_error": "", "trace": ""}
    about = {"key": key, "kind": kind, "subject_kind": kind, "subject_id": 0, "params": dict(body)}
    return about | none | {"lane": kind, "state": "done", "due_at": now, "created_at": now}


def _key(name: str) -> str:
    return f"reply:{hashlib.sha256(name.encode()).hexdigest()}"


def _ways(chat: str) -> list[str]:
    return [f"way:{chat}:{number}" for number in range(WAYS)]


def _number(name: str) -> int:
    """A number that nothing else has, of 63 bits."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
