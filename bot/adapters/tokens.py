"""Access tokens of messengers, renewed before they end and fetched once however many ask.

`Tokens` is what an adapter needs; `TokenCache` keeps them in this process, `bot.adapters.shared_tokens` shares them
among all.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from config.clock import Clock

EARLY = timedelta(minutes=5)
# A messenger may answer a forced renewal with the very token that it refuses; then it is not asked again for so long.
STUBBORN = timedelta(seconds=10)

Fetch: TypeAlias = Callable[[], Awaitable["Token"]]


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how long it lives from the moment it was fetched."""

    text: str
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """A token that is in use, since when, and when to have a new one."""

    text: str
    since: datetime
    renew_at: datetime


class Tokens(Protocol):
    """The tokens of all accounts; an account is named by whoever uses it."""

    async def get(self, account: str, fetch: Fetch) -> str:
        """The account's token, fetched where there is none that lasts a while."""
        ...

    async def drop(self, account: str, refused: str) -> None:
        """Forget a token that was refused, unless it was replaced meanwhile."""
        ...


class TokenCache:
    """Tokens of this process. Expiry is judged by the clock that was handed in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._refused: dict[str, str] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, account: str, fetch: Fetch) -> str:
        if (held := self._fresh(account)) is not None:
            return held
        async with self._locks[account]:
            if (held := self._fresh(account)) is not None:
                return held
            self._held[account] = await self._obtain(account, fetch)
            return self._held[account].text

    async def drop(self, account: str, refused: str) -> None:
        async with self._locks[account]:  # until it is forgotten everywhere, nobody may find it again
            held = self._held.get(account)
            if held is None or held.text != refused:
                return
            if self._refused.get(account) == refused and self._clock.now() - held.since < STUBBORN:
                return
            self._refused[account] = refused
            del self._held[account]
            await self._forget(account, refused)

    async def _obtain(self, account: str, fetch: Fetch) -> Held:
        """A token to hold, from the messenger."""
        token = await fetch()
        now, early = self._clock.now(), min(EARLY, token.lifetime / 10)
        return Held(token.text, now, now + token.lifetime - early)

    async def _forget(self, account: str, refused: str) -> None:
        """Forget it also where others would find it."""

    def _fresh(self, account: str) -> str | None:
        held = self._held.get(account)
        return held.text if held is not None and held.renew_at > self._clock.now() else None
