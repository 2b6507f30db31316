"""The other end of DingTalk's Stream, as small as can be: it hears what is pushed, and answers as a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.messenger.dingtalk.model import DingTalkCredentials
from bot.messenger.dingtalk.stream import CARD, ROBOT

APP = DingTalkCredentials(client_id="dingpagetests01", client_secret="page-secret", templates=frozenset({"own.schema"}))
_WANTED = [{"type": "CALLBACK", "topic": topic} for topic in (ROBOT, CARD)]


class SmallStream:
    """`heard` is what was pushed, as its inner object; `answer` gives what a push is answered with."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {"response": None}
        self._arrived = asyncio.Condition()

    async def hears(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Wait for the first push that is wanted."""
        async with asyncio.timeout(60), self._arrived:
            while True:
                if found := next((each for each in self.heard if wanted(each)), None):
                    return found
                await self._arrived.wait()

    @asynccontextmanager
    async def connected(self, base: str) -> AsyncIterator[None]:
        """Hold a socket of the gateway that is served there."""
        given = {"clientId": APP.client_id, "clientSecret": APP.client_secret, "subscriptions": _WANTED}
        async with aiohttp.ClientSession(headers={"Accept": "application/json"}) as http:
            async with http.post(f"{base}/v1.0/gateway/connections/open", json=given) as opened:
                told = await opened.json()
            async with http.ws_connect(told["endpoint"], params={"ticket": told["ticket"]}) as line:
                reading = asyncio.create_task(self._read(line))
                yield
                reading.cancel()

    async def _read(self, line: aiohttp.ClientWebSocketResponse) -> None:
        async for message in line:
            frame = json.loads(message.data)
            pushed = json.loads(frame["data"])
            headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
            data = json.dumps(self.answer(pushed))
            await line.send_json({"code": 200, "message": "OK", "headers": headers, "data": data})
            async with self._arrived:
                self.heard.append(pushed)
                self._arrived.notify_all()
