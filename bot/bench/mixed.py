"""`genjin bench path --part mixed`: the smart robot and groups in the mix, beside the app alone in the same process.

The two take turns, round by round, and are compared within a round. A note in a group has two messages: a line there,
and its card in its sender's own chat.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bot.bench import backends
from bot.bench.contenders import Contender, genjin
from bot.bench.figures import Bar, at_least, at_most, milliseconds, table
from bot.bench.load import Note, Tally, WeCom, sealed
from bot.bench.robot import BOT_ID, SECRET, MixedLoad, RobotLine, mixed

AT_A_TIME = 20
MOST = 1000  # notes a second that are made beforehand
WARM_UP = 200  # notes by all ways that are not counted: who writes to the robot first gets an account there
SHARE = 0.7  # of the app alone: a note in a group costs two messages
WAYS = ("app", "robot", "group")
Figures = dict[str, Any]


async def run(engines: Sequence[str], here: Path, rounds: int, seconds: float) -> list[Figures]:
    """One process on each database: lines of both, in turns."""
    lines = []
    for engine in engines:
        async with AsyncExitStack() as stack:
            try:
                url = await backends.one_of(engine, here, stack)
            except backends.NotInstalled as missing:
                sys.stderr.write(f"genjin: PostgreSQL was not measured: {missing}\n")
                continue
            lines += await _measured(engine, url, here, rounds, seconds)
    return lines


async def _measured(engine: str, url: str, here: Path, rounds: int, seconds: float) -> list[Figures]:
    wecom = WeCom()
    line, found = RobotLine(wecom), []
    async with line.listening() as address:
        serving = genjin(
            f"{engine} mixed",
            url,
            here,
            wecom=wecom,
            loaded=partial(MixedLoad, line=line),
            GENJIN_WECOM__BOT_ID=BOT_ID,
            GENJIN_WECOM__BOT_SECRET=SECRET,
            GENJIN_WECOM__BOT_WS_URL=address,
        )
        async with serving as one:
            await line.connected.wait()
            await one.load.closed(mixed(one.said, WARM_UP), AT_A_TIME, 60.0)
            for number in range(rounds):
                alone = await _line(one, sealed(one.said, int(seconds * MOST)), seconds)
                both = await _line(one, mixed(one.said, int(seconds * MOST)), seconds)
                for name, figures in (("app alone", alone), ("mixed", both)):
                    found.append({"engine": engine, "round": number + 1, "load": name, **figures})
    return found


async def _line(one: Contender, notes: list[Note], seconds: float) -> Figures:
    others, cpu, ours = one.wecom.others if one.wecom else 0, one.cpu(), time.process_time()
    tally = await one.load.closed(notes, AT_A_TIME, seconds)
    cpu, ours, done = one.cpu() - cpu, time.process_time() - ours, len(tally.answered)
    return {
        "notes": done,
        "per_second": round(done / tally.seconds, 1),
        "answered_ms": {way: _took(tally, way) for way in WAYS},
        "missing": tally.missing,
        "others": (one.wecom.others if one.wecom else 0) - others,
        "cpu_ms": round(cpu * 1000 / done, 2) if done else None,
        "load_cpu_ms": round(ours * 1000 / done, 2) if done else None,
    }


def _took(tally: Tally, way: str) -> dict[str, float] | None:
    return milliseconds([note.answered - note.sent for note in tally.notes if note.way == way and note.answered])


def bars(lines: Sequence[Figures]) -> list[Bar]:
    """What is promised of the mix."""
    found = []
    for engine in dict.fromkeys(line["engine"] for line in lines):
        mine = [line for line in lines if line["engine"] == engine]
        alone, both = ([line for line in mine if line["load"] == name] for name in ("app alone", "mixed"))
        share = median(b["per_second"] / a["per_second"] for a, b in zip(alone, both, strict=True) if a["per_second"])
        found.append(at_least(f"{engine}, robot and groups in the mix: answered, of the app alone", share, SHARE))
        found.append(at_most(f"{engine}, robot and groups in the mix: missing", sum(b["missing"] for b in both), 0))
    return found


def text(lines: Sequence[Figures]) -> str:
    head = ("robot and groups", "round", "load", "answered/s", *(f"{way} {p}" for way in WAYS for p in ("p50", "p99")))
    rows = [
        (
            *(line[name] for name in ("engine", "round", "load", "per_second")),
            *((line["answered_ms"][way] or {}).get(p) for way in WAYS for p in ("p50", "p99")),
            *(line[name] for name in ("cpu_ms", "load_cpu_ms", "others", "missing")),
        )
        for line in lines
    ]
    return table((*head, "CPU", "load's", "others", "missing"), rows) if rows else ""
