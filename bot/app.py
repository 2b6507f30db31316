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

from bot.adapters.tokens import TokenCache, Tokens
from bot.adapters.wecom_robot import callback as robot_callback
from bot.dispatcher import Dispatcher, SecondReader
from bot.groups import TeamGroups
from bot.handlers.fallbacks import Answers
from bot.handlers.routers import ROUTERS
from bot.keeping import Keeper
from bot.message import Message
from bot.messengers import reach
from bot.reach import Ground, Line, Reach
from bot.reading import Reader
from bot.robot import ROBOT, CalledRobot, Robot
from bot.roles import Role
from bot.router import Routes
from bot.speech import Speech
from bot.web.edge import Runner
from bot.web.one_time import OneTimePages
from bot.web.pages import Pages
from bot.web.seals import Seals
from bot.web.server import application
from bot.web.signin import SignIn
from bot.web.todo_page import TodoPages
from cards.model import Channel
from cards.registry import load_builders
from config import measures, tracing
from config.clock import Clock, ShiftableClock, SystemClock
from config.secret import secret_of
from config.settings import Settings
from domain import migrate, queue
from domain.database import Database
from domain.files import FOLDER, FileStore
from domain.secrets import Box
from domain.services import attachments
from domain.tables import Due, Inbox, Outbox, Queued
from scheduler.absent import AbsentChannel
from scheduler.coordination import Coordination, LocalCoordination
from scheduler.jobs import load_jobs
from scheduler.mender import Mender
from scheduler.planner import Planner
from scheduler.ports import Groups
from scheduler.sender import Sender
from scheduler.ticks import Ticks
from scheduler.timed import TimedWork
from scheduler.worker import Worker

log = logging.getLogger(__name__)
STANDING_BY = 64  # messages that wait their turn inside the process, where no other process would have them
# In the order in which work flows, so that what a count misses in one queue it finds in the next.
QUEUES: tuple[type[Queued], ...] = (Inbox, Due, Outbox)


class App:
    """One process: adapters in front, three workers behind, a tick, or only some of it. Use `running`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        http: aiohttp.ClientSession,
        extra: tuple[Channel, ...] = (),
        groups: Groups | None = None,
        role: Role = Role.ALL,
    ) -> None:
        self.settings = settings
        self.role = role
        self.clock = clock
        self.stopping = False
        self.database = Database(settings.database, clock)
        self.coordination, tokens = _shared(settings, clock)
        self.files = FileStore(settings.data / FOLDER)
        self._seals, box = Seals(secret_of(settings)), Box(secret_of(settings))
        here = reach(self._ground(http, tokens, box))
        self.database.mirrors = bool(here.todos or here.calendars)
        self.channels = here.channels | {channel.name: channel for channel in extra}
        self.robot = self._robot(http)
        if self.robot is not None:
            here.media[ROBOT] = self.robot.media
        elif self.role.works:
            self.channels.setdefault(ROBOT, AbsentChannel(ROBOT))
        self.lines: list[Line] = [*([self.robot] if self.robot is not None else ()), *here.lines]
        keeper = Keeper(self.files, here.media, Speech(settings.speech, http) if settings.speech else None)
        self.dispatcher = self._dispatcher(http, keeper, box, follows=bool(here.directories))
        pages = dict.fromkeys(here.gates, settings.public_url) if settings.public_url else None
        groups = groups or TeamGroups(self.database, here.makers)
        self._sender = Sender(self.database, self.channels, groups, settings.zone, pages)
        errands = here.errands(self.database, self.dispatcher.names, settings.zone)
        timed = TimedWork(self.database, settings.zone, {attachments.FETCH: keeper.errand, **errands})
        self._workers = self._queues(timed)
        keep = timedelta(days=settings.keep_days)
        books, lists = tuple(here.directories), tuple(here.todos)
        self._planner = Planner(self.database, settings.zone, keep=keep, directories=books, lists=lists)
        self._mender = Mender(self.database)
        self._ticks = Ticks(self.wake_all, self.look, self._planner.plan)
        self.web = application(self)
        self.web.add_routes(self._routes(here))

    def _ground(self, http: aiohttp.ClientSession, tokens: Tokens, box: Box) -> Ground:
        return Ground(
            settings=self.settings,
            http=http,
            tokens=tokens,
            database=self.database,
            files=self.files,
            seals=self._seals,
            box=box,
            role=self.role,
            accept=self._accept,
        )

    def _dispatcher(self, http: aiohttp.ClientSession, keeper: Keeper, box: Box, *, follows: bool) -> Dispatcher:
        """Who reads and answers; `follows`: people come from a messenger's address book."""
        settings = self.settings
        return Dispatcher(
            self.database,
            Routes(ROUTERS),
            Reader(settings.zone),
            Answers(settings.zone, follows=follows),
            settings.zone,
            keeper,
            self._second(http),
            box=box,
        )

    def _second(self, http: aiohttp.ClientSession) -> SecondReader | None:
        """The large model, where there is one: the form of its answers is slow to make, and few companies use one."""
        if self.settings.llm is None:
            return None
        from bot.nlp.llm import LlmReader

        return LlmReader(self.settings.llm, http)

    def _queues(self, timed: TimedWork) -> dict[str, Worker[Any]]:
        """A worker for each queue, by its name."""
        lease = self.settings.lease
        inbox = Worker(
            self.database,
            Inbox,
            self.dispatcher.handle,
            lease=lease,
            standing_by=STANDING_BY if self.database.is_sqlite else 0,
            give_up=self.dispatcher.give_up,
        )
        outbox = Worker(
            self.database,
            Outbox,
            self._sender.handle,
            lease=lease,
            channels=self._sender.reachable,
            give_up=self._sender.give_up,
        )
        due = Worker(self.database, Due, timed.handle, lease=lease)
        self.database.hands |= {Inbox: inbox, Outbox: outbox}
        return {"inbox": inbox, "outbox": outbox, "due": due}

    # -- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self.database.after_commit.append(self.coordination.wake)
        if self.role.works:
            self.coordination.on_wake(self._wake)
        await self.coordination.start()
        if not self.role.works:
            return
        if isinstance(self.clock, ShiftableClock):
            self.clock.subscribe(self.wake_all)
        await self._mender.look()
        for worker in self._workers.values():
            worker.start()
        self._ticks.start()
        await self._planner.begin()
        self.wake_all()
        for line in self.lines:
            line.start()

    async def warm(self) -> None:
        """Read dictionaries and names beside the event loop, so that no message waits for them. To be called once the
        process takes messages: whatever else is done meanwhile takes twice as long."""
        if not self.role.works:
            return
        try:
            await self.dispatcher.warm()
        except Exception:
            log.exception("cannot warm up; the first message will take longer")

    async def drain(self) -> None:
        """Take nothing new, from messengers or from the queues, and finish what is in hand."""
        self.stopping = True
        if not self.role.works:
            return
        await self._ticks.stop()
        await asyncio.gather(*(worker.stop() for worker in self._workers.values()))
        for line in self.lines:
            await line.stop()  # last, for what was in hand went out through it

    async def stop(self) -> None:
        """End; what is not begun stays in the queues."""
        if not self.stopping:
            await self.drain()
        await self.coordination.close()
        await self.database.close()

    async def look(self) -> None:
        """What is looked at every second: whether the clock was set back, whether a messenger is back."""
        await self._mender.look()
        await self._sender.outages.look()

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

    # -- inside ----------------------------------------------------------------------------------------------------

    def _robot(self, http: aiohttp.ClientSession) -> Robot | CalledRobot | None:
        settings = self.settings.wecom_robot
        if settings is None or not self.role.works:
            return None
        robot: Robot | CalledRobot
        if settings.calls_back:
            robot = CalledRobot(self.settings, settings, self.database, http)
        else:
            robot = Robot(self.settings, settings, self.database, http, self._accept, self.wake_all, self.files)
        self.channels |= {channel.name: channel for channel in robot.channels if channel.name not in self.channels}
        return robot

    def _routes(self, here: Reach) -> list[web.RouteDef]:
        """What is posted to us, and the pages behind cards, where browsers reach genjin."""
        if not self.role.receives:
            return []
        found, robot = list(here.routes), self.settings.wecom_robot
        sign_in = None
        if self.settings.public_url is not None and here.gates:
            sign_in = SignIn(self.database, here.gates, self._seals, self.settings.public_url)
            behind = (self.database, sign_in, self.settings.zone)
            found += [*sign_in.routes(), *Pages(*behind).routes(), *TodoPages(*behind).routes()]
        if here.links:
            found += OneTimePages(self.database, self._seals, self._tapped, self.settings.zone, sign_in).routes()
        if robot is not None and robot.calls_back:
            found += robot_callback.routes(robot, self._accept, self.database)
        return found

    async def _tapped(self, message: Message) -> bool:
        """A tap on a page; False for one that was made before."""
        tracing.begin(tracing.of(message.channel, message.message_id))
        return await self.dispatcher.accept(message)

    async def _accept(self, message: Message) -> None:
        tracing.begin(tracing.of(message.channel, message.message_id))
        new = await self.dispatcher.accept(message)
        measures.CALLBACKS.add(message.channel, "accepted" if new else "repeated")
        log.info(
            "accepted" if new else "repeated", extra={"channel": message.channel, "message_id": message.message_id}
        )

    def _wake(self, queues: frozenset[str]) -> None:
        if "names" in queues:
            self.dispatcher.names_changed()
        for name in queues:
            if worker := self._workers.get(name):
                worker.wake()


def _shared(settings: Settings, clock: Clock) -> tuple[Coordination, Tokens]:
    """What processes share besides the database: wake-ups, and access tokens where there is a key to seal them with."""
    if settings.redis_url is None:
        return LocalCoordination(), TokenCache(clock)
    from bot.adapters.shared_tokens import SharedTokens  # their client is slow to import, and rarely needed
    from scheduler.redis_coordination import RedisCoordination

    coordination = RedisCoordination(settings.redis_url)
    if settings.secret_key is None:
        return coordination, TokenCache(clock)
    return coordination, SharedTokens(clock, coordination.redis, settings.secret_key.get_secret_value())


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock | None = None,
    *,
    extra: tuple[Channel, ...] = (),
    groups: Groups | None = None,
    role: Role = Role.ALL,
) -> AsyncIterator[App]:
    """A started process, without its HTTP listener; refuses a database that is not at this release's schema.

    `extra` are channels beside the configured ones, `groups` finds the chats of teams in place of the usual way, `role`
    is what of the whole it does.
    """
    load_builders()
    load_jobs()
    await migrate.check(settings.database)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        app = App(settings, clock or SystemClock(), http, extra, groups, role)
        await app.start()
        try:
            yield app
        finally:
            await app.stop()


@asynccontextmanager
async def listening(application: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application; yields the port, which is chosen by the system where 0 was asked for."""
    runner = Runner(application, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        with suppress(asyncio.CancelledError):
            await runner.cleanup()
