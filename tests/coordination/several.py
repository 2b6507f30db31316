"""Several genjin processes' worth of one release in this process, each with its role, behind one messenger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot.adapters.wecom.callback import PATH
from bot.app import App, listening, running
from bot.roles import Role
from config.clock import ShiftableClock
from domain.database import Database
from domain.tables import Due, Inbox, Outbox, Queued
from tests.faults import world
from tests.faults.pair import GIVE_UP, HOUR, NOW, Pair, settings_of
from tests.faults.world import Notes

QUEUES: tuple[type[Queued], ...] = (Inbox, Due, Outbox)


@asynccontextmanager
async def several(
    database_url: str, redis_url: str | None, roles: list[Role], *, members: int, reminders: int = 0, **quirks: float
) -> AsyncIterator[Pair]:
    """A process of each role; the reminders fall due together in an hour."""
    clock, company = ShiftableClock(NOW, still=True), world.members(members)
    database = Database(database_url, clock)
    await world.settle_in(database, company, [HOUR] * reminders)
    await database.close()
    async with AsyncExitStack() as stack:
        server, api = await stack.enter_async_context(world.messenger(company, clock, [], **quirks))
        settings = settings_of(database_url, redis_url, api)
        made = Pair([], [], server, company, clock, Notes())
        for role in roles:
            app = await stack.enter_async_context(running(settings, clock, role=role))
            made.apps.append(app)
            if role.receives:
                port = await stack.enter_async_context(listening(app.web, "127.0.0.1", 0))
                made.urls.append(f"http://127.0.0.1:{port}")
                server.callback_url = made.urls[0] + PATH
        yield made


async def quiet(app: App) -> None:
    """Return when nothing is left that can be done at this moment."""
    async with asyncio.timeout(GIVE_UP):
        while await _can_start(app):
            app.wake_all()
            await asyncio.sleep(0.02)


async def _can_start(app: App) -> int:
    now, left = app.clock.now(), 0
    async with app.database.read() as session:
        for table in QUEUES:
            waits = (col(table.state) == "waiting", col(table.due_at) <= now)
            held = select(col(table.lane)).where(*waits, col(table.retry_at) > now)
            query = select(func.count()).where(*waits, col(table.lane).not_in(held))
            left += int((await session.execute(query)).scalar_one())
    return left


async def move(pair: Pair, seconds: float, times: int = 1) -> None:
    """Let the clock go on in steps, and everything happen that falls due."""
    for _ in range(times):
        pair.clock.advance(timedelta(seconds=seconds))
        await quiet(pair.apps[-1])
