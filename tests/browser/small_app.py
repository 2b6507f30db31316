"""An app at the other end of the wire, as small as can be: it hears callbacks, and says what a test tells it to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from xml.etree.ElementTree import Element

import aiohttp
from aiohttp import web
from defusedxml.ElementTree import fromstring

from bot.messenger.crypto import Seal
from bot.messenger.model import AppCredentials

CREDENTIALS = AppCredentials(
    corp_id="wwpagetests00001", agent_id=1000002, secret="page-secret", token="pagetoken", aes_key="a" * 43
)
Answering = Callable[[Element], Awaitable[None]]


class SmallApp:
    """Hears callbacks at `/callback`; `heard` are the inner messages, and `answering` is called with each."""

    def __init__(self) -> None:
        self.heard: list[Element] = []
        self.answering: Answering | None = None
        self.status = 200
        self.base = ""
        self._seal = Seal(CREDENTIALS.aes_key)
        self._arrived = asyncio.Condition()

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/callback", self._callback)
        return app

    async def send(self, userid: str, msgtype: str, content: dict[str, Any]) -> dict[str, Any]:
        """Send as the app; gives the API's answer."""
        body = {"touser": userid, "msgtype": msgtype, "agentid": CREDENTIALS.agent_id, msgtype: content}
        return await self.post("message/send", body)

    async def token(self) -> str:
        """A token for the API at `base`."""
        who = {"corpid": CREDENTIALS.corp_id, "corpsecret": CREDENTIALS.secret}
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.base}/cgi-bin/gettoken", params=who) as given,
        ):
            return str((await given.json(content_type=None))["access_token"])

    async def post(self, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """One call of the API at `base` with a fresh token; fails on a refusal."""
        query["access_token"] = await self.token()
        async with aiohttp.ClientSession() as http:
            url = f"{self.base}/cgi-bin/{path}"
            async with http.post(url, params=query, json=body) as answer:
                said: dict[str, Any] = await answer.json(content_type=None)
        assert said["errcode"] == 0, said
        return said

    async def upload(self, kind: str, name: str, data: bytes) -> str:
        """Leave a file with the API; gives its id."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", data, filename=name, content_type="application/octet-stream")
        query = {"access_token": await self.token(), "type": kind}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.base}/cgi-bin/media/upload", params=query, data=form) as answer,
        ):
            return str((await answer.json(content_type=None))["media_id"])

    async def hears(self, wanted: Callable[[Element], bool]) -> Element:
        """Wait for the first message that is wanted."""
        async with asyncio.timeout(60), self._arrived:
            while True:
                if found := next((each for each in self.heard if wanted(each)), None):
                    return found
                await self._arrived.wait()

    async def _callback(self, request: web.Request) -> web.Response:
        if self.status != 200:
            return web.Response(status=self.status)
        sealed = fromstring(await request.text()).findtext("Encrypt", "")
        inner: Element = fromstring(self._seal.open(sealed, CREDENTIALS.corp_id))
        async with self._arrived:
            self.heard.append(inner)
            self._arrived.notify_all()
        if self.answering is not None:
            await self.answering(inner)
        return web.Response()
