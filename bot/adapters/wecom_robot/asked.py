"""What people asked and has not been answered yet: each message's own way to an answer, and the sign that we are at it.

A message is answered once by its own request; what is said after that is a push. Where an answer takes long, the
request's stream is opened with a word, so that nobody wonders, and the answer ends it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.adapters.wecom.errors import REQUEST_USED, NotAnswerable
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.connection import Connection, NoAnswer, Timing
from domain.actor import JSON
from domain.errors import AlreadySent, ChannelError

AT_IT = "在看，稍等"
LATER = "这会儿还没弄好，好了再发你"
MOST = 2_000  # messages that wait for their answer; older ones are answered by a push

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """One message that may be answered by its request. `stream` is the id of the stream that was opened for it;
    `unsure`: an answer went out and was not acknowledged."""

    connection: Connection
    req_id: str
    kind: Literal["message", "enter"]
    stream: str = ""
    answered: bool = False
    unsure: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Unanswered:
    """Of one process, as requests belong to a connection."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._waiting: set[asyncio.Task[None]] = set()

    def expect(self, connection: Connection, req_id: str, kind: Literal["message", "enter"]) -> None:
        """Somebody asked; if that takes long, show that we are at it."""
        asked = self._asked[req_id] = Asked(connection, req_id, kind)
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

    async def answer(self, asked: Asked, cmd: str, body: Mapping[str, JSON]) -> None:
        """Answer by the request, once; raises `ChannelError`, `AlreadySent` where an answer that was not acknowledged
        had arrived: frames of one connection come in order, so it is what used the request up."""
        async with asked.turn:
            try:
                await asked.connection.ask(cmd, body, req_id=asked.req_id)
            except NoAnswer:
                asked.unsure = True
                raise
            except NotAnswerable as refused:
                if not asked.unsure or str(REQUEST_USED) not in str(refused):
                    raise
                self._answered(asked)
                raise AlreadySent(str(refused), {}) from None
            self._answered(asked)

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
            if asked.answered:
                return
            asked.stream = asked.stream or f"wait-{asked.req_id}"[:64]
            body: dict[str, JSON] = {"id": asked.stream, "finish": finish, "content": words}
            try:
                await asked.connection.ask(frames.RESPOND, {"msgtype": "stream", "stream": body}, req_id=asked.req_id)
            except ChannelError:
                _log.info("cannot show that an answer is on its way")
                asked.stream = ""
            asked.answered = asked.answered or finish
