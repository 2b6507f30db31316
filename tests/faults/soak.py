"""`python -m tests.faults.soak`: half an hour of notes, a fault every minute, and a clean ledger at the end.

The faults are those of the matrix, in an order that the seed decides. What was acknowledged, what is stored and what
members see are compared by tags that occur once; genjin itself is not asked.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.faults import places
from tests.faults.ledger import Ledger
from tests.faults.matrix import FAULTS, Fault
from tests.faults.places import REPLICAS, SINGLE
from tests.faults.processes import Commands, Nursery, nursery
from tests.faults.rig import Place, Rig, rig

ROLES = ("all", "all")  # of the replicas: any fault can be played on these
LASTS = 1.5  # seconds of a fault for each note that the matrix would have wait
MEMBERS = 240  # so many that nobody meets WeCom's limits, which genjin keeps: 36,000 answers are 150 each, of 200 a day
CALM = 0.5  # of each stretch that is left without a fault at least, so that what it held up is worked off


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long, how many notes a second, how many seconds from fault to fault, and which faults, in turns."""

    seconds: float
    rate: float = 20.0
    every: float = 60.0
    seed: int = 1
    faults: tuple[str, ...] = ()


class Longer:
    """The rig as a fault sees it, which lasts for a time here, not for a number of notes."""

    def __init__(self, world: Rig, most: float) -> None:
        self.__dict__.update(world=world, most=most)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["world"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__dict__["world"], name, value)

    async def acknowledged(self, more: int) -> None:
        await asyncio.sleep(min(more * LASTS, self.__dict__["most"]))


async def soak(
    place: Place, starter: Nursery | Commands, folder: Path, plan: Plan, say: Callable[[str], None]
) -> Ledger:
    """Play the plan, let everything settle, and balance the ledger; `say` gets a line a fault."""
    async with rig(place, starter, folder, members=MEMBERS, seed=plan.seed) as world:
        typing = asyncio.create_task(_type(world, plan.rate))
        try:
            await _strike(world, plan, _order(place, plan), say)
        finally:
            typing.cancel()
            with suppress(asyncio.CancelledError):
                await typing
        say(f"{len(world.notes.said)} notes were typed; waiting until all is settled")
        await world.settle()
        return await world.ledger()


async def _type(world: Rig, rate: float) -> None:
    """So many notes a second, whatever becomes of them, until cancelled."""
    begun = time.monotonic()
    for number in range(sys.maxsize):
        await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        world.type()


async def _strike(world: Rig, plan: Plan, faults: Iterator[Fault], say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    for number in range(max(1, round(plan.seconds / plan.every))):
        fault, struck = next(faults), time.monotonic()
        await world.remind()
        await fault.strike(cast("Rig", Longer(world, plan.every * (1 - CALM))))
        lasted, memory = time.monotonic() - struck, sum(_memory(home.pid) for home in world.homes)
        await asyncio.sleep(max(0.0, begun + (number + 1) * plan.every - time.monotonic()))
        say(f"{number + 1:4} {fault.name:22} {lasted:5.1f} s  {len(world.notes.said):6} answered calls  {memory:4} MB")


def _order(place: Place, plan: Plan) -> Iterator[Fault]:
    """All faults that this place can have, again and again, each time in another order."""
    dice = random.Random(plan.seed)
    names = plan.faults or tuple(name for name, fault in FAULTS.items() if place.name in fault.where)
    while True:
        yield from (FAULTS[name] for name in dice.sample(names, len(names)))


def _memory(pid: int | None) -> int:
    """Megabytes that a process holds; 0 where it is gone or the system does not say."""
    with suppress(OSError, ValueError):
        said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return int(said.partition("VmRSS:")[2].split()[0]) // 1024
    return 0


@contextmanager
def _place(name: str, folder: Path) -> Iterator[Place]:
    if name == SINGLE:
        yield places.on_sqlite(folder)
        return
    with places.servers() as servers:
        yield places.on_servers(*servers, ROLES)


async def _run(name: str, plan: Plan) -> bool:
    with tempfile.TemporaryDirectory() as folder, _place(name, Path(folder)) as place:
        async with nursery(Path(folder) / "log") as starter:
            ledger = await soak(place, starter, Path(folder), plan, _say)
    _say(str(ledger))
    _say("NOT CLEAN" if ledger.wrong else "clean")
    return not ledger.wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=20.0, help="notes a second")
    parser.add_argument("--every", type=float, default=60.0, help="seconds from fault to fault")
    parser.add_argument(
        "--on",
        choices=(SINGLE, REPLICAS),
        default=SINGLE,
        help="one process on SQLite, or two over PostgreSQL and Redis",
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    plan = Plan(seconds=given.minutes * 60, rate=given.rate, every=given.every, seed=given.seed)
    return 0 if asyncio.run(_run(given.on, plan)) else 1


if __name__ == "__main__":
    sys.exit(main())
