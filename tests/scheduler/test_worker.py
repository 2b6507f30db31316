"""The claim loop: a row that kills its workers is given up, and its lane goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from config.clock import ShiftableClock
from domain import queue
from domain.actor import SYSTEM, Cause, Ref
from domain.database import Database
from domain.tables import Due
from scheduler.worker import Worker

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_a_row_under_which_many_workers_died_is_dead_and_the_next_of_its_lane_runs(database_url: str) -> None:
    database = Database(database_url, ShiftableClock(NOON, still=True))
    handled: asyncio.Queue[str] = asyncio.Queue()

    async def handle(row: Due) -> None:
        async with database.begin() as connection:
            await queue.finish(connection, row)
        handled.put_nowait(row.key)

    async with database.unit(SYSTEM, Cause("test")) as uow:
        uow.later("reminder", Ref("reminder", 1), uow.now, key="killer")
        uow.later("reminder", Ref("reminder", 1), uow.now, key="harmless")
    long_ago = NOON - queue.KILLS_WITHIN
    async with database.begin() as connection:
        killer = update(Due).where(Due.key == "killer")
        await connection.execute(killer.values(leases_lost=queue.KILLS, due_at=long_ago))
    worker = Worker(database, Due, handle, lease=timedelta(seconds=15))
    worker.start()
    worker.wake()

    async with asyncio.timeout(20):
        assert await handled.get() == "harmless"
    await worker.stop()

    async with database.read() as session:
        states = {row.key: row.state for row in (await session.scalars(select(Due))).all()}
    await database.close()
    assert states == {"killer": "dead", "harmless": "done"}
