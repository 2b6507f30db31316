"""Calls to WeCom's HTTPS API: token, time limit, errors (protocol reference 2).

A call is repeated once when its token is refused, never more: a forced refresh may return the very token that was
refused. The token travels in the query, so neither an address nor an exception of the HTTP client is ever logged or
passed on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from bot.adapters.tokens import Token, Tokens
from bot.adapters.wecom.errors import SETUP, TOKEN_REFUSED, failure
from config.settings import WeComSettings
from domain.actor import JSON
from domain.errors import ChannelError

_LIMIT = aiohttp.ClientTimeout(total=15, connect=5)

_log = logging.getLogger(__name__)

Answer = dict[str, JSON]


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
        return answer if answer.get("errcode") in expected else _checked(answer, path)

    async def _authorised(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, JSON] | None
    ) -> Answer:
        for attempt in (1, 2):
            token = await self._tokens.get(self._account, self._fetch_token)
            answer = await self._request(method, path, {**params, "access_token": token}, body)
            if _code(answer) not in TOKEN_REFUSED or attempt == 2:
                break
            await self._tokens.drop(self._account, token)
        return answer

    async def _fetch_token(self) -> Token:
        secret = self._settings.secret.get_secret_value()
        query = {"corpid": self._settings.corp_id, "corpsecret": secret}
        answer = _checked(await self._request("GET", "gettoken", query, None), "gettoken")
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise ChannelError("wecom gettoken: no token in the answer")
        return Token(token, timedelta(seconds=seconds))

    async def _request(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, JSON] | None
    ) -> Answer:
        url = f"{self._settings.api_base}/cgi-bin/{path}"
        data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"} if data is not None else None
        try:
            async with self._session.request(
                method, url, params=query, data=data, headers=headers, timeout=_LIMIT, allow_redirects=False
            ) as response:
                status, raw = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as broken:
            raise ChannelError(f"wecom {path}: {type(broken).__name__}") from None
        return _json(path, status, raw)


def _json(path: str, status: int, raw: bytes) -> Answer:
    try:
        answer = json.loads(raw) if status == 200 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChannelError(f"wecom {path}: HTTP {status} without an answer")
    return answer


def _code(answer: Answer) -> int:
    """Absent on the success of some old calls; what is no number is no success."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1


def _checked(answer: Answer, path: str) -> Answer:
    if (code := _code(answer)) == 0:
        return answer
    level = logging.ERROR if code in SETUP else logging.WARNING
    hint = str(answer.get("errmsg"))[:200]
    _log.log(level, "wecom call failed", extra={"call": path, "errcode": code, "hint": hint})
    raise failure(code, path)
