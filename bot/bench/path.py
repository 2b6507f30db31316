"""`genjin bench path`: how many notes a second, how long until they are acknowledged and answered, and at what cost.

genjin runs in processes of its own, as `genjin serve`; this process is WeCom: it posts callbacks sealed beforehand and
takes the answers. Beside it run the bare floor (`bot.bench.floor`) and a minimal bot of the trade
(`bot.bench.baseline`). All take turns, round by round, and are compared within a round: a machine that others use too
is fast in one minute and slow in the next.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

from bot.bench import mixed, path_report, where
from bot.bench.contenders import Contender, several
from bot.bench.figures import milliseconds
from bot.bench.load import Tally, sealed
from bot.bench.options import Options
from bot.bench.pressure import burst, paced
from bot.bench.processes import folder

AT_A_TIME = (1, 20, 100)
MOST = 2500  # notes a second that are sealed beforehand; more than anything here takes
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long it takes: rounds, seconds of each line and of each line of acknowledgements alone, of the even load and
    of the burst."""

    rounds: int
    line: float
    acks: float
    even: float
    burst: float


QUICK = Plan(rounds=2, line=0.8, acks=0.4, even=8, burst=2)
FULL = Plan(rounds=5, line=4, acks=2, even=600, burst=10)


async def run(options: Options) -> list[Any]:
    """Measure, print, and return the bars."""
    plan = FULL if options.full else QUICK
    if options.where:
        await where.report(options)
        return []
    found: Figures = {"cores": os.cpu_count(), "lines": [], "without": [], "processes": {}}
    if any(options.runs(part) for part in ("lines", "even", "burst")):
        await _beside_the_floor(options, plan, found)
    if options.runs("mixed"):
        async with folder() as here:
            rounds, seconds = plan.rounds, options.seconds or plan.line
            found["mixed"] = await mixed.run(options.engines(), here, rounds, seconds)
    found["ratios"] = path_report.ratios(found["lines"])
    bars = path_report.bars(found)
    found["bars"] = [bar.as_json() for bar in bars]
    said = json.dumps(found, ensure_ascii=False, indent=2) if options.json else path_report.text(found, bars)
    sys.stdout.write(said + "\n")
    return bars


async def _beside_the_floor(options: Options, plan: Plan, found: Figures) -> None:
    """The app alone, and the floor and the baseline beside it."""
    async with folder() as here, several(options.engines(), here) as (contenders, found["without"]):
        start = {one.name: one.memory() for one in contenders}
        if options.runs("lines"):
            for number in range(plan.rounds):
                for one in contenders:
                    found["lines"] += await _lines(one, number + 1, options.seconds or plan.line, plan.acks)
        if options.runs("even"):
            found["even"] = await paced(contenders, options.seconds or plan.even)
        if options.runs("burst"):
            found["burst"] = [await burst(one, plan.burst) for one in contenders if one.wecom is not None]
        found["processes"] = {one.name: _process(one, start[one.name]) for one in contenders}


async def _lines(one: Contender, number: int, seconds: float, acks: float) -> list[Figures]:
    """One round of one contender: answered and acknowledged at 1, 20 and 100 at a time."""
    lines = []
    for at_a_time in AT_A_TIME:
        notes = sealed(one.said, int(seconds * MOST))
        theirs, ours = one.cpu(), time.process_time()
        tally = await one.load.closed(notes, at_a_time, seconds)
        line = _figures(tally, one.cpu() - theirs, time.process_time() - ours)
        line["acknowledged_per_second"] = line["per_second"]
        if one.wecom is not None:
            alone = await one.load.closed(sealed(one.said, int(acks * MOST)), at_a_time, acks, answers=False)
            line["acknowledged_per_second"] = round(len(alone.acknowledged) / alone.seconds, 1)
            await one.wecom.drained()
            line["missing"] += alone.missing + sum(not note.answered for note in alone.notes)
        lines.append({"contender": one.name, "round": number, "at_a_time": at_a_time, **line})
    return lines


def _figures(tally: Tally, theirs: float, ours: float) -> Figures:
    done = len(tally.answered if tally.answers else tally.acknowledged)
    return {
        "notes": done,
        "per_second": round(done / tally.seconds, 1),
        "acknowledged_ms": milliseconds(tally.acknowledged),
        "answered_ms": milliseconds(tally.answered or tally.acknowledged),
        "missing": tally.missing,
        "cpu_ms": round(theirs * 1000 / done, 2) if done else None,
        "load_cpu_ms": round(ours * 1000 / done, 2) if done else None,
    }


def _process(one: Contender, start: float) -> Figures:
    """Its memory, and how many messages it sent that are no answer to a note: there should be none."""
    return {"start_mb": start, "end_mb": one.memory(), "others": one.wecom.others if one.wecom else 0}
