"""Processes are killed at random moments of the life of a note, fifty times; nothing that was promised is lost or doubled.

The moments are those of section 6 of the design: anywhere, while a callback is being answered, right after it was
acknowledged, when a card is about to be posted, and when it was posted but nobody has written that down yet.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from config.clock import SystemClock
from domain.database import Database
from tests.faults import judge, world
from tests.faults.processes import Commands, Genjin, Nursery, free_port, nursery
from tests.faults.world import Member, Notes

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
        while await judge.left(database, database.clock.now() + HORIZON):
            await asyncio.sleep(0.1)


async def run(
    url: str, starter: Nursery | Commands, company: list[Member], *, places: int, kills: int, seed: int
) -> tuple[list[str], Notes, Killer]:
    """The whole trial; returns what is wrong."""
    dice, clock = random.Random(seed), SystemClock()
    killer = Killer(dice)
    database = Database(url, clock)
    reminders = [timedelta(seconds=2 + 0.5 * number) for number in range(kills)]
    await world.settle_in(database, company, reminders)
    async with world.messenger(company, clock, [killer.watch], **QUIRKS) as (server, api):
        settings = world.environment(url, api, GENJIN_LEASE_SECONDS="1")
        homes = [Genjin(starter, settings, free_port()) for _ in range(places)]
        for home in homes:
            await home.start()
        killing = asyncio.create_task(kill_often(killer, homes, dice, kills))
        urls = [home.url for home in homes]
        notes = await world.talk(server, company, dice, killer, urls, lambda: not killing.done())
        await killing
        try:
            await settled(database)
        finally:
            for home in homes:
                await home.stop()
        record = await judge.recorded(database)
        await database.close()
        return judge.judge(record, notes, server, company), notes, killer


async def test_fifty_kills_lose_nothing_and_double_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with nursery(tmp_path / "log") as starter:
        wrong, notes, killer = await run(sqlite_url, starter, world.members(30), places=1, kills=50, seed=20261125)
    print(len(notes.said), len(notes.acknowledged), killer.kills, len(wrong), "\n".join(wrong[:60]))
    assert not wrong
    assert killer.kills.total() == 50
    assert set(killer.kills) == set(MOMENTS)
    assert len(notes.acknowledged) > 100
