"""The HTTP face: every call under /cgi-bin/ answers 200 with errcode and errmsg, whatever happened.

The Content-Type of a request is not looked at: real clients send JSON without one. Binary answers (media/get) are the
bytes themselves.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from bot.messenger.faults import Fault, Faults
from bot.messenger.limits import HOUR, MINUTE, Limit
from bot.messenger.media import Stored, Upload
from bot.messenger.model import JSONObject, Refusal
from bot.messenger.quirks import Quirks
from bot.messenger.tokens import Tokens
from config.clock import Clock

SENDING = ("message/send", "appchat/send")  # these have limits of their own
LOG_LENGTH = 20_000
MULTIPART = "multipart/form-data"
_REFUSED = 40058  # "invalid parameter": a refusal that nobody tries again


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the functions behind the API see it."""

    query: Mapping[str, str]
    body: JSONObject
    upload: Upload | None = None
    origin: str = ""


Answer = JSONObject | Stored
Function = Callable[[Call], Answer]


class Api:
    """Checks token and rate, reads the body, calls the function of the path and keeps a log of it all."""

    def __init__(
        self,
        clock: Clock,
        quirks: Quirks,
        tokens: Tokens,
        faults: Faults,
        gets: Mapping[str, Function],
        posts: Mapping[str, Function],
    ) -> None:
        self._clock, self._quirks, self._tokens, self._faults = clock, quirks, tokens, faults
        self._methods = {"GET": gets, "POST": posts}
        self._rate = Limit(clock, {MINUTE: quirks.calls_per_minute, HOUR: quirks.calls_per_hour})
        self.calls: Counter[str] = Counter()
        self.log: list[JSONObject] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request below /cgi-bin/."""
        path = request.match_info["path"].strip("/")
        if not any(path in functions for functions in self._methods.values()):
            return web.Response(status=self._quirks.unknown_path_status)
        self.calls[path] += 1
        fault = self._faults.next_call(path)
        if fault.seconds:
            if request.content_type != MULTIPART:
                await request.read()  # kept by the request: the work goes on although the client may give up
            await asyncio.sleep(fault.seconds)
        if fault.status is not None:
            return web.Response(status=fault.status, text="<html>gateway</html>", content_type="text/html")
        if fault.body is not None:
            return web.Response(body=fault.body, content_type="application/json")
        if fault.echo:
            return web.json_response({"errcode": _REFUSED, "errmsg": f"refused: {request.query_string}"})
        answer = await self._answer(path, request, fault)
        if fault.drop and request.transport is not None:
            request.transport.abort()
        if isinstance(answer, Stored):
            disposition = f'attachment; filename="{answer.filename}"'
            headers = {"Content-Disposition": disposition, "Content-Type": answer.content_type}
            return web.Response(body=answer.data, headers=headers)
        return web.json_response(answer, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    async def _answer(self, path: str, request: web.Request, fault: Fault) -> Answer:
        entry: JSONObject = {"path": path, "at": self._clock.now(), "body": {}, "msgid": None}
        entry |= {"query": {k: v for k, v in request.query.items() if k not in ("access_token", "corpsecret")}}
        try:
            body, upload = await _read(request)
            entry["body"] = body
            answer = self._call(path, request, Call(request.query, body, upload, str(request.url.origin())), fault)
        except Refusal as refused:
            answer = {"errcode": refused.errcode, "errmsg": refused.errmsg}
        if not isinstance(answer, Stored):
            answer = {"errcode": 0, "errmsg": "ok", **answer}
        self._note(entry, answer)
        return answer

    def _call(self, path: str, request: web.Request, call: Call, fault: Fault) -> Answer:
        functions = self._methods.get(request.method, {})
        if path not in functions:
            needed = "GET" if path in self._methods["GET"] else "POST"
            raise Refusal(43001 if needed == "GET" else 43002, f"require {needed} method")
        if fault.errcode is not None:
            raise Refusal(fault.errcode, fault.errmsg)
        if path != "gettoken":
            self._tokens.check(call.query)
        if self._faults.switched_off and path in SENDING:
            raise Refusal(50003, "agent is closed")
        if path not in SENDING and not self._rate.take(path):
            raise Refusal(45009, "api freq out of limit")
        return functions[path](call)

    def _note(self, entry: JSONObject, answer: Answer) -> None:
        body = entry["body"]
        entry |= {"touser": body.get("touser"), "msgtype": body.get("msgtype")}
        if isinstance(answer, Stored):
            entry["errcode"] = 0
        else:
            entry |= {"errcode": answer["errcode"], "msgid": answer.get("msgid")}
        self.log.append(entry)
        del self.log[:-LOG_LENGTH]


async def _read(request: web.Request) -> tuple[JSONObject, Upload | None]:
    if request.method != "POST":
        return {}, None
    if request.content_type == MULTIPART:
        return {}, await _upload(request)
    raw = await request.read()
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError):  # ValueError is also bad UTF-8
        raise Refusal(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refusal(47001, "data format error")
    if b"\\u" in raw and not _is_text(body):
        raise Refusal(40033, "illegal characters")
    return body, None


def _is_text(body: JSONObject) -> bool:
    """False for half of a surrogate pair, which an escape can spell and UTF-8 cannot."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


async def _upload(request: web.Request) -> Upload | None:
    """The first part that is a file, under whatever name."""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        disposition = part.headers.get("Content-Disposition", "")
        if "filename" not in disposition:
            continue
        plain = (part.filename or "") if "filename=" in disposition else ""
        return Upload(
            name=part.name or "",
            filename=plain,
            content_type=part.headers.get("Content-Type", "application/octet-stream"),
            data=bytes(await part.read()),
            encoded_name=part.filename or "",
        )
    return None
