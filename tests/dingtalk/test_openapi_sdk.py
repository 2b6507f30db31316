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
PEER = Path(__file__).with_name("openapi_peer.py")
STAFF = "Staff01"
TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="the SDK is not installed here: make openapi")


async def done(base: str) -> list[dict[str, Any]]:
    """What it says that it did."""
    endpoint = base.removeprefix("http://")
    arguments = (str(PEER), endpoint, APP.client_id, APP.client_secret, STAFF, TEMPLATE)
    process = await asyncio.create_subprocess_exec(PYTHON, *arguments, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    return [json.loads(line) for line in said.splitlines()]


async def test_it_sends_a_message_makes_a_card_and_changes_it() -> None:
    async with rigged() as rig:
        sent, refused, made, changed = await done(rig.base)
        message, card = rig.server.chat(STAFF)

        assert (sent["sent"], bool(sent["key"]), message.text) == (200, True, "你好")
        assert refused["refused"].startswith("invalidParameter.robotCode")
        assert (made, changed) == ({"made": True, "reached": [True]}, {"changed": True})
        assert card.title == "已批"
        assert rig.server.cards.instances["openapi-1"].data["msgContent"] == "内容"
