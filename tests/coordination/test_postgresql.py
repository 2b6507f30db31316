"""PostgreSQL comes and goes: its closed connections trouble nobody, and no loop ends because of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from config.clock import SystemClock
from domain import queue
from domain.actor import SYSTEM, Cause, Ref
from domain.database import Database
from domain.tables import Due
from scheduler.worker import Worker
from tests.waiting import PATIENCE, until

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def test_connections_that_the_server_closed_are_replaced_before_they_are_used(postgres_url: str) -> None:
    database, wires = Database(postgres_url, SystemClock()), set[asyncpg.Connection]()

    async def ask() -> None:
        async with database.begin() as connection:
            await connection.execute(text("SELECT pg_sleep(0.01)"))
            wires.add((await connection.get_raw_connection()).driver_connection)

    await asyncio.gather(*(ask() for _ in range(5)))
    admin = await asyncpg.connect(postgres_url)
    ended = await admin.fetch(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) AS others")
    await admin.close()
    await until(lambda: all(wire.is_closed() for wire in wires))

    await asyncio.gather(*(ask() for _ in range(5)))
    await database.close()
    assert len(ended) == 5


async def test_a_worker_outlives_whatever_the_driver_raises(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database, handled = Database(database_url, SystemClock()), asyncio.Event()
    async with database.unit(SYSTEM, Cause("test")) as uow:
        uow.later("reminder", Ref("reminder", 1), uow.now, key="one")
    once, refusals = database.once, [asyncpg.CannotConnectNowError("the database system is starting up")]

    @asynccontextmanager
    async def starting() -> AsyncIterator[object]:
        if refusals:
            raise refusals.pop()
        async with once() as connection:
            yield connection

    async def handle(row: Due) -> None:
        async with database.begin() as connection:
            await queue.finish(connection, row)
        handled.set()

    monkeypatch.setattr(database, "once", starting)
    worker = Worker(database, Due, handle, lease=timedelta(seconds=15))
    worker.start()
    async with asyncio.timeout(PATIENCE):
        while not handled.is_set():
            worker.wake()
            await asyncio.sleep(0.01)
    await worker.stop()
    await database.close()
    assert not refusals
