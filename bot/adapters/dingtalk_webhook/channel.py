"""The robots that somebody added to a DingTalk group (自定义机器人) as a channel: one way, without an app (5.3).

The key in the address is a password, and with it goes the secret that signs (加签). Both are opened for the moment of
a call; neither an address nor an exception of the HTTP client is logged or passed on. A message whose answer is lost is
sent again under the same `msgUuid`, which DingTalk takes once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable

import aiohttp

from bot.adapters.bodies import whole
from bot.adapters.dingtalk.answers import checked, oapi, packed
from bot.hooks import SEPARATOR
from cards.model import Card, Limits, Receipt, Recipient
from cards.renderers import dingtalk_webhook
from config import measures
from config.clock import Clock
from domain.actor import JSON, ReplyHandle
from domain.errors import ChannelError, NotUpdatable, Rejected, Unreachable

CHANNEL = "dingtalk.webhook"
LIMITS = Limits(per_minute=20, per_hour=1200)  # of one robot; above it DingTalk is silent for ten minutes
_CALL = "robot/send"
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONGEST = 64 << 10  # bytes of an answer

Keys = Callable[[str], Awaitable[str | None]]


class DingTalkWebhooks:
    """Every robot of a group that somebody told us; `keys` knows its key and secret by what we call the group."""

    name = CHANNEL
    limits = LIMITS

    def __init__(self, oapi_base: str, http: aiohttp.ClientSession, keys: Keys, clock: Clock) -> None:
        self._url = f"{oapi_base}/{_CALL}"
        self._http, self._keys, self._clock = http, keys, clock

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        if card.file is not None:
            raise Rejected("a group's own robot sends no files")
        opened = await self._keys(to.id)
        if opened is None:
            raise Unreachable("the key of the robot is not on record, or was sealed with another secret")
        token, _, secret = opened.partition(SEPARATOR)
        query = {"access_token": token} | (self._signed(secret) if secret else {})
        await self._post(query, {**dingtalk_webhook.message(card), "msgUuid": key}, (token, secret))
        return Receipt({"chatid": to.id})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        raise NotUpdatable

    def _signed(self, secret: str) -> dict[str, str]:
        stamp = str(int(self._clock.now().timestamp() * 1000))
        return {"timestamp": stamp, "sign": signature(secret, stamp)}

    async def _post(self, query: dict[str, str], body: dict[str, JSON], hide: tuple[str, ...]) -> None:
        headers, started = {"Content-Type": "application/json"}, time.monotonic()
        try:
            async with self._http.post(
                self._url, params=query, data=packed(body), headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status, raw = response.status, await whole(response, _LONGEST)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(self.name, _CALL, "no_answer")
            raise ChannelError(f"dingtalk {_CALL}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, self.name)
        reply = oapi(_CALL, status, raw, tuple(filter(None, hide)))
        measures.CALLS.add(self.name, _CALL, reply.code or "0")
        checked(reply, _CALL)


def signature(secret: str, stamp: str) -> str:
    """What proves that we know the secret; `stamp` are the milliseconds that go with it."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
