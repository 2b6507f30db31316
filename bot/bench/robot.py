"""The smart robot's server for `genjin bench path`: one connection, frames made beforehand, every frame acknowledged.

It is written on WeCom's side of the wire. A note to the robot alone is answered by its own request; of one in a group
the line there comes by the request, and the card where its sender is used to: in the app.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from bot.app import listening
from bot.bench.load import Load, Note, WeCom, sealed
from bot.bench.wire import Caller

BOT_ID, SECRET, NAME = "aibBench0001", "secret-of-the-bench-robot", "跟进"
GROUPS = 200  # so many that nobody comes near the 20 messages a minute of one
_WAYS = ("app",) * 5 + ("robot",) * 3 + ("group",) * 2  # of ten senders
_NUMBER = len("seller")


class RobotLine:
    """The end of the long connection that WeCom has."""

    def __init__(self, wecom: WeCom) -> None:
        self._wecom = wecom
        self._socket: web.WebSocketResponse | None = None
        self._asked: dict[str, Note] = {}
        self.connected = asyncio.Event()
        self.lines = 0  # in groups

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve it; yields its address."""
        application = web.Application()
        application.router.add_get("/", self._serve)
        async with listening(application, "127.0.0.1", 0) as port:
            yield f"ws://127.0.0.1:{port}/"

    async def tell(self, note: Note) -> None:
        """Send it, as it is; raises `ConnectionError` where nobody is connected."""
        if self._socket is None:
            raise ConnectionError
        self._asked[note.target] = note
        await self._socket.send_str(note.body.decode())

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(http)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._take(socket, json.loads(message.data), message.data.encode())
        self.connected.clear()
        return socket

    async def _take(self, socket: web.WebSocketResponse, frame: dict[str, object], raw: bytes) -> None:
        cmd, headers, body = frame.get("cmd"), frame.get("headers"), frame.get("body")
        req_id = headers.get("req_id") if isinstance(headers, dict) else None
        await socket.send_str(json.dumps({"headers": {"req_id": req_id}, "errcode": 0, "errmsg": "ok"}))
        if cmd == "aibot_subscribe":
            self.connected.set()
        elif cmd == "aibot_send_msg" and isinstance(body, dict):
            self._wecom.took(str(body.get("chatid")), raw)
        elif cmd == "aibot_respond_msg" and b'"finish":false' in raw:
            return  # a sign that the answer takes its time
        elif cmd == "aibot_respond_msg" and (note := self._asked.pop(str(req_id), None)) is not None:
            if note.way == "group":
                self.lines += 1
            else:
                self._wecom.took(note.sender, raw)


class MixedLoad(Load):
    """Notes to the app, to the robot and in groups."""

    def __init__(self, urls: Sequence[str], wecom: WeCom, line: RobotLine) -> None:
        super().__init__(urls, wecom)
        self._line = line

    async def _call(self, caller: Caller, note: Note) -> bool:
        if note.way == "app":
            return await super()._call(caller, note)
        note.calls += 1
        note.sent = time.perf_counter()
        await self._line.tell(note)
        note.acknowledged = note.sent  # nothing acknowledges what the robot is told
        return True


def mixed(said: Iterator[tuple[str, str]], count: int) -> list[Note]:
    """So many notes of (sender, text), half to the app, three in ten to the robot and two in groups, each sender always
    the same way."""
    return [_by_its_way(note) for note in sealed(itertools.islice(said, count), count)]


def _by_its_way(note: Note) -> Note:
    number = int(note.sender[_NUMBER:])
    note.way = _WAYS[number % len(_WAYS)]
    if note.way == "app":
        return note
    body: dict[str, object] = {"msgid": note.message_id, "aibotid": BOT_ID, "from": {"userid": note.sender}}
    text = note.text
    if note.way == "group":
        text = f"@{NAME} {text}"
        body |= {"chatid": f"wrBench{number % GROUPS}", "chattype": "group"}
    else:
        body |= {"chattype": "single"}
    body |= {"msgtype": "text", "text": {"content": text}}
    note.target = f"req-{note.message_id}"
    frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": note.target}, "body": body}
    note.body = json.dumps(frame, ensure_ascii=False).encode()
    return note
