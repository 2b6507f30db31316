"""One socket of the Stream, from its handshake to its end (protocol reference 1.2 to 1.7).

It answers pings, hands on what was pushed in the order of its chat, and acknowledges on the socket that brought it
once that is stored. It ends when the other side closes, when pings are not answered, or when nothing at all comes for
so long that it may be dead although it looks alive. A socket that was told to leave hears nothing more and may be
replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp

from bot.adapters.dingtalk import frames
from bot.adapters.dingtalk.api import CHANNEL
from bot.adapters.dingtalk.frames import Frame
from bot.adapters.in_order import InOrder
from bot.adapters.sockets import frames_of
from domain.actor import JSON
from domain.errors import ChannelError

_log = logging.getLogger(__name__)

# What a push is answered with, and under which code; None is no answer at all.
Answered = tuple[Mapping[str, JSON], int] | None
Hear = Callable[[Frame], Awaitable[Answered]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds. `quiet` is how long a socket may bring nothing before it is replaced; `drain` how long one that was told
    to leave is kept for what it still has to acknowledge; `overlap` within what time the next one has to be there, or
    it was a gap."""

    opening: float = 10.0
    beat: float = 20.0
    quiet: float = 180.0
    drain: float = 8.0
    overlap: float = 2.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Connection:
    """Use `open`, then `run`. `over` is set when it is to be replaced, `leaving` says that this was announced or is our
    own wish, and `heard` whether it brought anything."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, hear: Hear, timing: Timing) -> None:
        self.over = asyncio.Event()
        self.leaving = False
        self.heard = False
        self._socket, self._hear, self._timing = socket, hear, timing
        self._chats = InOrder()
        self._last = asyncio.get_running_loop().time()
        self._mute: float | None = None

    @classmethod
    async def open(
        cls, http: aiohttp.ClientSession, endpoint: str, ticket: str, hear: Hear, timing: Timing
    ) -> Connection:
        """A socket, opened by this ticket; raises `ChannelError`."""
        joint = "&" if "?" in endpoint else "?"
        url = f"{endpoint}{joint}ticket={quote(ticket, safe='')}"
        try:
            async with asyncio.timeout(timing.opening):
                socket = await http.ws_connect(url, max_msg_size=frames.LARGEST, heartbeat=timing.beat)
        except (aiohttp.ClientError, OSError, ValueError) as wrong:
            raise ChannelError(f"dingtalk stream: {type(wrong).__name__}") from None
        return cls(socket, hear, timing)

    async def run(self) -> None:
        """Live until the socket ends; what was heard is stored before it returns."""
        watching = asyncio.create_task(self._watch())
        try:
            await self._receive()
        finally:
            self._falls_mute(self._ended())
            self.over.set()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self._chats.done(self._timing.opening)
            await self.close()

    async def close(self) -> None:
        """End it, once what it brought is stored and acknowledged."""
        await self._chats.done(self._timing.drain)
        with contextlib.suppress(Exception):
            await self._socket.close()

    def mute_for(self) -> float | None:
        """For how many seconds nothing can have come over it; None while something can."""
        return None if self._mute is None else asyncio.get_running_loop().time() - self._mute

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _receive(self) -> None:
        async for frame in frames_of(self._socket, frames.decode, CHANNEL):
            self._last = asyncio.get_running_loop().time()
            if frame.type == "SYSTEM":
                await self._system(frame)
            else:
                self.heard = True
                self._chats.begin(_chat(frame), self._taken(frame))

    async def _system(self, frame: Frame) -> None:
        if frame.topic == "ping":
            await self._acknowledge(frame, frame.data, 200)
        elif frame.topic == "disconnect":
            self._falls_mute(asyncio.get_running_loop().time())
            self.leaving = True
            self.over.set()

    def _falls_mute(self, since: float) -> None:
        if self._mute is None:
            self._mute = since

    def _ended(self) -> float:
        """Since when a socket that has ended brings nothing: one that left a ping unanswered has been dead for long."""
        now = asyncio.get_running_loop().time()
        if isinstance(self._socket.exception(), aiohttp.ServerTimeoutError):
            return max(self._last, now - 1.5 * self._timing.beat)
        return now

    async def _taken(self, frame: Frame) -> None:
        answered = await self._hear(frame)
        if answered is not None:
            await self._acknowledge(frame, *answered)

    async def _acknowledge(self, frame: Frame, data: Mapping[str, JSON], code: int) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError, RuntimeError):
            await self._socket.send_str(frames.ack(frame, data, code))

    async def _watch(self) -> None:
        """A socket over which nothing has come for long may be dead although it answers pings: have another one."""
        loop, left = asyncio.get_running_loop(), self._timing.quiet
        while left > 0:
            await asyncio.sleep(left)
            left = self._last + self._timing.quiet - loop.time()
        _log.info("nothing came over the stream for long: another socket takes its place")
        self.leaving = True
        self.over.set()


def _chat(frame: Frame) -> str:
    """What is handled one after the other."""
    data = frame.data
    return str(data.get("conversationId") or data.get("outTrackId") or frame.headers.get("eventType") or frame.topic)
