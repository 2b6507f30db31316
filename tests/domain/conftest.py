"""A database with a clock that stands, and the people whom most tests need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.services import people
from domain.tables import Account, Person, Team
from domain.when import Local

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class World:
    """The database, its clock, and actors by name."""

    database: Database
    clock: ShiftableClock
    actors: dict[str, Actor]

    @property
    def local(self) -> Local:
        return Local(self.clock.now(), SHANGHAI)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """小林 (sales) and 李明 (sales) under 周波 (manager), and a financier."""
    clock = ShiftableClock(NOON, still=True)
    database = Database(database_url, clock)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        team = await uow.add(Team(name="华东组", created_at=uow.now))
        boss = await uow.add(_person("周波", "销售经理", ["sales", "manager"], team.id, uow.now))
        lin = await uow.add(_person("林越", "销售", ["sales"], team.id, uow.now, boss.id))
        ming = await uow.add(_person("李明", "销售", ["sales"], team.id, uow.now, boss.id))
        money = await uow.add(_person("王敏", "财务", ["finance"], None, uow.now))
        for person in (boss, lin, ming, money):
            await uow.add(Account(person_id=person.id, channel="wecom", userid=f"user{person.id}"))
    async with database.read() as session:
        actors = {p.name: await people.actor_of(session, p.id) for p in (boss, lin, ming, money)}
    yield World(database, clock, actors)
    await database.close()


def _person(
    name: str, title: str, roles: list[str], team: int | None, now: datetime, manager: int | None = None
) -> Person:
    return Person(name=name, title=title, roles=roles, team_id=team, manager_id=manager, created_at=now)
