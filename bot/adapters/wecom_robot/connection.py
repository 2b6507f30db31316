"""One socket of the long connection, from its handshake to its end (protocol reference 5.6).

It subscribes, beats, hands every callback to `hear` in the order of its chat, and matches acknowledgements to what
was asked. It ends when the other side closes, leaves two beats unanswered, or says that another connection took over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.adapters.in_order import InOrder
from bot.adapters.sockets import frames_of
from bot.adapters.wecom.errors import failure
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.frames import Frame
from bot.adapters.wecom_robot.read import CHANNEL, event_type
from config import measures
from domain.actor import JSON
from domain.errors import ChannelError

_MISSED = 2  # unanswered beats after which a connection is dead

_log = logging.getLogger(__name__)


class NoAnswer(ChannelError):
    """A frame went out and nothing came back: whether it was done is not known. `owed` is its acknowledgement, where
    that may still come; it is cancelled once nobody waits for it any more."""

    def __init__(self, said: str, owed: asyncio.Future[Frame] | None = None) -> None:
        super().__init__(said)
        self.owed = owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds. `late` is how long after a frame of a request its acknowledgement may come, `thinking` how long a
    message may wait for its answer before the robot shows that it is at work, `settling` how long a connection of ours
    may be on its way that nobody waits for any more."""

    opening: float = 10.0
    beat: float = 30.0
    ack: float = 5.0
    late: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    thinking: float = 2.5
    longest_thought: float = 240.0  # a stream must end within six minutes
    settling: float = 60.0


class Connection:
    """Use `open`, then `run`; `ask` works while it runs."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        hear: Callable[[Connection, Frame], Coroutine[Any, Any, None]],
        timing: Timing,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.displaced = False
        self._frames = 0
        self._socket, self._hear, self._timing = socket, hear, timing
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self._chats = InOrder()
        self._unanswered = 0
        self._last = asyncio.get_running_loop().time()

    @classmethod
    async def open(
        cls,
        http: aiohttp.ClientSession,
        url: str,
        hear: Callable[[Connection, Frame], Coroutine[Any, Any, None]],
        timing: Timing,
    ) -> Connection:
        """A socket that has not subscribed yet; raises `ChannelError`."""
        try:
            async with asyncio.timeout(timing.opening):
                socket = await http.ws_connect(url, max_msg_size=frames.LARGEST, autoping=True)
        except (aiohttp.ClientError, OSError) as wrong:
            raise ChannelError(f"wecom robot: {type(wrong).__name__}") from None
        return cls(socket, hear, timing)

    async def run(self, bot_id: str, secret: str, subscribed: Callable[[Connection], None]) -> None:
        """Subscribe, then live until the connection ends; raises `ChannelError` where it is not let in."""
        receiving = asyncio.create_task(self._receive())
        beating: asyncio.Task[None] | None = None
        try:
            await self.ask(frames.SUBSCRIBE, {"bot_id": bot_id, "secret": secret})
            subscribed(self)
            beating = asyncio.create_task(self._beat())
            await asyncio.wait({receiving, beating}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._end([task for task in (receiving, beating) if task is not None])

    async def ask(self, cmd: str, body: Mapping[str, JSON] | None, *, req_id: str | None = None) -> Frame:
        """Send a frame and wait for its acknowledgement; raises what its errcode means, or that none came.

        An acknowledgement names the request and not the frame. So while one is owed, no other frame of that request
        goes out: what comes late would be taken for the answer to that.
        """
        of_request, req_id = req_id is not None, req_id or frames.new_req_id(cmd)
        if req_id in self._waiting:
            raise ChannelError(f"wecom {cmd}: another frame of the same request is under way")
        answer = asyncio.get_running_loop().create_future()
        self._waiting[req_id] = answer
        owed = False
        try:
            async with asyncio.timeout(self._timing.ack):
                await self._socket.send_str(frames.encode(cmd, req_id, body))
                ack: Frame = await asyncio.shield(answer)
        except (TimeoutError, ConnectionError, aiohttp.ClientError) as lost:
            measures.CALLS.add(CHANNEL, cmd, "no_answer")
            owed = of_request and isinstance(lost, TimeoutError)
            said = f"wecom {cmd}: no answer ({type(lost).__name__})"
            raise NoAnswer(said, self._owe(req_id, answer) if owed else None) from None
        finally:
            if not owed:
                self._waiting.pop(req_id, None)
        measures.CALLS.add(CHANNEL, cmd, str(ack.errcode))
        if ack.errcode:
            _log.warning("robot call failed", extra={"call": cmd, "errcode": ack.errcode, "hint": ack.errmsg})
            raise failure(ack.errcode, cmd, ack.errmsg)
        return ack

    @property
    def worked(self) -> bool:
        """Whether anything came over it behind the answer to the subscription."""
        return self._frames > 1

    async def close(self) -> None:
        with contextlib.suppress(Exception):
            await self._socket.close()

    def dead_for(self) -> float:
        """For how many seconds one that has ended was dead already: since it last said anything, if it fell silent."""
        return asyncio.get_running_loop().time() - self._last if self._unanswered >= _MISSED else 0.0

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _receive(self) -> None:
        async for frame in frames_of(self._socket, frames.decode, CHANNEL):
            self._last = asyncio.get_running_loop().time()
            if event_type(frame.body) == "disconnected_event":
                self.displaced = True
                return
            self._frames += 1
            if not frame.cmd:
                self._acknowledged(frame)
            elif frame.cmd in (frames.MESSAGE, frames.EVENT):
                self._heard(frame)

    def _owe(self, req_id: str, answer: asyncio.Future[Frame]) -> asyncio.Future[Frame]:
        """Wait on, beside everything else, for what may come late."""

        def came(late: asyncio.Future[Frame]) -> None:
            del self._waiting[req_id]
            if not late.cancelled():
                late.exception()  # looked at, or it would be complained of where nobody asks any more

        answer.add_done_callback(came)
        asyncio.get_running_loop().call_later(self._timing.late - self._timing.ack, answer.cancel)
        return answer

    def _acknowledged(self, frame: Frame) -> None:
        answer = self._waiting.get(frame.req_id)
        if answer is not None and not answer.done():
            answer.set_result(frame)

    def _heard(self, frame: Frame) -> None:
        """Handled beside the receiving, or a slow database would look like a dead connection."""
        self._chats.begin(str(frame.body.get("chatid") or frame.body.get("from")), self._hear(self, frame))

    async def _beat(self) -> None:
        while self._unanswered < _MISSED:
            await asyncio.sleep(self._timing.beat)
            self._unanswered += 1
            try:
                await self.ask(frames.PING, None)
            except ChannelError:
                continue
            self._unanswered = 0
        _log.warning("the robot's connection is dead: nothing answers")

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("closed"))
        # What was heard is stored before the connection is forgotten: nobody sends it again.
        await self._chats.done(self._timing.opening)
        await self.close()
