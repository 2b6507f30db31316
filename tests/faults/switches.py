"""The switches of the messenger's page, each on for a whole run: notes, reminders and wins while some calls fail.

People write to the app, to the robot and in groups. The messenger keeps WeCom's own limits for a member and for the
robot's chats here, and counts what it would drop in silence, or refuse, beyond them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.messenger.robot.faults import RobotFaults
from bot.messenger.switches import STREAM, Switch
from tests.faults.ledger import Ledger
from tests.faults.processes import Nursery
from tests.faults.rig import Place, Rig, rig
from tests.faults.robot import RobotSide, settled

SWITCHES = [each for each in Switch if each not in STREAM]
MEMBERS = 12
NOTES_A_REMINDER, NOTES_A_WIN = 25, 40
MOST_WAITING = 200  # rows that are due, above which people pause
PAUSE = 0.02  # seconds from note to note
LEASE = "15"  # seconds, as by default: nobody is killed here, and a machine that stalls is not the matter
REAL = {"member_per_minute": 30, "member_per_hour": 1000}  # WeCom's


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a run: the ledger, how many calls, callbacks and frames were spoiled, of them so many frames of the
    `robot`, and how many messages went beyond a limit of WeCom's; the member with most messages has `busiest`."""

    ledger: Ledger
    spoiled: int
    robot: int
    dropped: int
    busiest: int

    @property
    def wrong(self) -> list[str]:
        beyond = [f"{self.dropped} messages were beyond WeCom's limits"] if self.dropped else []
        return [*self.ledger.wrong, *beyond]


async def trial(
    place: Place, starter: Nursery, folder: Path, switch: Switch, *, notes: int, every: int, seed: int = 1
) -> Trial:
    """So many notes while one of `every` calls is spoiled; then all is settled and counted."""
    async with rig(
        place, starter, folder, members=MEMBERS, seed=seed, prepare=_plainly, quirks=REAL, robot=_robot, lease=LEASE
    ) as world:
        switches, robot = world.server.faults.switches, world.robot
        assert robot is not None
        await robot.connected()
        switches.turn(switch, every)
        await _type(world, notes)
        await world.settle()
        return Trial(
            ledger=await world.ledger(),
            spoiled=switches.struck[switch],
            robot=robot.server.faults.struck[switch],
            dropped=world.server.dropped.total() + robot.refused,
            busiest=max(sum(not shown.mine for shown in world.server.chat(m.userid)) for m in world.company),
        )


def _plainly(world: Rig) -> None:
    """What is typed is delivered once, unless the switch has it otherwise."""
    world.odd = lambda said: world.deliver(said.inner)


def _robot(world: Rig) -> RobotSide:
    faults = RobotFaults(world.server.faults.switches)
    return settled(world.server.organisation, world.company, world.clock, faults)


async def _type(world: Rig, notes: int) -> None:
    for number in range(notes):
        if number % 10 == 0:
            await _room(world)
        world.type()
        if number % NOTES_A_REMINDER == 0:
            await world.remind()
        if number % NOTES_A_WIN == 1:
            world.win()
        await asyncio.sleep(PAUSE)


async def _room(world: Rig) -> None:
    """Return when little enough waits."""
    while await world.backlog() > MOST_WAITING:  # noqa: ASYNC110 - the queues tell nobody
        await asyncio.sleep(0.2)


def said(switch: Switch, done: Trial) -> str:
    """One run in words."""
    spoiled = f"{done.spoiled} spoiled, {done.robot} of them the robot's"
    head = f"== {switch.name} ({switch.value}): {spoiled}, {done.dropped} beyond WeCom's limits"
    return f"{head}\n   the busiest member has {done.busiest} messages\n{done.ledger}"
