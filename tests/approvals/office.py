"""A small office for the tests of requests: who is in it, one customer with one sale, and a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from cards import registry
from cards.model import Card
from config.clock import ShiftableClock
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import approvals, people
from domain.services.approvals import Request
from domain.tables import Account, Approval, Customer, Due, Opportunity, Outbox, Person
from domain.uow import UnitOfWork
from domain.when import Local

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday 16:00 in Shanghai
STAFF = {
    "林越": ("销售", "周波", ["sales"]),
    "陈晨": ("销售", "周波", ["sales"]),
    "周波": ("销售经理", "李岩", ["manager"]),
    "李岩": ("销售总监", None, ["manager"]),
    "何平": ("销售经理", "李岩", ["manager"]),
}


@dataclass(slots=True)
class Office:
    """`people` are ids by name."""

    database: Database
    clock: ShiftableClock
    people: dict[str, int]
    customer: int
    sale: int

    @property
    def local(self) -> Local:
        return Local(self.clock.now(), ZONE)

    @asynccontextmanager
    async def acting(self, name: str) -> AsyncIterator[UnitOfWork]:
        """A unit of work on behalf of somebody."""
        async with self.database.unit(SYSTEM, Cause("test")) as uow:
            uow.actor = await people.actor_of(uow.session, self.people[name])
            yield uow

    async def asks(self, discount: int = 8500, name: str = "林越", **more: Any) -> int:
        """林越 asks for a discount on the sale."""
        given = {"text": "华星ERP二期申请85折", "product": "ERP二期", **more}
        request = Request(customer_id=self.customer, discount=discount, **given)
        async with self.acting(name) as uow:
            return await approvals.ask(uow, request, self.local)

    async def draws(self, name: str, kind: str, **params: Any) -> Card:
        """A card as somebody sees it now."""
        async with self.database.read() as session:
            viewer = await people.actor_of(session, self.people[name])
            return await registry.draw(session, viewer, self.local, kind, params)

    async def approval(self, approval_id: int) -> Approval:
        async with self.database.read() as session:
            found = await session.get(Approval, approval_id)
            assert found is not None
            return found

    async def told(self, name: str, mode: str = "send") -> list[str]:
        """The kinds of cards that somebody is sent (or that are redrawn for him), oldest first."""
        query = select(col(Outbox.kind)).where(col(Outbox.person_id) == self.people[name], col(Outbox.mode) == mode)
        async with self.database.read() as session:
            return list((await session.scalars(query.order_by(col(Outbox.id)))).all())

    async def due(self) -> list[Due]:
        """What is still to happen, the earliest first."""
        query = select(Due).where(col(Due.state) == "waiting").order_by(col(Due.due_at), col(Due.id))
        async with self.database.read() as session:
            return list((await session.scalars(query)).all())


@asynccontextmanager
async def office(database_url: str) -> AsyncIterator[Office]:
    """The office on a fresh database."""
    registry.load_builders()
    clock = ShiftableClock(NOW, still=True)
    database = Database(database_url, clock)
    try:
        async with database.unit(SYSTEM, Cause("test")) as uow:
            ids = await _staff(uow)
            customer = Customer(
                name="苏州华星精工有限公司",
                short_name="华星精工",
                level="B",
                owner_id=ids["林越"],
                created_at=NOW,
            )
            await uow.add(customer)
            sale = Opportunity(
                customer_id=customer.id,
                owner_id=ids["林越"],
                product="ERP二期",
                amount=80_000_000,
                stage_since=NOW,
                created_at=NOW,
            )
            await uow.add(sale)
        yield Office(database, clock, ids, customer.id, sale.id)
    finally:
        await database.close()


async def _staff(uow: UnitOfWork) -> dict[str, int]:
    rows = {}
    for name, (title, _, roles) in STAFF.items():
        rows[name] = await uow.add(Person(name=name, title=title, roles=roles, created_at=NOW))
        await uow.add(Account(person_id=rows[name].id, channel="wecom", userid=f"user-{rows[name].id}"))
    for name, (_, manager, _) in STAFF.items():
        rows[name].manager_id = rows[manager].id if manager else None
    return {name: row.id for name, row in rows.items()}
