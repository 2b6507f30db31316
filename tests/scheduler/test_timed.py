"""What a job has fetched from a messenger: that it is busy or away for a while costs the job nothing but time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from config.clock import ShiftableClock
from domain import queue
from domain.actor import JSON, SYSTEM, Cause, Ref
from domain.database import Database
from domain.errors import ChannelError, Throttled
from domain.tables import Due
from scheduler.jobs import load_jobs
from scheduler.timed import TimedWork

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LEASE = timedelta(seconds=15)
JOB = "outside.greet"  # whose errand does all


@dataclass(slots=True)
class Messenger:
    """Answers from `back` on; before it raises `wrong`."""

    clock: ShiftableClock
    wrong: Exception
    back: datetime
    asked: list[datetime] = field(default_factory=list)

    async def fetch(self, _row: Due) -> Mapping[str, JSON]:
        self.asked.append(now := self.clock.now())
        if now < self.back:
            raise self.wrong
        return {}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    load_jobs()
    made = Database(database_url, ShiftableClock(NOW, still=True))
    async with made.unit(SYSTEM, Cause("test")) as uow:
        uow.later(JOB, Ref("outside", 1), NOW, key="one")
    yield made
    await made.close()


async def worked(database: Database, messenger: Messenger, hours: int = 2) -> Due:
    """The row after so long, in which whatever is due is done every ten seconds."""
    work, clock = TimedWork(database, ZoneInfo("Asia/Shanghai"), {JOB: messenger.fetch}), messenger.clock
    for _ in range(hours * 360):
        async with database.once() as connection:
            rows = await queue.claim(connection, Due, now=clock.now(), lease=LEASE, limit=1)
        for row in rows:
            await work.handle(row)
        async with database.read() as session:
            found = (await session.scalars(select(Due))).one()
        if found.state != "waiting":
            break
        clock.advance(timedelta(seconds=10))
    return found


async def test_a_messenger_that_asks_for_patience_is_given_it(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, ShiftableClock)
    messenger = Messenger(clock, Throttled(timedelta(minutes=1)), NOW + timedelta(minutes=5))

    row = await worked(database, messenger)

    assert (row.state, row.failures, row.last_error) == ("done", 0, "")
    assert messenger.asked == [NOW + n * timedelta(minutes=1) for n in range(6)]


async def test_a_messenger_that_is_away_for_ten_minutes_is_asked_again_after_them(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, ShiftableClock)
    messenger = Messenger(clock, ChannelError("nobody answers"), NOW + timedelta(minutes=10))

    row = await worked(database, messenger)

    assert row.state == "done"


async def test_a_bug_in_the_job_is_soon_given_up(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, ShiftableClock)
    messenger = Messenger(clock, LookupError("a bug"), NOW + timedelta(minutes=10))

    row = await worked(database, messenger)

    assert (row.state, row.last_error) == ("dead", "LookupError: a bug")
    assert messenger.asked[-1] < NOW + timedelta(minutes=2)
