"""Calls to WeCom's HTTPS API: token, time limit, errors (protocol reference 2).

A call is repeated once when its token is refused, never more: a forced refresh may return the very token that was
refused. The token travels in the query, so neither an address nor an exception of the HTTP client is ever logged or
passed on.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from bot.adapters.tokens import Token, Tokens
from bot.adapters.wecom.answers import LIMIT, Answer, code, decoded, ident, seconds
from bot.adapters.wecom.errors import SETUP, TOKEN_REFUSED, failure
from bot.adapters.wecom.read import CHANNEL
from config import measures
from config.settings import WeComSettings
from domain.actor import JSON
from domain.errors import ChannelError

_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_DAY = 86_400  # seconds; WeCom's tokens live for two hours
_LONGEST = 1024  # characters of a token; WeCom promises at most 512

_log = logging.getLogger(__name__)


class WeComApi:
    """One app's access to the API. Every failure is a `ChannelError`."""

    def __init__(self, settings: WeComSettings, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self._settings = settings
        self._session = session
        self._tokens = tokens
        self._account = f"wecom:{settings.corp_id}:{settings.agent_id}"

    async def get(self, path: str, **params: str) -> Answer:
        """`GET /cgi-bin/{path}`."""
        return _checked(await self._authorised("GET", path, params, None), path)

    async def post(self, path: str, body: Mapping[str, JSON], *, expected: frozenset[int] = frozenset()) -> Answer:
        """`POST /cgi-bin/{path}`; equal bodies are equal bytes, which WeCom's duplicate check goes by.

        An answer with an errcode in `expected` is returned like a success: the caller knows what it means.
        """
        answer = await self._authorised("POST", path, {}, body)
        return answer if code(answer) in expected else _checked(answer, path)

    async def bare(self, path: str, query: Mapping[str, str]) -> Answer:
        """`GET /cgi-bin/{path}` with this query alone: the answer, whatever its errcode. For checks of the set-up."""
        return await self._request("GET", path, query, None)

    async def token(self) -> str:
        """An access token, as the calls use it."""
        return await self._tokens.get(self._account, self._fetch_token)

    async def _authorised(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, JSON] | None
    ) -> Answer:
        for attempt in (1, 2):
            token = await self.token()
            answer = await self._request(method, path, {**params, "access_token": token}, body)
            if code(answer) not in TOKEN_REFUSED or attempt == 2:
                break
            await self._tokens.drop(self._account, token)
        return answer

    async def _fetch_token(self) -> Token:
        secret = self._settings.secret.get_secret_value()
        query = {"corpid": self._settings.corp_id, "corpsecret": secret}
        answer = _checked(await self._request("GET", "gettoken", query, None), "gettoken")
        token, lifetime = ident(answer, "access_token", _LONGEST), seconds(answer, "expires_in", _DAY)
        if not token or lifetime is None:
            raise ChannelError("wecom gettoken: no token in the answer")
        return Token(token, timedelta(seconds=lifetime))

    async def _request(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, JSON] | None
    ) -> Answer:
        url = f"{self._settings.api_base}/cgi-bin/{path}"
        data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"} if data is not None else None
        started = time.monotonic()
        try:
            async with self._session.request(
                method, url, params=query, data=data, headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status, raw = response.status, await _body(response)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(CHANNEL, path, "no_answer")
            raise ChannelError(f"wecom {path}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, CHANNEL)
        return _read(path, status, raw, hide=(query.get("access_token", ""), self._settings.secret.get_secret_value()))


def _read(path: str, status: int, raw: bytes, hide: tuple[str, ...]) -> Answer:
    try:
        answer = decoded(path, status, raw, hide=hide)
    except ChannelError:
        measures.CALLS.add(CHANNEL, path, "garbage" if status == 200 else f"http_{status}")
        raise
    measures.CALLS.add(CHANNEL, path, str(code(answer)))
    return answer


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole answer; one without an end is an error like a broken one."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > LIMIT:
            raise aiohttp.ClientPayloadError
    return bytes(raw)


def _checked(answer: Answer, path: str) -> Answer:
    if (errcode := code(answer)) == 0:
        return answer
    level = logging.ERROR if errcode in SETUP else logging.WARNING
    _log.log(level, "wecom call failed", extra={"call": path, "errcode": errcode, "hint": answer["errmsg"]})
    raise failure(errcode, path)
