from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.tokens import Token, TokenCache
from config.clock import ShiftableClock

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


class Mint:
    """Gives token-1, token-2 and so on; `failing` makes it refuse."""

    def __init__(self, lifetime: timedelta = timedelta(hours=2)) -> None:
        self.given = 0
        self.failing = False
        self._lifetime = lifetime

    async def __call__(self) -> Token:
        await asyncio.sleep(0)
        if self.failing:
            raise OSError
        self.given += 1
        return Token(f"token-{self.given}", self._lifetime)


def cache() -> tuple[TokenCache, ShiftableClock]:
    clock = ShiftableClock(START, still=True)
    return TokenCache(clock), clock


async def test_many_who_ask_at_once_cause_one_fetch() -> None:
    tokens, _ = cache()
    mint = Mint()

    assert await asyncio.gather(*(tokens.get("a", mint) for _ in range(20))) == ["token-1"] * 20
    assert mint.given == 1


async def test_a_token_is_renewed_five_minutes_before_it_ends() -> None:
    tokens, clock = cache()
    mint = Mint()
    await tokens.get("a", mint)

    clock.advance(timedelta(hours=1, minutes=54))
    assert await tokens.get("a", mint) == "token-1"
    clock.advance(timedelta(minutes=1))
    assert await tokens.get("a", mint) == "token-2"


async def test_a_short_lived_token_is_used_all_the_same() -> None:
    tokens, clock = cache()
    mint = Mint(timedelta(seconds=100))
    await tokens.get("a", mint)

    clock.advance(timedelta(seconds=89))
    assert await tokens.get("a", mint) == "token-1"
    clock.advance(timedelta(seconds=1))
    assert await tokens.get("a", mint) == "token-2"


async def test_a_refused_token_is_dropped_once_however_many_report_it() -> None:
    tokens, _ = cache()
    mint = Mint()
    refused = await tokens.get("a", mint)

    await tokens.drop("a", refused)
    assert await tokens.get("a", mint) == "token-2"
    await tokens.drop("a", refused)
    assert await tokens.get("a", mint) == "token-2"


async def test_accounts_do_not_share_tokens() -> None:
    tokens, _ = cache()
    mint = Mint()

    assert [await tokens.get("a", mint), await tokens.get("b", mint)] == ["token-1", "token-2"]


async def test_a_failed_fetch_leaves_the_door_open() -> None:
    tokens, _ = cache()
    mint = Mint()
    mint.failing = True
    with pytest.raises(OSError):  # noqa: PT011 - the mint's own, passed on
        await tokens.get("a", mint)

    mint.failing = False
    assert await tokens.get("a", mint) == "token-1"
