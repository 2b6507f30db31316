"""What DingTalk posts in HTTP mode (protocol reference 2.3, 3, 6.6): robot messages and taps on cards, signed, and
events, sealed.

The objects are those of the Stream and read as there. A message of the robot proves no more than that its sender knows
the app's secret, for an hour, and a tap the secret that we registered; an event is sealed as a whole. Each is answered
once it is durable, an event with the sealed word that DingTalk wants.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from aiohttp import web
from pydantic import SecretStr

from bot.adapters import message_ids
from bot.adapters.callbacks import BadCallback, all_stored, only, refused
from bot.adapters.dingtalk import card_route
from bot.adapters.dingtalk.admitting import admit
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.card_route import PATH
from bot.adapters.dingtalk.frames import Frame, readable
from bot.adapters.dingtalk.happened import happenings
from bot.adapters.dingtalk.read import BadBody, beside, clicked, read
from bot.adapters.seal import CallbackCrypto
from bot.message import Accept, Message
from config import measures
from config.clock import Clock
from config.messengers import DingTalkSettings

WINDOW = 3600  # seconds for which DingTalk's timestamps are good
_MILLI = 1000
_TAPPED, _TAPPED_AT = "x-ddpaas-signature", "x-ddpaas-signature-timestamp"


@dataclass(frozen=True, slots=True)
class DingTalkKeys:
    """What events are sealed with; they are addressed to the app."""

    token: SecretStr
    aes_key: SecretStr
    corp_id: str
    callback_window: int = WINDOW

    @classmethod
    def of(cls, settings: DingTalkSettings) -> DingTalkKeys:
        return cls(settings.token, settings.aes_key, settings.client_id)


def crypto_of(settings: DingTalkSettings) -> CallbackCrypto:
    return CallbackCrypto(DingTalkKeys.of(settings), per_second=_MILLI)


def sign(secret: str, timestamp: str) -> str:
    """What stands in the header `sign` beside this timestamp."""
    said = f"{timestamp}\n{secret}".encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(secret.encode(), said, hashlib.sha256)).decode()


def routes(settings: DingTalkSettings, api: DingTalkApi, accept: Accept, clock: Clock) -> list[web.RouteDef]:
    """The callback of one app, for its robot and its events alike."""
    return [web.post(PATH, _Callback(settings, api, accept, clock).receive)]


class _Callback:
    def __init__(self, settings: DingTalkSettings, api: DingTalkApi, accept: Accept, clock: Clock) -> None:
        self._secret = settings.client_secret.get_secret_value()
        self._crypto, self._card_secret = crypto_of(settings), card_route.secret_of(settings)
        self._api, self._accept, self._clock = api, accept, clock

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()  # at most `edge.LIMIT`
        try:
            if "sign" in request.headers:
                stamp = request.headers.get("timestamp", "")
                self._verify(stamp, request.headers["sign"], sign(self._secret, stamp))
                return await self._said(_object(body))
            if _TAPPED in request.headers:
                stamp = request.headers.get(_TAPPED_AT, "")
                self._verify(stamp, request.headers[_TAPPED], card_route.sign(self._card_secret, stamp))
                return await self._tapped(_object(body), stamp)
            return await self._happened(request, self._open(request, _object(body)))
        except (BadCallback, BadBody) as bad:
            return refused(CHANNEL, BadCallback(str(bad)))

    # -- the robot -------------------------------------------------------------------------------------------------

    def _verify(self, timestamp: str, given: str, right: str) -> None:
        if not hmac.compare_digest(right.encode(), given.encode("utf-8", "surrogatepass")):
            raise BadCallback("signature")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
            raise BadCallback("timestamp")
        if abs(int(timestamp) / _MILLI - self._clock.now().timestamp()) > WINDOW:
            raise BadCallback("age")

    async def _said(self, data: dict[str, object]) -> web.Response:
        message = read(data, self._clock.now())
        pictures = beside(message, data)
        if await all_stored(self._accept, [message] if pictures is None else [message, pictures]):
            return web.Response()
        await admit(self._api, message)  # nobody says whether DingTalk sends it again
        return web.Response(status=503)

    # -- cards -----------------------------------------------------------------------------------------------------

    async def _tapped(self, data: dict[str, object], stamp: str) -> web.Response:
        """A tap has no id: the same one, posted again, says the same at the same time. It is answered at once with
        nothing to change; what comes of it is a change of the card, as over the Stream."""
        message = clicked(data, f"{stamp}:{message_ids.digest(data)}", self._clock.now())
        if message is None:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        elif not await all_stored(self._accept, [message]):
            return web.Response(status=503)
        return web.json_response({})

    # -- events ----------------------------------------------------------------------------------------------------

    def _open(self, request: web.Request, outer: dict[str, object]) -> bytes:
        encrypted = outer.get("encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise BadCallback("no encrypt")
        return self._crypto.open(
            signature=only(request, "msg_signature" if "msg_signature" in request.query else "signature"),
            timestamp=only(request, "timestamp" if "timestamp" in request.query else "timeStamp"),
            nonce=only(request, "nonce"),
            encrypted=encrypted,
            now=self._clock.now(),
        )

    async def _happened(self, request: web.Request, plain: bytes) -> web.Response:
        data = _object(plain)
        if isinstance(data.get("msgtype"), str):  # the console may have the robot's messages sealed as well
            return await self._said(data)
        messages = _events(data, plain, self._clock)
        if not messages:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        if not await all_stored(self._accept, messages):
            return web.Response(status=503)
        return self._success()

    def _success(self) -> web.Response:
        """The word that DingTalk wants within a second and a half, sealed as it seals."""
        stamp, nonce = str(int(self._clock.now().timestamp() * _MILLI)), secrets.token_hex(8)
        sealed = self._crypto.seal(b"success")
        signed = self._crypto.signature(stamp, nonce, sealed).decode()
        told = {"msg_signature": signed, "timeStamp": stamp, "nonce": nonce, "encrypt": sealed}
        return web.Response(text=json.dumps(told), content_type="application/json")


def _events(data: dict[str, object], plain: bytes, clock: Clock) -> list[Message]:
    """Events have no id here: one that comes again says the same, its own time included."""
    kind = data.get("EventType")
    headers = {"eventType": kind if isinstance(kind, str) else "", "eventId": hashlib.sha256(plain).hexdigest()}
    return happenings(Frame("EVENT", "*", "", headers, data), clock.now())


def _object(raw: bytes) -> dict[str, object]:
    try:
        found = readable(raw.decode())
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise BadCallback("not the JSON of a callback")
    return found
