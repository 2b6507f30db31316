"""`genjin bench parse`: how many texts a second the parser reads on one core, how soon it is ready, what it holds.

Each reader runs in a process of its own (`bot.bench.readers`), one after another, on the same texts. Beside genjin's
`entities` and `parse` run the peers. What they need contradicts what genjin needs, so `make peers` gives them an
environment of their own; those that cannot be imported there, or here where there is none, are named as left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.figures import Bar, at_least, at_most, table, verdicts
from bot.bench.options import Options
from bot.bench.readers import PEERS

Figures = dict[str, Any]
READY = 1.0  # seconds until a command has answered its first line
HELD = 120  # MB that it may hold then
PEERS_PYTHON = Path(".peers/bin/python")  # as `make peers` leaves it
HOW = "make peers installs the peers into .peers"
LINE = b'{"id": 1, "text": "\xe6\x98\x8e\xe5\xa4\xa9", "now": "2026-11-25T16:00:00"}\n'


@dataclass(frozen=True, slots=True)
class Plan:
    """How many short texts and notes are read; the peers, who are slower, read a tenth."""

    shorts: int
    notes: int


QUICK = Plan(shorts=5000, notes=1000)
FULL = Plan(shorts=50_000, notes=10_000)


async def run(options: Options) -> list[Any]:
    """Measure, print, and return the bars."""
    plan = FULL if options.full else QUICK
    found: Figures = {"readers": [], "commands": [], "without": []}
    if options.runs("speed"):
        for name, kind, count in _turns(plan, options.size):
            one = await _reader(name, kind, count)
            found["without" if "without" in one else "readers"].append(one)
    if options.runs("start"):
        found["commands"] = [await _command(name) for name in ("entities", "parse")]
    bars = _bars(found)
    found["bars"] = [bar.as_json() for bar in bars]
    said = json.dumps(found, ensure_ascii=False, indent=2) if options.json else _text(found, bars)
    sys.stdout.write(said + "\n")
    return bars


def _turns(plan: Plan, size: int | None) -> list[tuple[str, str, int]]:
    shorts, notes = size or plan.shorts, size or plan.notes
    ours = [("entities", "short", shorts), ("entities", "note", notes), ("parse", "note", notes)]
    return ours + [(peer, kind, max(20, n // 10)) for peer in PEERS for kind, n in (("short", shorts), ("note", notes))]


def interpreter(reader: str) -> tuple[str, dict[str, str]]:
    """The interpreter that a reader runs in, and its environment: a peer's finds the bench beside its own packages."""
    if reader not in PEERS or not PEERS_PYTHON.is_file():
        return sys.executable, dict(os.environ)
    return str(PEERS_PYTHON), {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


async def _reader(name: str, kind: str, count: int) -> Figures:
    python, environment = interpreter(name)
    process = await asyncio.create_subprocess_exec(
        *(python, "-m", "bot.bench.readers", name, kind, str(count)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate()
    lines = said.decode().strip().splitlines()
    if process.returncode or not lines:
        ending = wrong.decode(errors="replace").strip().splitlines()[-1:]
        return {"reader": name, "texts": kind, "without": " ".join(ending) or f"exit code {process.returncode}"}
    return dict(json.loads(lines[-1]))


async def _command(name: str) -> Figures:
    """`genjin NAME --jsonl` from its start to its first answer, and what it holds then."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", name, "--jsonl"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("a pipe was asked for, and there is none")
    stdin.write(LINE)
    await stdin.drain()
    answer = await stdout.readline()
    took = time.perf_counter() - begun
    held = _held(process.pid)
    stdin.close()
    await process.wait()
    return {"command": name, "answered": bool(answer), "ready_s": round(took, 3), "memory_mb": held}


def _held(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), None)
    return round(int(peak.split()[1]) / 1024, 1) if peak else None


def _bars(found: Figures) -> list[Bar]:
    bars = []
    by = {(one["reader"], one["texts"]): one for one in found["readers"]}
    if short := by.get(("entities", "short")):
        bars.append(at_least("entities of short texts a second", short["per_second"], 5000))
    if note := by.get(("parse", "note")):
        bars.append(at_least("notes of 60 characters a second", note["per_second"], 1000))
    for one in found["readers"]:
        if grown := one.get("lengths_ms"):
            bars.append(at_most(f"{one['reader']}: 2,000 characters", grown["2000"], 50, " ms"))
            bars.append(
                at_most(f"{one['reader']}: 4,000 characters over 1,000", grown["4000"] / grown["1000"], 6, " times")
            )
    for one in found["commands"]:
        bars.append(at_most(f"genjin {one['command']} ready in", one["ready_s"], READY, " s"))
        if one["memory_mb"] is not None:
            bars.append(at_most(f"genjin {one['command']} holds", one["memory_mb"], HELD, " MB"))
    return bars


def _text(found: Figures, bars: list[Bar]) -> str:
    parts = []
    if found["readers"]:
        head = ("reader", "texts", "length", "a second", "p50 ms", "p99 ms", "ready s", "MB")
        keys = ("texts", "mean_length", "per_second", "p50_ms", "p99_ms", "ready_s", "memory_mb")
        parts.append(table(head, [(one["reader"], *(one[key] for key in keys)) for one in found["readers"]]))
    grown = [one for one in found["readers"] if "lengths_ms" in one]
    if grown:
        sizes = list(grown[0]["lengths_ms"])
        rows = [(one["reader"], *(one["lengths_ms"][size] for size in sizes)) for one in grown]
        parts.append(table(("ms for a text of", *sizes), rows))
    if found["commands"]:
        rows = [(f"genjin {one['command']}", one["ready_s"], one["memory_mb"]) for one in found["commands"]]
        parts.append(table(("command", "ready s", "MB"), rows))
    missing = {one["reader"]: one["without"] for one in found["without"]}
    parts += [f"{name} left out, it cannot be used here: {why}; {HOW}" for name, why in missing.items()]
    return "\n\n".join([*parts, verdicts(bars)])
