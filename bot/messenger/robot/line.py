"""The robot's long connection from WeCom's side: one live connection; frames are checked and acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from bot.messenger.limits import MINUTE, Limit
from bot.messenger.model import Ids, JSONObject, Refusal
from bot.messenger.robot.faults import RobotFaults
from bot.messenger.robot.model import Request, RobotCredentials, RobotQuirks
from bot.messenger.robot.replies import Replies
from bot.messenger.robot.uploads import Uploads
from config.clock import Clock

LARGEST = 2 << 20
Command = Callable[[Request | None, JSONObject], JSONObject | None]


class Line:
    """The endpoint. `live` is the connection that is subscribed, `sockets` are all that are open."""

    def __init__(
        self,
        credentials: RobotCredentials,
        clock: Clock,
        quirks: RobotQuirks,
        ids: Ids,
        replies: Replies,
        uploads: Uploads,
        faults: RobotFaults,
    ) -> None:
        self._credentials, self._clock, self._quirks, self._ids = credentials, clock, quirks, ids
        self._faults = faults
        self._subscribes = Limit(clock, {MINUTE: quirks.subscribes_per_minute})
        self._unacknowledged: Counter[str] = Counter()
        self.sockets: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._aside: set[asyncio.Task[Any]] = set()
        self.live: web.WebSocketResponse | None = None
        self.requests: dict[str, Request] = {}
        self.log: list[JSONObject] = []  # every frame that came in, with the errcode of its acknowledgement
        self.subscribed = asyncio.Event()
        self._commands: dict[str, Command] = {
            "aibot_respond_msg": lambda request, body: replies.respond(request, body),
            "aibot_respond_welcome_msg": lambda request, body: replies.welcome(request, body),
            "aibot_respond_update_msg": lambda request, body: replies.update(request, body),
            "aibot_send_msg": lambda _, body: replies.send(body),
            "aibot_upload_media_init": lambda _, body: uploads.begin(body),
            "aibot_upload_media_chunk": lambda _, body: uploads.add(body),
            "aibot_upload_media_finish": lambda _, body: uploads.finish(body),
            "ping": lambda _, __: None,
        }

    async def serve(self, http: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        if self._faults.refuse_connections:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=LARGEST)
        await socket.prepare(http)
        self.sockets[socket] = http.transport
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not self._faults.deaf:
                    await self._take(socket, message.data)
        finally:
            del self.sockets[socket]
            if self.live is socket:
                self.live = None
                self.subscribed.clear()
        return socket

    async def push(self, cmd: str, body: JSONObject, request: Request | None) -> bool:
        """Tell the robot something; False where nobody is connected."""
        req_id = request.req_id if request else self._ids("request")
        if request is not None:
            self.requests[req_id] = request
        frame = {"cmd": cmd, "headers": {"req_id": req_id}, "body": body}
        told = await self._write(self.live, frame)
        return await self._write(self.live, frame) if told and self._faults.repeats() else told

    async def close(self, code: int = 1000) -> None:
        """End the live connection with this code."""
        if self.live is not None:
            await self.live.close(code=code)

    def cut(self) -> None:
        """Reset the live connection, without a word."""
        if self.live is not None:
            self._reset(self.live)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _take(self, socket: web.WebSocketResponse, text: str) -> None:
        try:
            frame = json.loads(text)
            cmd, req_id = frame["cmd"], frame["headers"]["req_id"]
        except (ValueError, KeyError, TypeError):
            return
        body = frame.get("body") or {}
        entry: JSONObject = {"cmd": cmd, "req_id": req_id, "body": body, "at": self._clock.now()}
        self.log.append(entry)
        answer: JSONObject = {}
        try:
            answer = await self._do(socket, cmd, req_id, body)
            entry["errcode"] = 0
        except Refusal as refused:
            entry["errcode"] = refused.errcode
            await self._acknowledge(socket, cmd, req_id, {"errcode": refused.errcode, "errmsg": str(refused)})
            return
        ack = {"errcode": 0, "errmsg": "ok"} | ({"body": answer} if answer else {})
        await self._acknowledge(socket, cmd, req_id, ack)

    async def _do(self, socket: web.WebSocketResponse, cmd: Any, req_id: Any, body: JSONObject) -> JSONObject:
        if errcode := self._faults.errcode(cmd):
            raise Refusal(errcode, "ordered")
        if cmd == "aibot_subscribe":
            await self._subscribe(socket, body)
            return {}
        if socket is not self.live:
            raise Refusal(self._quirks.bad_credentials_errcode, "not subscribed")
        if cmd not in self._commands:
            raise Refusal(self._quirks.unknown_cmd_errcode, "invalid cmd")
        if self._unacknowledged[req_id] and cmd != "ping":
            raise Refusal(846605, "the previous frame of this req_id is not acknowledged")
        return self._commands[cmd](self.requests.get(req_id), body) or {}

    async def _subscribe(self, socket: web.WebSocketResponse, body: JSONObject) -> None:
        if not self._subscribes.take("robot"):
            raise Refusal(45009, "api freq out of limit")
        known = (self._credentials.bot_id, self._credentials.secret)
        if (body.get("bot_id"), body.get("secret")) != known:
            raise Refusal(self._quirks.bad_credentials_errcode, "invalid bot_id or secret")
        before, self.live = self.live, socket
        if before is not None and before is not socket:
            await self._displace(before)
        self.subscribed.set()

    async def _displace(self, before: web.WebSocketResponse) -> None:
        told = {"msgid": self._ids("message"), "create_time": int(self._clock.now().timestamp())}
        told |= {"aibotid": self._credentials.bot_id, "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
        headers = {"req_id": self._ids("request")}
        await self._write(before, {"cmd": "aibot_event_callback", "headers": headers, "body": told})
        self._beside(before.close(code=self._quirks.kick_close_code))

    async def _acknowledge(self, socket: web.WebSocketResponse, cmd: Any, req_id: Any, ack: JSONObject) -> None:
        if self._faults.resets(cmd):
            self._reset(socket)
            return
        if self._faults.silent(cmd):
            return
        frame = {"headers": {"req_id": req_id}, **ack}
        if seconds := self._faults.seconds(cmd):
            self._unacknowledged[req_id] += 1
            asyncio.get_running_loop().call_later(seconds, self._later, socket, req_id, frame)
            return
        await self._write(socket, frame)

    def _later(self, socket: web.WebSocketResponse, req_id: str, frame: JSONObject) -> None:
        self._unacknowledged[req_id] -= 1
        self._beside(self._write(socket, frame))

    def _beside(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    def _reset(self, socket: web.WebSocketResponse) -> None:
        if (transport := self.sockets.get(socket)) is not None:
            transport.abort()

    async def _write(self, socket: web.WebSocketResponse | None, frame: JSONObject) -> bool:
        if socket is None or socket.closed:
            return False
        try:
            await socket.send_str(json.dumps(frame, ensure_ascii=False))
        except ConnectionError:
            return False
        return True
