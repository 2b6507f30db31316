"""genjin's processes between a messenger and a database, people who go on typing, and what is wrong in the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from bot.adapters.wecom.callback import PATH
from bot.app import listening
from bot.commands.ports import free_port
from bot.messenger.events import Events
from bot.messenger.ids import random_ids
from bot.messenger.model import Delivery
from bot.messenger.people import Organisation
from bot.messenger.pusher import Pusher
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from domain.database import Database
from tests.faults import judge, ledger, queues, world
from tests.faults.clocks import MORNING, FileClock
from tests.faults.ledger import Ledger
from tests.faults.processes import Commands, Genjin, Nursery
from tests.faults.robot import RobotSide
from tests.faults.robot import environment as of_robot
from tests.faults.world import Member, Notes, Watcher
from tests.services import Postgres, Redis, Server

GIVE_UP = 120.0  # seconds until what is left counts as lost
QUIRKS = {"retry_interval": 0.7, "callback_timeout": 2.5, "member_per_minute": 10_000, "member_per_hour": 10_000}
NOT_YET = Delivery(accepted=False, attempts=0, message_id="")
LEASE = "1.5"
REMINDERS = 5
API_SECONDS = "1.5"
TO_THE_ROBOT, IN_A_GROUP = 0.7, 0.3  # of all notes while it is connected, and of those to the robot


class Stuck(Exception):
    """What should have been done is not; the message says what waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a trial runs: a migrated database, and how many processes of which role over it."""

    name: str
    database_url: str
    roles: tuple[str, ...] = ("all",)
    postgres: Postgres | None = None
    redis: Redis | None = None

    @property
    def postgres_server(self) -> Server:
        assert self.postgres is not None
        assert self.postgres.server is not None
        return self.postgres.server

    @property
    def redis_server(self) -> Server:
        assert self.redis is not None
        assert self.redis.server is not None
        return self.redis.server


@dataclass(frozen=True, slots=True)
class Said:
    """One note on its way: the inner XML stays the same over all deliveries, the seal around it is fresh each time."""

    tag: str
    member: Member
    text: str
    at: datetime
    inner: str


@dataclass(slots=True)
class Rig:
    """Everything around the processes that a fault may lay hands on. `theirs` are the clocks of the processes."""

    place: Place
    server: WeComServer
    company: list[Member]
    clock: FileClock
    database: Database
    dice: random.Random
    api_port: int
    lease: str = LEASE
    theirs: list[FileClock] = field(default_factory=list)
    homes: list[Genjin] = field(default_factory=list)
    doors: list[Pusher] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    odd: Callable[[Said], Awaitable[Delivery]] | None = None
    watcher: Watcher | None = None
    robot: RobotSide | None = None
    middlewares: list[Callable[..., Awaitable[web.StreamResponse]]] = field(default_factory=list)
    _typing: list[asyncio.Task[None]] = field(default_factory=list)
    movable: bool = True  # the command lives by the machine's clock, and nobody moves that
    planned: int = 0
    _number: int = -1
    moved: timedelta = timedelta()  # for how long people had to wait for what was tried again later
    _api: AsyncExitStack = field(default_factory=AsyncExitStack)

    # -- people ----------------------------------------------------------------------------------------------------

    def type(self) -> asyncio.Task[None]:
        """Somebody types a note, to the app or to the robot; to the app it is delivered as `odd` has it, else once or
        twice by the dice."""
        number = self._number = self._number + 1
        connected = self.robot is not None and self.robot.server.line.live is not None
        to_robot = connected and self.dice.random() < TO_THE_ROBOT
        task = asyncio.create_task((self._tell if to_robot else self._say)(self.said(number)))
        self._typing.append(task)
        return task

    def said(self, number: int) -> Said:
        member, tag, at = self.company[number % len(self.company)], f"K{number:04d}", self.clock.now()
        text = f"今天上午拜访了{member.customer}的{member.contact}，聊了二期，单号{tag}"
        return Said(tag, member, text, at, self.sealed(member, text, at))

    def win(self) -> None:
        """The next member tells of a contract, which goes to the team's group; each does so once."""
        if len(self.notes.won) < len(self.company):
            member = self.company[len(self.notes.won)]
            self.notes.won[member.core] = NOT_YET
            self._typing.append(asyncio.create_task(self._win(member)))

    async def _win(self, member: Member) -> None:
        inner = self.sealed(member, f"{member.customer}签了！合同80万", self.clock.now())
        self.notes.won[member.core] = await self.deliver(inner)

    def sealed(self, member: Member, text: str, at: datetime) -> str:
        """What WeCom tells of this text, under an id of its own."""
        return Events(world.APP).text(member.userid, at, text, random_ids("message"))

    async def _say(self, said: Said) -> None:
        if self.watcher is not None:
            self.watcher.typed()
        self.notes.said[said.tag] = await (self.odd or self._usual)(said)
        if self.watcher is not None and self.notes.said[said.tag].accepted:
            self.watcher.acknowledged()

    async def _tell(self, said: Said) -> None:
        assert self.robot is not None
        if self.watcher is not None:
            self.watcher.typed()
        group = self.robot.group_of(said.member, self.company) if self.dice.random() < IN_A_GROUP else None
        await self.robot.say(said.member, said.tag, said.text, group)

    async def _usual(self, said: Said) -> Delivery:
        match self.dice.choices(("once", "at once", "again"), (6, 2, 2))[0]:
            case "at once":
                return await self.at_once(said.inner)
            case "again":
                await self.deliver(said.inner)
                return await self.deliver(said.inner)
            case _:
                return await self.deliver(said.inner)

    async def deliver(self, inner: str) -> Delivery:
        """Push it to one of the processes."""
        return await self.dice.choice(self.doors).push(inner)

    async def at_once(self, *inner: str, times: int = 2) -> Delivery:
        """Push each of them so often at the same moment, to different processes where there are several."""
        start = self.dice.randrange(len(self.doors))
        doors = [self.doors[(start + n) % len(self.doors)] for n in range(times)]
        tried = await asyncio.gather(*(door.push(each) for each in inner for door in doors))
        return next((delivery for delivery in tried if delivery.accepted), tried[0])

    async def typing(self) -> None:
        """Somebody types every now and then, until cancelled."""
        while True:
            self.type()
            await asyncio.sleep(self.dice.uniform(0.05, 0.2))

    async def remind(self) -> None:
        """Plan reminders that fall due in the next seconds."""
        first, self.planned = self.planned, self.planned + REMINDERS
        moments = [timedelta(seconds=0.5 + 0.15 * n) for n in range(REMINDERS)]
        await world.remind(self.database, self.company, moments, first=first)

    async def acknowledged(self, more: int) -> None:
        """Return when so many more notes have been acknowledged."""
        wanted = len(self.notes.acknowledged) + more
        async with asyncio.timeout(GIVE_UP):
            while len(self.notes.acknowledged) < wanted:  # noqa: ASYNC110 - deliveries tell nobody
                await asyncio.sleep(0.02)

    # -- the messenger's side --------------------------------------------------------------------------------------

    async def open_api(self) -> None:
        """The messenger's API answers on its port."""
        application = self.server.application()
        application.add_routes(self.robot.server.routes() if self.robot is not None else [])
        application.middlewares.extend(self.middlewares)
        await self._api.enter_async_context(listening(application, "127.0.0.1", self.api_port))

    async def close_api(self) -> None:
        """Nobody listens on that port."""
        await self._api.aclose()

    async def open_mute_api(self) -> None:
        """Somebody listens there, takes every connection, and never answers."""
        ended = asyncio.Event()

        async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await ended.wait()
            writer.close()

        server = await asyncio.start_server(hold, "127.0.0.1", self.api_port)
        self._api.push_async_callback(server.wait_closed)
        self._api.callback(server.close)
        self._api.callback(ended.set)

    # -- the end ---------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Return when nothing is left to do. Where all that is left waits for a later moment, that moment comes."""
        await asyncio.gather(*self._typing)
        try:
            async with asyncio.timeout(GIVE_UP):
                while await self._underway():  # noqa: ASYNC110 - the queues tell nobody
                    await asyncio.sleep(0.1)
                while (pause := await queues.pause(self.database, self.clock.now())) is not None:
                    if pause > timedelta(seconds=0.5) and self.movable:
                        self.moved += pause
                        self.move(pause)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            left = await queues.left(self.database, self.clock.now())
            raise Stuck("\n".join(left[:50])) from None

    async def _underway(self) -> bool:
        """Whether the robot was told what is not on record yet, over a connection that lives."""
        if self.robot is None:
            return False
        stored = {tag for row in (await judge.recorded(self.database)).inbox for tag in ledger.TAG.findall(row.text)}
        return bool(self.robot.heard(stored) - stored)

    def move(self, by: timedelta) -> None:
        """Time passes for everybody."""
        for clock in (self.clock, *self.theirs):
            clock.advance(by)

    async def backlog(self) -> int:
        """How many rows wait that are due."""
        return await judge.left(self.database, self.clock.now())

    async def empty(self) -> None:
        """Everybody leaves."""
        for task in self._typing:
            task.cancel()
        await asyncio.gather(*self._typing, return_exceptions=True)
        await asyncio.gather(*(home.stop() for home in self.homes), *(door.close() for door in self.doors))

    async def ledger(self) -> Ledger:
        return ledger.balance(await judge.recorded(self.database), self.notes, self.server, self.company, self.robot)


def _nothing(_: Rig) -> None:
    pass


@asynccontextmanager
async def rig(
    place: Place,
    starter: Nursery | Commands,
    folder: Path,
    *,
    members: int = 12,
    seed: int = 1,
    prepare: Callable[[Rig], None] = _nothing,
    quirks: Mapping[str, float] = MappingProxyType({}),
    robot: Callable[[Rig], RobotSide] | None = None,
    lease: str = LEASE,
) -> AsyncIterator[Rig]:
    """A company that has settled in, its messenger, and started processes; `prepare` is called before any of it
    starts, and `quirks` are laid over those of all trials. `robot` makes a smart robot of the company, `lease` is that
    of the processes, in seconds."""
    company, clock, movable = world.members(members), FileClock(folder / "clock"), isinstance(starter, Nursery)
    if movable:
        clock.begin(MORNING)
    database = Database(place.database_url, clock)
    await world.settle_in(database, company, [])
    people = [{"userid": member.userid, "name": member.name} for member in company]
    moods = Quirks(**{**QUIRKS, **quirks})  # type: ignore[arg-type]
    server = WeComServer(Organisation.build("远航设备", people), world.APP, clock, quirks=moods)
    made = Rig(place, server, company, clock, database, random.Random(seed), free_port(), lease)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        made.movable = movable
        prepare(made)
        if robot is not None:
            made.robot = robot(made)
        await made.open_api()
        stack.push_async_callback(made.close_api)
        stack.push_async_callback(made.empty)
        for number, role in enumerate(place.roles):
            made.theirs.append(theirs := FileClock(folder / f"clock-{number}"))
            theirs.begin(clock.now())
            environment = _environment(made, role, folder / f"clock-{number}")
            made.homes.append(home := Genjin(starter, environment, free_port(), role))
            if home.listens:
                made.doors.append(door := Pusher(world.APP, clock, moods, server.faults, random_ids))
                door.url = server.callback_url = home.url + PATH
        await asyncio.gather(*(home.start() for home in made.homes))
        yield made


def _environment(made: Rig, role: str, clock: Path) -> dict[str, str]:
    more = {
        "GENJIN_LEASE_SECONDS": made.lease,
        "GENJIN_TEST_CLOCK": str(clock),
        "GENJIN_TEST_API_SECONDS": API_SECONDS,
        "GENJIN_TEST_ROLE": role,
    }
    if made.place.redis is not None:
        more["GENJIN_REDIS_URL"] = made.place.redis.url
    if made.robot is not None:
        more |= of_robot(made.api_port)
    return world.environment(made.place.database_url, f"http://127.0.0.1:{made.api_port}", **more)
