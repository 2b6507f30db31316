"""Notes over DingTalk's Stream, whose frames get lost or come twice, and whose connection is cut again and again.

DingTalk says each thing once: what is lost on the way to us nobody can know. So the judge asks for two things. What was
acknowledged is handled once; and who wrote while nobody was connected is told of it in the evening, and of nothing
else. It reads the platform's side of the sockets, the database and the chats; genjin itself is not asked.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select

from bot.app import listening
from bot.commands.ports import free_port
from bot.messenger.dingtalk.model import DingTalkCredentials, Push
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.people import Organisation
from domain.database import Database
from domain.services.receipts import EVENING
from domain.tables import Outbox, Presence, Queued
from tests.faults import judge, world
from tests.faults.clocks import MORNING, FileClock
from tests.faults.ledger import TAG, listed
from tests.faults.processes import Genjin, Nursery
from tests.faults.rig import GIVE_UP, LEASE, Place
from tests.faults.world import Member

APP = DingTalkCredentials(client_id="dingfaults0001", client_secret="secret-of-the-stream-of-faults")
ZONE = ZoneInfo("Asia/Shanghai")
MEMBERS = 6
APART = timedelta(minutes=5)  # from one cut to the next by everybody's clock, so that each gap is told by itself
INTO_A_GAP = 2  # notes that are written while nobody is connected
SLACK = timedelta(seconds=15)  # by which two machines that stall see the end of a connection at different times
MOST_WAITING = 100
LOST = "连接中断，若发过请重发"

Span = tuple[datetime, datetime]


@dataclass(slots=True)
class Said:
    """One note; `at` is when it was written, `spoiled` whether its frame was lost on order, `group` where it was
    written, if not to the robot alone."""

    tag: str
    member: Member
    at: datetime
    push: Push
    spoiled: bool
    group: str = ""


@dataclass(slots=True, kw_only=True)
class Trial:
    """What came of a run, in counts, and by name everything that is wrong."""

    notes: int
    acknowledged: int
    stored: int
    unheard: int
    dropped: int
    doubled: int
    cuts: int
    gaps: int
    told: int
    wrong: list[str]

    def __str__(self) -> str:
        names = ("notes", "acknowledged", "stored", "unheard", "dropped", "doubled", "cuts", "gaps", "told")
        return listed({name: getattr(self, name) for name in names}, self.wrong)


@dataclass(slots=True)
class Rig:
    """The platform, genjin's processes, and who writes. `away` is when no socket was open, as the platform saw it."""

    server: DingTalkServer
    company: list[Member]
    clock: FileClock
    database: Database
    dice: random.Random
    homes: list[Genjin] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    away: list[Span] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    cuts: int = 0

    @property
    def holders(self) -> int:
        """How many processes hold a socket when all is well."""
        return sum(home.role != "web" for home in self.homes)

    async def say(self, share: float = 0.0) -> Said:
        """The next member writes a note; with this chance its frame is lost, with this one it comes twice."""
        number = len(self.said)
        member, tag = self.company[number % len(self.company)], f"K{number:04d}"
        fate = self.dice.choices(("dropped", "twice", "again", ""), (share, share / 2, share / 2, 1 - 2 * share))[0]
        connected = any(not socket.leaving for socket in self.server.gateway.sockets)
        if fate and connected:
            self.fates[fate] += 1
            self.server.faults.spoil(fate)  # type: ignore[arg-type]
        return await self.write(member, tag, spoiled=fate == "dropped" and connected)

    async def write(self, member: Member, tag: str, *, group: str = "", spoiled: bool = False) -> Said:
        """Somebody writes a note, to the robot alone or in a group by @."""
        text = f"今天上午拜访了{member.customer}的{member.contact}，聊了二期，单号{tag}"
        at, server = self.clock.now(), self.server
        push = await (server.group_say(group, member.userid, text) if group else server.say(member.userid, text))
        self.said.append(said := Said(tag, member, at, push, spoiled, group))
        return said

    async def heard(self) -> None:
        """Return when everybody is connected and a note has been acknowledged, so that genjin knows it too."""
        gateway = self.server.gateway
        async with asyncio.timeout(GIVE_UP):
            await gateway.until(lambda: len([s for s in gateway.sockets if not s.leaving]) >= self.holders)
            said = await self.say()
            await gateway.until(lambda: self._acknowledged(said))

    async def cut(self, *, all_of_them: bool) -> None:
        """The connection is cut, or that of one process of several, and people go on writing."""
        self.cuts += 1
        gateway = self.server.gateway
        if not all_of_them:
            socket = self.dice.choice(gateway.sockets)
            socket.transport.abort()
            await gateway.until(lambda: socket not in gateway.sockets)
        else:
            gateway.cut()
            await gateway.until(lambda: not gateway.sockets)
            for _ in range(INTO_A_GAP):
                await self.say()
        await self.heard()
        await self.spoken()
        self.clock.advance(APART)
        await self.spoken()

    async def die(self) -> None:
        """Every process is killed, and started again after some minutes."""
        for home in self.homes:
            home.kill()
        await asyncio.gather(*(home.gone() for home in self.homes))
        await self.server.gateway.until(lambda: not self.server.gateway.sockets)
        await self.say()
        self.clock.advance(APART)
        await asyncio.gather(*(home.start() for home in self.homes))
        await self.heard()

    async def spoken(self) -> None:
        """Return when genjin has put on record that it is connected at this moment, or later."""
        now = self.clock.now()
        query = select(Presence.id).where(~Presence.over, Presence.until >= now)
        async with asyncio.timeout(GIVE_UP):
            while True:
                async with self.database.read() as session:
                    if len((await session.scalars(query)).all()) >= self.holders:
                        return
                await asyncio.sleep(0.1)

    async def room(self, most: int = MOST_WAITING) -> None:
        """Return when little enough waits."""
        async with asyncio.timeout(GIVE_UP):
            while await judge.left(self.database, self.clock.now()) > most:  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def evening(self) -> None:
        """It becomes evening, and everything that is due is done."""
        local = self.clock.now().astimezone(ZONE)
        self.clock.advance(APART)  # if it is evening already
        evening = local.replace(hour=18, minute=30)
        self.clock.advance(evening - local if evening > local else evening + timedelta(days=1) - local)
        await self.room(0)

    async def watch(self) -> None:
        """Note down when no socket is open, until cancelled."""
        gateway = self.server.gateway
        while True:
            await gateway.until(lambda: not gateway.sockets)
            since = self.clock.now()
            await gateway.until(lambda: gateway.sockets)
            self.away.append((since, self.clock.now()))

    @property
    def acknowledged(self) -> set[str]:
        """The tags of the notes that were."""
        ids = {each["data"].get("msgId") for each in self.server.gateway.log if each["ack"]}
        return {said.tag for said in self.said if said.push.message_id in ids}

    def _acknowledged(self, said: Said) -> bool:
        entries = self.server.gateway.log
        return any(each["ack"] and each["data"].get("msgId") == said.push.message_id for each in reversed(entries))


async def trial(
    place: Place,
    starter: Nursery,
    folder: Path,
    *,
    notes: int,
    share: float,
    cut_after: int,
    pause: float,
    seed: int = 1,
) -> Trial:
    """So many notes, one every `pause` seconds, of which `share` of the frames are lost and as many come twice; after
    each `cut_after` the connection is cut. In the end all processes are killed once, and the evening comes."""
    async with rigged(place, starter, folder, seed) as made:
        await made.heard()
        watching = asyncio.create_task(made.watch())
        try:
            for number in range(1, notes + 1):
                await made.say(share)
                await asyncio.sleep(pause)
                if number % cut_after == 0:
                    await made.room()
                    await made.cut(all_of_them=made.holders == 1 or made.cuts % 2 == 0)
            await made.room(0)
            await made.die()
            for _ in made.company:
                await made.heard()
            await made.evening()
        finally:
            watching.cancel()
        return await _judged(made)


@asynccontextmanager
async def rigged(
    place: Place, starter: Nursery, folder: Path, seed: int, settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Rig]:
    """A company in DingTalk and started processes, `settings` laid over those of all trials."""
    company, clock = world.members(MEMBERS), FileClock(folder / "clock")
    clock.begin(MORNING)
    database = Database(place.database_url, clock)
    await world.settle_in(database, company, [], channel="dingtalk")
    people = [{"userid": member.userid, "name": member.name} for member in company]
    server = DingTalkServer(Organisation.build("远航设备", people), APP, clock)
    application = web.Application()
    application.add_routes(server.routes())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        port = await stack.enter_async_context(listening(application, "127.0.0.1", 0))
        stack.push_async_callback(server.close)
        made = Rig(server, company, clock, database, random.Random(seed))
        for role in place.roles:
            environment = _environment(place, f"http://127.0.0.1:{port}", folder / "clock", role)
            environment |= settings
            made.homes.append(Genjin(starter, environment, free_port(), role))
        stack.push_async_callback(_stop, made)
        await asyncio.gather(*(home.start() for home in made.homes))
        yield made


async def _stop(made: Rig) -> None:
    await asyncio.gather(*(home.stop() for home in made.homes))


def _environment(place: Place, api: str, clock: Path, role: str) -> dict[str, str]:
    more = {"GENJIN_REDIS_URL": place.redis.url} if place.redis is not None else {}
    return {
        "GENJIN_DATABASE_URL": place.database_url,
        "GENJIN_SECRET_KEY": "k" * 40,
        "GENJIN_LEASE_SECONDS": LEASE,
        "GENJIN_DINGTALK__CLIENT_ID": APP.client_id,
        "GENJIN_DINGTALK__CLIENT_SECRET": APP.client_secret,
        "GENJIN_DINGTALK__API_BASE": api,
        "GENJIN_DINGTALK__OAPI_BASE": api,
        "GENJIN_DINGTALK__CONTACTS": "false",
        "GENJIN_TEST_CLOCK": str(clock),
        "GENJIN_TEST_BEAT": "0.5",
        "GENJIN_TEST_ROLE": role,
        **more,
    }


# -- the judge -----------------------------------------------------------------------------------------------------


async def _judged(made: Rig) -> Trial:
    record = await judge.recorded(made.database)
    acknowledged = made.acknowledged
    filed = Counter(tag for activity in record.activities for tag in TAG.findall(activity.text))
    receipts = [row for row in record.outbox if row.kind == EVENING]
    unheard = [said for said in made.said if not said.push.heard and not said.spoiled]
    wrong = [
        *once(made, acknowledged, filed),
        *(f"{row.__tablename__} {row.id} is {row.state}: {row.last_error}" for row in unfinished(record)),
        *(line for member in made.company for line in _told(made, member, receipts)),
    ]
    return Trial(
        notes=len(made.said),
        acknowledged=len(acknowledged),
        stored=len(filed),
        unheard=len(unheard),
        dropped=made.fates["dropped"],
        doubled=made.fates["twice"] + made.fates["again"],
        cuts=made.cuts,
        gaps=len(made.away),
        told=len(receipts),
        wrong=wrong,
    )


def once(made: Rig, acknowledged: set[str], filed: Counter[str]) -> list[str]:
    """What was acknowledged is on record, what is on record is there once, and stands once before who wrote it."""
    seen = Counter(
        tag
        for member in made.company
        for shown in made.server.chat(member.userid)
        if not shown.mine
        for tag in set(TAG.findall(f"{shown.text}\n{shown.card}"))
    )
    wrong = [f"{tag} was acknowledged and is lost" for tag in sorted(acknowledged) if not filed[tag]]
    wrong += [f"{tag} is stored {count} times" for tag, count in filed.items() if count > 1]
    return wrong + [f"{tag} was answered {seen[tag]} times" for tag in filed if seen[tag] != 1]


def unfinished(record: judge.Record) -> list[Queued]:
    """What waits, or was given up."""
    return [row for row in (*record.inbox, *record.outbox) if row.state in ("waiting", "dead")]


def _told(made: Rig, member: Member, receipts: list[Outbox]) -> list[str]:
    """What the member was told of the gaps, against what the platform saw of them."""
    mine = [row for row in receipts if row.recipient == member.userid]
    shown = sum(LOST in each.text for each in made.server.chat(member.userid))
    wrong = [] if shown == len(mine) == 1 else [f"{member.userid} was told {len(mine)} times and saw it {shown} times"]
    spans = [_span(*each) for row in mine for gap in row.params["gaps"] for each in gap["spans"]]
    wrong += [
        f"{member.userid} was not told of {since:%H:%M:%S} to {until:%H:%M:%S}"
        for since, until in made.away
        if not any(begin <= since + SLACK and end >= until - SLACK for begin, end in spans)
    ]
    missed = [each for each in made.said if each.member is member and not each.push.heard and not each.spoiled]
    wrong += [
        f"{each.tag} was not heard at {each.at:%H:%M:%S}, and nobody said so"
        for each in missed
        if not any(begin - SLACK <= each.at <= end + SLACK for begin, end in spans)
    ]
    return wrong + [
        f"{member.userid} was told of {begin:%H:%M} to {end:%H:%M}, when all was well"
        for begin, end in spans
        if not any(since < end + SLACK and until > begin - SLACK for since, until in made.away)
    ]


def _span(since: str, until: str) -> Span:
    return datetime.fromisoformat(since), datetime.fromisoformat(until)
