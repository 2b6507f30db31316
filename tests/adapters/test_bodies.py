"""Answers as they come over the wire: one without an end is read as far as is kept, one in pieces to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.seal import CallbackCrypto
from bot.adapters.tokens import TokenCache
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.echo import echo
from bot.adapters.wecom_robot.called import CalledRobotChannel
from bot.adapters.wecom_robot.media import RobotMedia
from bot.adapters.wecom_webhook.channel import WebhookChannel
from bot.speech import Speech
from cards.model import Card, Recipient
from config.clock import SystemClock
from config.messengers import DingTalkSettings
from config.settings import SpeechSettings
from domain import replies
from domain.database import Database
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


@pytest.fixture
async def halting() -> AsyncIterator[str]:
    """Of somebody whose answers come in two pieces, the second a moment after the first."""
    application = web.Application()
    application.router.add_get("/callback", repeated)
    application.router.add_route("*", "/{path:.*}", taken)
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")


async def taken(request: web.Request) -> web.StreamResponse:
    await request.read()
    return await in_pieces(request, b'{"errcode": 0, "errmsg": "ok", "text": "after the pause"}')


async def repeated(request: web.Request) -> web.StreamResponse:
    crypto, asked = CallbackCrypto(wire.settings()), request.query
    word = crypto.open(
        signature=asked["msg_signature"],
        timestamp=asked["timestamp"],
        nonce=asked["nonce"],
        encrypted=asked["echostr"],
        now=SystemClock().now(),
    )
    return await in_pieces(request, word)


async def in_pieces(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(body[:10])
    await asyncio.sleep(0.1)
    await response.write(body[10:])
    return response


async def test_what_a_group_was_told_is_not_told_again_because_the_answer_came_in_pieces(halting: str) -> None:
    async def key(_: str) -> str:
        return "of-the-group"

    async with aiohttp.ClientSession() as http:
        channel = WebhookChannel(halting, http, key)
        receipt = await channel.send(Recipient("group", "team"), Card(kind="plain.text", text="开单了"), key="1")

    assert receipt.ids == {"chatid": "team"}


async def test_a_response_url_is_not_used_again_because_the_answer_came_in_pieces(
    halting: str, sqlite_url: str
) -> None:
    database = Database(sqlite_url, clock := SystemClock())
    way = {"url": f"{halting}/response", "group": False}
    await replies.add_way(database, "shen", "message", way, clock.now() + timedelta(hours=1))
    async with aiohttp.ClientSession() as http:
        channel = CalledRobotChannel(database, http)
        receipt = await channel.send(Recipient("direct", "shen"), Card(kind="plain.text", text="好"), key="1")
    await database.close()

    assert receipt.ids["chatid"] == "shen"


async def test_what_was_said_is_heard_to_its_end_although_it_came_in_pieces(halting: str) -> None:
    async with aiohttp.ClientSession() as http:
        assert (
            await Speech(SpeechSettings(base_url=halting, model="m"), http).transcribe(b"sound", "a.amr")
            == "after the pause"
        )


async def test_a_callback_that_answers_in_pieces_is_right(halting: str) -> None:
    clock = SystemClock()
    async with aiohttp.ClientSession() as http:
        assert await echo(http, CallbackCrypto(wire.settings()), clock)(f"{halting}/callback") == (200, True)
