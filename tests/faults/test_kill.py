"""Processes are killed at random moments of the life of a note; nothing that was promised is lost or doubled.

The moments are those of section 6 of the design: anywhere, while a callback is being answered, right after it was
acknowledged, when a card is about to be posted, and when it was posted but nobody has written that down yet.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from config.clock import SystemClock
from domain.database import Database
from tests.faults import judge, world
from tests.faults.processes import Commands, Genjin, Nursery, free_port, nursery

ANYWHERE, ACCEPTING, ACKNOWLEDGED, POSTING, POSTED = "anywhere", "accepting", "acknowledged", "posting", "posted"
MOMENTS = (ANYWHERE, ACCEPTING, ACKNOWLEDGED, POSTING, POSTED)
GIVE_UP = 120  # seconds until what is left counts as lost
HORIZON = timedelta(minutes=2)
QUIRKS = {"retry_interval": 0.4, "callback_timeout": 2.0, "member_per_minute": 1000}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Killer:
    """Kills the process that is its victim at the next moment of the kind that was chosen."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.victim: Genjin | None = None
        self.moment = ANYWHERE
        self.struck = asyncio.Event()
        self.kills: Counter[str] = Counter()

    def aim(self, victim: Genjin, moment: str) -> None:
        self.victim, self.moment = victim, moment
        self.struck.clear()

    def at(self, moment: str) -> None:
        """This moment is now; if it was waited for, the victim dies before anything else happens."""
        if self.victim is not None and self.moment == moment:
            self.strike()

    def typed(self) -> None:
        asyncio.get_running_loop().call_later(self._dice.uniform(0, 0.01), self.at, ACCEPTING)

    def acknowledged(self) -> None:
        self.at(ACKNOWLEDGED)

    def strike(self) -> None:
        assert self.victim is not None
        self.victim.kill()
        self.kills[self.moment] += 1
        self.victim = None
        self.struck.set()

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Sees each call of genjin before it is carried out, and after that before it is answered."""
        if request.path.endswith("/message/send"):
            self.at(POSTING)
            answer = await handler(request)
            self.at(POSTED)
            return answer
        return await handler(request)


async def kill_often(killer: Killer, places: list[Genjin], dice: random.Random, times: int) -> None:
    """Kill one after the other, each at a moment by the dice, and start another process in its place."""
    starting: dict[Genjin, asyncio.Task[None]] = {}
    for number in range(times):
        place = places[number % len(places)]
        if place in starting:
            await starting[place]
        moment = dice.choice(MOMENTS)
        killer.aim(place, moment)
        patience = dice.uniform(0.0, 0.8) if moment == ANYWHERE else 2.0
        try:
            await asyncio.wait_for(killer.struck.wait(), patience)
        except TimeoutError:
            killer.strike()
        starting[place] = asyncio.create_task(_again(place))
    await asyncio.gather(*starting.values())


async def _again(place: Genjin) -> None:
    await place.gone()
    await place.start()


async def settled(database: Database) -> None:
    """Return when nothing is left that is due, or was to fall due during the trial."""
    async with asyncio.timeout(GIVE_UP):
        while await judge.left(database, database.clock.now() + HORIZON):  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: everything that is `wrong`, in words, and whether enough was tried."""

    wrong: list[str]
    acknowledged: int
    kills: Counter[str]


async def trial(url: str, starter: Nursery | Commands, *, places: int, kills: int, seed: int) -> Trial:
    """Talk to genjin in so many processes on one database, kill them so often, let them finish, and judge."""
    dice, clock, company = random.Random(seed), SystemClock(), world.members(30)
    killer, database = Killer(dice), Database(url, clock)
    await world.settle_in(database, company, [timedelta(seconds=2 + number * 0.5) for number in range(kills)])
    async with world.messenger(company, clock, [killer.watch], **QUIRKS) as (server, api):
        settings = world.environment(url, api, GENJIN_LEASE_SECONDS="1")
        homes = [Genjin(starter, settings, free_port()) for _ in range(places)]
        await asyncio.gather(*(home.start() for home in homes))
        killing = asyncio.create_task(kill_often(killer, homes, dice, kills))
        urls = [home.url for home in homes]
        notes = await world.talk(server, company, dice, killer, urls, lambda: not killing.done())
        await killing
        try:
            await settled(database)
        finally:
            await asyncio.gather(*(home.stop() for home in homes))
        record = await judge.recorded(database)
        await database.close()
        return Trial(judge.judge(record, notes, server, company), len(notes.acknowledged), killer.kills)


async def test_one_process_on_sqlite_is_killed_fifty_times(sqlite_url: str, tmp_path: Path) -> None:
    async with nursery(tmp_path / "log") as starter:
        done = await trial(sqlite_url, starter, places=1, kills=50, seed=1)
    assert not done.wrong
    assert done.kills.total() == 50
    assert set(done.kills) == set(MOMENTS)
    assert done.acknowledged > 30


async def test_two_processes_on_postgresql_are_killed_in_turns(postgres_url: str, tmp_path: Path) -> None:
    async with nursery(tmp_path / "log") as starter:
        done = await trial(postgres_url, starter, places=2, kills=16, seed=2)
    assert not done.wrong
    assert done.kills.total() == 16
    assert done.acknowledged > 10


async def test_two_processes_share_one_sqlite_file_and_are_killed_in_turns(sqlite_url: str, tmp_path: Path) -> None:
    async with nursery(tmp_path / "log") as starter:
        done = await trial(sqlite_url, starter, places=2, kills=8, seed=3)
    assert not done.wrong
    assert done.acknowledged > 10


async def test_the_command_itself_is_killed_and_started_again(sqlite_url: str, tmp_path: Path) -> None:
    done = await trial(sqlite_url, Commands(tmp_path / "log"), places=1, kills=3, seed=4)
    assert not done.wrong
    assert done.acknowledged > 0
