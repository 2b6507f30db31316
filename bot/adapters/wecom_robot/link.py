"""The robot's long connection as a whole: open it, hear, open it again when it breaks, stop when that would do harm.

It runs in the one process that holds it (`scheduler.holder`). Two processes that take it from each other would do so
for ever: who is displaced by a connection that is not ours stays away and says so until somebody restarts it. Ours may
be what displaces soon after the hold was taken, for the process that had it before may have stood still on the point of
connecting; and what displaces soon after a try to connect that got no answer, which may be that try, come late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

import aiohttp

from bot.adapters.sockets import backoff
from bot.adapters.unrepeated import NOT_STORED, stored
from bot.adapters.wecom.errors import BadCredentials
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.asked import Unanswered
from bot.adapters.wecom_robot.connection import Connection, Timing
from bot.adapters.wecom_robot.feedback import record_feedback
from bot.adapters.wecom_robot.frames import Frame
from bot.adapters.wecom_robot.read import CHANNEL, BadBody, beside, event_type, read, with_handle
from bot.message import Accept, Message
from config import measures
from config.clock import Clock
from config.messengers import WeComRobotSettings
from domain.actor import JSON
from domain.errors import ChannelError
from scheduler.presence import Presence

TRIES = 3  # with credentials that are refused
LASTED = 10.0  # seconds after which a connection counts as one that worked
CHAT = timedelta(hours=24)  # so long a message may be answered by its request
EVENT = timedelta(seconds=4.5)  # an event's five, less the way there

_log = logging.getLogger(__name__)


class RobotLink:
    """`work` is what the holder runs; `connection` is the one that is subscribed, or None. `mine` asks whether this
    process still has the hold."""

    def __init__(
        self,
        settings: WeComRobotSettings,
        http: aiohttp.ClientSession,
        accept: Accept,
        clock: Clock,
        presence: Presence,
        *,
        connected: Callable[[], None],
        mine: Callable[[], Awaitable[bool]],
        timing: Timing = Timing(),  # noqa: B008 - frozen
    ) -> None:
        self._settings, self._http, self._accept, self._clock = settings, http, accept, clock
        self._timing, self._on_connected, self._mine, self._presence = timing, connected, mine, presence
        self.connection: Connection | None = None
        self.unanswered = Unanswered(timing, clock)
        self.state = "off"
        self._since = clock.now()
        measures.CONNECTED.stands(False, CHANNEL)
        self._failures = 0
        self._refusals = 0
        self._doubted = 0.0  # when another connection may last have been ours

    def says(self) -> dict[str, Any]:
        """How it is doing, for others to read."""
        return {"state": self.state, "since": self._since.isoformat()}

    async def work(self) -> None:
        """Keep the connection, until cancelled."""
        self._doubt()
        try:
            while True:
                await self._once()
                if self.state in ("displaced", "refused"):
                    await asyncio.Event().wait()
                await asyncio.sleep(self._pause())
        finally:
            self._became("off")

    # -- one connection after the other ----------------------------------------------------------------------------

    async def _once(self) -> None:
        started = asyncio.get_running_loop().time()
        connection: Connection | None = None
        self._became("connecting")
        try:
            connection = await Connection.open(self._http, self._settings.bot_ws_url, self._hear, self._timing)
            await self._subscribe(connection)
        except BadCredentials as wrong:
            self._refused(wrong)
        except ChannelError as wrong:
            _log.warning("the robot is not connected", extra={"reason": str(wrong)})
            self._doubt()
        finally:
            self._gone(connection)
            if connection is not None:
                await connection.close()
        if connection is not None and connection.displaced:
            self._displaced()
        lasted = asyncio.get_running_loop().time() - started >= LASTED
        worked = connection is not None and connection.worked
        self._failures = 1 if lasted or worked else self._failures + 1

    async def _subscribe(self, connection: Connection) -> None:
        """Subscribe, where the hold is still ours, and live until the connection ends."""
        try:
            mine = await self._mine()
        except Exception:
            _log.exception("cannot ask whose the robot is")
            mine = False
        if mine:
            secret = self._settings.bot_secret.get_secret_value()
            await connection.run(self._settings.bot_id, secret, self._subscribed)

    def _subscribed(self, connection: Connection) -> None:
        self._refusals = 0
        self.connection = connection
        self._became("connected")
        self._presence.up()
        self._on_connected()

    def _gone(self, connection: Connection | None) -> None:
        self.connection = None
        self._presence.down(self._clock.now() - timedelta(seconds=connection.dead_for() if connection else 0))
        self.unanswered.forget(connection)

    def _refused(self, wrong: BadCredentials) -> None:
        self._refusals += 1
        _log.error("the robot's BotID or Secret is refused", extra={"reason": str(wrong)})
        if self._refusals >= TRIES:
            self._became("refused")

    def _doubt(self) -> None:
        self._doubted = asyncio.get_running_loop().time()

    def _displaced(self) -> None:
        if asyncio.get_running_loop().time() - self._doubted < self._timing.settling:
            _log.warning("displaced, perhaps by a connection of ours that came late: the robot connects again")
            return
        _log.error("another program has connected as this robot; genjin stays away until it is restarted")
        self._became("displaced")

    def _became(self, state: str) -> None:
        if state != self.state:
            self._since = self._clock.now()
            measures.CONNECTED.stands(state == "connected", CHANNEL)
            _log.info("the robot's connection", extra={"state": state})
        self.state = state

    def _pause(self) -> float:
        return backoff(self._failures, self._timing.first_pause, self._timing.longest_pause)

    # -- what comes in ---------------------------------------------------------------------------------------------

    async def _hear(self, connection: Connection, frame: Frame) -> None:
        if event_type(frame.body) == "feedback_event":
            record_feedback(frame.body)
            return
        try:
            message = read(frame.body, self._clock.now(), name=self._settings.bot_name)
        except BadBody as bad:
            measures.REFUSED.add(CHANNEL, str(bad))
            _log.warning("callback refused", extra={"reason": str(bad)})
            return
        if message is None:
            measures.CALLBACKS.add(CHANNEL, "ignored")
            return
        await self._store(connection, frame, self._with_handle(message, frame))
        if (pictures := beside(message, frame.body)) is not None:
            await self._store(connection, frame, pictures, awaited=False)

    def _with_handle(self, message: Message, frame: Frame) -> Message:
        kind = {"action": "click", "enter": "enter"}.get(message.kind, "message")
        lives = CHAT if kind == "message" else EVENT
        return with_handle(message, {"req_id": frame.req_id, "kind": kind}, self._clock.now() + lives)

    async def _store(self, connection: Connection, frame: Frame, message: Message, *, awaited: bool = True) -> None:
        """Store it: this protocol has no way to ask for it once more."""
        if message.kind != "action" and awaited:
            kind: Literal["message", "enter"] = "enter" if message.kind == "enter" else "message"
            self.unanswered.expect(connection, frame.req_id, message.conversation.id, kind)
        if not await stored(self._accept, message):
            await self._admit(frame)

    async def _admit(self, frame: Frame) -> None:
        """Tell who wrote that his message is lost, by the only way that needs no database."""
        asked = self.unanswered.find(frame.req_id)
        if asked is None or asked.kind != "message":
            return
        said: dict[str, JSON] = {
            "id": asked.stream or f"lost-{frame.req_id}"[:64],
            "finish": True,
            "content": NOT_STORED,
        }
        try:
            await self.unanswered.answer(asked, frames.RESPOND, {"msgtype": "stream", "stream": said})
        except ChannelError:
            _log.warning("nobody could be told that a message is lost")
