"""Wake-ups between processes: heard while Redis is there, missed without harm while it is not, heard again after."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from redis import asyncio as redis

from scheduler import redis_coordination
from scheduler.redis_coordination import RedisCoordination
from tests.services import Redis, start_redis

GIVE_UP = 90


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that this test may stop, halt and empty."""
    server = start_redis(own=True)
    yield server
    server.stop()


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[RedisCoordination, asyncio.Queue[frozenset[str]]]]:
    """One process that speaks, and what another one hears."""
    one, other = RedisCoordination(url), RedisCoordination(url)
    heard: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    other.on_wake(heard.put_nowait)
    await one.start()
    await other.start()
    yield one, heard
    await one.close()
    await other.close()


async def hears(one: RedisCoordination, heard: asyncio.Queue[frozenset[str]]) -> frozenset[str]:
    """Speak until it is heard: a subscription takes a moment to stand."""
    async with asyncio.timeout(GIVE_UP):
        while heard.empty():
            one.wake(frozenset({"outbox"}))
            await asyncio.sleep(0.02)
        return await heard.get()


async def test_a_wake_up_reaches_the_other_process(redis_url: str) -> None:
    async with two(redis_url) as (one, heard):
        assert await hears(one, heard) == {"outbox"}


async def test_what_is_no_word_of_ours_ends_no_hearing(redis_url: str) -> None:
    stranger = redis.Redis.from_url(redis_url)
    async with two(redis_url) as (one, heard):
        await hears(one, heard)
        assert await stranger.publish(redis_coordination.CHANNEL, b"\xff\xfe") == 1
        async with asyncio.timeout(GIVE_UP):
            while heard.empty() or "due" not in heard.get_nowait():
                one.wake(frozenset({"due"}))  # told behind it, so whoever hears this has outlived it
                await asyncio.sleep(0.02)
    await stranger.aclose()


async def test_a_process_hears_itself_once() -> None:
    alone = RedisCoordination("redis://127.0.0.1:1/0")
    heard: list[frozenset[str]] = []
    alone.on_wake(heard.append)
    alone.wake(frozenset({"inbox"}))
    alone._hear(f"{alone._me} inbox")
    assert heard == [{"inbox"}]
    await alone.close()


async def test_while_redis_stands_still_nobody_waits_for_it(own_redis: Redis) -> None:
    async with two(own_redis.url) as (one, heard):
        await hears(one, heard)
        assert own_redis.server is not None
        os.kill(own_redis.server.pid, signal.SIGSTOP)
        try:
            for _ in range(1000):
                one.wake(frozenset({"inbox"}))
            assert len([task for task in asyncio.all_tasks() if (task.get_name() or "").startswith("redis:")]) == 3
            assert not await one.healthy()
        finally:
            os.kill(own_redis.server.pid, signal.SIGCONT)
        while not heard.empty():
            heard.get_nowait()
        assert await hears(one, heard)


async def test_after_redis_came_back_empty_wake_ups_are_heard_again(
    own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_coordination, "PATIENCE", 30)  # a busy machine is not a Redis that is gone
    async with two(own_redis.url) as (one, heard):
        await hears(one, heard)
        assert own_redis.server is not None
        own_redis.server.halt(signal.SIGKILL)
        one.wake(frozenset({"inbox"}))
        own_redis.server.resume()
        while not heard.empty():
            heard.get_nowait()

        assert await hears(one, heard)
        assert await one.healthy()
