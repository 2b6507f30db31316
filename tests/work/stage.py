"""A company for the tests of this folder: people, a clock that stands, one unit of work at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from cards.model import Card
from cards.registry import draw, load_builders
from config.clock import ShiftableClock
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.names import Names
from domain.services import customers, people
from domain.tables import Account, Outbox, Person
from domain.uow import UnitOfWork
from domain.when import Local

ZONE = ZoneInfo("Asia/Shanghai")


def at(said: str) -> datetime:
    """2026-11-25T16:00 in the company's zone."""
    return datetime.fromisoformat(said).replace(tzinfo=ZONE)


@dataclass(slots=True)
class Company:
    """`lin` and `li` sell, `zhou` leads both."""

    database: Database
    clock: ShiftableClock
    lin: int = 0
    li: int = 0
    zhou: int = 0

    @property
    def local(self) -> Local:
        return Local(self.clock.now(), ZONE)

    @asynccontextmanager
    async def acting(self, person_id: int) -> AsyncIterator[UnitOfWork]:
        """One unit of work on behalf of a person."""
        async with self.database.unit(SYSTEM, Cause("test")) as uow:
            uow.actor = await people.actor_of(uow.session, person_id)
            yield uow

    async def customer(self, name: str, owner_id: int | None, *, named: bool = False, **values: Any) -> int:
        """Put a customer on record; `values` are columns of its row."""
        async with self.acting(self.lin) as uow:
            made = await customers.create(uow, name, owner_id=owner_id, named=named)
            for key, value in values.items():
                setattr(made, key, value)
            return made.id

    async def add(self, row: Any) -> int:
        async with self.database.unit(SYSTEM, Cause("test")) as uow:
            return int((await uow.add(row)).id)

    async def draw(self, person_id: int, kind: str, **params: Any) -> Card:
        """The card as this person sees it."""
        async with self.database.read() as session:
            viewer = await people.actor_of(session, person_id)
            return await draw(session, viewer, self.local, kind, params)

    async def names(self) -> Names:
        found = Names()
        async with self.database.read() as session:
            await found.catch_up(session, self.database.clock.now())
        return found

    async def told(self, person_id: int) -> list[str]:
        """The kinds of cards that were to be sent to a person."""
        async with self.database.read() as session:
            query = select(col(Outbox.kind)).where(col(Outbox.person_id) == person_id).order_by(col(Outbox.id))
            return list((await session.scalars(query)).all())


@asynccontextmanager
async def company(url: str, now: str = "2026-11-25T16:00") -> AsyncIterator[Company]:
    """The company on a fresh database."""
    load_builders()
    clock = ShiftableClock(at(now).astimezone(UTC), still=True)
    database = Database(url, clock)
    found = Company(database, clock)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        zhou = await uow.add(Person(name="周波", title="经理", roles=["manager"], created_at=uow.now))
        lin = await uow.add(_seller("林越", zhou.id, uow.now))
        li = await uow.add(_seller("李明", zhou.id, uow.now))
        found.zhou, found.lin, found.li = zhou.id, lin.id, li.id
        for person in (zhou, lin, li):
            await uow.add(Account(person_id=person.id, channel="wecom", userid=f"user{person.id}"))
    yield found
    await database.close()


def _seller(name: str, manager_id: int, now: datetime) -> Person:
    return Person(name=name, title="销售", roles=["sales"], manager_id=manager_id, created_at=now)
