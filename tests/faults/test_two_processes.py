"""Two genjin processes over one PostgreSQL and one Redis: all once, in order, without Redis too; and WeCom's moods."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest
from redis import asyncio as client

from bot.app import App
from bot.messenger.wecom import WeComServer
from scheduler.ticks import Ticks
from tests.faults import judge
from tests.faults.pair import GIVE_UP, Pair, paired
from tests.services import Redis, start_redis

WAKE = "genjin:wake"


@pytest.fixture
def no_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the queues but who is woken."""
    monkeypatch.setattr(Ticks, "start", lambda self: None)
    monkeypatch.setattr(Ticks, "stop", AsyncMock())


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that this test may stop."""
    server = start_redis()
    yield server
    server.stop()


async def test_what_two_processes_take_up_is_done_once(postgres_url: str, redis_url: str) -> None:
    async with paired(postgres_url, redis_url, members=6, reminders=30) as pair:
        await asyncio.gather(*(pair.say(pair.company[number % 6], number) for number in range(36)))
        await pair.settle()
        pair.clock.advance(timedelta(hours=2))
        await pair.settle()
        assert len(pair.notes.acknowledged) == 36
        assert await pair.wrong() == []


async def test_what_one_person_says_is_handled_in_order(postgres_url: str, redis_url: str) -> None:
    async with paired(postgres_url, redis_url, members=3) as pair:
        for number in range(18):
            await pair.say(pair.company[number % 3], number)
            pair.clock.advance(timedelta(milliseconds=1))
        await pair.settle()
        record = await judge.recorded(pair.apps[0].database)
        filed: defaultdict[int, list[int | None]] = defaultdict(list)
        for activity in record.activities:
            filed[activity.person_id].append(activity.inbox_id)
        assert len(filed) == 3
        assert all(rows == sorted(rows) and len(rows) == 6 for rows in filed.values())
        assert await pair.wrong() == []


@pytest.mark.usefixtures("no_tick")
async def test_redis_wakes_the_process_that_did_not_take_the_callback(postgres_url: str, redis_url: str) -> None:
    async with paired(postgres_url, redis_url, members=2) as pair:
        for worker in pair.apps[0]._workers.values():
            await worker.stop()  # it takes callbacks and does no work
        heard = asyncio.Event()  # by a process that took no callback: only another one tells it of the inbox
        pair.apps[1].coordination.on_wake(lambda queues: heard.set() if "inbox" in queues else None)
        await _all_listen(redis_url, 2)
        await pair.say(pair.company[0], 0, pair.urls[0])
        await asyncio.wait_for(heard.wait(), GIVE_UP)
        await pair.settle()
        assert await pair.wrong() == []


async def test_without_redis_nothing_is_lost(postgres_url: str, own_redis: Redis) -> None:
    async with paired(postgres_url, own_redis.url, members=3, reminders=6) as pair:
        await pair.say(pair.company[0], 0)
        await pair.settle()
        own_redis.stop()
        await asyncio.gather(*(pair.say(pair.company[number % 3], number) for number in range(1, 7)))
        await pair.settle()
        pair.clock.advance(timedelta(hours=2))
        await pair.settle()
        assert len(pair.notes.acknowledged) == 7
        assert await pair.wrong() == []


MOODS: dict[str, Callable[[WeComServer], None]] = {
    "the token ran out": lambda server: server.faults.expire_tokens(),
    "the token is forgotten": lambda server: server.faults.forget_tokens(),
    "a page instead of an answer": lambda server: server.faults.fail("message/send", 502),
    "the answer is lost": lambda server: server.faults.drop_answer("message/send"),
    "the answer is late": lambda server: server.faults.delay("message/send", 0.3),
    "busy": lambda server: server.faults.refuse("message/send", -1),
    "too many calls": lambda server: server.faults.refuse("message/send", 45009),
    "no token to be had": lambda server: _no_token(server),
}


def _no_token(server: WeComServer) -> None:
    server.faults.expire_tokens()
    server.faults.refuse("gettoken", -1)


@pytest.mark.parametrize("mood", MOODS)
async def test_in_every_mood_of_the_messenger_each_note_is_answered_once(mood: str, sqlite_url: str) -> None:
    async with paired(sqlite_url, None, members=2, processes=1) as pair:
        await pair.say(pair.company[0], 0)  # gets a token
        await pair.settle()
        MOODS[mood](pair.server)
        await asyncio.gather(pair.say(pair.company[0], 1), pair.say(pair.company[1], 2))
        await _through(pair)
        assert await pair.wrong() == []


async def _through(pair: Pair) -> None:
    """Let everything end that is tried again later: the clock stands, so it is moved."""
    for _ in range(6):
        await _quiet(pair.apps[0])
        pair.clock.advance(timedelta(minutes=1))
    await pair.settle()


async def _quiet(app: App) -> None:
    """Return when everything that can be done at this moment is done: what is left waits for a later one."""
    async with asyncio.timeout(GIVE_UP):
        while await _ready(app):  # noqa: ASYNC110 - the workers tell nobody
            await asyncio.sleep(0.02)


async def _ready(app: App) -> int:
    record = await judge.recorded(app.database)
    now = app.clock.now()
    rows = [row for row in (*record.inbox, *record.outbox, *record.due) if row.state == "waiting"]
    lanes = Counter((row.__tablename__, row.lane) for row in rows if row.retry_at and row.retry_at > now)
    return sum(row.due_at <= now and (row.__tablename__, row.lane) not in lanes for row in rows)


async def _all_listen(redis_url: str, count: int) -> None:
    """Return when so many processes listen for wake-ups."""
    async with asyncio.timeout(GIVE_UP), client.Redis.from_url(redis_url) as redis:
        while (await redis.pubsub_numsub(WAKE))[0][1] < count:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)
