"""Who held a messenger's connection, and the gaps in which nobody did: found afterwards, told once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from config.clock import ShiftableClock
from domain import presence
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.presence import Gap
from domain.services import receipts
from domain.tables import Due
from domain.tables import Presence as Stretches
from domain.when import Local
from scheduler.presence import Presence

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)  # 10:00
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CHANNEL = "dingtalk"


class Replicas:
    """Processes over one database, each with its own word on whether it holds the connection."""

    def __init__(self, database: Database, clock: ShiftableClock) -> None:
        self.database, self.clock = database, clock

    def process(self) -> Presence:
        return Presence(self.database, ZONE, CHANNEL)

    async def gaps(self) -> list[tuple[timedelta, timedelta]]:
        async with self.database.read() as session:
            found = await presence.untold(session, self.clock.now())
        return [(gap.since - NOW, gap.until - NOW) for gap in found]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Replicas]:
    clock = ShiftableClock(NOW, still=True)
    database = Database(url, clock)
    try:
        yield Replicas(database, clock)
    finally:
        await database.close()


async def test_the_time_from_the_loss_to_the_next_connection_is_a_gap(database_url: str) -> None:
    async with opened(database_url) as world:
        here = world.process()
        here.up()
        world.clock.advance(60 * SECOND)
        here.down(NOW + 50 * SECOND)  # it was dead for ten seconds before anybody noticed
        world.clock.advance(40 * SECOND)
        here.up()
        await here.stop()

        assert await world.gaps() == [(50 * SECOND, 100 * SECOND)]


async def test_while_another_process_holds_one_there_is_no_gap(database_url: str) -> None:
    async with opened(database_url) as world:
        here, there = world.process(), world.process()
        here.up()
        there.up()
        world.clock.advance(MINUTE)
        here.down(world.clock.now())
        world.clock.advance(MINUTE)
        here.up()
        await here.stop()
        await there.stop()

        assert await world.gaps() == []


async def test_what_stops_for_good_and_what_takes_over_later_leave_a_gap_between_them(database_url: str) -> None:
    async with opened(database_url) as world:
        here, there = world.process(), world.process()
        here.up()
        world.clock.advance(MINUTE)
        await here.stop()
        world.clock.advance(5 * SECOND)
        there.up()
        await there.stop()

        assert await world.gaps() == [(60 * SECOND, 65 * SECOND)]


async def test_a_killed_process_was_there_until_its_last_word(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.presence.BEAT", 0.01)
    async with opened(database_url) as world:
        killed, follows = world.process(), world.process()
        killed.start()
        killed.up()
        await said_until(world, NOW)
        world.clock.advance(30 * SECOND)
        await said_until(world, NOW + 30 * SECOND)
        killed._beating.cancel()  # SIGKILL leaves it so
        world.clock.advance(30 * SECOND)
        follows.up()
        await follows.stop()

        assert await world.gaps() == [(30 * SECOND, 60 * SECOND)]


async def said_until(world: Replicas, moment: datetime) -> None:
    """Return when a process has said that it was there at that moment."""
    async with asyncio.timeout(60):
        while True:
            async with world.database.read() as session:
                query = select(Stretches.until)
                if moment in (await session.scalars(query)).all():
                    return
            await asyncio.sleep(0.01)


async def test_the_first_connection_ever_ends_no_gap(database_url: str) -> None:
    async with opened(database_url) as world:
        here = world.process()
        here.up()
        await here.stop()

        assert await world.gaps() == []


async def test_what_the_database_could_not_take_is_said_when_it_can(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as world:
        here, unit = world.process(), world.database.unit

        def away(*_: object) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr(world.database, "unit", away)
        here.up()
        await here._write()
        world.clock.advance(MINUTE)
        here.down(world.clock.now())
        await here._write()
        world.clock.advance(MINUTE)
        monkeypatch.setattr(world.database, "unit", unit)
        here.up()
        await here.stop()

        assert await world.gaps() == [(MINUTE, 2 * MINUTE)]


async def test_a_gap_that_was_told_is_told_no_more(database_url: str) -> None:
    async with opened(database_url) as world:
        here = world.process()
        for _ in range(2):
            here.up()
            world.clock.advance(MINUTE)
            here.down(world.clock.now())
            world.clock.advance(MINUTE)
        await here.stop()
        async with world.database.unit(SYSTEM, Cause("test")) as uow:
            first = await presence.untold(uow.session, world.clock.now())
            await presence.told(uow, first)

        here.up()
        await here.stop()
        assert (len(first), await world.gaps()) == (1, [(3 * MINUTE, 4 * MINUTE)])


async def test_stretches_of_a_month_ago_are_forgotten_but_for_the_newest_before_a_gap(database_url: str) -> None:
    async with opened(database_url) as world:
        here = world.process()
        for _ in range(3):
            here.up()
            world.clock.advance(MINUTE)
            here.down(world.clock.now())
            world.clock.advance(MINUTE)
        await here.stop()
        world.clock.advance(timedelta(days=40))
        async with world.database.unit(SYSTEM, Cause("test")) as uow:
            await presence.told(uow, await presence.untold(uow.session, world.clock.now()))
        here.up()
        await here.stop()

        async with world.database.read() as session:
            kept = len((await session.scalars(select(Stretches.id))).all())
        assert (kept, len(await world.gaps())) == (2, 1)


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        pytest.param("2026-05-06 10:00", "2026-05-06 18:00", id="at six of the same day"),
        pytest.param("2026-05-06 17:59", "2026-05-06 18:02", id="not before every process has spoken"),
        pytest.param("2026-05-06 19:30", "2026-05-06 19:33", id="in the evening at once"),
        pytest.param("2026-05-06 21:30", "2026-05-07 18:00", id="at night the next evening"),
    ],
)
async def test_when_a_gap_is_told(sqlite_url: str, ended: str, told: str) -> None:
    moment = datetime.fromisoformat(ended).replace(tzinfo=ZONE)
    async with opened(sqlite_url) as world:
        for _ in range(2):  # whoever plans it too
            async with world.database.unit(SYSTEM, Cause("test")) as uow:
                receipts.plan(uow, Local(moment, ZONE))
        async with world.database.read() as session:
            planned = (await session.scalars(select(Due).where(Due.kind == receipts.EVENING))).all()

    assert [f"{row.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" for row in planned] == [told]


def spans(*gaps: tuple[float, float]) -> list[tuple[float, float]]:
    """Minutes after ten, before and after they are brought to full minutes."""
    made = [Gap(CHANNEL, NOW + since * MINUTE, NOW + until * MINUTE, row) for row, (since, until) in enumerate(gaps)]
    return [((since - NOW) / MINUTE, (until - NOW) / MINUTE) for since, until in receipts.spanned(made)]


def test_the_minutes_that_are_told_hold_the_gap_whole() -> None:
    assert spans((2.5, 2.6), (7.0, 9.0), (20.9, 21.1)) == [(2, 3), (7, 9), (20, 22)]


def test_gaps_of_neighbouring_minutes_are_told_as_one() -> None:
    assert spans((2.1, 2.2), (2.7, 2.8), (3.0, 3.5), (5.5, 6.5), (6.6, 6.9)) == [(2, 4), (5, 7)]


def test_of_too_many_gaps_the_last_are_told_as_one_that_holds_them() -> None:
    many = spans(*((10.0 * n, 10.0 * n + 1) for n in range(40)))

    assert len(many) == receipts.MOST
    assert many[-1] == (290, 391)
