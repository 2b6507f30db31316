"""The sample data in a real database, as genjin then uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.sample.fill import fill, is_empty
from bot.sample.plan import people_only, plan
from config.clock import ShiftableClock
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.names import Names
from domain.services import customers, people
from domain.tables import Activity, Customer, Due, Outbox, Person, Reminder
from domain.views import today
from domain.when import Local

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, ShiftableClock(NOW, still=True))
    yield opened
    await opened.close()


async def test_an_empty_database_is_empty_until_somebody_is_in_it(database: Database) -> None:
    assert await is_empty(database)

    await fill(database, people_only(), NOW)

    assert not await is_empty(database)


async def test_all_of_the_plan_arrives(database: Database) -> None:
    await fill(database, plan(NOW, ZONE), NOW)

    async with database.read() as session:
        counts = [await session.scalar(select(func.count()).select_from(t)) for t in (Person, Customer, Activity)]
        pushes = (await session.scalars(select(Due).where(col(Due.kind) == "reminder"))).all()
        waiting = (await session.scalars(select(Reminder).where(col(Reminder.state) == "waiting"))).all()
        cards = (await session.scalars(select(Outbox))).all()
    assert counts == [14, 200, 1500]
    assert {(d.subject_id, d.due_at) for d in pushes} == {(r.id, r.due_at) for r in waiting}
    assert {c.kind for c in cards} == {"approval.request"}


async def test_new_rows_take_the_next_numbers(database: Database) -> None:
    await fill(database, plan(NOW, ZONE), NOW)

    async with database.unit(SYSTEM, Cause("cli")) as uow:
        fresh = await customers.create(uow, "苏州海棠机电有限公司", owner_id=3, named=True)

    assert fresh.id == 201


async def test_customers_are_found_by_name(database: Database) -> None:
    await fill(database, plan(NOW, ZONE), NOW)
    names = Names()

    async with database.read() as session:
        await names.catch_up(session, NOW)
        found = await session.get(Customer, names.find("华星精工").match)

    assert found is not None
    assert found.name == "苏州华星精工机械有限公司"


async def test_lin_yue_knows_whom_to_see_first(database: Database) -> None:
    await fill(database, plan(NOW, ZONE), NOW)

    async with database.read() as session:
        viewer = await people.actor_of(session, 3)
        due = await today.due(session, viewer, Local(NOW, ZONE))
        first = [(await session.get_one(Customer, i)).short_name for i in due]

    assert first[:2] == ["金穗食品", "华星精工"]
    assert {"恒力机械", "华兴五金"} <= set(first)


async def test_the_director_sees_everybodys_customers(database: Database) -> None:
    await fill(database, plan(NOW, ZONE), NOW)

    async with database.read() as session:
        director = await people.actor_of(session, 1)

    assert director.people >= {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
