"""Frames that the page of the local messenger would never send: nobody but their sender loses anything."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.app import listening
from bot.messenger.model import AppCredentials
from bot.messenger.page.server import LARGEST, page
from bot.messenger.people import Organisation
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.adapters import wire

FRAMES = (
    "",
    "hello",
    "[" * 50_000,
    '{"a":' * 10_000,
    "[]",
    "null",
    "NaN",
    '"say"',
    '{"type": null}',
    '{"type": ["say"]}',
    '{"type": "say", "as": 7, "text": []}',
    '{"type": "tap", "as": "chu.yao", "id": "x", "key": "y", "selections": 5}',
    '{"type": "shift", "by": "-1h"}',
    '{"type": "hello", "after": "x", "epoch": {}}',
    '{"type": "__class__"}',
    '{"type": "outside", "did": "add", "member": "nobody", "name": "x"}',
    '{"type": "outside", "did": "edit", "member": "chu.yao", "external": [], "tags": 7}',
    '{"type": "staff", "did": "hire", "member": "a b", "name": "x"}',
    '{"type": "staff", "did": "dissolve", "department": {}}',
    '{"type": "say", "as": "\\ud800", "text": "\\ud800"}',
)


@pytest.fixture
async def origin(caplog: pytest.LogCaptureFixture) -> AsyncIterator[str]:
    clock = ShiftableClock(datetime(2026, 11, 25, 8, 0, tzinfo=UTC), still=True)
    app = AppCredentials(wire.CORP, 1000007, "app-secret", wire.TOKEN, wire.AES_KEY)
    server = WeComServer(Organisation.build("南山科技", [{"userid": "chu.yao", "name": "褚遥"}]), app, clock)
    async with listening(page(server, clock, ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_line_survives_every_frame_that_makes_no_sense(origin: str) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{origin}/ws", origin=origin) as line:
        for frame in FRAMES:
            await line.send_str(frame)
        await line.send_bytes(b"\xff\x00")
        await line.send_str(json.dumps({"type": "no such thing", "ref": "last"}))

        while (answer := await line.receive_json(timeout=20)).get("ref") != "last":
            assert answer["type"] in ("done", "snapshot")
            assert not answer.get("ok")

        assert answer["ok"] is False


async def test_a_frame_over_the_limit_ends_the_line(origin: str) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{origin}/ws", origin=origin) as line:
        await line.send_str(" " * (LARGEST + 1))

        assert (await line.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        assert line.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


@pytest.mark.parametrize("elsewhere", ["http://evil.example", "null", "http://127.0.0.1:1", ""])
async def test_a_page_of_another_origin_gets_no_line(origin: str, elsewhere: str) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"{origin}/ws", origin=elsewhere)

    assert refused.value.status == 403


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example.com/h5/customers/1", "javascript:alert(1)", "http://crm.example.com.evil.example/", ""],
)
async def test_the_members_client_opens_the_pages_of_the_app_and_nothing_else(origin: str, url: str) -> None:
    async with aiohttp.ClientSession() as http:
        query = {"as": "chu.yao", "url": url}
        async with http.get(f"{origin}/open", params=query, allow_redirects=False) as answer:
            assert answer.status == 400
        elsewhere = {"Host": "messenger.example.com"}
        async with http.get(f"{origin}/connect/oauth2/authorize", headers=elsewhere, allow_redirects=False) as answer:
            assert answer.status == 403
