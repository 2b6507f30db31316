"""A company behind the simulated messenger, a stream of notes from its members, and what is judged afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from aiohttp import web

from bot.adapters.wecom.callback import PATH
from bot.app import listening
from bot.messenger.faults import Trick
from bot.messenger.model import AppCredentials, Delivery
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from config.clock import Clock
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.services import customers, tasks
from domain.tables import Account, Person, Team

APP = AppCredentials(
    "wwgenjin00000003", 1000009, "secret-of-faults", "faultsTok2026", "ZmF1bHRzZmF1bHRzZmF1bHRzZmF1bHRzZmF1bHRzMTI"
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
PLACES = ("苏州", "无锡", "常州", "宁波", "嘉兴", "绍兴", "温州", "台州", "南通", "扬州")
TRADES = ("阀门", "轴承", "电缆")
BRANDS = "氏恒盛泰瑞丰宏鑫"


@dataclass(slots=True)
class Member:
    """A salesperson with a customer of his own and a contact there."""

    userid: str
    name: str
    customer: str
    contact: str
    person_id: int = 0
    customer_id: int = 0

    @property
    def core(self) -> str:
        """What is in every way of naming the customer, and in no other's name."""
        return self.customer[2:].removesuffix("有限公司")


class Watcher(Protocol):
    """Told of each note when it is on its way, and when its delivery was acknowledged."""

    def typed(self) -> None: ...
    def acknowledged(self) -> None: ...


@dataclass(slots=True)
class Notes:
    """What was typed, by its tag, and what became of its delivery."""

    said: dict[str, Delivery] = field(default_factory=dict)
    won: dict[str, Delivery] = field(default_factory=dict)  # by the core of the customer's name

    @property
    def acknowledged(self) -> set[str]:
        return {tag for tag, delivery in self.said.items() if delivery.accepted}


def members(count: int) -> list[Member]:
    """So many people, each with another customer; up to 240."""
    made = []
    for number in range(count):
        surname = SURNAMES[number % len(SURNAMES)]
        place, trade = PLACES[number % len(PLACES)], TRADES[number // len(PLACES) % len(TRADES)]
        contact = SURNAMES[(number + 7) % len(SURNAMES)] + "总"
        customer = f"{place}{surname}{BRANDS[number // len(SURNAMES)]}{trade}有限公司"
        made.append(Member(f"member{number}", f"{surname}小{trade[0]}", customer, contact))
    return made


async def settle_in(
    database: Database, company: list[Member], reminders: list[timedelta], *, channel: str = "wecom"
) -> None:
    """Put everybody and their customers on record, and plan reminders that fall due so long from now, in turns."""
    async with database.unit(SYSTEM, Cause("test")) as uow:
        team = await uow.add(Team(name="华东组", created_at=uow.now))
        for member in company:
            facts = {"team_id": team.id, "roles": ["sales"], "created_at": uow.now, "greeted_at": uow.now}
            person = await uow.add(Person(name=member.name, title="销售", **facts))
            await uow.add(Account(person_id=person.id, channel=channel, userid=member.userid))
            uow.actor = Actor(person_id=person.id, roles=frozenset({"sales"}), people=frozenset({person.id}))
            customer = await customers.create(uow, member.customer, owner_id=person.id, named=True)
            await customers.contact(uow, customer.id, member.contact)
            member.person_id, member.customer_id = person.id, customer.id
    await remind(database, company, reminders)


async def remind(database: Database, company: list[Member], after: list[timedelta], *, first: int = 0) -> None:
    """Plan reminders that fall due so long from now, in turns; the first has the number `first`."""
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for number, pause in enumerate(after, first):
            member = company[number % len(company)]
            await tasks.remind(
                uow,
                text=f"提醒{number:03d}",
                due_at=uow.now + pause,
                person_id=member.person_id,
                customer_id=member.customer_id,
            )


@asynccontextmanager
async def messenger(
    company: list[Member], clock: Clock, middleware: list[Callable[..., Awaitable[web.StreamResponse]]], **quirks: float
) -> AsyncIterator[tuple[WeComServer, str]]:
    """The simulated WeCom of this company; yields it and the address of its API."""
    people = [{"userid": member.userid, "name": member.name} for member in company]
    server = WeComServer(Organisation.build("远航设备", people), APP, clock, quirks=Quirks(**quirks))  # type: ignore[arg-type]
    application = server.application()
    application.middlewares.extend(middleware)
    async with listening(application, "127.0.0.1", 0) as port:
        yield server, f"http://127.0.0.1:{port}"


def environment(database_url: str, api: str, **more: str) -> dict[str, str]:
    """The settings of a genjin process in this world."""
    return {
        "GENJIN_DATABASE_URL": database_url,
        "GENJIN_SECRET_KEY": "k" * 40,
        "GENJIN_WECOM__CORP_ID": APP.corp_id,
        "GENJIN_WECOM__AGENT_ID": str(APP.agent_id),
        "GENJIN_WECOM__SECRET": APP.secret,
        "GENJIN_WECOM__TOKEN": APP.token,
        "GENJIN_WECOM__AES_KEY": APP.aes_key,
        "GENJIN_WECOM__API_BASE": api,
        **more,
    }


async def talk(
    server: WeComServer,
    company: list[Member],
    dice: random.Random,
    watcher: Watcher,
    urls: list[str],
    go_on: Callable[[], bool],
) -> Notes:
    """Everybody types a note now and then until `go_on` says no; the platform delivers some of them twice."""
    notes = Notes()
    typing: set[asyncio.Task[None]] = set()
    while go_on():
        number = len(typing)
        server.callback_url = dice.choice(urls) + PATH
        trick = dice.choices((None, Trick.TWICE, Trick.CONCURRENTLY), (6, 2, 2))[0]
        if trick is not None:
            server.faults.spoil(trick)
        typing.add(asyncio.create_task(_type(server, company[number % len(company)], f"K{number:04d}", notes, watcher)))
        await asyncio.sleep(dice.uniform(0.0, 0.25))
    await asyncio.gather(*typing)
    return notes


async def _type(server: WeComServer, member: Member, tag: str, notes: Notes, watcher: Watcher) -> None:
    watcher.typed()
    said = f"今天上午拜访了{member.customer}的{member.contact}，聊了二期，单号{tag}"
    notes.said[tag] = await server.say(member.userid, said)
    if notes.said[tag].accepted:
        watcher.acknowledged()
