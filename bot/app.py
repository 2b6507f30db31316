"""Where objects are made and wired: one `App` is one genjin process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import select
from sqlmodel import col

from bot.adapters.tokens import TokenCache
from bot.adapters.wecom import callback
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.channel import WeComChannel
from bot.dispatcher import Dispatcher
from bot.groups import MakesGroups, TeamGroups
from bot.handlers import ROUTERS
from bot.handlers.fallbacks import Answers
from bot.message import Message
from bot.reading import Reader
from bot.router import Routes
from bot.web.server import application
from cards.model import Channel
from cards.registry import load_builders
from config.clock import Clock, ShiftableClock, SystemClock
from config.settings import Settings
from domain import migrate, queue
from domain.database import Database
from domain.tables import Due, Inbox, Outbox, Queued
from scheduler.coordination import Coordination, LocalCoordination
from scheduler.jobs import load_jobs
from scheduler.ports import Groups
from scheduler.sender import Sender
from scheduler.ticks import Ticks
from scheduler.timed import TimedWork
from scheduler.worker import Worker

log = logging.getLogger(__name__)
# In the order in which work flows, so that what a count misses in one queue it finds in the next.
QUEUES: tuple[type[Queued], ...] = (Inbox, Due, Outbox)


class App:
    """One process: adapters in front, three workers behind, a tick. Use `running`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        http: aiohttp.ClientSession,
        extra: tuple[Channel, ...] = (),
        groups: Groups | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database, clock)
        self.coordination = _coordination(settings)
        self.dispatcher = Dispatcher(
            self.database, Routes(ROUTERS), Reader(settings.zone), Answers(settings.zone), settings.zone
        )
        self.channels: dict[str, Channel] = {channel.name: channel for channel in extra}
        makers: dict[str, MakesGroups] = {}
        if settings.wecom is not None:
            wecom = WeComChannel(settings.wecom, WeComApi(settings.wecom, http, TokenCache(clock)), clock)
            self.channels[wecom.name] = makers[wecom.name] = wecom
        groups = groups or TeamGroups(self.database, makers)
        self._sender = Sender(self.database, self.channels, self.coordination, groups, settings.zone)
        lease = timedelta(seconds=settings.lease_seconds)
        inbox = Worker(self.database, Inbox, self.dispatcher.handle, lease=lease, give_up=self.dispatcher.give_up)
        outbox = Worker(
            self.database,
            Outbox,
            self._sender.handle,
            lease=lease,
            channels=self._sender.reachable,
            give_up=self._sender.give_up,
        )
        due = Worker(self.database, Due, TimedWork(self.database, settings.zone).handle, lease=lease)
        self._workers: dict[str, Worker[Any]] = {"inbox": inbox, "outbox": outbox, "due": due}
        self._ticks = Ticks(self.wake_all)
        self.web = application(self)
        self.web.add_routes(self._routes())

    # -- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self.coordination.on_wake(self._wake)
        self.database.after_commit.append(self.coordination.wake)
        if isinstance(self.clock, ShiftableClock):
            self.clock.subscribe(self.wake_all)
        await self.coordination.start()
        await self._remember_pace()
        for worker in self._workers.values():
            worker.start()
        self._ticks.start()
        self.wake_all()
        self._warming = asyncio.create_task(self._warm())

    async def stop(self) -> None:
        """Finish what is in hand; what is not begun stays in the queues."""
        self._ticks.stop()
        await self._warming
        for worker in self._workers.values():
            await worker.stop()
        await self.coordination.close()
        await self.database.close()

    def wake_all(self) -> None:
        for worker in self._workers.values():
            worker.wake()

    async def settled(self, *, also: Callable[[], Awaitable[bool]] | None = None) -> None:
        """Return when nothing is left to do that is due by now."""
        while True:
            async with self.database.read() as session:
                now = self.clock.now()
                left = [await queue.unfinished(session, table, now) for table in QUEUES]
            if not any(left) and (also is None or await also()):
                return
            await asyncio.sleep(0.02)

    async def _remember_pace(self) -> None:
        """What went out within the last hour counts towards each member's limit, also after a restart."""
        since = self.clock.now() - timedelta(hours=1)
        query = select(col(Outbox.channel), col(Outbox.recipient), col(Outbox.sent_at)).where(
            col(Outbox.sent_at) > since
        )
        async with self.database.read() as session:
            for channel, recipient, at in (await session.execute(query.order_by(col(Outbox.sent_at)))).all():
                if at is not None:
                    self.coordination.remember(f"{channel}:{recipient}", at)

    async def _warm(self) -> None:
        try:
            await self.dispatcher.warm()
        except Exception:
            log.exception("cannot warm up; the first message will take longer")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _routes(self) -> list[web.RouteDef]:
        if self.settings.wecom is None:
            return []
        return callback.routes(self.settings.wecom, self._accept, self.clock)

    async def _accept(self, message: Message) -> None:
        await self.dispatcher.accept(message)

    def _wake(self, queues: frozenset[str]) -> None:
        for name in queues:
            if worker := self._workers.get(name):
                worker.wake()


def _coordination(settings: Settings) -> Coordination:
    if settings.redis_url is None:
        return LocalCoordination()
    from scheduler.redis_coordination import RedisCoordination  # its client is slow to import, and rarely needed

    return RedisCoordination(settings.redis_url)


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, *, extra: tuple[Channel, ...] = (), groups: Groups | None = None
) -> AsyncIterator[App]:
    """A started process, without its HTTP listener; refuses a database that is not at this release's schema.

    `extra` are channels beside the configured ones, `groups` finds the chats of teams in place of the usual way.
    """
    load_builders()
    load_jobs()
    await migrate.check(settings.database)
    async with aiohttp.ClientSession() as http:
        app = App(settings, clock or SystemClock(), http, extra, groups)
        await app.start()
        try:
            yield app
        finally:
            await app.stop()


@asynccontextmanager
async def listening(application: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application; yields the port, which is chosen by the system where 0 was asked for."""
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        with suppress(asyncio.CancelledError):
            await runner.cleanup()
