"""The Stream as a whole: one socket after the other, the next before the last is left, and what they bring is stored.

Each process holds a socket of its own, and each push goes to one of them. Nothing is sent again that came while no
socket was up, so every push is stored before it is acknowledged, and tried again until it is.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import aiohttp

from bot.adapters.dingtalk import frames
from bot.adapters.dingtalk.admitting import admit
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.connection import Answered, Connection, Timing
from bot.adapters.dingtalk.frames import Frame
from bot.adapters.dingtalk.happened import happenings
from bot.adapters.dingtalk.read import BadBody, beside, clicked, read
from bot.adapters.sockets import backoff
from bot.adapters.unrepeated import stored
from bot.message import Accept
from config import measures
from config.clock import Clock
from domain.errors import ChannelError
from scheduler.presence import Presence

TAPS = f"{CHANNEL}.taps"  # in HTTP mode nothing but taps on cards comes over it: who wrote has lost nothing by a gap
LASTED = 10.0  # seconds after which a socket counts as one that worked
TAKEN: Answered = ({"response": {}}, 200)
UNKNOWN: Answered = ({"response": None}, 404)

_log = logging.getLogger(__name__)


class StreamLink:
    """`start` and `stop` it with the process; `connection` is the socket that is up, or None."""

    def __init__(
        self,
        api: DingTalkApi,
        http: aiohttp.ClientSession,
        accept: Accept,
        clock: Clock,
        presence: Presence,
        *,
        timing: Timing = Timing(),  # noqa: B008 - frozen
    ) -> None:
        self._api, self._http, self._accept, self._clock, self._timing = api, http, accept, clock, timing
        self._presence = presence
        self._latest: Connection | None = None
        self.connection: Connection | None = None
        self._failures = 0
        self._working: asyncio.Task[None] | None = None
        self._sockets: set[asyncio.Task[None]] = set()
        measures.CONNECTED.stands(False, CHANNEL)

    def start(self) -> None:
        self._presence.start()
        self._working = asyncio.create_task(self.work())

    async def stop(self) -> None:
        """Take nothing more; what was brought is stored and acknowledged first."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        await self._presence.stop()

    async def work(self) -> None:
        """Keep a socket, until cancelled."""
        try:
            while True:
                connection = await self._opened()
                opened = asyncio.get_running_loop().time()
                await connection.over.wait()
                lasted = asyncio.get_running_loop().time() - opened >= LASTED
                if not connection.leaving:
                    self._lost(connection)
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
            except Exception:  # nobody else would begin again
                _log.exception("the stream is not connected")
            else:
                self._up(connection)
                return connection
            self._lost(self._latest)
            self._failures += 1
            await asyncio.sleep(self._pause())

    def _up(self, connection: Connection) -> None:
        before, self._latest, self.connection = self._latest, connection, connection
        self._beside(self._run(connection))
        if before is not None:
            if (before.mute_for() or 0) > self._timing.overlap:
                self._lost(before)
            self._beside(before.close())
        self._presence.up()
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

    def _lost(self, connection: Connection | None) -> None:
        """Nothing comes any more, from the moment on since when this one brings nothing."""
        ago = 0.0 if connection is None else connection.mute_for()
        if ago is not None:  # else it is to be replaced, and still there
            self._presence.down(self._clock.now() - timedelta(seconds=int(ago)))
            measures.CONNECTED.stands(False, CHANNEL)

    def _pause(self) -> float:
        return backoff(self._failures, self._timing.first_pause, self._timing.longest_pause)

    # -- what comes in ---------------------------------------------------------------------------------------------

    async def _hear(self, frame: Frame) -> Answered:
        try:
            if frame.type == "EVENT":
                return await self._event(frame)
            if frame.topic == frames.ROBOT:
                return await self._said(frame)
            if frame.topic == frames.CARD:
                message = clicked(frame.data, frame.message_id, self._clock.now())
                taken = message is None or await stored(self._accept, message)
                return TAKEN if taken else None
        except BadBody as bad:
            measures.REFUSED.add(CHANNEL, str(bad))
            _log.warning("a push was refused", extra={"reason": str(bad)})
            return TAKEN
        return UNKNOWN

    async def _said(self, frame: Frame) -> Answered:
        message = read(frame.data, self._clock.now())
        if not await stored(self._accept, message):
            await admit(self._api, message)
            return None
        if (pictures := beside(message, frame.data)) is not None:
            await stored(self._accept, pictures)
        return TAKEN

    async def _event(self, frame: Frame) -> Answered:
        kept = [await stored(self._accept, each) for each in happenings(frame, self._clock.now())]
        if not kept:
            measures.CALLBACKS.add(CHANNEL, "ignored")
        status = "SUCCESS" if all(kept) else "LATER"
        return {"status": status, "message": status.lower()}, 200
