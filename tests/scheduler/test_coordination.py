"""The pace towards a recipient and wake-ups: alone, and shared through Redis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.coordination import Coordination, LocalCoordination
from scheduler.redis_coordination import RedisCoordination

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture(params=["alone", "redis"])
async def pacer(request: pytest.FixtureRequest) -> AsyncIterator[Coordination]:
    made: Coordination = (
        LocalCoordination() if request.param == "alone" else RedisCoordination(request.getfixturevalue("redis_url"))
    )
    yield made
    await made.close()


async def sent(pacer: Coordination, key: str, count: int, now: datetime) -> list[timedelta]:
    return [await pacer.pace(key, f"{now.timestamp()}-{n}", per_minute=3, per_hour=5, now=now) for n in range(count)]


async def test_the_fourth_message_of_a_minute_waits_for_the_first_to_be_a_minute_old(pacer: Coordination) -> None:
    key = uuid.uuid4().hex

    waits = await sent(pacer, key, 4, NOON)

    assert waits == [timedelta(), timedelta(), timedelta(), timedelta(minutes=1)]
    assert await sent(pacer, key, 1, NOON + timedelta(minutes=1)) == [timedelta()]


async def test_the_hour_has_its_own_limit(pacer: Coordination) -> None:
    key = uuid.uuid4().hex
    await sent(pacer, key, 3, NOON)
    await sent(pacer, key, 2, NOON + timedelta(minutes=2))

    [wait] = await sent(pacer, key, 1, NOON + timedelta(minutes=4))

    assert wait == timedelta(minutes=56)


async def test_one_recipient_does_not_slow_another(pacer: Coordination) -> None:
    one, other = uuid.uuid4().hex, uuid.uuid4().hex
    await sent(pacer, one, 4, NOON)

    assert await sent(pacer, other, 1, NOON) == [timedelta()]


async def test_two_processes_share_one_pace(redis_url: str) -> None:
    key = uuid.uuid4().hex
    one, other = RedisCoordination(redis_url), RedisCoordination(redis_url)
    try:
        await sent(one, key, 3, NOON)

        [wait] = await sent(other, key, 1, NOON + timedelta(seconds=1))
    finally:
        await one.close()
        await other.close()

    assert wait == timedelta(seconds=59)


async def test_a_wake_up_reaches_the_other_process(redis_url: str) -> None:
    one, other = RedisCoordination(redis_url), RedisCoordination(redis_url)
    heard: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    other.on_wake(heard.put_nowait)
    await other.start()
    try:
        async with asyncio.timeout(20):
            while heard.empty():  # until its subscription stands
                one.wake(frozenset({"outbox"}))
                await asyncio.sleep(0.02)
            assert await heard.get() == {"outbox"}
    finally:
        await one.close()
        await other.close()


async def test_without_redis_each_goes_on_by_itself() -> None:
    alone = RedisCoordination("redis://127.0.0.1:1/0")
    try:
        waits = await sent(alone, "key", 4, NOON)
    finally:
        await alone.close()

    assert waits[-1] == timedelta(minutes=1)
