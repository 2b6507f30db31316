"""A file whose sender names no length is read as far as is kept, and no further, whoever sends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.tokens import TokenCache
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom_robot.media import RobotMedia
from config.clock import SystemClock
from config.messengers import DingTalkSettings
from domain.errors import FileTooLarge
from tests.adapters import wire

MOST = 100_000
Fetch = Callable[[aiohttp.ClientSession, str], Awaitable[object]]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Of a messenger that gives a token, and then a file without an end."""
    application = web.Application()
    application.router.add_get("/cgi-bin/gettoken", given)
    application.router.add_get("/{path:.*}", endless)
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")


async def given(_: web.Request) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": "given", "expires_in": 7200})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Disposition": 'attachment; filename="a.pdf"'})
    await response.prepare(request)
    for _ in range(1000):
        await response.write(b" " * 10_000)
    return response


async def from_wecom(http: aiohttp.ClientSession, address: str) -> object:
    return await WeComApi(wire.settings(address), http, TokenCache(SystemClock())).download("media/get", MOST)


async def from_dingtalk(http: aiohttp.ClientSession, address: str) -> object:
    settings = DingTalkSettings(client_id="ding0001", client_secret=SecretStr("x"), api_base=address)
    return await DingTalkApi(settings, http, TokenCache(SystemClock())).download(f"{address}/file", MOST)


async def from_the_robot(http: aiohttp.ClientSession, address: str) -> object:
    source: Mapping[str, str] = {"url": f"{address}/file", "aeskey": ""}
    return await RobotMedia(http).fetch(source, MOST)


@pytest.mark.parametrize("fetch", [from_wecom, from_dingtalk, from_the_robot])
async def test_a_file_without_an_end_is_too_large(fetch: Fetch, address: str) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(FileTooLarge, match="more than"):
            await fetch(http, address)
