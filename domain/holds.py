"""Who of several processes holds what only one may hold, such as a messenger's one connection.

A holder that dies is followed by whoever asks next once its lease has run out.
"""

from __future__ import annotations

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
from domain.tables import Hold


async def take(database: Database, name: str, me: str, lease: timedelta) -> bool:
    """Whether `me` holds it now, for the length of a lease: because nobody did, or his lease ran out, or he is `me`."""
    now = database.clock.now()
    if not await _may_be_free(database, name, me, now):
        return False
    async with database.begin() as connection:
        await connection.execute(_made(database.is_sqlite).values(name=name, holder="", says={}))
        changed = update(Hold).where(col(Hold.name) == name, or_(col(Hold.holder) == me, *_free(now)))
        return bool((await connection.execute(changed.values(holder=me, until=now + lease))).rowcount)


async def renew(database: Database, name: str, me: str, lease: timedelta, says: dict[str, Any]) -> bool:
    """Hold it for another lease; False where somebody else has it by now."""
    async with database.begin() as connection:
        mine = update(Hold).where(col(Hold.name) == name, col(Hold.holder) == me)
        values = {"until": database.clock.now() + lease, "says": says}
        return bool((await connection.execute(mine.values(**values))).rowcount)


async def release(database: Database, name: str, me: str) -> None:
    """Let go of it, so that somebody else may have it at once."""
    async with database.begin() as connection:
        mine = update(Hold).where(col(Hold.name) == name, col(Hold.holder) == me)
        await connection.execute(mine.values(until=None, holder=""))


async def look(session: AsyncSession, name: str) -> Hold | None:
    """How it stands with it; None where nobody ever held it."""
    return (await session.scalars(select(Hold).where(col(Hold.name) == name))).one_or_none()


async def _may_be_free(database: Database, name: str, me: str, now: datetime) -> bool:
    """A look without writing, because those who stand by ask every second."""
    async with database.read() as session:
        held = await look(session, name)
    if held is None or held.holder == me or held.until is None:
        return True
    return not now < held.until <= now + FURTHEST


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Nobody's, or run out, or dated by a clock that has been put right since."""
    until = col(Hold.until)
    return until.is_(None), until <= now, until > now + FURTHEST


@cache
def _made(is_sqlite: bool) -> Any:
    once = sqlite_insert if is_sqlite else pg_insert
    return once(Hold).on_conflict_do_nothing(index_elements=["name"])
