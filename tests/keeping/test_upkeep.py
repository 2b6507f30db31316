"""What is taken up again is told of when it has worked; what is long done is pruned at night, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Address, Cause
from domain.database import Database
from domain.services import directory, given_up, upkeep
from domain.tables import AuditEntry, Due, Inbox, Outbox, Queued
from scheduler.jobs import load_jobs
from scheduler.planner import Planner
from scheduler.timed import TimedWork
from tests.stage import Stage, staged

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KEEP = timedelta(days=180)
PEOPLE = [
    {"userid": "lin.yue", "name": "林越", "leader": "zhou.bo"},
    {"userid": "zhou.bo", "name": "周波", "title": "销售经理"},
]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    load_jobs()
    database = Database(database_url, ShiftableClock(NOW, still=True))
    yield database
    await database.close()


def queued(at: datetime, number: int, state: str) -> dict[str, Any]:
    return {"lane": f"l{number}", "due_at": at, "state": state}


def message(at: datetime, number: int, state: str) -> Inbox:
    sent = {"channel": "wecom", "message_id": f"m{number}", "sender": "lin.yue", "kind": "text", "payload": {}}
    return Inbox(**queued(at, number, state), **sent, sent_at=at, received_at=at)


def delivery(at: datetime, number: int, state: str) -> Outbox:
    told = {"key": f"k{number}", "channel": "wecom", "recipient": "lin.yue", "kind": "plain.text", "created_at": at}
    return Outbox(**queued(at, number, state), **told)


def job(at: datetime, number: int, state: str) -> Due:
    planned = {"key": f"k{number}", "kind": "reminder", "subject_kind": "reminder", "subject_id": number}
    return Due(**queued(at, number, state), **planned, created_at=at)


async def run_jobs(database: Database) -> int:
    """Run what is due until nothing is left; returns how many transactions that took."""
    work, count = TimedWork(database, SHANGHAI), 0
    while True:
        async with database.read() as session:
            query = select(Due).where(col(Due.state) == "waiting", col(Due.due_at) <= database.clock.now())
            row = (await session.scalars(query.order_by(col(Due.id)).limit(1))).first()
        if row is None:
            return count
        await work.handle(row)
        count += 1


async def kept(database: Database, table: type[Queued]) -> list[tuple[str, timedelta]]:
    async with database.read() as session:
        rows = (await session.scalars(select(table).order_by(col(table.id)))).all()
    return [(row.state, NOW - row.due_at) for row in rows if row.lane.startswith("l")]


@pytest.mark.parametrize("make", [message, delivery, job])
async def test_only_what_is_done_and_old_goes(database: Database, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 3)
    old, young = timedelta(days=200), timedelta(days=170)
    ages = [old, old, old, old, old, old, old, young, young]
    states = ["done", "waiting", "done", "dead", "done", "cancelled", "done", "done", "cancelled"]
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for number, (age, state) in enumerate(zip(ages, states, strict=True)):
            due = NOW + timedelta(days=9) if state == "waiting" else NOW - age  # no job to run by itself
            row = make(NOW - age, number, state)
            row.due_at = due
            await uow.add(row)
        upkeep.plan_pruning(uow, NOW, keep=KEEP)

    units = await run_jobs(database)

    left = [state for state, _ in await kept(database, type(make(NOW, 0, "done")))]
    assert left == ["waiting", "dead", "done", "cancelled"]
    assert units >= 5  # each batch is a transaction of its own


async def test_the_audit_is_kept(database: Database) -> None:
    async with database.unit(SYSTEM, Cause("test")) as uow:
        uow.session.add(
            AuditEntry(
                change_set="s",
                at=NOW - timedelta(days=4000),
                cause_kind="test",
                kind="person",
                row_id=1,
                op="update",
                changes={},
            )
        )
        upkeep.plan_pruning(uow, NOW, keep=KEEP)

    await run_jobs(database)

    async with database.read() as session:
        assert len((await session.scalars(select(AuditEntry))).all()) == 1


async def test_a_night_is_planned_once_by_any_number_of_processes(database: Database) -> None:
    assert isinstance(database.clock, ShiftableClock)
    for _ in range(3):
        planner = Planner(database, SHANGHAI, keep=KEEP)
        await planner.plan()
        await planner.plan()
    first = await planned(database)
    database.clock.advance(timedelta(days=1))
    await planner.plan()

    assert first == ["2026-11-26 03:30"]
    assert await planned(database) == ["2026-11-26 03:30", "2026-11-27 03:30"]


async def planned(database: Database) -> list[str]:
    async with database.read() as session:
        rows = (await session.scalars(select(Due).order_by(col(Due.due_at)))).all()
    return [f"{row.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for row in rows]


# -- taken up again ------------------------------------------------------------------------------------------------


async def settle_in(stage: Stage) -> None:
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        for person in PEOPLE:
            await directory.put(uow, directory.Entry(userid=person["userid"], name=person["name"]))


async def kill(stage: Stage, table: type[Queued], error: str) -> None:
    async with stage.app.database.begin() as connection:
        await connection.execute(update(table).values(state="dead", last_error=error, failures=0))


async def test_the_sender_of_a_message_hears_when_it_has_worked_after_all(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远航设备", PEOPLE) as stage:
        await settle_in(stage)
        await stage.say("lin.yue", "帮助")
        await kill(stage, Inbox, "KeyError: 'x'")
        stage.clock.advance(timedelta(hours=20))
        async with stage.app.database.unit(SYSTEM, Cause("cli")) as uow:
            await given_up.retry(uow, Inbox, 1)
        await stage.settle()

        await stage.move(timedelta(minutes=1))

        assert "你 11-25 16:00 说的那条处理好了" in [seen.text for seen in stage.chat("lin.yue")]


async def test_who_was_told_that_a_colleague_was_not_reached_hears_when_he_was(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远航设备", PEOPLE) as stage:
        await settle_in(stage)
        await stage.say("lin.yue", "帮助")
        async with stage.app.database.unit(SYSTEM, Cause("inbox", 1)) as uow:
            uow.tell(Address.person(2), "plain.text", key="to-boss", text="小林请你看一下")
        await stage.settle()
        async with stage.app.database.begin() as connection:
            boss = update(Outbox).where(col(Outbox.key) == "to-boss")
            await connection.execute(boss.values(state="dead", last_error="Unreachable", key="to-boss-2"))
        async with stage.app.database.read() as session:
            row_id = await session.scalar(select(col(Outbox.id)).where(col(Outbox.key) == "to-boss-2"))
        async with stage.app.database.unit(SYSTEM, Cause("cli")) as uow:
            await given_up.retry(uow, Outbox, int(row_id or 0))
        await stage.settle()

        await stage.move(timedelta(minutes=1))

        assert any("没发到小周的那条，现在发到了" in seen.text for seen in stage.chat("lin.yue"))


async def test_while_it_waits_it_is_looked_after_for_a_day_and_then_let_be(database: Database) -> None:
    assert isinstance(database.clock, ShiftableClock)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        await uow.add(message(NOW, 1, "dead"))
        await given_up.retry(uow, Inbox, 1)
    for _ in range(3):
        database.clock.advance(timedelta(minutes=2))
        await run_jobs(database)
    async with database.read() as session:
        waiting = (await session.scalars(select(Due).where(col(Due.state) == "waiting"))).all()
    database.clock.advance(timedelta(days=2))
    await run_jobs(database)

    assert [(row.subject_kind, row.subject_id) for row in waiting] == [("inbox", 1)]
    async with database.read() as session:
        assert not (await session.scalars(select(Due).where(col(Due.state) == "waiting"))).all()
        assert not (await session.scalars(select(Outbox))).all()
