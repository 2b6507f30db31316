"""`genjin bench due`: what a great many due rows cost while nothing is due, and how late they are when it is time.

The claims are genjin's own, on a database with the rows in it; the deliveries are those of `genjin serve`, to a
messenger that notes when each reminder comes in. Beside it stands APScheduler's own SQL job store.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.bench import backends, company, due_report, jobstore
from bot.bench.due_rows import far_ahead, reminders
from bot.bench.load import Api
from bot.bench.options import Options
from bot.bench.processes import folder, server, settings
from config.clock import SystemClock
from domain import queue
from domain.database import Database
from domain.tables import Due, Inbox, Outbox, Queued

QUEUES: tuple[type[Queued], ...] = (Inbox, Outbox, Due)
LEASE = timedelta(seconds=15)
RATE = 20  # reminders a second
PATIENCE = 120.0  # seconds until a reminder that has not come counts as missing
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rows wait, how many jobs beside them, how many come due at once; seconds of idling, and of the rate."""

    rows: int
    jobs: int
    at_once: int
    idle: float
    rate: float


QUICK = Plan(rows=100_000, jobs=10_000, at_once=200, idle=6, rate=6)
FULL = Plan(rows=1_000_000, jobs=100_000, at_once=1000, idle=30, rate=60)


class Pushes(Api):
    """When each reminder came in, by the words that it carries; in seconds of the clock on the wall."""

    _TAG = re.compile(rb"R\d{6}")

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, float] = {}
        self.twice = 0

    def taken(self, body: bytes) -> None:
        if (tag := self._TAG.search(body)) is not None:
            self.twice += tag[0].decode() in self.came
            self.came.setdefault(tag[0].decode(), time.time())

    async def all(self, tags: list[str]) -> None:
        """Return when all of these have come, or when they should long have."""
        until = time.monotonic() + PATIENCE
        while not self.came.keys() >= set(tags) and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def run(options: Options) -> list[Any]:
    """Measure, print, and return the bars."""
    plan = FULL if options.full else QUICK
    rows = options.size or plan.rows
    found: Figures = {"lines": [], "without": []}
    async with folder() as here:
        for engine in options.engines():
            async with AsyncExitStack() as stack:
                try:
                    url = await backends.one_of(engine, here, stack)
                except backends.NotInstalled as missing:
                    found["without"].append(f"PostgreSQL was not measured: {missing}")
                    continue
                found["lines"].append(await _engine(engine, url, here, plan, rows, options.seconds))
        if options.runs("jobstore"):
            found["jobstore"] = jobstore.measure(here / "jobs.db", plan.jobs, plan.at_once)
    bars = due_report.bars(found)
    found["bars"] = [bar.as_json() for bar in bars]
    said = json.dumps(found, ensure_ascii=False, indent=2) if options.json else due_report.text(found, bars)
    sys.stdout.write(said + "\n")
    return bars


async def _engine(engine: str, url: str, here: Path, plan: Plan, rows: int, seconds: float | None) -> Figures:
    await company.settle_in(url, company.sellers())
    said = (f"R{number:06d} 回访" for number in itertools.count())
    database = Database(url, SystemClock())
    begun = time.perf_counter()
    await far_ahead(database, rows)
    line: Figures = {"database": engine, "rows": rows, "filled_s": round(time.perf_counter() - begun, 1)}
    line |= await _claims(database, plan.at_once, said)
    api = Pushes()
    async with api.listening() as address:
        environment = settings(url, here, address)
        async with server(["-m", "bot.cli", "serve"], environment) as genjin:
            await genjin.quiet()
            idle, cpu = seconds or plan.idle, genjin.cpu()
            await asyncio.sleep(idle)
            line["idle_tick_cpu_ms"] = round((genjin.cpu() - cpu) / idle * 1000, 1)
            line |= await _at_once(database, api, plan.at_once)
            line |= await _rate(database, api, seconds or plan.rate)
    line["twice"] = api.twice
    await database.close()
    return line


async def _claims(database: Database, at_once: int, said: Any) -> Figures:
    """Genjin's claim statement: of each queue while nothing is due, and of the due rows when many are."""
    idle = {}
    for table in QUEUES:
        await _claim(database, table, 16)
        took = [await _claim(database, table, 16) for _ in range(5)]
        idle[str(table.__tablename__)] = round(sorted(seconds for _, seconds in took)[2] * 1000, 2)
    now = database.clock.now()
    await reminders(database, [now - timedelta(seconds=1)] * at_once, said)
    claimed, seconds = await _claim(database, Due, at_once)
    async with database.begin() as connection:
        for row in claimed:
            await queue.finish(connection, row)
    return {"idle_claim_ms": idle, "at_once": at_once, "claimed": len(claimed), "claim_ms": round(seconds * 1000, 1)}


async def _claim(database: Database, table: type[Queued], limit: int) -> tuple[list[Queued], float]:
    begun = time.perf_counter()
    async with database.once() as connection:
        rows = await queue.claim(connection, table, now=database.clock.now(), lease=LEASE, limit=limit)
    return rows, time.perf_counter() - begun


async def _at_once(database: Database, api: Pushes, count: int) -> Figures:
    """So many are due at one moment, each for another member, so that no limit of the messenger is in the way."""
    tags = [f"R{800_000 + number:06d}" for number in range(count)]
    at = database.clock.now() + timedelta(seconds=1)
    await reminders(database, [at] * count, iter(tags))
    await api.all(tags)
    late = sorted(api.came[tag] - at.timestamp() for tag in tags if tag in api.came)
    missing = count - len(late)
    return {"delivered_s": round(late[-1], 2) if late else None, "first_s": round(late[0], 2), "missing": missing}


async def _rate(database: Database, api: Pushes, seconds: float) -> Figures:
    """Twenty a second: how late each is at the messenger's API."""
    count = int(seconds * RATE)
    tags = [f"R{900_000 + number:06d}" for number in range(count)]
    first = database.clock.now() + timedelta(seconds=2)
    moments = [first + timedelta(seconds=number / RATE) for number in range(count)]
    await reminders(database, moments, iter(tags))
    await asyncio.sleep(seconds + 2)
    await api.all(tags)
    late = [api.came[tag] - at.timestamp() for tag, at in zip(tags, moments, strict=True) if tag in api.came]
    return {"late_ms": due_report.milliseconds(late), "rate_missing": count - len(late)}
