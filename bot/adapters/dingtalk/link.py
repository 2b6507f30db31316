"""The Stream as a whole: one socket after the other, the next before the last is left, and what they bring is stored.

Each process holds a socket of its own, and each push goes to one of them. Nothing is sent again that came while no
socket was up, so every push is stored before it is acknowledged, and tried again until it is.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp

from bot.adapters.dingtalk import frames
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.connection import Answered, Connection, Timing
from bot.adapters.dingtalk.frames import Frame
from bot.adapters.dingtalk.happened import happenings
from bot.adapters.dingtalk.read import BadBody, beside, clicked, read
from bot.message import Message
from config import measures
from config.clock import Clock
from domain.errors import ChannelError

STORE_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between tries to store what nobody sends again
LASTED = 10.0  # seconds after which a socket counts as one that worked
NOT_STORED = "这会儿存不下来，刚才那句没记上，过几分钟再发一次"
TAKEN: Answered = ({"response": {}}, 200)
UNKNOWN: Answered = ({"response": None}, 404)

Accept = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)


class StreamLink:
    """`start` and `stop` it with the process; `connection` is the socket that is up, or None."""

    def __init__(
        self,
        api: DingTalkApi,
        http: aiohttp.ClientSession,
        accept: Accept,
        clock: Clock,
        *,
        timing: Timing = Timing(),  # noqa: B008 - frozen
    ) -> None:
        self._api, self._http, self._accept, self._clock, self._timing = api, http, accept, clock, timing
        self.connection: Connection | None = None
        self._failures = 0
        self._down_since: datetime | None = None
        self._working: asyncio.Task[None] | None = None
        self._sockets: set[asyncio.Task[None]] = set()
        measures.CONNECTED.stands(False, CHANNEL)

    def start(self) -> None:
        self._working = asyncio.create_task(self.work())

    async def stop(self) -> None:
        """Take nothing more; what was brought is stored and acknowledged first."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def work(self) -> None:
        """Keep a socket, until cancelled."""
        try:
            while True:
                connection = await self._opened()
                opened = asyncio.get_running_loop().time()
                await connection.over.wait()
                lasted = asyncio.get_running_loop().time() - opened >= LASTED
                if not connection.leaving:
                    self._lost()
                if connection.heard or lasted:
                    self._failures = 0
                if not connection.leaving or self._failures:
                    await asyncio.sleep(self._pause())
                self._failures += 1
        finally:
            self.connection = None
            measures.CONNECTED.stands(False, CHANNEL)
            for task in list(self._sockets):
                task.cancel()
            await asyncio.gather(*self._sockets, return_exceptions=True)

    # -- one socket after the other --------------------------------------------------------------------------------

    async def _opened(self) -> Connection:
        """The next socket. The one before it stays until its last answer is given, or it is closed."""
        while True:
            try:
                endpoint, ticket = await self._api.open_stream([dict(each) for each in frames.SUBSCRIPTIONS])
                connection = await Connection.open(self._http, endpoint, ticket, self._hear, self._timing)
            except ChannelError as wrong:
                _log.warning("the stream is not connected", extra={"reason": str(wrong)})
                if self.connection is None or self.connection.over.is_set():
                    self._lost()
                self._failures += 1
                await asyncio.sleep(self._pause())
            else:
                self._up(connection)
                return connection

    def _up(self, connection: Connection) -> None:
        before, self.connection = self.connection, connection
        self._beside(self._run(connection))
        if before is not None:
            self._beside(before.close())
        if self._down_since is not None:
            _log.warning("the stream was down", extra={"since": self._down_since.isoformat()})
            self._down_since = None
        measures.CONNECTED.stands(True, CHANNEL)
        _log.info("the stream is connected")

    async def _run(self, connection: Connection) -> None:
        try:
            await connection.run()
        finally:
            if self.connection is connection:
                self.connection = None

    def _beside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._sockets.add(task)
        task.add_done_callback(self._sockets.discard)

    def _lost(self) -> None:
        if self._down_since is None:
            self._down_since = self._clock.now()
            measures.CONNECTED.stands(False, CHANNEL)

    def _pause(self) -> float:
        """1, 2, 4 … 60 seconds, and up to half of it more, so that not all come back at once."""
        pause = min(self._timing.first_pause * 2 ** min(max(self._failures - 1, 0), 10), self._timing.longest_pause)
        return float(pause * random.uniform(1.0, 1.5))  # noqa: S311 - no secret

    # -- what comes in ---------------------------------------------------------------------------------------------

    async def _hear(self, frame: Frame) -> Answered:
        try:
            if frame.type == "EVENT":
                return await self._event(frame)
            if frame.topic == frames.ROBOT:
                return await self._said(frame)
            if frame.topic == frames.CARD:
                message = clicked(frame.data, frame.message_id, self._clock.now())
                stored = message is None or await self._store(message)
                return TAKEN if stored else None
        except BadBody as bad:
            measures.REFUSED.add(CHANNEL, str(bad))
            _log.warning("a push was refused", extra={"reason": str(bad)})
            return TAKEN
        return UNKNOWN

    async def _said(self, frame: Frame) -> Answered:
        message = read(frame.data, self._clock.now())
        if not await self._store(message):
            await self._admit(message)
            return None
        if (pictures := beside(message, frame.data)) is not None:
            await self._store(pictures)
        return TAKEN

    async def _event(self, frame: Frame) -> Answered:
        stored = [await self._store(each) for each in happenings(frame, self._clock.now())]
        if not stored:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        status = "SUCCESS" if all(stored) else "LATER"
        return {"status": status, "message": status.lower()}, 200

    async def _store(self, message: Message) -> bool:
        """Store it, and again until it is."""
        for pause in (*STORE_AGAIN, None):
            try:
                await self._accept(message)
            except Exception:
                _log.exception("message not stored", extra={"message_id": message.message_id})
            else:
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        measures.CALLBACKS.add(CHANNEL, "failed")
        return False

    async def _admit(self, message: Message) -> None:
        """Tell who wrote that his message is lost, by the only way that needs no database."""
        url = message.handle.data.get("webhook") if message.handle is not None else None
        if url is None:
            return
        try:
            await self._api.webhook(url, {"msgtype": "text", "text": {"content": NOT_STORED}})
        except ChannelError as gone:
            _log.warning("a lost message could not be admitted", extra={"reason": str(gone)})
