"""Load that comes whether or not it can be taken: so many notes a second evenly, and far too many at once."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

from bot.bench.contenders import Contender
from bot.bench.figures import milliseconds
from bot.bench.load import Tally, sealed

EVEN = 100  # notes a second
BURST = 500
SLICE = 60.0  # seconds of even load on genjin between two looks at the floor
Figures = dict[str, Any]


async def paced(contenders: list[Contender], seconds: float) -> list[Figures]:
    """Even load for so long on each, the floor a tenth of each slice just before: one line a contender."""
    floor, *others = contenders
    lines = []
    for one in others:
        if one.name == "baseline":
            continue
        theirs, floors, left = Tally([], answers=True), Tally([]), seconds
        cpu, ours = one.cpu(), time.process_time()
        while left > 0:
            length = min(SLICE, left)
            floors.notes += (await _even(floor, max(2.0, length / 10))).notes
            theirs.notes += (await _even(one, length)).notes
            left -= length
        lines.append(_even_figures(one, theirs, floors, one.cpu() - cpu, time.process_time() - ours))
    return lines


async def _even(one: Contender, seconds: float) -> Tally:
    tally = await one.load.paced(sealed(one.said, int(seconds * EVEN), per_second=EVEN), EVEN)
    if one.wecom is not None:
        await one.wecom.drained()
    return tally


def _even_figures(one: Contender, theirs: Tally, floors: Tally, cpu: float, ours: float) -> Figures:
    return {
        "contender": one.name,
        "per_second": EVEN,
        "notes": len(theirs.notes),
        "acknowledged_ms": milliseconds(theirs.acknowledged),
        "answered_ms": milliseconds(theirs.answered),
        "floor_ms": milliseconds(floors.acknowledged),
        "called_again": sum(note.calls > 1 for note in theirs.notes),
        "missing": theirs.missing,
        "cpu_ms": round(cpu * 1000 / len(theirs.notes), 2),
        "load_cpu_ms": round(ours * 1000 / (len(theirs.notes) + len(floors.notes)), 2),
    }


async def burst(one: Contender, seconds: float) -> Figures:
    """500 notes a second for so long; what was lost is counted from outside, by the messages' own ids."""
    notes = sealed(one.said, int(seconds * BURST), per_second=BURST)
    begun = time.perf_counter()
    tally = await one.load.paced(notes, BURST)
    if one.wecom is not None:
        await one.wecom.drained()
    drained = time.perf_counter() - begun
    ids, stored = {note.message_id for note in notes}, Counter(await _recorded(one))
    return {
        "contender": one.name,
        "per_second": BURST,
        "notes": len(notes),
        "acknowledged_ms": milliseconds(tally.acknowledged),
        "answered_ms": milliseconds(tally.answered),
        "all_answered_after_s": round(drained, 1),
        "called_again": sum(note.calls > 1 for note in notes),
        "not_acknowledged": sum(not note.acknowledged for note in notes),
        "not_recorded": len(ids - stored.keys()),
        "recorded_twice": sum(stored[message_id] > 1 for message_id in ids),
        "not_answered": sum(not note.answered for note in notes),
    }


async def _recorded(one: Contender) -> list[str]:
    """The messages' ids of all activities on record, as `genjin export` has them."""
    command = [sys.executable, "-m", "bot.cli", "export", "activities", "--jsonl"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=one.environment)
    said, _ = await process.communicate()
    return [json.loads(line)["message_id"] for line in said.splitlines()]
