"""Calls to WeCom's HTTPS API: token, time limit, errors (protocol reference 2).

A call is repeated once when its token is refused, never more: a forced refresh may return the very token that was
refused. The token travels in the query, so neither an address nor an exception of the HTTP client is ever logged or
passed on.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from bot.adapters.bodies import TooLong, whole
from bot.adapters.tokens import Token, Tokens
from bot.adapters.wecom.answers import LIMIT, Answer, code, decoded, ident, seconds
from bot.adapters.wecom.errors import SETUP, TOKEN_REFUSED, failure
from bot.adapters.wecom.read import CHANNEL
from config import measures
from config.messengers import WeComSettings
from domain.actor import JSON
from domain.errors import ChannelError, FileTooLarge

_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONG_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)  # twenty megabytes take their time
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

    async def get(self, path: str, *, expected: frozenset[int] = frozenset(), **params: str) -> Answer:
        """`GET /cgi-bin/{path}`; see `post` for `expected`."""
        answer = await self._authorised(lambda query: self._request("GET", path, {**params, **query}, None))
        return answer if code(answer) in expected else _checked(answer, path)

    async def post(
        self, path: str, body: Mapping[str, JSON], *, expected: frozenset[int] = frozenset(), **params: str
    ) -> Answer:
        """`POST /cgi-bin/{path}`; equal bodies are equal bytes, which WeCom's duplicate check goes by.

        An answer with an errcode in `expected` is returned like a success: the caller knows what it means.
        """
        answer = await self._authorised(lambda query: self._request("POST", path, {**params, **query}, body))
        return answer if code(answer) in expected else _checked(answer, path)

    async def bare(self, path: str, query: Mapping[str, str]) -> Answer:
        """`GET /cgi-bin/{path}` with this query alone: the answer, whatever its errcode. For checks of the set-up."""
        return await self._request("GET", path, query, None)

    async def token(self) -> str:
        """An access token, as the calls use it."""
        return await self._tokens.get(self._account, self._fetch_token)

    async def upload(self, path: str, form: Callable[[], aiohttp.FormData], **params: str) -> Answer:
        """`POST /cgi-bin/{path}` of a form, which is made anew for each attempt."""
        answer = await self._authorised(lambda query: self._sent("POST", path, {**params, **query}, form(), None))
        return _checked(answer, path)

    async def download(self, path: str, most: int, **params: str) -> tuple[Answer, Binary | None]:
        """`GET /cgi-bin/{path}` of a file: what it is, or the answer that says why there is none.

        Raises `FileTooLarge` beyond `most` bytes.
        """
        found: list[Binary] = []

        async def once(query: Mapping[str, str]) -> Answer:
            got = await self._binary(path, {**params, **query}, most)
            if isinstance(got, Binary):
                found.append(got)
                return {"errcode": 0, "errmsg": ""}
            return got

        answer = await self._authorised(once)
        return answer, (found[0] if found else None)

    async def _authorised(self, once: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Answer:
        """The answer of a call with a token; `once` makes the call with this addition to its query."""
        for attempt in (1, 2):
            token = await self.token()
            answer = await once({"access_token": token})
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
        data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"} if data is not None else None
        return await self._sent(method, path, query, data, headers)

    async def _sent(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        data: bytes | aiohttp.FormData | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        url = f"{self._settings.api_base}/cgi-bin/{path}"
        started = time.monotonic()
        try:
            async with self._session.request(
                method, url, params=query, data=data, headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status, raw = response.status, await whole(response, LIMIT)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(CHANNEL, path, "no_answer")
            raise ChannelError(f"wecom {path}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, CHANNEL)
        return _read(path, status, raw, hide=self._secrets(query))

    async def _binary(self, path: str, query: Mapping[str, str], most: int) -> Binary | Answer:
        """The bytes, or the JSON that stands in their place: only a file has a Content-Disposition."""
        url = f"{self._settings.api_base}/cgi-bin/{path}"
        started = time.monotonic()
        try:
            async with self._session.get(url, params=query, timeout=_LONG_PATIENCE, allow_redirects=False) as response:
                disposition = response.headers.get("Content-Disposition", "")
                is_file = response.status == 200 and bool(disposition)
                if is_file and (response.content_length or 0) > most:
                    raise FileTooLarge(f"wecom {path}: {response.content_length} bytes")
                status, raw = response.status, await whole(response, most if is_file else LIMIT)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(CHANNEL, path, "no_answer")
            if isinstance(broken, TooLong) and is_file:
                raise FileTooLarge(f"wecom {path}: {broken}") from None
            raise ChannelError(f"wecom {path}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, CHANNEL)
        if is_file:
            measures.CALLS.add(CHANNEL, path, "0")
            return Binary(raw, disposition)
        return _read(path, status, raw, hide=self._secrets(query))

    def _secrets(self, query: Mapping[str, str]) -> tuple[str, str]:
        return query.get("access_token", ""), self._settings.secret.get_secret_value()


@dataclass(frozen=True, slots=True)
class Binary:
    """A file that came in place of an answer, with the header that names it."""

    data: bytes
    disposition: str


def _read(path: str, status: int, raw: bytes, hide: tuple[str, ...]) -> Answer:
    try:
        answer = decoded(path, status, raw, hide=hide)
    except ChannelError:
        measures.CALLS.add(CHANNEL, path, "garbage" if status == 200 else f"http_{status}")
        raise
    measures.CALLS.add(CHANNEL, path, str(code(answer)))
    return answer


def _checked(answer: Answer, path: str) -> Answer:
    if (errcode := code(answer)) == 0:
        return answer
    level = logging.ERROR if errcode in SETUP else logging.WARNING
    _log.log(level, "wecom call failed", extra={"call": path, "errcode": errcode, "hint": answer["errmsg"]})
    raise failure(errcode, path)
