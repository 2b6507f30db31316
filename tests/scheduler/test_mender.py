"""The clock ran ahead and was put right: what was to happen at once does, what was planned keeps its time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actor import SYSTEM, Address, Cause, Ref
from domain.database import Database
from domain.tables import Account, Due, Inbox, Outbox, Person
from scheduler.mender import Mender

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Settable:
    """A clock that can be set back."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Settable:
    return Settable()


@pytest.fixture
async def database(database_url: str, clock: Settable) -> AsyncIterator[Database]:
    made = Database(database_url, clock)
    yield made
    await made.close()


async def written(database: Database) -> None:
    """One message, one answer and one reminder a week ahead, each written now."""
    now = database.clock.now()
    async with database.unit(SYSTEM, Cause("test")) as uow:
        person = await uow.add(Person(name="张伟", title="销售", created_at=now))
        await uow.add(Account(person_id=person.id, channel="wecom", userid="zhang"))
        facts = {"channel": "wecom", "sender": "zhang", "kind": "text", "text": "今天", "payload": {}}
        await uow.add(Inbox(lane="a", due_at=now, message_id="1", sent_at=now, received_at=now, **facts))
        uow.tell(Address.person(person.id), "plain.text", key="one", text="记好了")
        uow.later("reminder", Ref("reminder", 1), now + WEEK, key="two")


async def waits_until(database: Database) -> dict[str, datetime]:
    async with database.read() as session:
        tables = (Inbox, Outbox, Due)
        return {table.__name__: (await session.scalars(select(table))).one().due_at for table in tables}


async def test_what_was_dated_ahead_comes_to_now_when_the_clock_is_set_back(
    database: Database, clock: Settable
) -> None:
    mender = Mender(database)
    await mender.look()
    clock.at = NOW + DAY
    await mender.look()
    await written(database)
    clock.at = NOW
    await mender.look()
    assert await waits_until(database) == {"Inbox": NOW, "Outbox": NOW, "Due": NOW + DAY + WEEK}


async def test_a_process_that_starts_after_the_clock_was_set_back_mends_too(
    database: Database, clock: Settable
) -> None:
    clock.at = NOW + DAY
    await written(database)
    clock.at = NOW
    await Mender(database).look()
    assert await waits_until(database) == {"Inbox": NOW, "Outbox": NOW, "Due": NOW + DAY + WEEK}


async def test_leases_and_further_tries_of_tomorrow_are_given_up(database: Database, clock: Settable) -> None:
    mender = Mender(database)
    await written(database)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for table in (Inbox, Outbox, Due):
            row = (await uow.session.scalars(select(table))).one()
            row.lease_until, row.retry_at = NOW + DAY, NOW + DAY
    await mender.look()
    clock.at = NOW - timedelta(minutes=1)
    await mender.look()
    async with database.read() as session:
        for table in (Inbox, Outbox, Due):
            row = (await session.scalars(select(table))).one()
            assert (row.lease_until, row.retry_at) == (None, None)


async def test_what_waits_for_another_try_waits_on_while_the_clock_goes_well(
    database: Database, clock: Settable
) -> None:
    mender = Mender(database)
    await mender.look()
    await written(database)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        row = (await uow.session.scalars(select(Outbox))).one()
        row.retry_at = row.due_at = NOW + timedelta(hours=1)
    clock.at = NOW + timedelta(seconds=1)
    await mender.look()
    assert (await waits_until(database))["Outbox"] == NOW + timedelta(hours=1)
