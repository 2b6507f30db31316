"""What a unit tells first is stored for who stands by to send it, and nothing in line is passed by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Address, Cause, Ref
from domain.database import Database
from domain.tables import Outbox

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)


@dataclass
class StandsBy:
    """Somebody with hands free for one messenger."""

    channel: str = "wecom"
    taken: list[Outbox] = field(default_factory=list)

    def spare(self, channel: str) -> timedelta | None:
        return LEASE if channel == self.channel else None

    def take(self, row: Any) -> None:
        self.taken.append(row)


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url, ShiftableClock(NOW, still=True))
    yield database
    await database.close()


@pytest.fixture
def hands(sqlite_database: Database) -> StandsBy:
    hands = StandsBy()
    sqlite_database.hands[Outbox] = hands
    return hands


async def told(database: Database, *texts: str, to: str = "lin", channel: str = "wecom", **more: Any) -> None:
    async with database.unit(SYSTEM, Cause("inbox", 1)) as uow:
        for text in texts:
            uow.tell(Address.account(channel, to), "plain.text", Ref("task", 1), text=text, **more)


async def waiting(database: Database) -> list[tuple[str, bool]]:
    """What waits, and whether somebody has it in hand."""
    async with database.read() as session:
        rows = (await session.execute(select(Outbox).order_by(col(Outbox.id)))).scalars().all()
    return [(row.params["text"], row.lease_until is not None) for row in rows]


async def test_what_is_told_first_is_handed_over_when_it_is_committed(
    sqlite_database: Database, hands: StandsBy
) -> None:
    await told(sqlite_database, "记好了", "还有一条")
    (row,) = hands.taken
    assert (row.params, row.fence, row.state) == ({"text": "记好了"}, 1, "waiting")
    assert row.lease_until == NOW + LEASE
    assert await waiting(sqlite_database) == [("记好了", True), ("还有一条", False)]


async def test_what_stands_in_line_already_goes_first(sqlite_database: Database, hands: StandsBy) -> None:
    await told(sqlite_database, "一")
    await told(sqlite_database, "二")
    await told(sqlite_database, "别人的", to="zhou")
    assert [row.params["text"] for row in hands.taken] == ["一", "别人的"]
    assert await waiting(sqlite_database) == [("一", True), ("二", False), ("别人的", True)]


async def test_nothing_is_handed_over_where_nothing_was_kept(sqlite_database: Database, hands: StandsBy) -> None:
    async def fails() -> None:
        async with sqlite_database.unit(SYSTEM, Cause("inbox", 1)) as uow:
            uow.tell(Address.account("wecom", "lin"), "plain.text", text="记好了")
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        await fails()
    assert hands.taken == []


async def test_what_is_told_later_or_elsewhere_waits(sqlite_database: Database, hands: StandsBy) -> None:
    await told(sqlite_database, "以后", after=sqlite_database.clock.now() + timedelta(hours=1))
    await told(sqlite_database, "那边", channel="dingtalk")
    assert hands.taken == []
    assert await waiting(sqlite_database) == [("以后", False), ("那边", False)]


async def test_the_same_thing_is_told_once(sqlite_database: Database, hands: StandsBy) -> None:
    for _ in range(2):
        await told(sqlite_database, "记好了", key="note-1")
    assert len(hands.taken) == 1
    assert await waiting(sqlite_database) == [("记好了", True)]
