"""An address book made of plain values, and a database that follows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Cause, Ref
from domain.addressbook import Member, Unit
from domain.database import Database
from domain.tables import Account, Due, Outbox, Person, Team
from scheduler.directory import DirectoryErrands
from scheduler.jobs import load_jobs
from scheduler.timed import TimedWork

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
UNITS = (
    Unit(unit="1", name="远山科技", leaders=("boss",)),
    Unit(unit="2", name="华东组", parent="1", leaders=("lead",)),
)


@dataclass
class Book:
    """`scheduler.ports.Directory` that says what it is told to; `asked` counts the questions."""

    people: dict[str, Member] = field(default_factory=dict)
    departments: Sequence[Unit] = UNITS
    hidden: set[str] = field(default_factory=set)  # who is left out of lists
    asked: list[str] = field(default_factory=list)
    largest: int = 0

    def put(self, userid: str, name: str = "", unit: str = "2", **more: Any) -> None:
        self.people[userid] = Member(userid=userid, name=name, unit=unit, **more)

    async def units(self, unit: str | None = None) -> list[Unit]:
        return [each for each in self.departments if unit in (None, each.unit)]

    async def members(self, units: Sequence[Unit]) -> AsyncIterator[list[Member]]:
        everybody = [each for userid, each in self.people.items() if userid not in self.hidden]
        for start in range(0, len(everybody), 200):
            batch = everybody[start : start + 200]
            self.largest = max(self.largest, len(batch))
            yield batch

    async def member(self, userid: str) -> Member:
        self.asked.append(userid)
        return self.people.get(userid) or Member(userid=userid, state="gone")


@dataclass
class Office:
    """A database that follows the book."""

    database: Database
    clock: ShiftableClock
    book: Book
    passes: int = 0

    async def read(self) -> None:
        """A full pass."""
        self.passes += 1
        await self._run("directory.full", f"directory-{self.passes}")

    async def look(self, userid: str) -> None:
        """One colleague, as after an event."""
        self.passes += 1
        await self._run("directory.person", f"person-{self.passes}", userid=userid)

    async def _run(self, kind: str, key: str, **params: str) -> None:
        load_jobs()
        self.clock.advance(timedelta(minutes=1))
        async with self.database.unit(SYSTEM, Cause("test")) as uow:
            uow.later(kind, Ref("directory", 0), uow.now, key=key, channel="wecom", **params)
        async with self.database.begin() as connection:
            row = (await connection.execute(select(Due.__table__).where(col(Due.key) == key))).mappings().one()
            await connection.execute(Due.__table__.update().where(col(Due.key) == key).values(fence=1))
        errands = DirectoryErrands(self.database, {"wecom": self.book}).all()
        work = TimedWork(self.database, ZoneInfo("Asia/Shanghai"), errands)
        await work.handle(Due(**{**row, "fence": 1}))
        async with self.database.read() as session:
            state = (
                await session.execute(select(col(Due.state), col(Due.last_error)).where(col(Due.key) == key))
            ).one()
        assert tuple(state) == ("done", "")

    async def person(self, userid: str) -> Person:
        async with self.database.read() as session:
            query = select(Person).join(Account, col(Account.person_id) == col(Person.id))
            return (await session.scalars(query.where(col(Account.userid) == userid))).one()

    async def change(self, userid: str, **values: Any) -> None:
        """Somebody settles something here."""
        person = await self.person(userid)
        async with self.database.unit(SYSTEM, Cause("test")) as uow:
            row = await uow.lock(Person, person.id)
            for name, value in values.items():
                setattr(row, name, value)

    async def team(self, name: str) -> Team:
        async with self.database.read() as session:
            return (await session.scalars(select(Team).where(col(Team.name) == name))).one()

    async def told(self, userid: str) -> list[str]:
        """The texts for somebody."""
        person = await self.person(userid)
        async with self.database.read() as session:
            query = select(Outbox).where(col(Outbox.person_id) == person.id).order_by(col(Outbox.id))
            rows = (await session.scalars(query)).all()
        return [str(row.params.get("text", row.kind)) for row in rows]
