"""Calls to DingTalk's two APIs: token, time limit, errors (protocol reference 4).

The new one takes the token in a header and answers 4xx with a code in words; the old one takes it in the query and
answers 200 with numbers. Neither an address nor an exception of the HTTP client is ever logged or passed on, for the
old API's addresses hold the token, and those of a conversation are a password themselves.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from bot.adapters.dingtalk.errors import failure, refreshes, row_of
from bot.adapters.tokens import Token, Tokens
from bot.adapters.words import Answer, hint, ident, seconds, words
from config import measures
from config.settings import DingTalkSettings
from domain.actor import JSON
from domain.errors import ChannelError, FileTooLarge

CHANNEL = "dingtalk"
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONG_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)
_LIMIT = 8 << 20  # bytes of an answer
_DAY = 86_400
_LONGEST = 2048  # characters of a token

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came back, read: `code` is empty for success."""

    code: str
    answer: Answer


class DingTalkApi:
    """One app's access to both APIs. Every failure is a `ChannelError`."""

    def __init__(self, settings: DingTalkSettings, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self._settings, self._session, self._tokens = settings, session, tokens
        self._account = f"{CHANNEL}:{settings.client_id}"

    @property
    def robot_code(self) -> str:
        """The robot in whose name all is sent."""
        return self._settings.robot_code or self._settings.client_id

    async def call(self, method: str, path: str, body: Mapping[str, JSON]) -> Answer:
        """A call of the new API, `robot/oToMessages/batchSend` for `/v1.0/robot/oToMessages/batchSend`."""
        url = f"{self._settings.api_base}/v1.0/{path}"

        async def once(token: str) -> _Reply:
            headers = {"x-acs-dingtalk-access-token": token, "Content-Type": "application/json"}
            return await self._sent(path, method, url, _v1, headers=headers, data=_packed(body), hide=(token,))

        return _checked(await self._authorised(once), path)

    async def old(self, path: str, body: Mapping[str, JSON], *, expected: frozenset[str] = frozenset()) -> Answer:
        """A call of the old API, `user/get` for `/topapi/v2/user/get`; an answer whose code is `expected` comes back
        under `errcode` like a success."""
        url = f"{self._settings.oapi_base}/topapi/v2/{path}"

        async def once(token: str) -> _Reply:
            query, headers = {"access_token": token}, {"Content-Type": "application/json"}
            return await self._sent(
                path, "POST", url, _oapi, params=query, headers=headers, data=_packed(body), hide=(token,)
            )

        reply = await self._authorised(once)
        return reply.answer if reply.code in expected else _checked(reply, path)

    async def upload(self, kind: str, form: Callable[[], aiohttp.FormData]) -> Answer:
        """A file to DingTalk; the form is made anew for each attempt."""
        url = f"{self._settings.oapi_base}/media/upload"

        async def once(token: str) -> _Reply:
            query = {"access_token": token, "type": kind}
            return await self._sent("media/upload", "POST", url, _oapi, params=query, data=form(), hide=(token,))

        return _checked(await self._authorised(once), "media/upload")

    async def webhook(self, url: str, body: Mapping[str, JSON]) -> None:
        """Answer in the conversation that a webhook belongs to; raises `SessionOver` where it has ended."""
        headers = {"Content-Type": "application/json"}
        reply = await self._sent("sessionWebhook", "POST", url, _oapi, headers=headers, data=_packed(body))
        _checked(reply, "sessionWebhook")

    async def open_stream(self, subscriptions: list[JSON]) -> tuple[str, str]:
        """Where a socket is opened now, and the ticket that opens it, once."""
        body: dict[str, JSON] = {
            "clientId": self._settings.client_id,
            "clientSecret": self._secret,
            "subscriptions": subscriptions,
            "ua": "genjin/0.1",
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}  # else the answer is XML
        url, path = f"{self._settings.api_base}/v1.0/gateway/connections/open", "gateway/connections/open"
        answer = _checked(await self._sent(path, "POST", url, _v1, headers=headers, data=_packed(body)), path)
        endpoint, ticket = ident(answer, "endpoint", 1024), ident(answer, "ticket", 1024)
        if not endpoint.startswith(("wss://", "ws://")) or not ticket:
            raise ChannelError(f"dingtalk {path}: no endpoint in the answer")
        return endpoint, ticket

    async def download(self, url: str, most: int) -> bytes:
        """A file at an address that DingTalk gave; raises `FileTooLarge` beyond `most` bytes."""
        try:
            async with self._session.get(url, timeout=_LONG_PATIENCE, allow_redirects=False) as response:
                if response.status != 200:
                    raise ChannelError(f"dingtalk download: HTTP {response.status}")
                if (response.content_length or 0) > most:
                    raise FileTooLarge(f"dingtalk download: {response.content_length} bytes")
                return await _body(response, most)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise ChannelError(f"dingtalk download: {type(broken).__name__}") from None

    async def token(self) -> str:
        """An access token, as the calls use it."""
        return await self._tokens.get(self._account, self._fetch_token)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _secret(self) -> str:
        return self._settings.client_secret.get_secret_value()

    async def _authorised(self, once: Callable[[str], Awaitable[_Reply]]) -> _Reply:
        for attempt in (1, 2):
            token = await self.token()
            reply = await once(token)
            if not refreshes(reply.code) or attempt == 2:
                break
            await self._tokens.drop(self._account, token)
        return reply

    async def _fetch_token(self) -> Token:
        path = "oauth2/accessToken"
        body: dict[str, JSON] = {"appKey": self._settings.client_id, "appSecret": self._secret}
        headers, url = {"Content-Type": "application/json"}, f"{self._settings.api_base}/v1.0/{path}"
        answer = _checked(await self._sent(path, "POST", url, _v1, headers=headers, data=_packed(body)), path)
        token, lifetime = ident(answer, "accessToken", _LONGEST), seconds(answer, "expireIn", _DAY)
        if not token or lifetime is None:
            raise ChannelError(f"dingtalk {path}: no token in the answer")
        return Token(token, timedelta(seconds=lifetime))

    async def _sent(
        self,
        call: str,
        method: str,
        url: str,
        read: Callable[[str, int, bytes, Iterable[str]], _Reply],
        *,
        hide: tuple[str, ...] = (),
        **request: Any,
    ) -> _Reply:
        started = time.monotonic()
        try:
            async with self._session.request(
                method, url, timeout=_PATIENCE, allow_redirects=False, **request
            ) as response:
                status, raw = response.status, await _body(response, _LIMIT)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(CHANNEL, call, "no_answer")
            raise ChannelError(f"dingtalk {call}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, CHANNEL)
        try:
            reply = read(call, status, raw, (*hide, self._secret))
        except ChannelError:
            measures.CALLS.add(CHANNEL, call, f"http_{status}")
            raise
        measures.CALLS.add(CHANNEL, call, reply.code or "0")
        return reply


def _packed(body: Mapping[str, JSON]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole answer; one without an end is an error like a broken one."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > most:
            raise aiohttp.ClientPayloadError
    return bytes(raw)


def _object(call: str, status: int, raw: bytes) -> Answer:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise ChannelError(f"dingtalk {call}: HTTP {status} without an answer")
    if answer.get("status") == 1111:  # one address made too many calls, whatever they were
        return {"code": "status/1111"}
    return answer


def _v1(call: str, status: int, raw: bytes, hide: Iterable[str]) -> _Reply:
    answer = _object(call, status, raw)
    if status == 200:
        return _Reply(ident(answer, "code") if answer.get("code") == "status/1111" else "", answer)
    code = ident(answer, "code") or f"http/{status}"
    _refused(call, code, hint(answer.get("message"), hide))
    return _Reply(code, answer)


def _oapi(call: str, status: int, raw: bytes, hide: Iterable[str]) -> _Reply:
    answer = _object(call, status, raw)
    number, sub = answer.get("errcode"), words(answer.get("sub_code"), 32)
    if "code" in answer and number is None:
        return _Reply(ident(answer, "code"), answer)
    if type(number) is not int and number != "0":
        raise ChannelError(f"dingtalk {call}: HTTP {status} without an errcode")
    if int(number) == 0:
        return _Reply("", answer)
    code = f"{number}/{sub}" if sub else str(number)
    _refused(call, code, hint(answer.get("errmsg"), hide))
    return _Reply(code, answer)


def _refused(call: str, code: str, said: str) -> None:
    row = row_of(code)
    level = logging.ERROR if row is not None and row.does == "setup" else logging.WARNING
    _log.log(level, "dingtalk call failed", extra={"call": call, "code": code, "hint": said})


def _checked(reply: _Reply, call: str) -> Answer:
    if reply.code:
        raise failure(reply.code, call)
    return reply.answer
