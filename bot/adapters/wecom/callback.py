"""The address that WeCom calls: verify, decrypt, read, accept, acknowledge (protocol reference 1.4, 1.5).

The answer is an empty 200 once the message is durable, and 503 where it could not be stored, so that WeCom repeats it.
"""

from __future__ import annotations

import logging

from aiohttp import web

from bot.adapters.callbacks import BadCallback, all_stored
from bot.adapters.seal import CallbackCrypto
from bot.adapters.wecom.envelope import encrypted
from bot.adapters.wecom.read import CHANNEL, read
from bot.adapters.wecom.sealed import SealedCallbacks
from bot.message import Accept, Message
from config import measures
from config.clock import Clock
from config.messengers import WeComSettings

PATH = "/wecom/callback"

_log = logging.getLogger(__name__)


def routes(settings: WeComSettings, accept: Accept, clock: Clock) -> list[web.RouteDef]:
    """The callback of one app. `accept` returns once the message is durable; what it raises makes WeCom try again."""
    sealed = SealedCallbacks(CallbackCrypto(settings), clock, CHANNEL)
    callback = _Callback(sealed, accept, clock)
    return [web.get(PATH, sealed.verify, allow_head=False), web.post(PATH, callback.receive)]


class _Callback:
    def __init__(self, sealed: SealedCallbacks, accept: Accept, clock: Clock) -> None:
        self._sealed, self._accept, self._clock = sealed, accept, clock

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()  # at most `edge.LIMIT`
        try:
            message = read(self._sealed.opened(request, encrypted(body)), self._clock.now())
        except BadCallback as bad:
            _hint(body)
            return self._sealed.refused(bad)
        return await self._take(message)

    async def _take(self, message: Message | None) -> web.Response:
        if message is None:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        elif not await all_stored(self._accept, [message]):
            return web.Response(status=503)
        return web.Response()


def _hint(body: bytes) -> None:
    if body.lstrip()[:1] == b"{":
        _log.error("JSON came to the app's callback: the address of a smart robot is set to %s", PATH)
