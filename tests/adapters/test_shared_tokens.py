"""Access tokens shared through Redis: fetched by one process, forgotten once for all, of no use to who reads Redis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.shared_tokens import SharedTokens
from bot.adapters.tokens import Token, TokenCache
from config.clock import ShiftableClock
from scheduler import redis_coordination
from scheduler.redis_coordination import connect

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KEY = "k" * 40


class Mint:
    """Gives token-1, token-2 and so on, however many processes ask; `stubborn` gives the same one again."""

    def __init__(self) -> None:
        self.given = 0
        self.stubborn = False
        self.asked = 0

    async def __call__(self) -> Token:
        await asyncio.sleep(0.05)
        self.asked += 1
        self.given += 0 if self.stubborn and self.given else 1
        return Token(f"token-{self.given}", timedelta(hours=2))


@dataclass(slots=True)
class Replicas:
    """Processes on one Redis, and an account of this test alone."""

    url: str
    account: str
    clock: ShiftableClock
    all: list[SharedTokens]

    def another(self, key: str = KEY) -> SharedTokens:
        self.all.append(SharedTokens(self.clock, connect(self.url), key))
        return self.all[-1]

    def get(self, tokens: SharedTokens, mint: Mint) -> asyncio.Future[str]:
        return asyncio.ensure_future(tokens.get(self.account, mint))


@pytest.fixture
async def replicas(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Replicas]:
    monkeypatch.setattr(redis_coordination, "PATIENCE", 30)  # a busy machine is not a Redis that is gone
    made = Replicas(redis_url, uuid.uuid4().hex, ShiftableClock(START, still=True), [])
    yield made
    for tokens in made.all:
        await tokens._redis.aclose()


async def test_one_process_fetches_and_the_others_wait_for_what_it_gets(replicas: Replicas) -> None:
    mint, several = Mint(), [replicas.another() for _ in range(4)]

    got = await asyncio.gather(*(replicas.get(tokens, mint) for tokens in several))

    assert got == ["token-1"] * 4
    assert mint.asked == 1


async def test_a_token_that_comes_between_the_look_and_the_lock_is_not_fetched_again(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    mint, one = Mint(), replicas.another()
    await replicas.get(replicas.another(), mint)
    look, looks = one._stored, iter(["", None])
    monkeypatch.setattr(one, "_stored", lambda account: nothing() if next(looks, None) == "" else look(account))

    async def nothing() -> str:
        return ""

    assert await replicas.get(one, mint) == "token-1"
    assert mint.asked == 1
    assert not await one._redis.exists(f"genjin:token-lock:{replicas.account}")


async def test_a_token_is_renewed_early_and_by_one(replicas: Replicas) -> None:
    mint, one, other = Mint(), replicas.another(), replicas.another()
    await asyncio.gather(replicas.get(one, mint), replicas.get(other, mint))

    replicas.clock.advance(timedelta(minutes=115))

    assert [await replicas.get(one, mint), await replicas.get(other, mint)] == ["token-2", "token-2"]


async def test_a_refused_token_is_forgotten_once_for_all(replicas: Replicas) -> None:
    mint, one, other = Mint(), replicas.another(), replicas.another()
    await asyncio.gather(replicas.get(one, mint), replicas.get(other, mint))

    await one.drop(replicas.account, "token-1")
    assert await replicas.get(one, mint) == "token-2"
    await other.drop(replicas.account, "token-1")

    assert await replicas.get(other, mint) == "token-2"
    assert mint.asked == 2


async def test_who_is_refused_together_with_another_does_not_find_the_refused_token_again(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    mint, tokens = Mint(), replicas.another()
    refused, forget = await replicas.get(tokens, mint), tokens._forget

    async def slowly(account: str, token: str) -> None:
        await asyncio.sleep(0.05)
        await forget(account, token)

    monkeypatch.setattr(tokens, "_forget", slowly)

    async def another() -> str:
        await tokens.drop(replicas.account, refused)
        return await replicas.get(tokens, mint)

    assert await asyncio.gather(*(another() for _ in range(5))) == ["token-2"] * 5


async def test_who_reads_redis_finds_no_token_and_who_writes_plants_none(replicas: Replicas) -> None:
    mint, one = Mint(), replicas.another()
    await replicas.get(one, mint)
    key = f"genjin:token:{replicas.account}"

    stored = str(await one._redis.get(key))
    assert "token-1" not in stored
    await one._redis.set(key, stored[:-4] + "AAA=")

    assert await replicas.get(replicas.another(), mint) == "token-2"


async def test_another_key_makes_another_token(replicas: Replicas) -> None:
    mint = Mint()
    await replicas.get(replicas.another(), mint)

    assert await replicas.get(replicas.another("x" * 40), mint) == "token-2"


async def test_without_redis_each_fetches_its_own(replicas: Replicas) -> None:
    replicas.url = "redis://127.0.0.1:1/0"
    mint = Mint()

    got = [await replicas.get(replicas.another(), mint) for _ in range(2)]

    assert got == ["token-1", "token-2"]


async def test_where_the_one_who_fetches_died_another_does_it(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.shared_tokens._PATIENCE", 0.2)
    mint, one = Mint(), replicas.another()
    await one._redis.set(f"genjin:token-lock:{replicas.account}", "a process that is gone")

    assert await replicas.get(one, mint) == "token-1"


async def test_a_fetch_that_fails_lets_the_next_one_try_at_once(replicas: Replicas) -> None:
    async def refuse() -> Token:
        raise OSError

    mint, one = Mint(), replicas.another()
    with pytest.raises(OSError):  # noqa: PT011 - it is ours
        await one.get(replicas.account, refuse)

    assert await replicas.get(replicas.another(), mint) == "token-1"


async def test_a_messenger_that_gives_the_refused_token_again_is_not_asked_for_every_message() -> None:
    clock, mint = ShiftableClock(START, still=True), Mint()
    tokens, mint.stubborn = TokenCache(clock), True
    for _ in range(5):
        await tokens.drop("a", await tokens.get("a", mint))
    assert mint.asked == 2

    clock.advance(timedelta(seconds=11))
    await tokens.drop("a", await tokens.get("a", mint))
    await tokens.get("a", mint)
    assert mint.asked == 3


async def test_what_a_stranger_has_put_in_its_place_is_no_token_and_in_nobodys_way(replicas: Replicas) -> None:
    mint, one = Mint(), replicas.another()
    await one._redis.set(f"genjin:token:{replicas.account}", b"\xff\xfe no text")

    assert await replicas.get(one, mint) == "token-1"
    assert await replicas.get(replicas.another(), mint) == "token-1"
    assert mint.asked == 1
