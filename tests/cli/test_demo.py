"""`genjin demo` as a visitor meets it: the page is up, a message is answered, a later start finds everything again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.adapters.wecom.sealed import SealedCallbacks
from bot.commands.demo import stage
from bot.commands.ports import free_port
from config.clock import SystemClock
from config.settings import Settings
from domain.database import Database
from domain.tables import Activity, Customer
from tests.waiting import PATIENCE


@asynccontextmanager
async def visitor(data: Path, *, empty: bool = False) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The line of an open page; its first frame is all that is there."""
    async with (
        stage(Settings(), port=0, data=data, empty=empty) as address,
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{address}/ws", origin=address) as line,
    ):
        await line.send_json({"type": "hello"})
        yield line


async def hears(line: aiohttp.ClientWebSocketResponse, words: str) -> str:
    """The first frame with these words."""
    async with asyncio.timeout(PATIENCE):
        while True:
            frame = str(await line.receive_str())
            if words in frame:
                return frame


async def count(data: Path, table: type) -> int:
    database = Database(f"sqlite:///{data / 'genjin.db'}", SystemClock())
    async with database.read() as session:
        found = await session.scalar(select(func.count()).select_from(table))
    await database.close()
    return int(found or 0)


async def test_a_message_typed_on_the_page_is_answered(tmp_path: Path) -> None:
    async with visitor(tmp_path) as line:
        await hears(line, "林越")
        await line.send_json({"type": "say", "as": "lin.yue", "text": "拜访了华星精工的张总，聊了ERP二期", "ref": 1})

        assert "华星精工" in await hears(line, "已记录")

    assert await count(tmp_path, Activity) == 1501


async def test_a_second_start_keeps_what_was_said(tmp_path: Path) -> None:
    async with visitor(tmp_path) as line:
        await line.send_json({"type": "say", "as": "lin.yue", "text": "拜访了华星精工的张总，聊了ERP二期", "ref": 1})
        await hears(line, "已记录")

    async with visitor(tmp_path) as line:
        await hears(line, "林越")

    assert await count(tmp_path, Activity) == 1501
    assert await count(tmp_path, Customer) == 200


async def test_time_does_not_run_back_with_a_new_start(tmp_path: Path) -> None:
    async with visitor(tmp_path) as line:
        await line.send_json({"type": "shift", "as": "lin.yue", "by": "1d", "ref": 1})
        await hears(line, '"done"')
        await line.send_json({"type": "say", "as": "lin.yue", "text": "帮助", "ref": 2})
        await hears(line, "我能替你记")

    async with visitor(tmp_path) as line:
        now = json.loads(await hears(line, '"now"'))["now"]

    assert datetime.fromtimestamp(now / 1000, UTC) > datetime.now(UTC) + timedelta(hours=23)


async def test_a_machine_that_is_slow_at_first_is_not_taken_for_a_proxy_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = SealedCallbacks.verify

    async def slowly(self: SealedCallbacks, request: web.Request) -> web.Response:
        await asyncio.sleep(1.2)  # longer than WeCom waits
        return await verify(self, request)

    monkeypatch.setattr(SealedCallbacks, "verify", slowly)

    async with visitor(tmp_path, empty=True) as line:
        assert "周波" in await hears(line, "林越")


def test_no_port_is_given_twice() -> None:
    ports = [free_port() for _ in range(500)]

    assert len(set(ports)) == len(ports)


async def test_an_empty_demo_has_only_people(tmp_path: Path) -> None:
    async with visitor(tmp_path, empty=True) as line:
        assert "周波" in await hears(line, "林越")

    assert await count(tmp_path, Customer) == 0


async def test_an_approver_finds_the_request_that_waits_for_him(tmp_path: Path) -> None:
    async with visitor(tmp_path) as line:
        assert "zhao.qing" in await hears(line, "待你审批")


async def test_a_dingtalk_group_with_a_robot_of_its_own_hears_of_a_win(tmp_path: Path) -> None:
    async with visitor(tmp_path) as line:
        told = re.search(r"地址：(\S+robot/send\S+ 加签 SEC\w+)", await hears(line, "华东组钉钉喜报群"))
        assert told is not None
        await line.send_json({"type": "say", "as": "chen.gong", "text": f"把 {told[1]} 设为华东组销售群", "ref": 1})
        await hears(line, "会发到这里：华东组的签约喜报")
        await line.send_json({"type": "say", "as": "lin.yue", "text": "华星精工签了！合同68万", "ref": 2})

        assert "华星精工" in await hears(line, "🎉")
