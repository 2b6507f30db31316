"""Every fault of the matrix, on both set-ups: what was acknowledged is stored once and answered once."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults import places
from tests.faults.matrix import FAULTS, Fault
from tests.faults.places import REPLICAS, SINGLE
from tests.faults.processes import Nursery
from tests.faults.rig import Place, Rig, rig
from tests.services import Postgres, Redis

LATE = timedelta(minutes=10)  # nobody waits longer for what was acknowledged


async def wrong_after(fault: Fault, world: Rig) -> list[str]:
    """People type before, during and after the fault; then everything ends, and is judged."""
    await world.remind()
    acknowledged, world.moved = len(world.notes.acknowledged), timedelta()
    typing = asyncio.create_task(world.typing())
    try:
        await world.acknowledged(2)
        await fault.strike(world)
        await world.acknowledged(2)
    finally:
        typing.cancel()
        with suppress(asyncio.CancelledError):
            await typing
    await world.settle()
    assert len(world.notes.acknowledged) - acknowledged >= 4
    assert world.moved < LATE
    return (await world.ledger()).wrong


class Worlds:
    """Rigs that are used again, because processes take a while to start; not after a test that failed."""

    def __init__(self, starter: Nursery, folder: Path) -> None:
        self._starter, self._folder = starter, folder
        self._open: dict[tuple[str, ...], tuple[Rig, AsyncExitStack]] = {}

    @asynccontextmanager
    async def world(self, place: Callable[[], Place], *key: str) -> AsyncIterator[Rig]:
        if key not in self._open:
            stack, folder = AsyncExitStack(), Path(tempfile.mkdtemp(dir=self._folder))
            self._open[key] = await stack.enter_async_context(rig(place(), self._starter, folder)), stack
        world, stack = self._open.pop(key)
        try:
            yield world
        except BaseException:
            await stack.aclose()
            raise
        self._open[key] = world, stack

    async def close(self) -> None:
        for _, stack in self._open.values():
            await stack.aclose()


@pytest.fixture(scope="module")
async def worlds(starter: Nursery, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Worlds]:
    made = Worlds(starter, tmp_path_factory.mktemp("worlds"))
    yield made
    await made.close()


def cases(where: str) -> list[Any]:
    """The faults that this set-up can have."""
    return [pytest.param(fault.name) for fault in FAULTS.values() if where in fault.where]


@pytest.mark.parametrize("name", cases(SINGLE))
async def test_one_process_on_sqlite_survives(name: str, sqlite_url: str, worlds: Worlds) -> None:
    async with worlds.world(lambda: Place(name=SINGLE, database_url=sqlite_url), SINGLE) as world:
        assert await wrong_after(FAULTS[name], world) == []


@pytest.mark.parametrize("name", cases(REPLICAS))
async def test_replicas_on_postgresql_and_redis_survive(
    name: str, own_servers: tuple[Postgres, Redis], worlds: Worlds
) -> None:
    roles = FAULTS[name].roles
    async with worlds.world(lambda: places.on_servers(*own_servers, roles), REPLICAS, *roles) as world:
        assert await wrong_after(FAULTS[name], world) == []
