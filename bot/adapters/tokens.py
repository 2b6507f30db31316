"""Access tokens of messengers, renewed before they end and fetched once however many ask.

`Tokens` is what an adapter needs; `TokenCache` keeps them in this process.
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

Fetch: TypeAlias = Callable[[], Awaitable["Token"]]


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how long it lives from the moment it was fetched."""

    text: str
    lifetime: timedelta


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
        self._held: dict[str, tuple[str, datetime]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, account: str, fetch: Fetch) -> str:
        if (held := self._fresh(account)) is not None:
            return held
        async with self._locks[account]:
            if (held := self._fresh(account)) is not None:
                return held
            token = await fetch()
            early = min(EARLY, token.lifetime / 10)
            self._held[account] = (token.text, self._clock.now() + token.lifetime - early)
            return token.text

    async def drop(self, account: str, refused: str) -> None:
        if self._held.get(account, ("",))[0] == refused:
            del self._held[account]

    def _fresh(self, account: str) -> str | None:
        text, renew_at = self._held.get(account, (None, self._clock.now()))
        return text if renew_at > self._clock.now() else None
