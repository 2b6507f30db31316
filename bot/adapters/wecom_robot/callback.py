"""The smart robot by callbacks (protocol reference 5.2): verify, decrypt, read, accept, answer within WeCom's seconds.

What is answered is made by whichever process handles the message, and offered in the database (`domain.replies`); the
process that holds WeCom's call waits for it. A message that takes longer begins a stream, about which WeCom asks again
and again until it is whole; a tap and an entering are answered in time or not at all.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.adapters.callbacks import BadCallback, only
from bot.adapters.seal import CallbackCrypto
from bot.adapters.wecom.sealed import SealedCallbacks
from bot.adapters.wecom_robot import passive
from bot.adapters.wecom_robot.asked import AT_IT, LATER
from bot.adapters.wecom_robot.feedback import record_feedback
from bot.adapters.wecom_robot.read import CHANNEL, BadBody, beside, event_type, read, with_handle
from bot.message import Accept, Message
from config import measures
from config.messengers import WeComRobotSettings
from domain import intake, replies
from domain.actor import JSON
from domain.database import Database

PATH = "/wecom/robot"
WAY = timedelta(minutes=58)  # of the hour for which a response_url is good
LOOK = 0.1  # seconds between two looks for the answer
SETTLE = timedelta(seconds=2)  # after which what was handled and has no answer gets none

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: until a message begins a stream, for what must be answered at once, and how long a stream goes on."""

    message: float = 2.5
    event: float = 4.2
    stream: float = 300.0  # of the six minutes


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class RobotKeys:
    """What the robot's callbacks are sealed with; it has no corp."""

    token: SecretStr
    aes_key: SecretStr
    corp_id: str = ""
    callback_window: int = 600

    @classmethod
    def of(cls, robot: WeComRobotSettings) -> RobotKeys:
        return cls(robot.bot_token, robot.bot_aes_key)


def routes(robot: WeComRobotSettings, accept: Accept, database: Database) -> list[web.RouteDef]:
    """The callback of the robot. `accept` returns once the message is durable; what it raises makes WeCom try again."""
    callback = _Callback(robot, accept, database)
    return [web.get(PATH, callback.sealed.verify, allow_head=False), web.post(PATH, callback.receive)]


class _Callback:
    def __init__(self, robot: WeComRobotSettings, accept: Accept, database: Database) -> None:
        self._robot, self._accept, self._database = robot, accept, database
        self._crypto = CallbackCrypto(RobotKeys.of(robot))
        self.sealed = SealedCallbacks(self._crypto, database.clock, CHANNEL)

    async def receive(self, request: web.Request) -> web.Response:
        now = self._database.clock.now()
        try:
            body = _json(self.sealed.opened(request, _encrypted(await request.read())))
            if event_type(body) == "feedback_event":
                record_feedback(body)
                return web.Response()
            if body.get("msgtype") == "stream":
                return self._answering(request, await self._streamed(passive.stream_id(body)))
            message = read(body, now, name=self._robot.bot_name)
        except BadCallback as bad:
            return self.sealed.refused(bad)
        except BadBody as bad:
            return self.sealed.refused(BadCallback(str(bad)))
        if message is None:
            measures.CALLBACKS.add(CHANNEL, "ignored")
            return web.Response()
        return await self._take(request, message, body)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _take(self, request: web.Request, message: Message, body: Mapping[str, Any]) -> web.Response:
        kind = {"action": "click", "enter": "enter"}.get(message.kind, "message")
        lives = passive.LIVES if kind == "message" else passive.EVENT_LIVES
        until = self._database.clock.now() + lives
        try:
            if (url := passive.response_url(body)) is not None:
                way: dict[str, JSON] = {"url": url, "group": message.in_group}
                last = self._database.clock.now() + WAY
                await replies.add_way(self._database, message.conversation.id, message.message_id, way, last)
            await self._accept(with_handle(message, {"kind": kind, "reply": message.message_id}, until))
            if (pictures := beside(message, body)) is not None:
                await self._accept(pictures)
        except Exception:
            _log.exception("message not stored", extra={"message_id": message.message_id})
            return web.Response(status=503)
        return self._answering(request, await self._answer(message.message_id, kind))

    async def _answer(self, message_id: str, kind: str) -> Mapping[str, JSON] | None:
        """What is answered, as soon as it is there; for a message that takes long the beginning of a stream."""
        patience = PATIENCE.message if kind == "message" else PATIENCE.event
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while True:
            if (found := await replies.take(self._database, message_id)) is not None:
                return passive.composed(kind, message_id, found)
            if not await self._under_way(message_id):
                return None
            if loop.time() > until:
                return passive.stream(message_id, AT_IT, finish=False) if kind == "message" else None
            await asyncio.sleep(LOOK)

    async def _streamed(self, message_id: str) -> Mapping[str, JSON]:
        """How far a stream has come, about which WeCom asks."""
        if (found := await replies.take(self._database, message_id)) is not None:
            return passive.composed("stream", message_id, found)
        if not await self._under_way(message_id, timedelta(seconds=PATIENCE.stream)):
            return passive.stream(message_id, LATER, finish=True)
        return passive.stream(message_id, AT_IT, finish=False)

    async def _under_way(self, message_id: str, most: timedelta | None = None) -> bool:
        """Whether an answer may come yet."""
        async with self._database.read() as session:
            found = await intake.stands(session, CHANNEL, message_id)
        now = self._database.clock.now()
        if found is None or (most is not None and now - found.received_at > most):
            return False
        return found.handled_at is None or now - found.handled_at < SETTLE

    def _answering(self, request: web.Request, plain: Mapping[str, JSON] | None) -> web.Response:
        """The answer as WeCom opens it: its own nonce, our time as a number; empty for none."""
        if plain is None:
            return web.Response()
        nonce, stamp = only(request, "nonce"), int(self._database.clock.now().timestamp())
        sealed = self._crypto.seal(json.dumps(plain, ensure_ascii=False).encode())
        signed = self._crypto.signature(str(stamp), nonce, sealed).decode()
        return web.json_response({"encrypt": sealed, "msgsignature": signed, "timestamp": stamp, "nonce": nonce})


def _encrypted(body: bytes) -> str:
    found = _json(body).get("encrypt")
    if not isinstance(found, str) or not found:
        raise BadCallback("no encrypt")
    return found


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadCallback("not the JSON of a callback") from None
    if not isinstance(found, dict):
        raise BadCallback("not the JSON of a callback")
    return found
