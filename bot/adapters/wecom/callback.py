"""The address that WeCom calls: verify, decrypt, read, accept, acknowledge (protocol reference 1.4, 1.5).

The answer says only whether to try again: an empty 200 once the message is durable, 503 where it could not be
stored, so that WeCom repeats it, and an empty 403 for everything that WeCom did not send, whatever is wrong with it:
the reason is for our log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.adapters.wecom.crypto import CallbackCrypto
from bot.adapters.wecom.envelope import BadCallback, encrypted
from bot.adapters.wecom.read import CHANNEL, read
from bot.message import Message
from config import measures
from config.clock import Clock
from config.settings import WeComSettings

PATH = "/wecom/callback"

Accept = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)


def routes(settings: WeComSettings, accept: Accept, clock: Clock) -> list[web.RouteDef]:
    """The callback of one app. `accept` returns once the message is durable; what it raises makes WeCom try again."""
    callback = _Callback(CallbackCrypto(settings), accept, clock)
    return [web.get(PATH, callback.verify, allow_head=False), web.post(PATH, callback.receive)]


class _Callback:
    def __init__(self, crypto: CallbackCrypto, accept: Accept, clock: Clock) -> None:
        self._crypto = crypto
        self._accept = accept
        self._clock = clock

    async def verify(self, request: web.Request) -> web.Response:
        """WeCom's check of the address: the decrypted text, byte for byte, within one second."""
        try:
            plain = self._open(request, only(request, "echostr"))
        except BadCallback as bad:
            return refused(CHANNEL, bad)
        return web.Response(body=plain, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()  # at most `edge.LIMIT`
        try:
            message = read(self._open(request, encrypted(body)), self._clock.now())
        except BadCallback as bad:
            _hint(body)
            return refused(CHANNEL, bad)
        return await self._take(message)

    def _open(self, request: web.Request, ciphertext: str) -> bytes:
        return self._crypto.open(
            signature=only(request, "msg_signature"),
            timestamp=only(request, "timestamp"),
            nonce=only(request, "nonce"),
            encrypted=ciphertext,
            now=self._clock.now(),
        )

    async def _take(self, message: Message | None) -> web.Response:
        if message is None:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        else:
            try:
                await self._accept(message)
            except Exception:
                _log.exception("message not stored", extra={"message_id": message.message_id})
                return web.Response(status=503)
        return web.Response()


def only(request: web.Request, name: str) -> str:
    """A parameter that is there once; aiohttp has decoded it, exactly once."""
    values = request.query.getall(name, [])
    if len(values) != 1:
        raise BadCallback(f"{name} not once in the query")
    return values[0]


def refused(channel: str, bad: BadCallback) -> web.Response:
    """What somebody gets who is not WeCom, or not understood: the reason is for our log."""
    measures.REFUSED.add(channel, str(bad))
    _log.warning("callback refused", extra={"status": 403, "reason": str(bad)})
    return web.Response(status=403)


def _hint(body: bytes) -> None:
    if body.lstrip()[:1] == b"{":
        _log.error("JSON came to the app's callback: the address of a smart robot is set to %s", PATH)
