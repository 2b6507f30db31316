"""genjin in this process, once or several times over one database, behind one messenger and on a clock that stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.adapters.wecom.callback import PATH
from bot.app import App, listening, running
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.settings import Settings
from domain.database import Database
from tests.faults import judge, world
from tests.faults.world import Member, Notes

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
GIVE_UP = 90  # seconds of real time until work that is due counts as stuck
HOUR = timedelta(hours=1)
PACE = 100_000  # a minute on a clock that stands has no end


@dataclass(slots=True)
class Pair:
    """Two processes' worth of genjin behind one messenger, on a clock that stands."""

    apps: list[App]
    urls: list[str]
    server: WeComServer
    company: list[Member]
    clock: ShiftableClock
    notes: Notes

    async def say(self, member: Member, number: int, url: str | None = None) -> None:
        self.server.callback_url = (url or self.urls[number % len(self.urls)]) + PATH
        tag = f"K{number:04d}"
        said = f"今天上午拜访了{member.customer}的{member.contact}，聊了二期，单号{tag}"
        self.notes.said[tag] = await self.server.say(member.userid, said)

    async def settle(self) -> None:
        await asyncio.wait_for(self.apps[0].settled(), GIVE_UP)

    async def wrong(self) -> list[str]:
        record = await judge.recorded(self.apps[0].database)
        return judge.judge(record, self.notes, self.server, self.company)


@asynccontextmanager
async def paired(
    database_url: str,
    redis_url: str | None,
    *,
    members: int,
    reminders: int = 0,
    apart: timedelta = timedelta(),
    processes: int = 2,
) -> AsyncIterator[Pair]:
    """So many processes in a company of so many members; the reminders fall due from an hour on, so far apart."""
    clock, company = ShiftableClock(NOW, still=True), world.members(members)
    database = Database(database_url, clock)
    await world.settle_in(database, company, [HOUR + n * apart for n in range(reminders)])
    await database.close()
    async with AsyncExitStack() as stack:
        quirks = {"member_per_minute": PACE, "member_per_hour": PACE}
        server, api = await stack.enter_async_context(world.messenger(company, clock, [], **quirks))
        pair = Pair([], [], server, company, clock, Notes())
        for _ in range(processes):
            app = await stack.enter_async_context(running(settings_of(database_url, redis_url, api), clock))
            port = await stack.enter_async_context(listening(app.web, "127.0.0.1", 0))
            pair.apps.append(app)
            pair.urls.append(f"http://127.0.0.1:{port}")
        yield pair


def settings_of(database_url: str, redis_url: str | None, api: str) -> Settings:
    """Those of a process behind the messenger whose API is there."""
    wecom = {
        "corp_id": world.APP.corp_id,
        "agent_id": world.APP.agent_id,
        "secret": world.APP.secret,
        "token": world.APP.token,
        "aes_key": world.APP.aes_key,
        "api_base": api,
    }
    tree = {"database_url": database_url, "redis_url": redis_url, "secret_key": "k" * 40, "wecom": wecom}
    return Settings.model_validate(tree)
