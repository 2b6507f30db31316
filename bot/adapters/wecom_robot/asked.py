"""What people asked and has not been answered yet: each message's own way to an answer, and the sign that we are at it.

A message is answered once by its own request; what is said after that is a push. Where an answer takes long, the
request's stream is opened with a word, so that nobody wonders, and the answer ends it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from bot.adapters.wecom.errors import REQUEST_USED, NotAnswerable
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.connection import Connection, NoAnswer, Timing
from bot.adapters.wecom_robot.extras import Extras
from bot.adapters.wecom_robot.frames import Frame
from config.clock import Clock
from domain.actor import JSON
from domain.errors import AlreadySent, ChannelError

AT_IT = "在看，稍等"
LATER = "这会儿还没弄好，好了再发你"
What = Literal["answer", "beginning", "sign"]  # of a frame: the whole answer, that of a long one, that we are at it
MOST = 2_000  # messages that wait for their answer; older ones are answered by a push

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """One message that may be answered by its request. `stream` is the id of the stream that was opened for it, or may
    have been. `owed` is the acknowledgement of the last frame, where that is late, and `awaits` what that frame was.
    `unsure`: an answer went out and was never acknowledged; `muddled`: another frame was not, so that it
    cannot be told which of the two used the request up."""

    connection: Connection
    req_id: str
    chat: str
    kind: Literal["message", "enter"]
    stream: str = ""
    answered: bool = False
    unsure: bool = False
    muddled: bool = False
    owed: asyncio.Future[Frame] | None = None
    awaits: What = "sign"
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Unanswered:
    """Of one process, as requests belong to a connection."""

    def __init__(self, timing: Timing, clock: Clock) -> None:
        self._timing = timing
        self._extras = Extras(clock)
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._waiting: set[asyncio.Task[None]] = set()

    def expect(self, connection: Connection, req_id: str, chat: str, kind: Literal["message", "enter"]) -> None:
        """Somebody asked; if that takes long, show that we are at it."""
        asked = self._asked[req_id] = Asked(connection, req_id, chat, kind)
        while len(self._asked) > MOST:
            self._asked.popitem(last=False)
        if kind == "message":
            task = asyncio.create_task(self._patience(asked))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    def find(self, req_id: str) -> Asked | None:
        """What may still be answered by this request."""
        asked = self._asked.get(req_id)
        return asked if asked is not None and not asked.answered else None

    async def answer(
        self, asked: Asked, cmd: str, body: Mapping[str, JSON], *, first: Mapping[str, JSON] | None = None
    ) -> None:
        """Answer by the request, once, with `first` as the beginning of a long answer; raises `ChannelError`,
        `AlreadySent` where an answer that was not acknowledged had arrived: frames of one connection come in order, so
        it is what used the request up. After a refusal nothing is shown by this request any more."""
        async with asked.turn:
            await self._settle(asked)
            try:
                if first is not None and self._extras.take(asked.chat):
                    await self._ask(asked, cmd, first, "beginning")
                await self._ask(asked, cmd, body, "answer")
            except NotAnswerable as refused:
                self._answered(asked)
                if not asked.unsure or asked.muddled or str(REQUEST_USED) not in str(refused):
                    raise
                raise AlreadySent(str(refused), {}) from None
            self._answered(asked)

    async def _ask(self, asked: Asked, cmd: str, body: Mapping[str, JSON], what: What) -> None:
        try:
            await asked.connection.ask(cmd, body, req_id=asked.req_id)
        except NoAnswer as lost:
            asked.owed, asked.awaits = lost.owed, what
            if lost.owed is None:
                _never_known(asked)
            raise

    async def _settle(self, asked: Asked) -> None:
        """Wait for the acknowledgement that is owed, and take it in; raises `AlreadySent` where it is the answer's."""
        if (owed := asked.owed) is None:
            return
        await asyncio.wait({owed})
        asked.owed = None
        if owed.cancelled() or owed.exception() is not None:
            _never_known(asked)
        elif owed.result().errcode:
            asked.stream = "" if asked.awaits == "sign" else asked.stream
        elif asked.awaits == "answer":
            self._answered(asked)
            raise AlreadySent("wecom robot: the answer was acknowledged late", {})

    def _answered(self, asked: Asked) -> None:
        asked.answered = True
        self._asked.pop(asked.req_id, None)

    def forget(self, connection: Connection | None = None) -> None:
        """The connection is gone, and its requests with it."""
        for task in self._waiting:
            task.cancel()
        for req_id in [req_id for req_id, asked in self._asked.items() if connection in (None, asked.connection)]:
            del self._asked[req_id]

    async def _patience(self, asked: Asked) -> None:
        await asyncio.sleep(self._timing.thinking)
        await self._show(asked, AT_IT, finish=False)
        await asyncio.sleep(self._timing.longest_thought)
        await self._show(asked, LATER, finish=True)

    async def _show(self, asked: Asked, words: str, *, finish: bool) -> None:
        async with asked.turn:
            with suppress(AlreadySent):
                await self._settle(asked)
            if asked.answered or (not self._extras.take(asked.chat) and not asked.stream):
                return
            asked.stream = asked.stream or f"wait-{asked.req_id}"[:64]
            body: dict[str, JSON] = {"id": asked.stream, "finish": finish, "content": words}
            try:
                await self._ask(asked, frames.RESPOND, {"msgtype": "stream", "stream": body}, "sign")
            except NoAnswer:
                pass  # known later, or never
            except ChannelError:
                _log.info("cannot show that an answer is on its way")
                asked.stream = ""
            asked.answered = asked.answered or finish


def _never_known(asked: Asked) -> None:
    """What became of the last frame."""
    if asked.awaits == "answer":
        asked.unsure = True
    else:
        asked.muddled = True
