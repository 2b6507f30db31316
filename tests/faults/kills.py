"""Processes are killed at random moments of the life of a note, while the messenger's API has a bad day.

The moments are those of section 6 of the design: anywhere, while a callback is being answered, right after it was
acknowledged, when a card is about to be posted, and when it was posted but nobody has written that down yet.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.faults.ledger import Ledger
from tests.faults.processes import Commands, Genjin, Nursery
from tests.faults.rig import Place, Rig, rig
from tests.faults.robot import RobotSide, StormyFaults, settled
from tests.faults.storm import Storm

ANYWHERE, ACCEPTING, ACKNOWLEDGED, POSTING, POSTED = "anywhere", "accepting", "acknowledged", "posting", "posted"
MOMENTS = {
    "web": (ANYWHERE, ACCEPTING, ACKNOWLEDGED),
    "worker": (ANYWHERE, POSTING, POSTED),
    "all": (ANYWHERE, ACCEPTING, ACKNOWLEDGED, POSTING, POSTED),
}
PATIENCE = 2.0  # seconds until a moment that does not come is replaced by this one
SPOILED = 0.36  # of the sends by the dice, so that it is three in ten of those that a run comes to
KILLS_A_REMINDER, KILLS_A_WIN = 4, 3  # how many kills there are for each
KILLS_A_ROBOT, NOTES_A_ROBOT = 3, 2  # how many kills there are for each that waits for so many notes to the robot
MOST_WAITING = 150  # rows; a machine that is slow is not given more than it can do

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Killer:
    """Kills the process that is its victim at the next moment of the kind that was chosen."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._victim: Genjin | None = None
        self._moment = ANYWHERE
        self._struck = asyncio.Event()
        self.kills: Counter[str] = Counter()

    async def kill(self, victim: Genjin) -> None:
        """Return when it is dead."""
        self._moment = self._dice.choice(MOMENTS[victim.role])
        self._victim = victim
        self._struck.clear()
        patience = self._dice.uniform(0.0, 0.8) if self._moment == ANYWHERE else PATIENCE
        with suppress(TimeoutError):
            await asyncio.wait_for(self._struck.wait(), patience)
        self._strike()

    def at(self, moment: str) -> None:
        """This moment is now; if it was waited for, the victim dies before anything else happens."""
        if self._moment == moment:
            self._strike()

    def typed(self) -> None:
        asyncio.get_running_loop().call_later(self._dice.uniform(0, 0.01), self.at, ACCEPTING)

    def acknowledged(self) -> None:
        self.at(ACKNOWLEDGED)

    def _strike(self) -> None:
        if self._victim is not None:
            self._victim.kill()
            self.kills[f"{self._victim.role} {self._moment}"] += 1
            self._victim = None
            self._struck.set()

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Sees each call of genjin before it is carried out, and after that before it is answered."""
        if not request.path.endswith("/send"):  # to a member or to a group
            return await handler(request)
        self.at(POSTING)
        answer = await handler(request)
        self.at(POSTED)
        return answer


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it; `kills` by role and moment, `storm` and `robot` by the way in which a call went wrong."""

    ledger: Ledger
    kills: Counter[str]
    storm: Storm
    robot: StormyFaults


async def trial(
    place: Place, starter: Nursery | Commands, folder: Path, *, kills: int, seed: int, spoiled: float = SPOILED
) -> Trial:
    """People type, to the app, to the robot and in groups, and reminders fall due; so many of the calls go wrong, and
    processes are killed in turns."""
    dice = random.Random(seed)
    robot = StormyFaults(random.Random(seed), spoiled, sends=lambda: killer.at(POSTING), sent=lambda: killer.at(POSTED))
    killer = Killer(dice)
    storms: list[Storm] = []

    def prepare(made: Rig) -> None:
        storms.append(Storm(made.server.faults, dice, spoiled))
        made.watcher = killer
        made.middlewares = [killer.watch, storms[0].blow]

    def beside(made: Rig) -> RobotSide:
        return settled(made.server.organisation, made.company, made.clock, robot, per_minute=10_000, per_hour=100_000)

    async with rig(place, starter, folder, seed=seed, prepare=prepare, robot=beside) as world:
        typing = asyncio.create_task(_type(world))
        try:
            await _kill_often(killer, world, kills)
        finally:
            typing.cancel()
            with suppress(asyncio.CancelledError):
                await typing
        await world.settle()
        return Trial(await world.ledger(), killer.kills, storms[0], robot)


async def _type(world: Rig) -> None:
    while True:
        if await world.backlog() < MOST_WAITING:
            world.type()
        await asyncio.sleep(world.dice.uniform(0.1, 0.3))


async def _kill_often(killer: Killer, world: Rig, times: int) -> None:
    """Kill one after the other, and start another process in its place."""
    starting: dict[Genjin, asyncio.Task[None]] = {}
    for number in range(times):
        if number % KILLS_A_REMINDER == 0:
            await world.remind()
        if number % KILLS_A_WIN == 1:
            world.win()
        home = world.homes[number % len(world.homes)]
        if home in starting:
            await starting[home]
        if world.robot is not None and number % KILLS_A_ROBOT == 0:
            await world.robot.told_more(NOTES_A_ROBOT)
        await killer.kill(home)
        starting[home] = asyncio.create_task(_again(home))
    await asyncio.gather(*starting.values())


async def _again(home: Genjin) -> None:
    await home.gone()
    await home.start()
