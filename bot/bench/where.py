"""`genjin bench path --where`: what the CPU of a note is spent on, by area and by function, on each database."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.bench import backends
from bot.bench.contenders import genjin
from bot.bench.figures import table
from bot.bench.load import sealed
from bot.bench.options import Options
from bot.bench.processes import folder

AT_A_TIME = 20
SECONDS = 8.0
MOST = 2500
SHOWN = 40


async def report(options: Options) -> None:
    """Sample a process under load on each database that was asked for, and print the shares."""
    found: dict[str, Any] = {}
    for engine in options.engines():
        async with folder() as here, AsyncExitStack() as stack:
            try:
                url = await backends.one_of(engine, here, stack)
            except backends.NotInstalled as missing:
                sys.stderr.write(f"genjin: PostgreSQL was not measured: {missing}\n")
                continue
            found[engine] = await _sample(engine, url, here, options.seconds or SECONDS)
    sys.stdout.write(json.dumps(found, indent=2) + "\n" if options.json else _text(found))


async def _sample(engine: str, url: str, here: Path, seconds: float) -> dict[str, Any]:
    target = here / "samples.json"
    command = ("-m", "bot.bench.sampled", str(target), "serve")
    async with genjin(engine, url, here, command=command) as one:
        pid, cpu = one.servers[0].pid, one.cpu()
        os.kill(pid, signal.SIGUSR1)
        tally = await one.load.closed(sealed(one.said, int(seconds * MOST)), AT_A_TIME, seconds)
        spent = one.cpu() - cpu
        os.kill(pid, signal.SIGUSR2)
        async with asyncio.timeout(10):
            while not target.exists():  # noqa: ASYNC110 - another process cannot set an event
                await asyncio.sleep(0.05)
        shares = json.loads(target.read_text())
    notes = max(1, len(tally.answered))
    return {"notes": notes, "cpu_ms": round(spent * 1000 / notes, 2), **{k: _each(shares[k], notes) for k in shares}}


def _each(seconds: dict[str, float], notes: int) -> dict[str, float]:
    """Milliseconds a note, most first."""
    return {name: round(spent * 1000 / notes, 3) for name, spent in sorted(seconds.items(), key=lambda i: -i[1])}


def _text(found: dict[str, Any]) -> str:
    parts = []
    for engine, line in found.items():
        total = sum(line["areas"].values()) or 1.0
        parts.append(f"{engine}: {line['cpu_ms']} ms of CPU a note, over {line['notes']} notes, {AT_A_TIME} at a time")
        areas = [(name, spent, f"{spent / total:.0%}") for name, spent in line["areas"].items()]
        parts.append(table(("where the innermost frame is", "ms a note", "share"), areas))
        ours = [(name, spent, f"{spent / total:.0%}") for name, spent in list(line["functions"].items())[:SHOWN]]
        parts.append(table(("with everything that it calls", "ms a note", "share"), ours))
    return "\n\n".join(parts) + "\n"
