"""How `genjin serve` ends when it is told to, as an operator and a messenger see it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.wecom.callback import PATH
from bot.commands.ports import free_port
from bot.messenger.wecom import WeComServer
from config.clock import SystemClock
from domain.database import Database
from tests.faults import judge, world
from tests.faults.processes import Commands, Genjin, Nursery, nursery
from tests.faults.world import Member

PATIENCE = 60
QUIRKS = {"retry_interval": 0.5, "callback_timeout": 2.0, "attempts": 100}


@dataclass(slots=True)
class Held:
    """One genjin, started by its command, and a messenger that keeps its answer to a card until `go`."""

    genjin: Genjin
    server: WeComServer
    member: Member
    database: Database
    posted: asyncio.Event
    go: asyncio.Event

    async def say(self, tag: str) -> bool:
        """Type a note; whether the messenger was told that it is stored."""
        said = f"今天上午拜访了{self.member.customer}的{self.member.contact}，聊了二期，单号{tag}"
        return (await self.server.say(self.member.userid, said)).accepted

    async def until_refused(self) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
            while True:
                async with http.get(f"{self.genjin.url}/readyz") as answer:
                    if answer.status == 503:
                        return
                await asyncio.sleep(0.01)

    async def callback(self) -> int:
        """The status with which a callback is answered now, whatever it says."""
        async with aiohttp.ClientSession() as http, http.post(f"{self.genjin.url}{PATH}", data=b"<xml/>") as answer:
            return answer.status

    async def settled(self) -> judge.Record:
        async with asyncio.timeout(PATIENCE):
            while await judge.left(self.database, self.database.clock.now()):  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.05)
        return await judge.recorded(self.database)

    def seen(self) -> int:
        return sum(not shown.mine for shown in self.server.chat(self.member.userid))


@pytest.fixture(scope="module")
async def bearer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    async with nursery(tmp_path_factory.mktemp("bearer") / "log") as bearer:
        yield bearer


@asynccontextmanager
async def held(starter: Nursery | Commands, url: str, folder: Path, **settings: str) -> AsyncIterator[Held]:
    database, (member,) = Database(url, SystemClock()), world.members(1)
    await world.settle_in(database, [member], [])
    posted, go = asyncio.Event(), asyncio.Event()

    @web.middleware
    async def keep(request: web.Request, handler: Any) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)
        if request.path.endswith("/message/send"):
            posted.set()
            await go.wait()
        return answer

    async with world.messenger([member], SystemClock(), [keep], **QUIRKS) as (server, api):
        environment = {**world.environment(url, api, GENJIN_TEST_ROLE="all", **settings), "GENJIN_DATA": str(folder)}
        genjin = Genjin(starter, environment, free_port(), "all")
        server.callback_url = genjin.url + PATH
        await genjin.start()
        try:
            yield Held(genjin, server, member, database, posted, go)
        finally:
            go.set()
            genjin.kill()
            await genjin.gone()
            await database.close()


async def test_what_is_in_hand_is_finished_and_what_comes_meanwhile_is_taken_later(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with held(Commands(tmp_path / "log"), sqlite_url, tmp_path) as stage:
        assert await stage.say("K0001")
        await stage.posted.wait()

        stage.genjin.signal(signal.SIGTERM)
        await stage.until_refused()
        status = await stage.callback()
        said = asyncio.create_task(stage.say("K0002"))
        stage.go.set()
        code = await stage.genjin.gone()
        left = await judge.recorded(stage.database)
        await stage.genjin.start()

        assert (status, code) == (503, 0)
        assert [(row.text[-5:], row.state) for row in left.inbox] == [("K0001", "done")]
        assert [row.state for row in left.outbox] == ["done"]
        assert await said
        record = await stage.settled()
        assert [row.text[-5:] for row in record.activities] == ["K0001", "K0002"]
        assert stage.seen() == 2


async def test_a_second_signal_ends_it_at_once_and_the_next_process_goes_on(
    bearer: Nursery, sqlite_url: str, tmp_path: Path
) -> None:
    async with held(bearer, sqlite_url, tmp_path, GENJIN_LEASE_SECONDS="1") as stage:
        assert await stage.say("K0001")
        await stage.posted.wait()

        stage.genjin.signal(signal.SIGTERM)
        await stage.until_refused()
        stage.genjin.signal(signal.SIGTERM)
        code = await stage.genjin.gone()
        before = await judge.recorded(stage.database)
        stage.go.set()
        await stage.genjin.start()

        after = await stage.settled()
        assert code == 1
        assert [row.state for row in before.outbox] == ["waiting"]
        assert {row.state for row in after.outbox} == {"done"}
        assert stage.seen() == 1


async def test_what_takes_too_long_is_left_to_the_next_process(
    bearer: Nursery, sqlite_url: str, tmp_path: Path
) -> None:
    async with held(bearer, sqlite_url, tmp_path, GENJIN_STOP_SECONDS="0.2") as stage:
        assert await stage.say("K0001")
        await stage.posted.wait()

        code = await stage.genjin.stop()

        assert code == 1
        assert [row.state for row in (await judge.recorded(stage.database)).outbox] == ["waiting"]
