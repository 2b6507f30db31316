"""Every fault of the matrix, on both set-ups: what was acknowledged is stored once and answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import migrate
from tests.faults.ledger import Ledger
from tests.faults.matrix import FAULTS, REPLICAS, SINGLE, Fault
from tests.faults.processes import Nursery, nursery
from tests.faults.rig import Place, rig
from tests.services import Postgres, Redis, start_postgres, start_redis

ROLES = ("", "")
LATE = timedelta(minutes=10)  # nobody waits longer for what was acknowledged


async def play(fault: Fault, place: Place, starter: Nursery, folder: Path) -> Ledger:
    """People type before, during and after the fault; then everything ends, and is judged."""
    async with rig(place, starter, folder) as world:
        typing = asyncio.create_task(world.typing())
        await world.acknowledged(3)
        try:
            await fault.strike(world)
            await world.acknowledged(3)
        finally:
            typing.cancel()
            with suppress(asyncio.CancelledError):
                await typing
        await world.settle()
        assert world.moved < LATE
        return await world.ledger()


@pytest.fixture(scope="module")
async def starter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    async with nursery(tmp_path_factory.mktemp("nursery") / "log") as made:
        yield made


def cases(where: str) -> list[str]:
    return [fault.name for fault in FAULTS.values() if where in fault.where]


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A server that may be killed, with a migrated database named `template`."""
    server = start_postgres(own=True)
    migrate(server.create("template"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def own_redis() -> Iterator[Redis]:
    server = start_redis(own=True)
    yield server
    server.stop()


@pytest.mark.parametrize("name", cases(SINGLE))
async def test_one_process_on_sqlite_survives(name: str, sqlite_url: str, starter: Nursery, tmp_path: Path) -> None:
    done = await play(FAULTS[name], Place(name=SINGLE, database_url=sqlite_url), starter, tmp_path)
    assert not done.wrong
    assert done.acknowledged >= 6


@pytest.mark.parametrize("name", cases(REPLICAS))
async def test_replicas_on_postgresql_and_redis_survive(
    name: str, own_postgres: Postgres, own_redis: Redis, starter: Nursery, tmp_path: Path
) -> None:
    url = own_postgres.create(template="template")
    place = Place(name=REPLICAS, database_url=url, roles=ROLES, postgres=own_postgres, redis=own_redis)
    done = await play(FAULTS[name], place, starter, tmp_path)
    own_postgres.drop(url)
    assert not done.wrong
    assert done.acknowledged >= 6
