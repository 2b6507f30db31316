"""The simulated robot by callbacks: sayings are sealed and posted, answers opened and checked, streams are asked about
until they are whole, and each saying brings an address to which one more answer may be posted.

Messages are tried three times; a tap and an entering once, and what is answered too late is thrown away.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from bot.messenger.crypto import BadSeal, Seal, signature
from bot.messenger.model import Delivery, Ids, JSONObject, Refusal
from bot.messenger.robot.model import Request, RobotCredentials, RobotQuirks
from bot.messenger.robot.replies import Replies
from config.clock import Clock

PATH = "/cgi-bin/aibot/response"
LIFE = timedelta(hours=1)
STREAM_LIFE = timedelta(minutes=6)
PASSIVE = {"message": ("stream", "template_card", "stream_with_template_card"), "enter": ("text", "template_card")}


@dataclass(slots=True)
class _Way:
    """A response_url: for which saying, until when, and whether it was used."""

    request: Request
    until: datetime
    used: bool = False


class Calls:
    """Knocks at the robot's callback URL. `close` it when done."""

    def __init__(
        self, credentials: RobotCredentials, clock: Clock, quirks: RobotQuirks, ids: Ids, replies: Replies
    ) -> None:
        self._credentials, self._clock, self._quirks, self._ids = credentials, clock, quirks, ids
        self._replies = replies
        self._ways: dict[str, _Way] = {}
        self._session: aiohttp.ClientSession | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self.url: str | None = None
        self.base = ""  # where this server is reached
        self.log: list[JSONObject] = []  # every answer: kind, body, errcode

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._respond)]

    async def verify(self) -> bool:
        """The GET of an administrator who presses save."""
        echo = self._ids("echo")
        sealed = self._seal(echo)
        target = URL(self.url or "").extend_query({**self._signed(sealed, self._ids("nonce")), "echostr": sealed})
        async with self._http().get(target) as answer:
            return answer.status == 200 and await answer.read() == echo.encode()

    async def tell(self, body: JSONObject, request: Request) -> Delivery:
        """Deliver a saying or an event, with what may be posted to later; what is answered is done."""
        if request.kind != "enter":
            code = self._ids("response")
            self._ways[code] = _Way(request, self._clock.now() + LIFE)
            body = body | {"response_url": f"{self.base}{PATH}?response_code={code}"}
        for attempt in range(1, 2 if request.kind != "message" else 4):
            status, said = await self._post(body)
            if status == 200:
                self._take(request, said)
                return Delivery(accepted=True, attempts=attempt, message_id=str(body["msgid"]), statuses=(status,))
        return Delivery(accepted=False, attempts=attempt, message_id=str(body["msgid"]), statuses=(status,))

    async def quiet(self) -> None:
        """Return when no stream is asked about any more."""
        await asyncio.gather(*self._asking)

    async def close(self) -> None:
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _post(self, body: JSONObject) -> tuple[int, JSONObject | None]:
        """The status, and what was answered; None for nothing. An answer that is not sealed as it must be is none."""
        sealed, nonce = self._seal(json.dumps(body, ensure_ascii=False)), self._ids("nonce")
        target = URL(self.url or "").extend_query(self._signed(sealed, nonce))
        try:
            async with (
                asyncio.timeout(self._quirks.callback_seconds),
                self._http().post(target, json={"encrypt": sealed}, allow_redirects=False) as answer,
            ):
                return answer.status, self._opened(await answer.read(), nonce)
        except (aiohttp.ClientError, OSError):
            return 0, None

    def _opened(self, raw: bytes, nonce: str) -> JSONObject | None:
        if not raw:
            return None
        try:
            outer = json.loads(raw)
            sealed, stamp = outer["encrypt"], outer["timestamp"]
            signed = signature(self._credentials.token, str(stamp), outer["nonce"], sealed)
            found = json.loads(Seal(self._credentials.aes_key).open(sealed, ""))
        except (ValueError, KeyError, TypeError, BadSeal):
            found = None
        if (
            isinstance(found, dict)
            and type(stamp) is int
            and (outer["nonce"], outer["msgsignature"]) == (nonce, signed)
        ):
            return found
        self.log.append({"kind": "unreadable", "body": raw.decode(errors="replace"), "errcode": -1})
        return None

    def _take(self, request: Request, said: JSONObject | None, *, asked: bool = False) -> None:
        """Do what an answer says; what WeCom does not take there is thrown away."""
        if said is None:
            return
        entry: JSONObject = {"kind": "stream" if asked else request.kind, "body": said, "errcode": 0}
        self.log.append(entry)
        try:
            self._do(request, said, asked=asked)
        except Refusal as refused:
            entry["errcode"] = refused.errcode
            return
        part = said.get("stream")
        if not asked and isinstance(part, dict) and not part.get("finish"):
            task = asyncio.create_task(self._ask(request, part["id"]))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    def _do(self, request: Request, said: JSONObject, *, asked: bool) -> None:
        if request.kind == "click":
            self._replies.update(request, said)
            return
        allowed = ("stream", "stream_with_template_card") if asked else PASSIVE[request.kind]
        if said.get("msgtype") not in allowed:
            raise Refusal(40008, "invalid message type")
        (self._replies.respond if request.kind == "message" else self._replies.welcome)(request, said)

    async def _ask(self, request: Request, stream: str) -> None:
        """Ask about a stream until it is whole, for six minutes at most."""
        begun = self._clock.now()
        while not request.streams[stream].finished and self._clock.now() - begun < STREAM_LIFE:
            await asyncio.sleep(self._quirks.poll_seconds)
            about: JSONObject = {"msgid": self._ids("message"), "aibotid": self._credentials.bot_id}
            about |= {"chatid": request.place, "chattype": "group"} if request.in_group else {"chattype": "single"}
            about |= {"from": {"userid": request.userid}, "msgtype": "stream", "stream": {"id": stream}}
            _, said = await self._post(about)
            self._take(request, said, asked=True)

    async def _respond(self, http: web.Request) -> web.Response:
        """What is posted to a response_url: plain JSON, once."""
        try:
            body = json.loads(await http.read())
            self._answer(http.query.get("response_code", ""), body)
        except ValueError:
            return web.json_response({"errcode": 47001, "errmsg": "data format error"})
        except Refusal as refused:
            return web.json_response({"errcode": refused.errcode, "errmsg": refused.errmsg})
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _answer(self, code: str, body: Mapping[str, Any]) -> None:
        way = self._ways.get(code)
        if way is None or way.used or way.until <= self._clock.now():
            raise Refusal(self._quirks.used_response_errcode, "invalid response_code")
        kinds = ("markdown",) if way.request.in_group else ("markdown", "template_card")
        if body.get("msgtype") not in kinds:
            raise Refusal(40008, "invalid message type")
        self._replies.send({"chatid": way.request.place, "chat_type": 2 if way.request.in_group else 1, **body})
        way.used = True

    def _seal(self, text: str) -> str:
        prefix = self._ids("prefix").encode()[:16].rjust(16, b"0")
        return Seal(self._credentials.aes_key).close(text, "", prefix=prefix)

    def _signed(self, sealed: str, nonce: str) -> dict[str, str]:
        stamp = str(int(self._clock.now().timestamp()))
        signed = signature(self._credentials.token, stamp, nonce, sealed)
        return {"msg_signature": signed, "timestamp": stamp, "nonce": nonce}

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self._session
