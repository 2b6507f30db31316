"""The claim loop: a row that kills its workers is given up, and its lane goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from config.clock import ShiftableClock
from domain import queue
from domain.actor import SYSTEM, Cause, Ref
from domain.database import Database
from domain.tables import Due
from scheduler import worker as worker_module
from scheduler.worker import Worker

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Where was looked for something to do: in a lane, or anywhere."""
    made: list[str | None] = []
    claim = queue.claim

    async def seen(*args: Any, lane: str | None = None, **options: Any) -> list[Any]:
        made.append(lane)
        return await claim(*args, lane=lane, **options)

    monkeypatch.setattr(queue, "claim", seen)
    return made


async def test_long_lanes_are_worked_off_without_looking_at_all_of_them_again(
    database_url: str, looks: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LONG", -1.0)  # whatever a look at all lanes takes, it is long ...
    monkeypatch.setattr(worker_module, "SELDOM", 1e9)  # ... and the next one far away
    database = Database(database_url, ShiftableClock(NOON, still=True))
    handled: list[str] = []
    all_done = asyncio.Event()
    worker: Worker[Due]

    async def handle(row: Due) -> None:
        worker.wake()  # as for every message that comes in meanwhile
        async with database.begin() as connection:
            await queue.finish(connection, row)
        handled.append(row.key)
        if len(handled) == 60:
            all_done.set()

    async with database.unit(SYSTEM, Cause("test")) as uow:
        for number in range(60):
            uow.later("reminder", Ref("reminder", number % 3), uow.now, key=f"{number % 3}-{number:02}")
    worker = Worker(database, Due, handle, lease=timedelta(seconds=15))
    worker.start()
    worker.wake()
    async with asyncio.timeout(60):
        await all_done.wait()
    await worker.stop()
    await database.close()

    assert looks.count(None) == 1
    for lane in range(3):
        mine = [key for key in handled if key.startswith(f"{lane}-")]
        assert mine == sorted(mine)


async def test_a_row_that_came_behind_one_in_hand_follows_it_without_a_call(
    database_url: str, looks: list[str | None]
) -> None:
    database = Database(database_url, ShiftableClock(NOON, still=True))
    begun, go_on = asyncio.Event(), asyncio.Event()
    handled: asyncio.Queue[str] = asyncio.Queue()

    async def handle(row: Due) -> None:
        begun.set()
        await go_on.wait()
        async with database.begin() as connection:
            await queue.finish(connection, row)
        handled.put_nowait(row.key)

    async def store(key: str) -> None:
        async with database.unit(SYSTEM, Cause("test")) as uow:
            uow.later("reminder", Ref("reminder", 1), uow.now, key=key)

    worker = Worker(database, Due, handle, lease=timedelta(seconds=15))
    worker.start()
    await store("first")
    worker.wake()
    async with asyncio.timeout(60):
        await begun.wait()
        await store("second")
        assert worker.behind("reminder:1")
        assert not worker.behind("reminder:2")
        go_on.set()
        assert [await handled.get(), await handled.get()] == ["first", "second"]
    await worker.stop()
    await database.close()
    assert looks == [None, "reminder:1"]


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


class Patient:
    """A handler that holds every row until it is let go; what was begun and what was done, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.done: list[str] = []
        self.let_go = asyncio.Semaphore(0)

    async def handle(self, row: Due) -> None:
        self.begun.put_nowait(row.key)
        await self.let_go.acquire()
        async with self._database.begin() as connection:
            await queue.finish(connection, row)
        self.done.append(row.key)


async def _planned(database: Database, *keys: str) -> None:
    """A row each, in a line of its own."""
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for key in keys:
            uow.later("reminder", Ref("reminder", ord(key[0])), uow.now, key=key)


async def test_rows_that_stand_by_are_begun_in_their_order_without_another_look(
    database_url: str, looks: list[str | None]
) -> None:
    database = Database(database_url, ShiftableClock(NOON, still=True))
    patient = Patient(database)
    worker = Worker(database, Due, patient.handle, lease=timedelta(seconds=15), hands=1, standing_by=3)
    await _planned(database, "a", "b", "c")
    worker.start()
    worker.wake()
    async with asyncio.timeout(60):
        for key in "abc":
            assert await patient.begun.get() == key
            assert patient.begun.empty()
            patient.let_go.release()
    await worker.stop()
    await database.close()
    assert patient.done == ["a", "b", "c"]
    assert looks == [None]


async def test_who_was_turned_away_goes_before_who_comes_when_there_is_room_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(database_url, ShiftableClock(NOON, still=True))
    patient, looked, go_on, claim = Patient(database), asyncio.Event(), asyncio.Event(), queue.claim
    worker = Worker(database, Due, patient.handle, lease=timedelta(seconds=15), hands=1, standing_by=1)
    await _planned(database, "a", "b")
    worker.start()
    worker.wake()
    async with asyncio.timeout(60):
        assert await patient.begun.get() == "a"
        assert worker.spare("") is None
        await _planned(database, "c")
        worker.wake()
        await asyncio.sleep(0)

        async def slowly(*args: Any, **options: Any) -> list[Any]:
            looked.set()
            await go_on.wait()
            return await claim(*args, **options)

        monkeypatch.setattr(queue, "claim", slowly)
        patient.let_go.release()
        await looked.wait()
        assert worker.spare("") is None, "c waits for this room"
        go_on.set()
        for key in "bc":
            assert await patient.begun.get() == key
            patient.let_go.release()
        while worker.spare("") is None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    await worker.stop()
    await database.close()


async def test_what_was_not_begun_when_a_process_ends_is_free_for_the_next_at_once(database_url: str) -> None:
    database = Database(database_url, ShiftableClock(NOON, still=True))  # no lease runs out here
    ending, next_one = Patient(database), Patient(database)
    worker = Worker(database, Due, ending.handle, lease=timedelta(seconds=15), hands=1, standing_by=3)
    other = Worker(database, Due, next_one.handle, lease=timedelta(seconds=15))
    await _planned(database, "a", "b", "c")
    worker.start()
    worker.wake()
    async with asyncio.timeout(60):
        assert await ending.begun.get() == "a"
        stopping = asyncio.create_task(worker.stop())
        other.start()
        while next_one.begun.qsize() < 2:
            other.wake()
            await asyncio.sleep(0.01)
        ending.let_go.release()
        next_one.let_go.release()
        next_one.let_go.release()
        await stopping
    await other.stop()
    async with database.read() as session:
        rows = {row.key: (row.state, row.leases_lost) for row in (await session.scalars(select(Due))).all()}
    await database.close()
    assert (ending.done, sorted(next_one.done)) == (["a"], ["b", "c"])
    assert rows == dict.fromkeys("abc", ("done", 0))
