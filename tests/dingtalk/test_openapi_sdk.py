"""DingTalk's own SDK of the new API, which we did not write, pointed at our server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.dingtalk.rig import APP, rigged
from tests.waiting import PATIENCE

PYTHON = Path(__file__).parents[2] / ".openapi" / "bin" / "python"
PEER, LISTS = (Path(__file__).with_name(name) for name in ("openapi_peer.py", "openapi_lists_peer.py"))
STAFF = "Staff01"
TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="the SDK is not installed here: make openapi")


async def done(base: str, peer: Path, *more: str) -> list[dict[str, Any]]:
    """What it says that it did."""
    endpoint = base.removeprefix("http://")
    arguments = (str(peer), endpoint, APP.client_id, APP.client_secret, *more)
    process = await asyncio.create_subprocess_exec(PYTHON, *arguments, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    return [json.loads(line) for line in said.splitlines()]


async def test_it_sends_a_message_makes_a_card_and_changes_it() -> None:
    async with rigged() as rig:
        sent, refused, made, changed = await done(rig.base, PEER, STAFF, TEMPLATE)
        message, card = rig.server.chat(STAFF)

        assert (sent["sent"], bool(sent["key"]), message.text) == (200, True, "你好")
        assert refused["refused"].startswith("invalidParameter.robotCode")
        assert (made, changed) == ({"made": True, "reached": [True]}, {"changed": True})
        assert card.title == "已批"
        assert rig.server.cards.instances["openapi-1"].data["msgContent"] == "内容"


async def test_it_puts_a_to_do_and_an_event_there_changes_them_and_takes_them_away() -> None:
    async with rigged() as rig:
        refused, made, found, listed, event = await done(rig.base, LISTS, f"uni-{STAFF}")

        assert refused == {"without_a_page": "todo.taskCreate.paramError"}
        assert (made, found) == ({"made": "给报价", "done": False}, {"found": "给方案", "done": True})
        assert listed == {"listed": [["openapi-task-1", True, True]]}
        assert event == {"once": True, "start": "2026-12-03T10:00:00+08:00"}
        assert (rig.server.todos.of(STAFF), rig.server.calendars.of(STAFF)) == ([], [])
