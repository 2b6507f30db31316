"""A sender by itself: a database, a clock that stands, a messenger that writes down what it is given, and no loops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.adapters.terminal import TerminalGroups
from cards.model import Card, Limits, Receipt, Recipient
from cards.registry import load_builders
from config.clock import ShiftableClock
from domain import queue
from domain.actor import SYSTEM, Actor, Address, Cause, ReplyHandle
from domain.database import Database
from domain.errors import ChannelError
from domain.tables import Account, Outbox, Person, Team
from scheduler.sender import Sender

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)
LEASE = timedelta(seconds=15)
TYPED, CLOCK = Cause("inbox", 7), Cause("due", 7)


@dataclass(slots=True)
class Chat:
    """The messenger: what was said to whom and when. `refusing` are errors for the next calls."""

    clock: ShiftableClock
    limits: Limits
    name: str = "wecom"
    said: list[tuple[str, str, datetime]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refusing: list[ChannelError] = field(default_factory=list)

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        if self.refusing:
            raise self.refusing.pop(0)
        self.said.append((to.id, card.text, self.clock.now()))
        return Receipt({"id": key})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        self.changed.append(card.text)
        return receipt

    def texts(self, to: str = "lin") -> list[str]:
        return [text for who, text, _ in self.said if who == to]


@dataclass(slots=True)
class Post:
    """Tells people things and lets the sender deliver them."""

    database: Database
    clock: ShiftableClock
    chat: Chat
    sender: Sender
    me: Actor

    async def tell(self, *texts: str, cause: Cause = CLOCK, to: str = "lin", key: str | None = None) -> None:
        async with self.database.unit(self.me, cause) as uow:
            for text in texts:
                where = Address.team(int(to[5:])) if to.startswith("team:") else Address.account("wecom", to)
                if to == "lin":
                    where = Address.person(self.me.require_person())
                uow.tell(where, "plain.text", key=key, text=text)

    async def redraw(self, key: str, text: str) -> None:
        async with self.database.unit(self.me, TYPED) as uow:
            target = (await uow.session.scalars(select(Outbox).where(Outbox.key == key))).one()
            uow.redraw(target, "plain.text", None, text=text)

    async def deliver(self) -> None:
        """Until nothing more can be done at this moment."""
        while rows := await self._claim():
            for row in rows:
                await self.sender.handle(row)

    async def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))
        await self.deliver()

    async def rows(self) -> list[Outbox]:
        async with self.database.read() as session:
            return list((await session.scalars(select(Outbox).order_by(Outbox.id))).all())

    async def posted(self, count: int, at: datetime, to: str = "lin") -> None:
        """So many messages went out at that moment, whoever sent them."""
        before = len(await self.rows())
        await self.tell(*(f"早{n}" for n in range(count)), to=to)
        sent = {"state": "done", "posted_at": at, "sent_at": at}
        async with self.database.begin() as connection:
            await connection.execute(update(Outbox).where(Outbox.id > before).values(**sent))

    async def _claim(self) -> list[Outbox]:
        async with self.database.begin() as connection:
            return await queue.claim(connection, Outbox, now=self.clock.now(), lease=LEASE, limit=50)


@asynccontextmanager
async def post_office(url: str, limits: Limits) -> AsyncIterator[Post]:
    """With 小林 (account lin) of the team 1, on an empty database."""
    load_builders()
    clock = ShiftableClock(NOON, still=True)
    database = Database(url, clock)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        team = await uow.add(Team(name="华东组", created_at=uow.now))
        person = await uow.add(Person(name="林悦", team_id=team.id, roles=["sales"], created_at=uow.now))
        await uow.add(Account(person_id=person.id, channel="wecom", userid="lin"))
    chat = Chat(clock, limits)
    sender = Sender(database, {"wecom": chat}, TerminalGroups(), ZoneInfo("Asia/Shanghai"))
    yield Post(database, clock, chat, sender, Actor(person_id=person.id, roles=frozenset({"sales"})))
    await database.close()
