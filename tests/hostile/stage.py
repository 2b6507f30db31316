"""The whole bot behind its callback, the simulated messenger behind it, and a hand that writes any request to it."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
from sqlalchemy import inspect, select
from sqlmodel import col

from bot.adapters.wecom.callback import PATH
from bot.app import App, listening, running
from bot.messenger.model import AppCredentials, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.settings import Settings
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.services import customers
from domain.tables import Account, Customer, Inbox, Outbox, Person
from tests.adapters import wire

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
WRITER, LONGEST = "chu.yao", "n" * 64  # the longest userid that WeCom gives
PATIENCE = 90  # seconds of real time
APP = AppCredentials(wire.CORP, 1000007, "app-secret", wire.TOKEN, wire.AES_KEY)


@dataclass(slots=True)
class Stage:
    """`knock` sends bytes as they are, `whisper` seals and signs an inner XML, `say` is an honest text."""

    app: App
    server: WeComServer
    clock: ShiftableClock
    http: aiohttp.ClientSession
    url: str
    _numbers: Iterable[int] = field(default_factory=lambda: itertools.count(7_000_000_000_000_000_000))

    async def knock(
        self,
        body: bytes | io.BytesIO | AsyncIterator[bytes],
        query: object = (),
        *,
        method: str = "POST",
        path: str = PATH,
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        async with self.http.request(method, self.url + path, params=query, data=body) as answer:  # type: ignore[arg-type]
            return answer.status, await answer.read()

    async def whisper(self, inner: bytes, receiver: bytes = wire.CORP.encode()) -> tuple[int, bytes]:
        sealed = wire.sealed(inner, receiver)
        return await self.knock(wire.envelope(sealed), self.query(sealed))

    async def say(self, text: str, sender: str = WRITER) -> tuple[int, bytes]:
        return await self.whisper(self.inner(f"<![CDATA[{text}]]>".encode(), sender))

    def inner(self, content: bytes, sender: str = WRITER) -> bytes:
        """The XML of a text message; `content` is put in as it is."""
        return (
            f"<xml><ToUserName>{wire.CORP}</ToUserName><FromUserName>{sender}</FromUserName>"
            f"<CreateTime>{int(self.clock.now().timestamp())}</CreateTime><MsgType>text</MsgType><Content>"
        ).encode() + (content + f"</Content><MsgId>{next(iter(self._numbers))}</MsgId></xml>".encode())

    def query(self, sealed: str, age: timedelta = timedelta()) -> dict[str, str]:
        return wire.query(sealed, str(int((self.clock.now() - age).timestamp())))

    async def settle(self) -> None:
        await asyncio.wait_for(self.app.settled(), PATIENCE)

    async def inbox(self) -> list[Inbox]:
        async with self.app.database.read() as session:
            return list((await session.scalars(select(Inbox).order_by(col(Inbox.id)))).all())

    async def failures(self) -> list[str]:
        """What went wrong inside: a handler's error, a delivery that was refused."""
        async with self.app.database.read() as session:
            inbox = (await session.scalars(select(Inbox).where(col(Inbox.last_error) != ""))).all()
            outbox = (await session.scalars(select(Outbox).where(col(Outbox.last_error) != ""))).all()
        folded = "went with delivery"  # several for one person, sent as one
        return [row.last_error for row in (*inbox, *outbox) if not row.last_error.startswith(folded)]

    async def customers(self) -> list[str]:
        async with self.app.database.read() as session:
            return list((await session.scalars(select(col(Customer.name)).order_by(col(Customer.id)))).all())

    async def tables(self) -> set[str]:
        async with self.app.database.engine().connect() as connection:
            return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))

    def answers(self, userid: str = WRITER) -> list[Shown]:
        return [shown for shown in self.server.chat(userid) if not shown.mine]


@asynccontextmanager
async def staged(database_url: str, in_between: Callable[[], None] = lambda: None) -> AsyncIterator[Stage]:
    """`in_between` is called once the messenger listens, and genjin does not yet."""
    clock = ShiftableClock(NOW, still=True)
    people = [{"userid": WRITER, "name": "褚遥"}, {"userid": LONGEST, "name": "卫长"}]
    quirks = Quirks(member_per_minute=100_000, member_per_hour=100_000, callback_timeout=PATIENCE)
    server = WeComServer(Organisation.build("南山科技", people), APP, clock, quirks=quirks)
    await _settle_in(Database(database_url, clock))
    async with listening(server.application(), "127.0.0.1", 0) as port:
        in_between()
        wecom = wire.settings(f"http://127.0.0.1:{port}")
        settings = Settings(database_url=database_url, secret_key="k" * 40, wecom=wecom)  # type: ignore[arg-type]
        async with (
            running(settings, clock) as app,
            listening(app.web, "127.0.0.1", 0) as home,
            aiohttp.ClientSession() as http,
        ):
            url = f"http://127.0.0.1:{home}"
            server.callback_url = url + PATH
            yield Stage(app, server, clock, http, url)


async def _settle_in(database: Database) -> None:
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for userid, name in ((WRITER, "褚遥"), (LONGEST, "卫长")):
            person = await uow.add(Person(name=name, roles=["sales"], created_at=uow.now, greeted_at=uow.now))
            await uow.add(Account(person_id=person.id, channel="wecom", userid=userid))
            uow.actor = Actor(person_id=person.id, roles=frozenset({"sales"}), people=frozenset({person.id}))
            customer = await customers.create(uow, f"常州{name}泵业有限公司", owner_id=person.id, named=True)
            await customers.contact(uow, customer.id, "蒋总")
    await database.close()
