"""A new release under way: each process is stopped and started in turn while people type, and nobody notices."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from bot.commands.ports import free_port
from config.clock import SystemClock
from domain.database import Database
from tests.faults import judge, world
from tests.faults.processes import Genjin, nursery

GIVE_UP = 60  # seconds until what is left counts as lost
NOTES = 3  # that are typed before the next process is stopped
QUIRKS = {"retry_interval": 0.3, "callback_timeout": 3.0, "member_per_minute": 30}


class Typed:
    """Counts what is typed, so that each restart has notes around it, however fast the machine is."""

    def __init__(self) -> None:
        self._count = 0

    def typed(self) -> None:
        self._count += 1

    def acknowledged(self) -> None: ...

    async def more(self, count: int) -> None:
        """Return once so many more were typed."""
        until = self._count + count
        while self._count < until:  # noqa: ASYNC110 - they are typed in a task of their own
            await asyncio.sleep(0.01)


async def test_processes_restarted_in_turn_lose_no_message(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    clock, company = SystemClock(), world.members(12)
    database = Database(postgres_url, clock)
    await world.settle_in(database, company, [])
    async with (
        nursery(tmp_path / "log") as starter,
        world.messenger(company, clock, [], **QUIRKS) as (server, api),
    ):
        settings = world.environment(postgres_url, api, GENJIN_REDIS_URL=redis_url)
        roles = ("web", "web", "worker", "worker")
        places = [Genjin(starter, settings | {"GENJIN_TEST_ROLE": role}, free_port(), role) for role in roles]
        await asyncio.gather(*(place.start() for place in places))
        urls = [place.url for place in places[:2]]
        typed = Typed()
        turning = asyncio.create_task(in_turn(places, urls, typed))
        notes = await world.talk(server, company, random.Random(7), typed, urls, lambda: not turning.done())
        endings = await turning
        async with asyncio.timeout(GIVE_UP):
            while await judge.left(database, clock.now()):  # noqa: ASYNC110 - other processes work
                await asyncio.sleep(0.1)
        endings += [await place.stop() for place in places]
        record = await judge.recorded(database)
    await database.close()
    assert endings == [0] * 8
    assert notes.acknowledged == set(notes.said)
    assert len(notes.said) >= NOTES * len(places)
    assert judge.judge(record, notes, server, company) == []
    assert not server.dropped


async def in_turn(places: list[Genjin], urls: list[str], typed: Typed) -> list[int | None]:
    """Stop and start one after the other; the balancer sends nothing to a web process that is about to stop."""
    endings = []
    for place in places:
        await typed.more(NOTES)
        if place.url in urls:
            urls.remove(place.url)
        endings.append(await place.stop())
        await place.start()
        if place in places[:2]:
            urls.append(place.url)
    return endings
