"""Who of several processes holds what only one may hold, such as a messenger's one connection.

A hold is a row of `due` in the state `held`, which no worker claims: its key names what is held, `trace` is who holds
it, `lease_until` until when, and `params` what the holder says of itself. A holder that dies is followed by whoever
asks next once its lease has run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.database import Database
from domain.mending import FURTHEST
from domain.tables import Due

_HELD = "held"


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds it, as of `until`; `says` is the holder's own account of how it is doing."""

    holder: str
    until: datetime | None
    says: dict[str, Any]


async def take(database: Database, name: str, me: str, lease: timedelta) -> bool:
    """Whether `me` holds it now, for the length of a lease: because nobody did, or his lease ran out, or he is `me`."""
    now = database.clock.now()
    if not await _may_be_free(database, name, me, now):
        return False
    async with database.begin() as connection:
        await connection.execute(_made(database.is_sqlite).values(_row(name, now)))
        changed = update(Due).where(col(Due.key) == _key(name), or_(col(Due.trace) == me, *_free(now)))
        values = {"trace": me, "lease_until": now + lease, "fence": col(Due.fence) + 1}
        return bool((await connection.execute(changed.values(**values))).rowcount)


async def renew(database: Database, name: str, me: str, lease: timedelta, says: dict[str, Any]) -> bool:
    """Hold it for another lease; False where somebody else has it by now."""
    async with database.begin() as connection:
        mine = update(Due).where(col(Due.key) == _key(name), col(Due.trace) == me)
        values = {"lease_until": database.clock.now() + lease, "params": says}
        return bool((await connection.execute(mine.values(**values))).rowcount)


async def release(database: Database, name: str, me: str) -> None:
    """Let go of it, so that somebody else may have it at once."""
    async with database.begin() as connection:
        mine = update(Due).where(col(Due.key) == _key(name), col(Due.trace) == me)
        await connection.execute(mine.values(lease_until=None, trace=""))


async def look(session: AsyncSession, name: str) -> Hold | None:
    """How it stands with it; None where nobody ever held it."""
    query = select(col(Due.trace), col(Due.lease_until), col(Due.params)).where(col(Due.key) == _key(name))
    found = (await session.execute(query)).one_or_none()
    return None if found is None else Hold(found[0], found[1], dict(found[2]))


async def _may_be_free(database: Database, name: str, me: str, now: datetime) -> bool:
    """A look without writing, because those who stand by ask every second."""
    async with database.read() as session:
        held = await look(session, name)
    if held is None or held.holder == me or held.until is None:
        return True
    return not now < held.until <= now + FURTHEST


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Nobody's, or run out, or dated by a clock that has been put right since."""
    until = col(Due.lease_until)
    return until.is_(None), until <= now, until > now + FURTHEST


@cache
def _made(is_sqlite: bool) -> Any:
    once = sqlite_insert if is_sqlite else pg_insert
    return once(Due).on_conflict_do_nothing(index_elements=["key"])


def _row(name: str, now: datetime) -> dict[str, Any]:
    none = {"fence": 0, "failures": 0, "leases_lost": 0, "last_error": "", "trace": "", "params": {}}
    about = {"key": _key(name), "kind": "hold", "subject_kind": "hold", "subject_id": 0}
    return about | none | {"lane": _key(name), "state": _HELD, "due_at": now, "created_at": now}


def _key(name: str) -> str:
    return f"hold:{name}"[:100]
