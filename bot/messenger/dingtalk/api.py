"""The HTTP face of the simulated DingTalk: the new API under /v1.0, the old one beside it, on one port.

The new one wants its token in a header and refuses with 4xx; the old one wants it in the query and answers 200 whatever
happened (protocol reference 4). Throttling comes as 403 with a code.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from aiohttp import BodyPartReader, web

from bot.messenger.dingtalk.faults import CallFault, DingTalkFaults
from bot.messenger.dingtalk.model import Call, DingTalkQuirks, OapiRefusal, V1Refusal
from bot.messenger.dingtalk.tokens import DingTalkTokens
from bot.messenger.limits import Limit
from bot.messenger.media import Upload
from bot.messenger.model import JSONObject
from config.clock import Clock

MONTH = 30 * 86_400
# What is asked without the app's own token.
_TOKEN = ("v1.0/oauth2/accessToken", "gettoken", "v1.0/oauth2/userAccessToken", "v1.0/contact/users/me")
_LOG_LENGTH = 20_000
_IDS = re.compile(r"(?<=/users/)[^/]+|(?<=/sources/)[^/]+|(?<=/events/)[^/]+|(?<=/tasks/)(?!sources/)[^/]+")


Function = Callable[[Call], JSONObject]


class Below(Protocol):
    """What answers every call below a path, whose parts say what it is about."""

    def serves(self, path: str) -> bool: ...

    def do(self, method: str, path: str, call: Call) -> JSONObject: ...


class DingTalkApi:
    """Checks token and rate, reads the body, calls the function of method and path, and keeps a log of it all."""

    def __init__(
        self,
        clock: Clock,
        quirks: DingTalkQuirks,
        tokens: DingTalkTokens,
        faults: DingTalkFaults,
        functions: Mapping[str, Function],
    ) -> None:
        self._clock, self._tokens, self._faults, self._functions = clock, tokens, faults, functions
        self._rate = Limit(clock, {1: quirks.calls_per_second})
        self._month = Limit(clock, {MONTH: quirks.calls_per_month})
        self.below: list[Below] = []
        self.calls: Counter[str] = Counter()
        self.beyond = 0  # how many calls were refused because they were more than the platform takes
        self.log: list[JSONObject] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request to an API path."""
        path = request.path.strip("/")
        new = path.startswith("v1.0/")
        self.calls[path] += 1
        fault = self._faults.next_call(path)
        if self._faults.down or (fault.status and not fault.code):
            return web.Response(status=fault.status or 503, text="<html>gateway</html>", content_type="text/html")
        if fault.expired:
            self._tokens.expire()
        if fault.seconds:
            await request.read()
            await asyncio.sleep(fault.seconds)
        entry: JSONObject = {"path": path, "method": request.method, "at": self._clock.now(), "body": {}}
        self.log.append(entry)
        del self.log[:-_LOG_LENGTH]
        answer = await (self._v1 if new else self._oapi)(path, request, fault, entry)
        if fault.drop and request.transport is not None:
            request.transport.abort()
        return answer

    async def _v1(self, path: str, request: web.Request, fault: CallFault, entry: JSONObject) -> web.Response:
        try:
            body = await self._do(path, request, entry, fault)
        except V1Refusal as refused:
            entry["code"] = refused.code
            told = {"code": refused.code, "message": str(refused), "requestid": "R-1", **refused.more}
            return web.json_response(told, status=refused.status)
        return web.json_response(body, dumps=_dumps)

    async def _oapi(self, path: str, request: web.Request, fault: CallFault, entry: JSONObject) -> web.Response:
        try:
            body = {"errcode": 0, "errmsg": "ok"} | await self._do(path, request, entry, fault)
        except OapiRefusal as refused:
            entry["errcode"] = refused.errcode
            body = refused.body()
        return web.json_response(body, dumps=_dumps)

    async def _do(self, path: str, request: web.Request, entry: JSONObject, fault: CallFault) -> JSONObject:
        new = path.startswith("v1.0/")
        if fault.code and new:
            raise V1Refusal(fault.code, "ordered", fault.status or 400)
        if fault.errcode and not new:
            raise OapiRefusal(fault.errcode, "ordered")
        function = self._functions.get(f"{request.method} {path}")
        served = next((each for each in self.below if each.serves(path)), None)
        if function is None and served is not None:
            function = partial(served.do, request.method, path)
        if function is None:
            raise V1Refusal("InvalidAction.NotFound", status=404) if new else OapiRefusal(22, "不存在的路径")
        if path not in _TOKEN:
            (self._tokens.check_header if new else self._tokens.check_query)(request)
            self._pace(f"{request.method} {_IDS.sub('', path)}", new=new)
        body, upload = await _read(request, new=new)
        entry["body"] = body
        return function(Call(request.query, body, upload, str(request.url.origin()), request.headers))

    def _pace(self, api: str, *, new: bool) -> None:
        """Each API is counted by itself, whomever its calls are about."""
        if not self._month.take("month"):
            code = "Forbidden.AccessDenied.ApiCountLimitForOrg"
            raise V1Refusal(code, status=403) if new else OapiRefusal(90020, "api count limit")
        if not self._rate.take(api):
            self.beyond += 1
            code = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
            raise V1Refusal(code, status=403) if new else OapiRefusal(90018, "qps limit")


async def _read(request: web.Request, *, new: bool) -> tuple[JSONObject, Upload | None]:
    if request.method in ("GET", "DELETE"):
        return {}, None
    if request.content_type == "multipart/form-data":
        return {}, await _upload(request)
    if new and request.content_type != "application/json":
        raise V1Refusal("Missingbody", "body is mandatory")
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise (V1Refusal("Missingbody") if new else OapiRefusal(40035, "不合法的参数")) from None
    if not isinstance(body, dict):
        raise V1Refusal("Missingbody") if new else OapiRefusal(40035, "不合法的参数")
    return body, None


async def _upload(request: web.Request) -> Upload | None:
    """The part called `media`, which has a file's name."""
    found: Upload | None = None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            data = bytes(await part.read())
            found = Upload(name="media", filename=part.filename, content_type=kind, data=data)
    return found


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
