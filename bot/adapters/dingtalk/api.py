"""Calls to DingTalk's two APIs: token, pace, time limit, errors (protocol reference 4).

The new one takes the token in a header and answers 4xx with a code in words; the old one takes it in the query and
answers 200 with numbers. Neither an address nor an exception of the HTTP client is ever logged or passed on, for the
old API's addresses hold the token, and those of a conversation are a password themselves.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp

from bot.adapters.bodies import TooLong, whole
from bot.adapters.dingtalk.answers import Reply, checked, oapi, packed, v1
from bot.adapters.dingtalk.errors import refreshes, row_of
from bot.adapters.dingtalk.pace import CallPace, api_of
from bot.adapters.tokens import Token, Tokens
from bot.adapters.words import Answer, ident, seconds
from config import measures
from config.messengers import DingTalkSettings
from domain.actor import JSON
from domain.errors import ChannelError, FileTooLarge

CHANNEL = "dingtalk"
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONG_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)
_LIMIT = 8 << 20  # bytes of an answer
_DAY = 86_400
_LONGEST = 2048  # characters of a token
_ABOUT = {"todo": "todo/tasks", "calendar": "calendar/events"}


class DingTalkApi:
    """One app's access to both APIs. Every failure is a `ChannelError`."""

    def __init__(
        self,
        settings: DingTalkSettings,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        pace: CallPace | None = None,
    ) -> None:
        self._settings, self._session, self._tokens = settings, session, tokens
        self._pace = pace or CallPace(CHANNEL, settings.calls_per_second)
        self._account = f"{CHANNEL}:{settings.client_id}"

    @property
    def robot_code(self) -> str:
        """The robot in whose name all is sent."""
        return self._settings.robot_code or self._settings.client_id

    async def call(self, method: str, path: str, body: Mapping[str, JSON], *, key: str = "") -> Answer:
        """A call of the new API, `robot/oToMessages/batchSend` for `/v1.0/robot/oToMessages/batchSend`. Calls with the
        same `key` are one, for a day, where that call knows such keys."""
        url, data = f"{self._settings.api_base}/v1.0/{path}", packed(body) if method != "DELETE" else None

        async def once(token: str) -> Reply:
            headers = {"x-acs-dingtalk-access-token": token, "Content-Type": "application/json"}
            headers |= {"x-client-token": key} if key else {}
            return await self._sent(_measured(path), method, url, v1, headers=headers, data=data, hide=(token,))

        return checked(await self._authorised(api_of(method, path), once), path)

    async def look_up(self, path: str, *, expected: frozenset[str]) -> Answer:
        """What the new API has at this path; empty where it refuses with a code that is `expected`."""
        url = f"{self._settings.api_base}/v1.0/{path}"

        async def once(token: str) -> Reply:
            headers = {"x-acs-dingtalk-access-token": token}
            return await self._sent(_measured(path), "GET", url, v1, headers=headers, hide=(token,))

        reply = await self._authorised(api_of("GET", path), once)
        return {} if reply.code in expected else checked(reply, path)

    async def old(
        self,
        path: str,
        body: Mapping[str, JSON],
        *,
        expected: frozenset[str] = frozenset(),
        under: str = "topapi/v2",
    ) -> Answer:
        """A call of the old API, `user/get` for `/topapi/v2/user/get`; an answer whose code is `expected` comes back
        under `errcode` like a success."""
        url = f"{self._settings.oapi_base}/{under}/{path}"

        async def once(token: str) -> Reply:
            query, headers = {"access_token": token}, {"Content-Type": "application/json"}
            return await self._sent(
                path, "POST", url, oapi, params=query, headers=headers, data=packed(body), hide=(token,)
            )

        reply = await self._authorised(f"{under}/{path}", once)
        return reply.answer if reply.code in expected else checked(reply, path)

    async def upload(self, kind: str, form: Callable[[], aiohttp.FormData]) -> Answer:
        """A file to DingTalk; the form is made anew for each attempt."""
        url = f"{self._settings.oapi_base}/media/upload"

        async def once(token: str) -> Reply:
            query = {"access_token": token, "type": kind}
            return await self._sent("media/upload", "POST", url, oapi, params=query, data=form(), hide=(token,))

        return checked(await self._authorised("media/upload", once), "media/upload")

    async def webhook(self, url: str, body: Mapping[str, JSON]) -> None:
        """Answer in the conversation that a webhook belongs to; raises `SessionOver` where it has ended."""
        headers = {"Content-Type": "application/json"}
        reply = await self._sent("sessionWebhook", "POST", url, oapi, headers=headers, data=packed(body))
        checked(reply, "sessionWebhook")

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
        answer = checked(await self._sent(path, "POST", url, v1, headers=headers, data=packed(body)), path)
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
                return await whole(response, most)
        except TooLong as wrong:
            raise FileTooLarge(f"dingtalk download: {wrong}") from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise ChannelError(f"dingtalk download: {type(broken).__name__}") from None

    async def token(self) -> str:
        """An access token, as the calls use it."""
        return await self._tokens.get(self._account, self._fetch_token)

    async def user_token(self, code: str) -> str:
        """What lets us act for whoever just signed in; empty for a code that is worth nothing."""
        path = "oauth2/userAccessToken"
        body: dict[str, JSON] = {"clientId": self._settings.client_id, "clientSecret": self._secret}
        body |= {"code": code, "grantType": "authorization_code"}
        headers, url = {"Content-Type": "application/json"}, f"{self._settings.api_base}/v1.0/{path}"
        reply = await self._sent(path, "POST", url, v1, headers=headers, data=packed(body), hide=(code,))
        if reply.code and row_of(reply.code) is None and not reply.code.startswith("http/"):
            return ""  # with which code DingTalk refuses one that is used or made up is not published
        return ident(checked(reply, path), "accessToken", _LONGEST)

    async def as_user(self, path: str, token: str) -> Answer:
        """Look something up for whoever signed in."""
        headers, url = {"x-acs-dingtalk-access-token": token}, f"{self._settings.api_base}/v1.0/{path}"
        return checked(await self._sent(path, "GET", url, v1, headers=headers, hide=(token,)), path)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _secret(self) -> str:
        return self._settings.client_secret.get_secret_value()

    async def _authorised(self, api: str, once: Callable[[str], Awaitable[Reply]]) -> Reply:
        for attempt in (1, 2):
            token = await self.token()
            async with self._pace.turn(api):
                reply = await once(token)
            if not refreshes(reply.code) or attempt == 2:
                break
            await self._tokens.drop(self._account, token)
        return reply

    async def _fetch_token(self) -> Token:
        path = "oauth2/accessToken"
        body: dict[str, JSON] = {"appKey": self._settings.client_id, "appSecret": self._secret}
        headers, url = {"Content-Type": "application/json"}, f"{self._settings.api_base}/v1.0/{path}"
        answer = checked(await self._sent(path, "POST", url, v1, headers=headers, data=packed(body)), path)
        token, lifetime = ident(answer, "accessToken", _LONGEST), seconds(answer, "expireIn", _DAY)
        if not token or lifetime is None:
            raise ChannelError(f"dingtalk {path}: no token in the answer")
        return Token(token, timedelta(seconds=lifetime))

    async def _sent(
        self,
        call: str,
        method: str,
        url: str,
        read: Callable[[str, int, bytes, Iterable[str]], Reply],
        *,
        hide: tuple[str, ...] = (),
        **request: Any,
    ) -> Reply:
        started = time.monotonic()
        try:
            async with self._session.request(
                method, url, timeout=_PATIENCE, allow_redirects=False, **request
            ) as response:
                status, raw = response.status, await whole(response, _LIMIT)
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


def _measured(path: str) -> str:
    """The call as it is counted: without the ids of the people and things that it is about."""
    return _ABOUT.get(path.partition("/")[0], path)
