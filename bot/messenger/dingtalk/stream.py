"""The gateway of DingTalk's Stream from the platform's side (protocol reference 1): tickets, sockets, pushes, acks.

Each push goes to one of the sockets that subscribed to its topic, picked at random; nothing is kept for later. A socket
that was told to leave gets nothing more, and is closed after a while.
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from aiohttp import WSMsgType, web

from bot.messenger.dingtalk.faults import DingTalkFaults
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, Push
from bot.messenger.model import Ids, JSONObject
from config.clock import Clock

PATH = "/dingtalk/connect"
ROBOT, CARD = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
_TYPES = ("EVENT", "CALLBACK", "SYSTEM")
_LARGEST = 2 << 20


@dataclass(slots=True, eq=False)
class Socket:
    """One connection. `leaving`: it was told to go, and nothing is pushed to it any more."""

    id: str
    wire: web.WebSocketResponse
    topics: frozenset[tuple[str, str]]
    transport: asyncio.Transport | None
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class _Ticket:
    until: datetime
    topics: frozenset[tuple[str, str]]


@dataclass(slots=True)
class _Waiting:
    socket: Socket
    answer: asyncio.Future[JSONObject] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gateway:
    """`sockets` are those that are open, `log` every frame pushed with its ack, or None."""

    def __init__(
        self,
        credentials: DingTalkCredentials,
        clock: Clock,
        quirks: DingTalkQuirks,
        ids: Ids,
        faults: DingTalkFaults,
    ) -> None:
        self._credentials, self._clock, self._quirks, self._ids = credentials, clock, quirks, ids
        self._faults = faults
        self._tickets: dict[str, _Ticket] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._beside: set[asyncio.Task[Any]] = set()
        self.sockets: list[Socket] = []
        self.log: list[JSONObject] = []
        self.opened = 0
        self.answered = asyncio.Condition()

    async def open(self, request: web.Request) -> web.Response:
        """`POST /v1.0/gateway/connections/open`."""
        if "application/json" not in request.headers.get("Accept", ""):
            return web.Response(text="<xml/>", content_type="text/xml")
        body = await _json(request)
        known = (self._credentials.client_id, self._credentials.client_secret)
        given = (str(body.get("clientId", "")), str(body.get("clientSecret", "")))
        if not all(compare_digest(a.encode(), b.encode()) for a, b in zip(given, known, strict=True)):
            refused = {"code": "authFailed", "message": "鉴权失败", "requestid": self._ids("request")}
            return web.json_response(refused, status=401)
        topics = _topics(body.get("subscriptions"))
        if topics is None:
            return web.json_response({"code": "invalidParameter", "message": "subscriptions"}, status=400)
        ticket = str(uuid.uuid4())
        until = self._clock.now() + timedelta(seconds=self._quirks.ticket_seconds)
        self._tickets[ticket] = _Ticket(until, topics)
        self.opened += 1
        return web.json_response({"endpoint": f"ws://{request.host}{PATH}", "ticket": ticket})

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its handshake to its end; a ticket opens one."""
        ticket = self._tickets.pop(request.query.get("ticket", ""), None)
        if self._faults.refuse_sockets or self._faults.down:
            return web.Response(status=503, text="<html>busy</html>")
        if ticket is None or ticket.until < self._clock.now():
            return web.Response(status=self._quirks.bad_ticket_status)
        wire = web.WebSocketResponse(max_msg_size=_LARGEST, autoping=not self._faults.dead)
        await wire.prepare(request)
        socket = Socket(self._ids("connection"), wire, ticket.topics, request.transport)
        self.sockets.append(socket)
        await self._tell_changed()
        if self._quirks.greetings:
            await self._system(socket, "CONNECTED", {})
            await self._system(socket, "REGISTERED", {})
        try:
            async for message in wire:
                if message.type is WSMsgType.TEXT and not self._faults.deaf:
                    self._heard(socket, message.data)
        finally:
            self.sockets.remove(socket)
            await self._tell_changed()
        return wire

    # -- what tests and pages do -----------------------------------------------------------------------------------

    async def until(self, true: Callable[[], Any]) -> None:
        """Return once it is so; looked at whenever a socket comes, goes or answers."""
        async with self.answered:
            await self.answered.wait_for(lambda: bool(true()))

    async def push(
        self, kind: str, topic: str, data: JSONObject, headers: dict[str, str] | None = None, *, wait: float = 0
    ) -> Push:
        """Tell one subscribed socket something; with `wait`, return its answer, or None after so many seconds."""
        message_id = self._message_id()
        socket, fate = self._one(kind, topic), self._faults.next_fate()
        entry: JSONObject = {"type": kind, "topic": topic, "data": data, "messageId": message_id, "ack": None}
        entry["heard"] = False
        self.log.append(entry)
        if socket is None or self._faults.silent or fate == "dropped":
            return Push(message_id=message_id, heard=False)
        frame = self._frame(socket, kind, topic, data, message_id, headers)
        waiting = self._waiting[message_id] = _Waiting(socket)
        waiting.answer.add_done_callback(lambda done: entry.update(ack=None if done.cancelled() else done.result()))
        sent = entry["heard"] = await _write(socket, frame)
        if fate in ("twice", "again"):
            again = self._message_id() if fate == "again" else message_id
            other = self._one(kind, topic) or socket
            await _write(other, self._frame(other, kind, topic, data, again, headers))
        if self._faults.gives_notice():
            await self.leave()
        if not wait:
            return Push(message_id=message_id, heard=sent)
        done, _ = await asyncio.wait({waiting.answer}, timeout=wait)
        return Push(message_id=message_id, heard=sent, ack=waiting.answer.result() if done else None)

    async def ping(self) -> list[str]:
        """Send every socket a ping of the platform; returns what each is to answer."""
        said = []
        for socket in list(self.sockets):
            said.append(opaque := self._ids("ping"))
            await self._system(socket, "ping", {"opaque": opaque})
        return said

    async def leave(self) -> None:
        """Tell every socket that its connection is expired: no push from now on, and the end after a while."""
        for socket in list(self.sockets):
            socket.leaving = True
            await self._system(socket, "disconnect", {"reason": "connection is expired"})
            self._aside(self._close_later(socket))

    async def close(self, code: int = 1000) -> None:
        """End all sockets with this code."""
        for socket in list(self.sockets):
            await socket.wire.close(code=code)

    def cut(self) -> None:
        """Reset all sockets without a word."""
        for socket in list(self.sockets):
            if socket.transport is not None:
                socket.transport.abort()

    async def end(self) -> None:
        """Stop what still runs beside."""
        for task in list(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _one(self, kind: str, topic: str) -> Socket | None:
        wanted = ("EVENT", "*") if kind == "EVENT" else (kind, topic)
        fit = [s for s in self.sockets if wanted in s.topics and not s.leaving and not s.wire.closed]
        return random.choice(fit) if fit else None  # noqa: S311 - no secret

    def _heard(self, socket: Socket, text: str) -> None:
        try:
            ack = json.loads(text)
            message_id = ack["headers"]["messageId"]
        except (ValueError, KeyError, TypeError):
            return
        waiting = self._waiting.get(message_id)
        if waiting is not None and waiting.socket is socket and not waiting.answer.done():
            waiting.answer.set_result(ack)
        self._aside(self._tell_changed())

    async def _system(self, socket: Socket, topic: str, data: JSONObject) -> None:
        message_id = self._message_id()
        entry: JSONObject = {"type": "SYSTEM", "topic": topic, "data": data, "messageId": message_id, "ack": None}
        self.log.append(entry)
        waiting = self._waiting[message_id] = _Waiting(socket)
        waiting.answer.add_done_callback(lambda done: entry.update(ack=None if done.cancelled() else done.result()))
        await _write(socket, self._frame(socket, "SYSTEM", topic, data, message_id, None))

    def _frame(
        self, socket: Socket, kind: str, topic: str, data: JSONObject, message_id: str, more: dict[str, str] | None
    ) -> JSONObject:
        now = str(int(self._clock.now().timestamp() * 1000))
        headers = {"contentType": "application/json", "messageId": message_id, "time": now, "topic": topic}
        headers |= {"appId": "app-genjin", "connectionId": socket.id} | (more or {})
        text = json.dumps(data, ensure_ascii=False)
        return {"specVersion": "1.0", "type": kind, "headers": headers, "data": text}

    def _message_id(self) -> str:
        return f"{uuid.uuid4().hex[:8]}_972_{uuid.uuid4().hex[:11]}_70a7"

    async def _close_later(self, socket: Socket) -> None:
        await asyncio.sleep(self._quirks.leaving_seconds)
        await socket.wire.close(code=1000)

    def _aside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _tell_changed(self) -> None:
        async with self.answered:
            self.answered.notify_all()


async def _write(socket: Socket, frame: JSONObject) -> bool:
    if socket.wire.closed:
        return False
    try:
        await socket.wire.send_str(json.dumps(frame, ensure_ascii=False))
    except ConnectionError:
        return False
    return True


async def _json(request: web.Request) -> JSONObject:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _topics(given: Any) -> frozenset[tuple[str, str]] | None:
    """What a connection hears; None where that is no list of subscriptions, or an event by name."""
    if not isinstance(given, list) or not given:
        return None
    found = set()
    for each in given:
        kind, topic = (each.get("type"), each.get("topic")) if isinstance(each, dict) else (None, None)
        if kind not in _TYPES or not isinstance(topic, str) or (kind == "EVENT" and topic != "*"):
            return None
        found.add((str(kind), topic))
    return frozenset(found)
