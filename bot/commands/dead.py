"""`genjin dead`: what was given up, why in plain words, and taking it up again or letting it go."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.dead_causes import explain
from config.clock import SystemClock
from config.settings import Settings
from domain import migrate
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import given_up
from domain.tables import Queued
from domain.uow import UnitOfWork
from domain.views.dead import TABLES, DeadRow, dead

SHOWN = 10  # rows of one cause
_AT_ONCE = 500
_Deed = Callable[[UnitOfWork, type[Queued], int], Awaitable[None]]
_DEEDS: dict[str, tuple[_Deed, str]] = {
    "retry": (given_up.retry, "waits again"),
    "drop": (given_up.drop, "let go"),
}


class WrongRow(Exception):
    """Not a row as `genjin dead` names it."""


async def show(settings: Settings, *, jsonl: bool) -> int:
    """Print what is dead, by cause; returns 1 where there is any."""
    async with _opened(settings) as database:
        if database is None:
            return 2
        if jsonl:
            return await _lines(database)
        causes: dict[str, list[DeadRow]] = {}
        counted: dict[str, int] = {}
        async for row in _all(database):
            shown = causes.setdefault(row.cause, [])
            counted[row.cause] = counted.get(row.cause, 0) + 1
            if len(shown) < SHOWN:
                shown.append(row)
    for cause, rows in causes.items():
        sys.stdout.write(_told(cause, rows, counted[cause], settings.zone))
    total = sum(counted.values())
    sys.stdout.write(f"{total} rows are dead\n" if total else "nothing is dead\n")
    return int(total > 0)


async def act(settings: Settings, deed: str, rows: list[str], cause: str | None) -> int:
    """Retry or drop the named rows, or all that died of one cause; each is a transaction of its own."""
    try:
        wanted = [_parsed(row) for row in rows]
    except WrongRow as wrong:
        sys.stderr.write(f"genjin: {wrong} is no row; genjin dead lists them as outbox:41\n")
        return 2
    async with _opened(settings) as database:
        if database is None:
            return 2
        if cause is not None:
            wanted = [(row.queue, row.id) async for row in _all(database) if row.cause == cause]
        failed = not wanted
        if failed:
            sys.stderr.write(f"genjin: nothing died of {cause}; see genjin dead\n")
        for queue, row_id in wanted:
            failed |= not await _one(database, deed, queue, row_id)
    return int(failed)


async def _one(database: Database, deed: str, queue: str, row_id: int) -> bool:
    do, done = _DEEDS[deed]
    try:
        async with database.unit(SYSTEM, Cause("cli")) as uow:
            await do(uow, TABLES[queue], row_id)
    except given_up.NotDead:
        sys.stderr.write(f"genjin: {queue}:{row_id} is not dead; see genjin dead\n")
        return False
    except given_up.Nowhere:
        sys.stderr.write(f"genjin: {queue}:{row_id}: its receiver has no account yet; genjin import people FILE\n")
        return False
    sys.stdout.write(f"{queue}:{row_id} {done}\n")
    return True


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database | None]:
    """The database at this release's schema; None, with the reason told, where it is not."""
    try:
        await migrate.check(settings.database)
    except migrate.OutdatedSchema as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        yield None
        return
    database = Database(settings.database, SystemClock())
    try:
        yield database
    finally:
        await database.close()


async def _all(database: Database) -> AsyncIterator[DeadRow]:
    for queue in TABLES:
        after = 0
        while True:
            async with database.read() as session:
                rows = await dead(session, queue=queue, limit=_AT_ONCE, after=after)
            for row in rows:
                yield row
            if len(rows) < _AT_ONCE:
                break
            after = rows[-1].id


async def _lines(database: Database) -> int:
    found = False
    async for row in _all(database):
        found = True
        why = explain(row.error)
        body: dict[str, Any] = {"row": f"{row.queue}:{row.id}", "cause": row.cause, "what": row.what}
        body |= {"whom": row.whom, "since": row.since.isoformat(), "at": row.at.isoformat(), "tries": row.tries}
        body |= {"error": row.error, "why": why.why, "do": why.do}
        sys.stdout.write(json.dumps(body, ensure_ascii=False) + "\n")
    return int(found)


def _told(cause: str, rows: list[DeadRow], count: int, zone: ZoneInfo) -> str:
    why = explain(rows[0].error)
    lines = [f"cause {cause}: {why.why}", f"  do: {why.do}", f"  error: {_plain(rows[0].error)}"]
    lines += [_row(row, zone) for row in rows]
    if count > len(rows):
        lines.append(f"    and {count - len(rows)} more; genjin dead --jsonl has all of them")
    return "\n".join(lines) + f"\n  genjin dead retry --cause {cause}\n\n"


def _row(row: DeadRow, zone: ZoneInfo) -> str:
    tried = f", tried {row.tries} times, last {_at(row.at, zone)}" if row.tries > 1 else ""
    return (
        f"    {row.queue}:{row.id}  {_plain(row.what)} {_plain(row.whom)}".rstrip() + f", {_at(row.since, zone)}{tried}"
    )


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%m-%d %H:%M}"


def _plain(text: str) -> str:
    """One line without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def _parsed(said: str) -> tuple[str, int]:
    queue, _, number = said.partition(":")
    if queue not in TABLES or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise WrongRow(said)
    return queue, int(number)
