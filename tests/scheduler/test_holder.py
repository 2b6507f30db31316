"""What only one process may hold: taken by one, renewed, followed when it ends or dies, never held by two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import ShiftableClock
from domain import holds
from domain.database import Database
from scheduler import holder as holding
from scheduler.holder import Holder

NOW = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
LEASE = timedelta(seconds=15)
PATIENCE = 60.0


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Database, ShiftableClock]]:
    clock = ShiftableClock(NOW, still=True)
    database = Database(url, clock)
    try:
        yield database, clock
    finally:
        await database.close()


async def test_one_of_many_who_ask_at_once_gets_it(database_url: str) -> None:
    async with opened(database_url) as (database, _):
        got = await asyncio.gather(*(holds.take(database, "line", f"p{n}", LEASE) for n in range(8)))

        assert sorted(got) == [False] * 7 + [True]


async def test_nobody_gets_what_is_held_and_renewed(database_url: str) -> None:
    async with opened(database_url) as (database, clock):
        assert await holds.take(database, "line", "a", LEASE)
        clock.advance(timedelta(seconds=10))
        assert await holds.renew(database, "line", "a", LEASE, {"state": "connected"})
        clock.advance(timedelta(seconds=10))

        assert not await holds.take(database, "line", "b", LEASE)
        async with database.read() as session:
            held = await holds.look(session, "line")
        assert held is not None
        assert (held.holder, held.says) == ("a", {"state": "connected"})


async def test_a_dead_holder_is_followed_when_its_lease_is_out_and_learns_of_it(database_url: str) -> None:
    async with opened(database_url) as (database, clock):
        await holds.take(database, "line", "a", LEASE)
        clock.advance(LEASE)

        assert await holds.take(database, "line", "b", LEASE)
        assert not await holds.renew(database, "line", "a", LEASE, {})


async def test_what_is_let_go_is_free_at_once(database_url: str) -> None:
    async with opened(database_url) as (database, _):
        await holds.take(database, "line", "a", LEASE)
        await holds.release(database, "line", "a")

        assert await holds.take(database, "line", "b", LEASE)


async def test_who_lost_it_cannot_let_it_go_for_the_next(database_url: str) -> None:
    async with opened(database_url) as (database, clock):
        await holds.take(database, "line", "a", LEASE)
        clock.advance(LEASE)
        await holds.take(database, "line", "b", LEASE)
        await holds.release(database, "line", "a")

        assert not await holds.take(database, "line", "c", LEASE)


async def test_a_lease_that_a_clock_far_ahead_wrote_keeps_nobody_out(database_url: str) -> None:
    async with opened(database_url) as (database, clock):
        clock.advance(timedelta(days=3))
        await holds.take(database, "line", "a", LEASE)
    async with opened(database_url) as (database, _):
        assert await holds.take(database, "line", "b", LEASE)


class Work:
    """Runs until it is stopped; `all` counts how many run at once."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.began = asyncio.Event()

    async def run(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.running -= 1
            self.began.clear()


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "ASK", 0.01)


@pytest.mark.usefixtures("quickly")
async def test_the_next_one_works_as_soon_as_the_first_is_stopped(database_url: str) -> None:
    async with opened(database_url) as (database, _), asyncio.timeout(PATIENCE):
        work = Work()
        first, second = (Holder(database, "line", work.run, lease=LEASE) for _ in range(2))
        first.start()
        await work.began.wait()
        second.start()
        await first.stop()
        await work.began.wait()

        assert work.most == 1
        await second.stop()
        assert work.running == 0


@pytest.mark.usefixtures("quickly")
async def test_who_asks_learns_at_once_that_somebody_else_has_it(database_url: str) -> None:
    async with opened(database_url) as (database, clock), asyncio.timeout(PATIENCE):
        work = Work()
        holder = Holder(database, "line", work.run, lease=timedelta(hours=1))
        holder.start()
        await work.began.wait()
        assert await holder.confirmed()

        clock.advance(timedelta(hours=2))
        assert await holds.take(database, "line", "somebody else", timedelta(hours=1))

        assert not await holder.confirmed()
        await holder.stop()


@pytest.mark.usefixtures("quickly")
async def test_who_lost_the_hold_stops_working(database_url: str) -> None:
    async with opened(database_url) as (database, clock), asyncio.timeout(PATIENCE):
        work = Work()
        holder = Holder(database, "line", work.run, lease=timedelta(seconds=0.3))
        holder.start()
        await work.began.wait()
        taken = False
        while not taken:  # between two renewals
            clock.advance(timedelta(minutes=1))
            taken = await holds.take(database, "line", "somebody else", timedelta(hours=1))
        while True:
            if not work.running:
                break
            await asyncio.sleep(0.01)
        await holder.stop()
        async with database.read() as session:
            held = await holds.look(session, "line")
        assert held is not None
        assert held.holder == "somebody else"


@pytest.mark.usefixtures("quickly")
async def test_who_is_stopped_while_lost_work_is_ending_ends_too(database_url: str) -> None:
    async with opened(database_url) as (database, clock), asyncio.timeout(PATIENCE):
        began, ending, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def work() -> None:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ending.set()
                await ended.wait()  # as a connection that stores what it heard before it is closed

        holder = Holder(database, "line", work, lease=timedelta(seconds=0.3))
        holder.start()
        await began.wait()
        while not ending.is_set():
            clock.advance(timedelta(minutes=1))
            await holds.take(database, "line", "somebody else", timedelta(seconds=1))
            await asyncio.sleep(0.01)
        clock.advance(timedelta(minutes=1))  # it could be had again
        stopping = asyncio.create_task(holder.stop())
        await asyncio.sleep(0)
        ended.set()
        await stopping

        async with database.read() as session:
            held = await holds.look(session, "line")
        assert held is not None
        assert held.holder == "somebody else"
