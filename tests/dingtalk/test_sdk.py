"""The platform's own client, which we did not write, against our server's side of the Stream."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.dingtalk.rig import APP, Rig, rigged
from tests.waiting import PATIENCE

STAFF = "Staff01"


class Peer:
    """The client's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        self._lines = process.stdout

    async def tells(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            line = await self._lines.readline()
        assert line, "the client has ended"
        told: dict[str, Any] = json.loads(line)
        return told


@asynccontextmanager
async def connected(rig: Rig) -> AsyncIterator[Peer]:
    environment = {**os.environ, "DINGTALK_OPENAPI_ENDPOINT": rig.base, "PYTHONIOENCODING": "utf-8"}
    peer = Path(__file__).with_name("sdk_peer.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(peer), APP.client_id, APP.client_secret, stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await rig.server.gateway.until(lambda: rig.server.gateway.sockets)
        yield Peer(process)
    finally:
        process.kill()
        await process.wait()


@pytest.fixture(scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with rigged(callback_seconds=PATIENCE) as made:
        yield made


@pytest.fixture(scope="module")
async def peer(rig: Rig) -> AsyncIterator[Peer]:
    async with connected(rig) as made:
        yield made


async def test_it_hears_a_message_answers_it_and_acknowledges(rig: Rig, peer: Peer) -> None:
    push = await rig.server.say(STAFF, "客户 张三", wait=PATIENCE)

    assert await peer.tells() == {"heard": "客户 张三", "staff": STAFF, "kind": "text"}
    assert push.ack is not None
    assert push.ack["code"] == 200
    assert [shown.text for shown in rig.server.chat(STAFF)][-1] == "听到：客户 张三"


async def test_its_card_is_shown_and_changed_by_the_answer_to_a_tap(rig: Rig, peer: Peer) -> None:
    await rig.server.say(STAFF, "card", wait=PATIENCE)
    await peer.tells()
    made = await peer.tells()

    card = rig.server.chat(STAFF)[-1]
    assert [button.text for button in card.buttons] == ["同意"]
    await rig.server.tap(STAFF, card.id, "agree")

    tapped = await peer.tells()
    assert (tapped["by"], tapped["card"]) == (STAFF, made["card"])
    assert tapped["tapped"]["cardPrivateData"]["actionIds"] == ["agree"]
    assert rig.server.cards.instances[made["card"]].data["msgTitle"] == "已同意"


async def test_it_hears_an_event_in_a_group_and_alone(rig: Rig, peer: Peer) -> None:
    rig.server.add_group("cidGroup01==", "华南组", [STAFF, "staff02"])

    await rig.server.event("user_leave_org", {"userId": ["staff09"]})
    heard = await peer.tells()
    await rig.server.group_say("cidGroup01==", STAFF, "北辰仪器")
    said = await peer.tells()

    assert heard == {"event": "user_leave_org", "data": {"userId": ["staff09"]}}
    assert said["heard"] == "北辰仪器"


async def test_it_comes_back_after_it_was_told_to_leave(rig: Rig, peer: Peer) -> None:
    gateway, before = rig.server.gateway, rig.server.gateway.opened
    await gateway.ping()

    await gateway.leave()

    async with asyncio.timeout(PATIENCE):
        await gateway.until(lambda: gateway.opened > before and any(not s.leaving for s in gateway.sockets))
    await rig.server.say(STAFF, "又来了")
    assert (await peer.tells())["heard"] == "又来了"
    pings = [entry for entry in gateway.log if entry["topic"] == "ping"]
    assert json.loads(pings[0]["ack"]["data"]) == pings[0]["data"]
