"""The messenger's own client of the smart robot, for Node, against our server's side of the long connection."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.node_clients import INSTALLED, Node, NodeError, node
from tests.robot.link_stage import ROBOT, Rig, rigged
from tests.robot.test_sdk import card

pytestmark = pytest.mark.skipif(not INSTALLED, reason="the packages for Node could not be installed here")
USER = "Shen.Qing"


@asynccontextmanager
async def connected(rig: Rig, secret: str = ROBOT.secret) -> AsyncIterator[Node]:
    async with node() as theirs:
        options = {"wsUrl": rig.url, "reconnectInterval": 20, "maxAuthFailureAttempts": 2}
        await theirs.do("connect", options={"botId": ROBOT.bot_id, "secret": secret, **options})
        yield theirs
        await theirs.do("disconnect")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[Node]:
    async with connected(rig) as theirs:
        await theirs.next("authenticated")
        yield theirs


async def _heard(rig: Rig, client: Node, text: str) -> Any:
    await rig.server.say(USER, text)
    return await client.next("message.text")


async def test_it_hears_and_streams_an_answer(rig: Rig, client: Node) -> None:
    frame = await _heard(rig, client, "报表")
    for content, finish in (("第一", False), ("第一第二", False), ("第一第二第三", True)):
        await client.do("stream", frame=frame, stream="st_1", content=content, finish=finish)

    assert frame["body"]["from"]["userid"] == USER
    assert [said.text for said in rig.server.chat(USER)] == ["报表", "第一第二第三"]


async def test_it_hears_a_mention_in_a_group(rig: Rig, client: Node) -> None:
    rig.server.add_group("wrQzA9", "华南组", [USER, "tao.yi"])
    await rig.server.group_say("wrQzA9", USER, "@跟进 今天有什么")

    body = (await client.next("message.text"))["body"]

    assert (body["chatid"], body["chattype"], body["text"]["content"]) == ("wrQzA9", "group", "@跟进 今天有什么")


async def test_it_sends_a_card_hears_the_tap_and_changes_the_card_once(rig: Rig, client: Node) -> None:
    await client.do("card", frame=await _heard(rig, client, "记一下"), card=card("t_1", "北辰仪器"))
    await rig.server.tap(USER, rig.server.chat(USER)[-1].id, "done")
    tap = await client.next("event.template_card_event")

    await client.do("update", frame=tap, card=card("t_1", "北辰仪器 已完成"))

    with pytest.raises(NodeError, match="846605"):
        await client.do("update", frame=tap, card=card("t_1", "再来"))
    assert tap["body"]["event"]["template_card_event"]["event_key"] == "done"
    assert rig.server.chat(USER)[-1].text == "北辰仪器 已完成"


async def test_it_welcomes_pushes_and_sends_a_file_in_pieces(rig: Rig, client: Node) -> None:
    await rig.server.enter(USER)
    entered = await client.next("event.enter_chat")
    await client.do("welcome", frame=entered, body={"msgtype": "text", "text": {"content": "你好"}})
    pushed = {"msgtype": "markdown", "markdown": {"content": "提醒"}}
    with pytest.raises(NodeError, match="93001"):
        await client.do("send", to=USER, body=pushed)
    await _heard(rig, client, "好")
    await client.do("send", to=USER, body=pushed)
    data = base64.b64encode(bytes(range(256)) * 2500).decode()  # two pieces
    kept = await client.do("upload", data=data, type="file", filename="报价.xlsx")
    await client.do("media", to=USER, type="file", media=kept["media_id"])

    assert [said.text for said in rig.server.chat(USER)] == ["你好", "好", "提醒", "[报价.xlsx]"]


async def test_it_comes_back_after_a_cut(rig: Rig, client: Node) -> None:
    rig.server.line.cut()
    await client.next("authenticated")

    assert (await _heard(rig, client, "在吗"))["body"]["text"]["content"] == "在吗"


async def test_a_wrong_secret_is_refused(rig: Rig) -> None:
    async with connected(rig, secret="wrong") as client:
        assert "853000" in await client.next("error")
