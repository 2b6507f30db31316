"""The drill: a backup taken while people talk is put back somewhere else, and genjin goes on from it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select
from sqlmodel import col

from bot.adapters.task_ids import task_id_of
from bot.adapters.wecom.callback import PATH
from bot.app import App, listening, running
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.settings import Settings
from domain import migrate
from domain.backup import dump, restore
from domain.database import Database
from domain.files import FOLDER, FileStore
from domain.tables import Attachment
from tests.faults import judge, world
from tests.faults.world import Member
from tests.services import Postgres, run_aside

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PATIENCE = 60
PHOTO = b"\xff\xd8\xff\xe0 what the camera saw"
PACE = 100_000  # a minute on a clock that stands has no end
ENGINES = ("sqlite", "postgresql")


@dataclass
class Company:
    """The people, their messenger, and a gate that keeps cards from arriving while it is closed."""

    server: WeComServer
    api: str
    members: list[Member]
    clock: ShiftableClock
    gate: asyncio.Event
    acknowledged: list[str] = field(default_factory=list)

    async def say(self, number: int) -> None:
        member, tag = self.members[number % len(self.members)], f"K{number:04d}"
        said = f"今天上午拜访了{member.customer}的{member.contact}，聊了二期，单号{tag}"
        if (await self.server.say(member.userid, said)).accepted:
            self.acknowledged.append(tag)

    async def sends_photo(self, app: App) -> str:
        """Somebody sends a picture to the customer of his last note; returns where it is kept."""
        await asyncio.wait_for(app.settled(), PATIENCE)
        await self.server.members.file(self.members[0].userid, "image", "现场.jpg", PHOTO)
        await asyncio.wait_for(app.settled(), PATIENCE)
        async with app.database.read() as session:
            return (await session.scalars(select(col(Attachment.sha256)))).one()

    async def talk(self, first: int) -> None:
        while True:
            await self.say(first)
            first += 1

    @asynccontextmanager
    async def genjin(self, url: str, data: Path) -> AsyncIterator[App]:
        wecom = {"corp_id": world.APP.corp_id, "agent_id": world.APP.agent_id, "secret": world.APP.secret}
        wecom |= {"token": world.APP.token, "aes_key": world.APP.aes_key, "api_base": self.api}
        settings = Settings.model_validate({"database_url": url, "secret_key": "k" * 40, "wecom": wecom, "data": data})
        async with running(settings, self.clock) as app, listening(app.web, "127.0.0.1", 0) as port:
            self.server.callback_url = f"http://127.0.0.1:{port}{PATH}"
            yield app

    async def taps_what_was_lost(self, record: judge.Record) -> Member:
        """Somebody taps a button of a card that was sent after the backup; returns who."""
        known = {task_id_of(row.key) for row in record.outbox}
        member, card = next(
            (member, shown)
            for member in self.members
            for shown in self.server.chat(member.userid)
            if shown.buttons and shown.card and shown.card["task_id"] not in known
        )
        await self.server.tap(member.userid, card.id, card.buttons[0].key)
        return member

    def last(self, member: Member) -> str:
        return [shown for shown in self.server.chat(member.userid) if not shown.mine][-1].text

    def seen(self) -> Counter[str]:
        """How often each card stands in somebody's chat."""
        cards = [s.card for m in self.members for s in self.server.chat(m.userid) if not s.mine and s.card]
        return Counter(str(card["task_id"]) for card in cards)


@asynccontextmanager
async def company(url: str) -> AsyncIterator[Company]:
    clock, members, gate = ShiftableClock(NOW, still=True), world.members(3), asyncio.Event()
    gate.set()
    database = Database(url, clock)
    await world.settle_in(database, members, [timedelta(hours=1)] * 3)
    await database.close()

    @web.middleware
    async def gated(request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.endswith("/message/send"):
            await gate.wait()
        answer: web.StreamResponse = await handler(request)
        return answer

    quirks = {"member_per_minute": PACE, "member_per_hour": PACE}
    async with world.messenger(members, clock, [gated], **quirks) as (server, api):
        yield Company(server, api, members, clock, gate)


@pytest.fixture
def fresh(postgres: Postgres, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes an address of an engine at which nothing is yet."""
    made: list[str] = []

    def make(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / 'fresh.db'}"
        made.append(postgres.create())
        return made[-1]

    yield make
    for url in made:
        postgres.drop(url)


def take(url: str, file: Path, store: FileStore) -> None:
    """A backup as another process takes it: beside everything that this loop does."""

    async def taken() -> None:
        database = Database(url, ShiftableClock(NOW, still=True))
        try:
            await dump.dump(database, file, store)
        finally:
            await database.close()

    run_aside(taken)


async def put_back(url: str, clock: ShiftableClock, file: Path, store: FileStore) -> None:
    restore.look(file)
    await restore.restore(url, clock, file)
    await restore.put_files(file, store)
    await migrate.upgrade(url)


@pytest.mark.parametrize("target", ENGINES)
async def test_after_a_restore_genjin_goes_on_where_the_backup_was_taken(
    database_url: str, target: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    async with company(database_url) as staged:
        async with staged.genjin(database_url, tmp_path / "lost") as lost:
            for number in range(6):
                await staged.say(number)
            photo = await staged.sends_photo(lost)
            staged.gate.clear()
            await staged.say(6)  # acknowledged, and its answer waits
            before = set(staged.acknowledged)
            talking = asyncio.create_task(staged.talk(7))
            await asyncio.to_thread(partial(take, database_url, file, lost.files))
            talking.cancel()
            await staged.say(800)
            # Before the machine is lost, what waits in the backup does arrive, and reminders come.
            staged.gate.set()
            staged.clock.advance(timedelta(hours=2))
            await asyncio.wait_for(lost.settled(), PATIENCE)

        url = fresh(target)
        await put_back(url, staged.clock, file, FileStore(tmp_path / "found" / FOLDER))
        async with staged.genjin(url, tmp_path / "found") as app:
            assert await app.files.get(photo) == PHOTO
            await staged.say(900)
            await asyncio.wait_for(app.settled(), PATIENCE)
            record = await judge.recorded(app.database)
            copies = set(staged.seen().values())
            said = await staged.taps_what_was_lost(record)
            await asyncio.wait_for(app.settled(), PATIENCE)

        filed = Counter(tag for activity in record.activities for tag in judge.TAG.findall(activity.text))
        assert {*before, "K0900"} <= set(filed)
        assert set(filed.values()) == {1}
        assert {row.state for row in (*record.inbox, *record.outbox, *record.due)} == {"done"}
        assert {reminder.state for reminder in record.reminders} == {"sent"}
        assert copies == {1}
        assert "没有记录了" in staged.last(said)
