"""`genjin bench memory`: what a serving process holds, whether that grows with the notes, and how fast one is ready.

Measured from outside on `genjin serve`: its resident memory, which modules it read, and the time from its start to
its first answers with a great many activities on record.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench import backends, company, memory_report
from bot.bench.activity_rows import on_record
from bot.bench.contenders import GENJIN, genjin
from bot.bench.load import Load, WeCom, sealed
from bot.bench.options import Options
from bot.bench.processes import folder, server, settings
from bot.bench.wire import Caller
from config.clock import SystemClock
from domain.database import Database

AT_A_TIME = 20
STEPS = 20
KEPT_OUT = ("jieba", "pypinyin")  # 60 and 55 MB that no message needs
START = 60.0
_IMPORTED = re.compile(r"^import time:[\s\d|]+\|\s*(\S+)$", re.MULTILINE)
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Notes before the first look, notes over which memory is watched, and activities on record at a start."""

    before: int
    notes: int
    activities: int


QUICK = Plan(before=200, notes=600, activities=100_000)
FULL = Plan(before=4000, notes=100_000, activities=1_000_000)


async def run(options: Options) -> list[Any]:
    """Measure, print, and return the bars."""
    plan = FULL if options.full else QUICK
    found: Figures = {"flat": [], "starts": [], "without": []}
    flat, start = options.size or plan.notes, options.size or plan.activities
    for engine in options.engines():
        try:
            if options.runs("flat"):
                async with _database(engine) as (url, here):
                    found["flat"].append(await _flat(engine, url, here, plan, flat))
            if options.runs("start"):
                async with _database(engine) as (url, here):
                    found["starts"].append(await _start(engine, url, here, start))
        except backends.NotInstalled as missing:
            found["without"].append(f"PostgreSQL was not measured: {missing}")
    bars = memory_report.bars(found)
    found["bars"] = [bar.as_json() for bar in bars]
    said = json.dumps(found, ensure_ascii=False, indent=2) if options.json else memory_report.text(found, bars)
    sys.stdout.write(said + "\n")
    return bars


@asynccontextmanager
async def _database(engine: str) -> AsyncIterator[tuple[str, Path]]:
    async with folder() as here, AsyncExitStack() as stack:
        yield await backends.one_of(engine, here, stack), here


async def _flat(engine: str, url: str, here: Path, plan: Plan, notes: int) -> Figures:
    """Memory of a process while it takes so many notes, in equal steps, and what it has imported in the end."""
    async with genjin(engine, url, here, command=("-X", "importtime", *GENJIN)) as one:
        await one.servers[0].quiet()
        ready = one.memory()
        await one.load.closed(sealed(one.said, plan.before), AT_A_TIME, seconds=3600)
        held, missing = [one.memory()], 0
        for _ in range(STEPS):
            tally = await one.load.closed(sealed(one.said, max(1, notes // STEPS)), AT_A_TIME, seconds=3600)
            missing += tally.missing
            held.append(one.memory())
        imported = frozenset(_IMPORTED.findall(one.log()))
    return {
        "database": engine,
        "ready_mb": ready,
        "held_mb": held,
        "notes": notes,
        "bytes_a_note": memory_report.slope([n * notes / STEPS for n in range(STEPS + 1)], held),
        "missing": missing,
        "loaded": [name for name in KEPT_OUT if name in imported],
        "modules": len(imported),
    }


async def _start(engine: str, url: str, here: Path, activities: int) -> Figures:
    """Seconds from the start of a process to its readiness, its first acknowledgement and its first answer."""
    await company.settle_in(url, company.sellers())
    database = Database(url, SystemClock())
    await on_record(database, activities)
    await database.close()
    wecom, said = WeCom(), company.notes(company.sellers())
    async with wecom.listening() as api:
        begun = time.perf_counter()
        async with server(list(GENJIN), settings(url, here, api)) as running:
            listens = time.perf_counter() - begun
            await _ready(running.url)
            ready, cpu = time.perf_counter() - begun, running.cpu()
            load = Load([running.url], wecom)
            tally = await load.closed(sealed(said, 1), 1, seconds=START)
            load.close()
            await running.quiet()
            held = running.memory()
    note = tally.notes[0]
    return {
        "database": engine,
        "activities": activities,
        "listens_s": round(listens, 2),
        "ready_s": round(ready, 2),
        "ready_cpu_s": round(cpu, 2),
        "acknowledged_s": round(note.acknowledged - begun, 2) if note.acknowledged else None,
        "answered_s": round(note.answered - begun, 2) if note.answered else None,
        "held_mb": held,
    }


async def _ready(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    caller = Caller(host, int(port))
    question = f"GET /readyz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    async with asyncio.timeout(START):
        await caller.open()
        while await caller.call(question, START) != 200:
            await asyncio.sleep(0.01)
            await caller.open()
    caller.close()
