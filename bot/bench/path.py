"""`genjin bench path`: how many notes a second, and how long from the callback to its acknowledgement and its answer.

genjin runs in a process of its own, as `genjin serve`; this process is WeCom: it posts the callbacks, sealed before
the clock starts, and takes the answers. Beside it stands the bare floor (`bot.bench.floor`), in a process of its own
too, so that a figure can be read on any machine as so many times the least that this machine needs.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.adapters.wecom.callback import PATH
from bot.app import listening
from bot.bench import company
from bot.bench.load import APP, Tally, WeCom, callbacks, press

AT_A_TIME = (1, 20, 100)
WARM_UP = 40  # notes that are not counted: dictionaries and names are read with the first ones
START = 60.0  # seconds that a process has to say its address
_ADDRESS = re.compile(rb"http://\S+")

Figures = dict[str, Any]


async def run(json_output: bool, *, seconds: float = 5.0, notes: int = 20_000, postgres: str = "") -> int:
    """Measure and print; `seconds` is for each line, `notes` the most that are sent for one.

    `postgres` is the address of a PostgreSQL database whose owner may create others; GENJIN_TEST_PG stands in.
    Returns 1 where a note was not taken or not answered.
    """
    postgres = postgres or os.environ.get("GENJIN_TEST_PG", "")
    found: dict[str, Any] = {"cores": os.cpu_count(), "seconds": seconds, "floor": {}, "sqlite": {}, "postgresql": None}
    with tempfile.TemporaryDirectory(prefix="genjin-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        found["floor"] = await _floor(folder, seconds, notes)
        found["sqlite"] = await _genjin(f"sqlite:///{folder / 'genjin.db'}", folder, seconds, notes)
        if postgres:
            async with _database(postgres) as url:
                found["postgresql"] = await _genjin(url, folder, seconds, notes)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n" if json_output else _table(found))
    measured = [found["floor"], found["sqlite"], found["postgresql"] or {}]
    return 1 if any(line["missing"] for lines in measured for line in lines.values()) else 0


async def _floor(folder: Path, seconds: float, notes: int) -> dict[str, Figures]:
    command = [sys.executable, "-m", "bot.bench.floor", str(folder / "floor.db")]
    async with _process(command, os.environ) as (url, pid):
        return await _measure(url + PATH, pid, seconds, notes, None)


async def _genjin(database_url: str, folder: Path, seconds: float, notes: int) -> dict[str, Figures]:
    await company.settle_in(database_url, company.sellers())
    wecom = WeCom()
    async with listening(wecom.application(), "127.0.0.1", 0) as port:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GENJIN_")}
        environment |= {
            "GENJIN_DATA": str(folder),
            "GENJIN_DATABASE_URL": database_url,
            "GENJIN_SECRET_KEY": "k" * 40,
            "GENJIN_BIND": "127.0.0.1:0",
            "GENJIN_WECOM__CORP_ID": APP.corp_id,
            "GENJIN_WECOM__AGENT_ID": str(APP.agent_id),
            "GENJIN_WECOM__SECRET": APP.secret,
            "GENJIN_WECOM__TOKEN": APP.token,
            "GENJIN_WECOM__AES_KEY": APP.aes_key,
            "GENJIN_WECOM__API_BASE": f"http://127.0.0.1:{port}",
        }
        async with _process([sys.executable, "-m", "bot.cli", "serve"], environment) as (url, pid):
            return await _measure(url + PATH, pid, seconds, notes, wecom)


async def _measure(url: str, pid: int, seconds: float, notes: int, wecom: WeCom | None) -> dict[str, Figures]:
    said = company.notes(company.sellers())
    warm = await press(url, callbacks(said, WARM_UP), 4, seconds=START, wecom=wecom)
    if warm.missing:
        raise RuntimeError(f"{warm.missing} of the first {WARM_UP} notes were not taken or not answered")
    lines: dict[str, Figures] = {}
    for at_a_time in AT_A_TIME:
        waiting = callbacks(said, notes)
        theirs, ours = _cpu(pid), time.process_time()
        tally = await press(url, waiting, at_a_time, seconds, wecom)
        lines[str(at_a_time)] = _figures(tally, _cpu(pid) - theirs, time.process_time() - ours)
    return lines


def _figures(tally: Tally, theirs: float, ours: float) -> Figures:
    done = len(tally.answered or tally.acknowledged)
    return {
        "notes": done,
        "notes_per_second": round(done / tally.seconds, 1),
        "acknowledged_ms": _percentiles(tally.acknowledged),
        "answered_ms": _percentiles(tally.answered),
        "missing": tally.missing,
        "cpu_ms_per_note": round(theirs * 1000 / done, 2) if done else None,
        "cpu_ms_per_note_of_the_load": round(ours * 1000 / done, 2) if done else None,
    }


def _percentiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    ranked = sorted(values)
    return {
        name: round(ranked[int(share * (len(ranked) - 1))] * 1000, 1) for name, share in (("p50", 0.5), ("p99", 0.99))
    }


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _process(command: list[str], environment: Mapping[str, str]) -> AsyncIterator[tuple[str, int]]:
    """A server in a process of its own; yields the address that it prints, and its pid."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(environment))
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        said = await asyncio.wait_for(process.stdout.readline(), START)
        address = _ADDRESS.search(said)
        if address is None:
            raise RuntimeError(f"{' '.join(command[1:])} did not start: {said!r}")
        yield address[0].decode(), process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _database(admin: str) -> AsyncIterator[str]:
    """A new database beside the one at `admin`, dropped afterwards."""
    import asyncpg

    name = f"genjin_bench_{os.getpid()}"
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))
        finally:
            await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def _table(found: Mapping[str, Any]) -> str:
    head = ("", "at a time", "notes/s", "ack p50", "ack p99", "answer p50", "answer p99", "CPU ms/note", "missing")
    rows = [head, *_rows(found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if found["postgresql"] is None:
        lines.append("PostgreSQL was not measured: GENJIN_TEST_PG can name a database, postgresql://...")
    lines.append(
        f"{found['cores']} cores; times in ms; the load and the messenger run in a process of their own beside."
    )
    return "\n".join(lines) + "\n"


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name in ("floor", "sqlite", "postgresql"):
        for at_a_time, line in (found[name] or {}).items():
            acknowledged, answered = line["acknowledged_ms"] or {}, line["answered_ms"] or {}
            times = [str(times.get(p, "-")) for times in (acknowledged, answered) for p in ("p50", "p99")]
            yield (
                name,
                at_a_time,
                str(line["notes_per_second"]),
                *times,
                str(line["cpu_ms_per_note"]),
                str(line["missing"]),
            )
