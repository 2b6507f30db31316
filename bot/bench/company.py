"""Two thousand salespeople, each with a customer and a contact there, and what they have to say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from config.clock import SystemClock
from domain import migrate
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.tables import Account, Contact, Customer, CustomerName, Person, Team
from domain.tables.base import Row
from domain.uow import UnitOfWork

R = TypeVar("R", bound=Row)

SENDERS = 2000  # so many that nobody comes near the messenger's limit of 30 messages a minute
PLACES = ("苏州", "无锡", "常州", "宁波", "嘉兴", "绍兴", "温州", "台州", "南通", "扬州")
BRANDS = "恒盛泰瑞丰华宏鑫博凯森旭佳源诚信达通利昌"
TRADES = ("机电", "食品", "物流", "五金", "软件")
SAID = (
    "今天下午拜访了{customer}的{contact}，聊了二期改造，预算大概{amount}万，担心实施周期太长，下周三之前给方案",
    "上午给{customer}{contact}打了电话，对报价没意见，月底前走完合同，预计{amount}万",
    "在{customer}见了{contact}，看了样机，他们还在比另一家，价格希望再低一点，先按{amount}万报",
)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who writes, and about whom."""

    userid: str
    customer: str
    contact: str


def sellers() -> list[Seller]:
    """All of them, each with another customer."""
    names = itertools.product(TRADES, BRANDS, BRANDS, PLACES)
    made = []
    for number, (trade, first, second, place) in enumerate(itertools.islice(names, SENDERS)):
        made.append(Seller(f"seller{number}", f"{place}{first}{second}{trade}有限公司", f"{BRANDS[number % 20]}总"))
    return made


def notes(team: list[Seller]) -> Iterator[tuple[str, str]]:
    """(userid, text) without end: everybody in turn, never the same words twice from one of them."""
    for number in itertools.count():
        seller = team[number % len(team)]
        text = SAID[number % len(SAID)]
        yield seller.userid, text.format(customer=seller.customer, contact=seller.contact, amount=20 + number % 977)


async def settle_in(url: str, team: list[Seller]) -> None:
    """Migrate the database and put everybody and their customers on record, a table at a time."""
    await migrate.upgrade(url)
    database = Database(url, SystemClock())
    async with database.unit(SYSTEM, Cause("bench")) as uow:
        group = await uow.add(Team(name="销售部", created_at=uow.now))
        known: dict[str, Any] = {"team_id": group.id, "roles": ["sales"], "created_at": uow.now, "greeted_at": uow.now}
        people = await _all(uow, [Person(name=f"{seller.contact[0]}明", **known) for seller in team])
        both = list(zip(people, team, strict=True))
        await _all(uow, [Account(person_id=p.id, channel="wecom", userid=s.userid) for p, s in both])
        firms = await _all(uow, [Customer(name=s.customer, owner_id=p.id, created_at=uow.now) for p, s in both])
        named: dict[str, Any] = {"sort": "full", "changed_at": uow.now - timedelta(days=1)}
        await _all(uow, [CustomerName(customer_id=c.id, name=c.name, place=c.name[:2], **named) for c in firms])
        met = zip(firms, team, strict=True)
        await _all(uow, [Contact(customer_id=c.id, name=s.contact, created_at=uow.now) for c, s in met])
    await database.close()


async def _all(uow: UnitOfWork, rows: list[R]) -> list[R]:
    uow.session.add_all(rows)
    await uow.session.flush()
    return rows
