"""Access tokens that all processes share through Redis: one fetches, the others find what it fetched.

They lie there sealed with a key made from GENJIN_SECRET_KEY, so whoever reads or writes Redis can neither use a token
nor plant one. While Redis does not answer each process fetches its own, which disturbs nobody: a messenger gives the
same token until it ends.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import os
from contextlib import suppress
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.adapters.tokens import Fetch, Held, TokenCache
from config.clock import Clock

log = logging.getLogger(__name__)

_GONE = (RedisError, OSError)
_FETCHING = 20_000  # ms for which nobody else fetches: longer than a call to a messenger may take
_PATIENCE = 10.0  # seconds to wait for the one who fetches, then it is done without him
_LOOK = 0.05  # seconds between two looks
_NONCE = 12  # bytes

_DELETE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class SharedTokens(TokenCache):
    """Tokens of all processes that have the same Redis and the same secret key."""

    def __init__(self, clock: Clock, redis: Redis, secret_key: str) -> None:
        super().__init__(clock)
        self._redis = redis
        self._delete_if = redis.register_script(_DELETE)
        self._box = AESGCM(hashlib.sha256(b"genjin access tokens " + secret_key.encode()).digest())

    async def _obtain(self, account: str, fetch: Fetch) -> Held:
        mine = os.urandom(8).hex()
        try:
            found = await asyncio.wait_for(self._find_or_lock(account, mine), _PATIENCE)
        except (*_GONE, TimeoutError) as error:
            log.warning("an access token is fetched alone", extra={"error": type(error).__name__})
            return await super()._obtain(account, fetch)
        if found is not None:
            return found
        try:
            held = await super()._obtain(account, fetch)
            await self._store(account, held)
        finally:
            await self._delete(_lock(account), mine)
        return held

    async def _forget(self, account: str, refused: str) -> None:
        with suppress(*_GONE):
            stored = await self._stored(account)
            if (held := self._open(account, stored)) and held.text == refused:
                await self._delete(_key(account), stored)

    async def _find_or_lock(self, account: str, mine: str) -> Held | None:
        """The token that somebody fetched; None where it is now for us to fetch it."""
        while (found := await self._fresh_one(account)) is None:
            if not await self._redis.set(_lock(account), mine, nx=True, px=_FETCHING):
                await asyncio.sleep(_LOOK)
            elif (found := await self._fresh_one(account)) is None:
                return None
            else:  # it came while we looked
                await self._delete(_lock(account), mine)
                break
        return found

    async def _fresh_one(self, account: str) -> Held | None:
        held = self._open(account, await self._stored(account))
        return held if held is not None and held.renew_at > self._clock.now() else None

    async def _stored(self, account: str) -> str:
        """What lies there; bytes that are no text are nothing of ours."""
        try:
            return str(await self._redis.get(_key(account)) or "")
        except UnicodeDecodeError:
            return ""

    async def _store(self, account: str, held: Held) -> None:
        said = json.dumps([held.text, held.since.isoformat(), held.renew_at.isoformat()])
        nonce = os.urandom(_NONCE)
        sealed = base64.b64encode(nonce + self._box.encrypt(nonce, said.encode(), account.encode())).decode()
        seconds = max(1, int((held.renew_at - held.since).total_seconds()))
        with suppress(*_GONE):
            await self._redis.set(_key(account), sealed, ex=seconds)

    def _open(self, account: str, stored: str) -> Held | None:
        """What was stored; None for nothing, and for what was sealed with another key or for another account."""
        if not stored:
            return None
        try:
            raw = base64.b64decode(stored)
            text, since, renew_at = json.loads(self._box.decrypt(raw[:_NONCE], raw[_NONCE:], account.encode()))
            return Held(text, datetime.fromisoformat(since), datetime.fromisoformat(renew_at))
        except (InvalidTag, ValueError):
            return None

    async def _delete(self, key: str, value: str) -> None:
        with suppress(*_GONE):
            await self._delete_if(keys=[key], args=[value])


def _key(account: str) -> str:
    return f"genjin:token:{account}"


def _lock(account: str) -> str:
    return f"genjin:token-lock:{account}"
