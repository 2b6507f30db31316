"""What WeCom calls an address with, the app's and the smart robot's alike: signed, sealed, and refused in one way."""

from __future__ import annotations

from aiohttp import web

from bot.adapters.callbacks import BadCallback, only, refused
from bot.adapters.seal import CallbackCrypto
from config.clock import Clock


class SealedCallbacks:
    """The callbacks of one address, opened with its keys; `channel` is whose they are."""

    def __init__(self, crypto: CallbackCrypto, clock: Clock, channel: str) -> None:
        self._crypto, self._clock, self._channel = crypto, clock, channel

    async def verify(self, request: web.Request) -> web.Response:
        """WeCom's check of the address: the decrypted text, byte for byte, within one second."""
        try:
            plain = self.opened(request, only(request, "echostr"))
        except BadCallback as bad:
            return self.refused(bad)
        return web.Response(body=plain, content_type="text/plain")

    def opened(self, request: web.Request, ciphertext: str) -> bytes:
        """What is sealed in a request, once its signature is found to be right; raises `BadCallback`."""
        return self._crypto.open(
            signature=only(request, "msg_signature"),
            timestamp=only(request, "timestamp"),
            nonce=only(request, "nonce"),
            encrypted=ciphertext,
            now=self._clock.now(),
        )

    def refused(self, bad: BadCallback) -> web.Response:
        """What somebody gets who is not WeCom, or not understood."""
        return refused(self._channel, bad)
