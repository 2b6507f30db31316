"""Tries a callback's address as WeCom does when an administrator presses save: it must give back what it decrypts."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import aiohttp

from bot.adapters.bodies import beginning
from bot.adapters.knock import PATIENCE, Try
from bot.adapters.seal import CallbackCrypto
from config.clock import Clock


def echo(http: aiohttp.ClientSession, crypto: CallbackCrypto, clock: Clock) -> Try:
    """How `knock` tries a door of WeCom's."""

    async def call(url: str) -> tuple[int, bool]:
        word = secrets.token_hex(8).encode()
        query = _query(crypto, word, clock)
        async with http.get(f"{url}?{query}", timeout=PATIENCE, allow_redirects=False) as answer:
            return answer.status, await beginning(answer, 1024) == word

    return call


def _query(crypto: CallbackCrypto, word: bytes, clock: Clock) -> str:
    sealed, nonce, at = crypto.seal(word), secrets.token_hex(8), str(int(clock.now().timestamp()))
    signature = crypto.signature(at, nonce, sealed).decode()
    return urlencode({"msg_signature": signature, "timestamp": at, "nonce": nonce, "echostr": sealed})
