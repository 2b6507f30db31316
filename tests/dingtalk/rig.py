"""The simulated DingTalk on a real port, with what a test of either side needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from bot.app import listening
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.people import Organisation
from config.clock import ShiftableClock

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
APP = DingTalkCredentials(
    client_id="dingrig0001", client_secret="secret-of-the-rig", templates=frozenset({"own.schema"})
)
PEOPLE = [
    {"userid": "Staff01", "name": "沈青", "title": "销售"},
    {"userid": "staff02", "name": "陶一", "title": "销售"},
]


@dataclass
class Rig:
    """The server, and how it is reached."""

    server: DingTalkServer
    clock: ShiftableClock
    base: str
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """One call of the new API: status and answer."""
        headers = {"x-acs-dingtalk-access-token": token} if token else {}
        async with self.http.request(method, f"{self.base}/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def token(self) -> str:
        given = {"appKey": APP.client_id, "appSecret": APP.client_secret}
        _, answer = await self.call("POST", "v1.0/oauth2/accessToken", given)
        return str(answer["accessToken"])


@asynccontextmanager
async def rigged(*, still: bool = True, **quirks: Any) -> AsyncIterator[Rig]:
    """A server with these quirks, whose clock stands still or runs on."""
    clock = ShiftableClock(START, still=still)
    organisation = Organisation.build("远山科技", PEOPLE)
    server = DingTalkServer(organisation, APP, clock, quirks=DingTalkQuirks(**quirks))
    application = web.Application(client_max_size=32 << 20)
    application.add_routes(server.routes())
    async with listening(application, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        yield Rig(server, clock, f"http://127.0.0.1:{port}", http)
        await server.close()
