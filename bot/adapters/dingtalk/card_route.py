"""How taps on cards come back (protocol reference 6.2): over the Stream, or, in HTTP mode, posted to our own address.

The address is registered once by each process, under a key that stands on every card. Where DingTalk refuses that, taps
come over the Stream, as those on cards from before do in any case. What is posted is signed with a secret that every
process can make for itself.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from datetime import datetime, timedelta

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.words import ident
from config.clock import Clock
from config.messengers import DingTalkSettings
from domain.actor import JSON
from domain.errors import ChannelError

PATH = "/dingtalk/callback"
CALL = "card/callbacks/register"
STREAM: dict[str, JSON] = {"callbackType": "STREAM"}
_REST = timedelta(minutes=10)  # for which an address that was refused is not offered again

_log = logging.getLogger(__name__)


def secret_of(settings: DingTalkSettings) -> str:
    """What DingTalk signs taps with, which we give it."""
    key = settings.client_secret.get_secret_value().encode()
    return hmac.new(key, b"genjin card callback", hashlib.sha256).hexdigest()


def sign(secret: str, timestamp: str) -> str:
    """What stands in the header of a tap beside this timestamp."""
    digest = hmac.digest(secret.encode(), timestamp.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest).decode()


class CardRoute:
    """Of one app. `address` is where taps are posted, None where they come over the Stream."""

    def __init__(self, api: DingTalkApi, settings: DingTalkSettings, public_url: str | None, clock: Clock) -> None:
        posted = settings.calls_back and public_url is not None
        self.address = f"{str(public_url).rstrip('/')}{PATH}" if posted else None
        self._api, self._clock = api, clock
        self._key, self._secret = f"genjin-{settings.client_id}", secret_of(settings)
        self._registered, self._one = False, asyncio.Lock()
        self._rests_until: datetime | None = None

    async def way(self) -> dict[str, JSON]:
        """What a new card says of it."""
        if self.address is None:
            return STREAM
        async with self._one:
            posted = self._registered or await self._registers(self._clock.now())
        return {"callbackType": "HTTP", "callbackRouteKey": self._key} if posted else STREAM

    async def _registers(self, now: datetime) -> bool:
        if self._rests_until is not None and self._rests_until > now:
            return False
        try:
            await self.register(force=True)
        except ChannelError as refused:
            _log.warning("taps come over the stream", extra={"reason": str(refused)})
            self._rests_until = now + _REST
            return False
        self._registered = True
        return True

    async def register(self, *, force: bool) -> str:
        """Have taps posted to our address, in place of another one with `force`; returns where they go then."""
        body: dict[str, JSON] = {"callbackRouteKey": self._key, "callbackUrl": self.address, "apiSecret": self._secret}
        answer = await self._api.call("POST", CALL, body | {"forceUpdate": force})
        result = answer.get("result")
        if answer.get("success") is False or not isinstance(result, dict):
            raise ChannelError(f"dingtalk {CALL}: not registered")
        return ident(result, "callbackUrl", 1024)
