"""wecomkit's client, which we did not write, sends to the webhook of a group; what it cannot send, plain JSON does."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from wecomkit import AsyncWeComClient, WeComConfig

from bot.messenger.model import Shown
from tests.protocol.stage import CORP, SECRET, Stage, buttons, news, notice

PICTURE = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[AsyncWeComClient]:
    async with AsyncWeComClient(WeComConfig(CORP, SECRET, base_url=stage.base)) as made:
        yield made


@pytest.fixture
def address(stage: Stage) -> str:
    """The webhook of a group of two."""
    hook = stage.server.add_webhook("喜报群", ["Shen.Qing", "tao.yi"])
    return f"{stage.base}/cgi-bin/webhook/send?key={hook.key}"


def said(stage: Stage) -> list[Shown]:
    return list(stage.server.groups()[0].messages)


async def test_it_sends_text_markdown_pictures_and_articles(
    client: AsyncWeComClient, stage: Stage, address: str
) -> None:
    article = {"title": "周报", "description": "", "url": "https://example.com/1"}
    await client.robot.send_text(address, "晨会五分钟后开始")
    await client.robot.send_markdown(address, "<@tao.yi> **海川机电** 跟进")
    await client.robot.send_image(
        address, base64.b64encode(PICTURE).decode(), hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    )
    await client.robot.send_news(address, [article])

    assert [(each.kind, each.text) for each in said(stage)] == [
        ("text", "晨会五分钟后开始"),
        ("markdown", "<@tao.yi> **海川机电** 跟进"),
        ("image", "[图片]"),
        ("news", "周报"),
    ]
    assert said(stage)[1].mentions == ("tao.yi",)


async def test_it_is_refused_with_the_numbers_of_the_reference(client: AsyncWeComClient, stage: Stage) -> None:
    wrong = f"{stage.base}/cgi-bin/webhook/send?key=00000000-0000-0000-0000-000000000000"

    answer = await client.robot.send_text(wrong, "在吗")

    assert answer["errcode"] == 93000


async def test_twenty_a_minute_and_key_then_45009(stage: Stage, address: str) -> None:
    one = {"msgtype": "text", "text": {"content": "一条"}}
    codes = [await posted(stage, address, one) for _ in range(21)]
    stage.clock.advance(timedelta(seconds=61))

    assert codes == [0] * 20 + [45009]
    assert await posted(stage, address, one) == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "长" * 683}}, 40058),
        ({"msgtype": "markdown", "markdown": {"content": "长" * 1366}}, 40058),
        ({"msgtype": "textcard", "textcard": {"title": "x"}}, 40008),
        ({"msgtype": "template_card", "template_card": buttons()}, 40058),
        ({"msgtype": "template_card", "template_card": notice()}, 40058),
        ({"msgtype": "image", "image": {"base64": "AAAA", "md5": "0"}}, 40058),
        ([], 47001),
    ],
)
async def test_what_is_wrong_is_refused(stage: Stage, address: str, body: Any, errcode: int) -> None:
    assert await posted(stage, address, body) == errcode
    assert said(stage) == []


async def test_a_notice_without_task_and_menu_is_shown(stage: Stage, address: str) -> None:
    card = {name: value for name, value in news().items() if name not in ("task_id", "action_menu")}

    assert await posted(stage, address, {"msgtype": "template_card", "template_card": card}) == 0
    assert said(stage)[0].card == card


async def posted(stage: Stage, address: str, body: Any) -> int:
    async with stage.http.post(address, json=body) as answer:
        return int((await answer.json())["errcode"])
