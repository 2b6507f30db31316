"""What is read for whoever leads very many: not all of their customers, and not one record after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from cards.registry import draw, load_builders
from domain.actor import Actor
from domain.naming import same_person
from domain.services import customers, people
from domain.tables import Person
from domain.views import lookup
from tests.work.stage import Company, company

LED = frozenset(range(1, 3000))
NAMES = [
    first + given
    for first in ("张", "章", "彰", "老张", "小章", "王", "老王", "汪", "欧阳", "尔", "Zhang")
    for given in ("伟", "维", "卫总", "经理", "伟强", "总", "w", "")
]


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Company]:
    load_builders()
    async with company(sqlite_url) as made:
        yield made


async def test_a_customers_card_is_not_looked_for_among_all_that_its_leader_sees(
    here: Company, sqlite_url: str
) -> None:
    made = await here.customer("恒力机械", here.li)
    for kind in ("customer.360", "customer.timeline"):

        async def drawn(session: AsyncSession, leader: Actor, kind: str = kind) -> object:
            return await draw(session, leader, here.local, kind, {"customer": made})

        steps = await _steps(here, sqlite_url, drawn)
        assert any("ix_activity_customer" in step for step in steps)
        assert not [step for step in steps if "LIST SUBQUERY" in step or "ix_customer_owner" in step]


@pytest.mark.parametrize(("led", "by_person"), [(LED, False), (frozenset((1, 2, 3)), True)])
async def test_what_many_did_is_read_at_once_and_what_few_did_by_person(
    here: Company, sqlite_url: str, led: frozenset[int], by_person: bool
) -> None:
    async def drawn(session: AsyncSession, leader: Actor) -> object:
        params = {"since": "2026-11-19", "until": "2026-11-25", "label": "这周"}
        return await draw(session, replace(leader, people=led), here.local, "done.list", params)

    steps = await _steps(here, sqlite_url, drawn)
    assert any("ix_activity_person_id" in step for step in steps) == by_person


async def test_whom_the_database_leaves_out_could_not_be_meant(here: Company) -> None:
    made = await here.customer("恒力机械", here.lin)
    async with here.acting(here.lin) as uow:
        for number, name in enumerate(filter(None, NAMES)):
            await customers.contact(uow, made, name, "", f"138{number:08}")
    async with here.database.read() as session:
        lin = await people.actor_of(session, here.lin)
        there = [hit.name for hit in await lookup.people_at(session, lin, made)]
        for mention in ("张伟", "章维", "王伟", "欧阳伟", "尔伟", "张伟强"):
            found = {hit.name for hit in await lookup.people_called(session, lin, mention)}
            assert found == {name for name in there if same_person(mention, name)}
            assert found


async def _steps(here: Company, sqlite_url: str, run: Callable[[AsyncSession, Actor], Awaitable[object]]) -> list[str]:
    """How SQLite reads for what is run for a leader of very many."""
    async with here.database.read() as session:
        leader = replace(await people.actor_of(session, here.zhou), people=LED)
        async with _statements(session) as ran:
            await run(session, leader)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        return [str(row[3]) for words, given in ran for row in connection.execute(f"EXPLAIN QUERY PLAN {words}", given)]


@asynccontextmanager
async def _statements(session: AsyncSession) -> AsyncIterator[list[tuple[str, Any]]]:
    ran: list[tuple[str, Any]] = []

    def seen(_connection: object, _cursor: object, words: str, given: Any, *_more: object) -> None:
        ran.append((words, given))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", seen)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", seen)


async def test_who_administers_is_known_by_his_role_alone(database_url: str) -> None:
    """A role of his own, whole; and nobody who has left."""
    async with company(database_url) as here:
        async with here.acting(here.lin) as uow:
            for name, roles, active in (
                ("王一", ["sales", "admin"], False),
                ("王二", ["administration"], True),
                ("王三", ["sales", "admin"], True),
                ("王四", ["admin"], True),
            ):
                await uow.add(Person(name=name, roles=roles, active=active, created_at=uow.now))
        async with here.database.read() as session:
            assert [each.name for each in await people.with_role(session, "admin")] == ["王三", "王四"]
            first = await people.administrator(session)
            assert first is not None
            assert first.name == "王三"
