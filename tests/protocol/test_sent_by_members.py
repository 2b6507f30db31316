"""What members send, as wechatpy reads it; and wechatpy's client at the server's media and menu."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from wechatpy.enterprise import parse_message
from wechatpy.exceptions import WeChatClientException

from bot.messenger.model import Refusal
from tests.protocol.stage import AGENT, Stage

DAY = timedelta(days=1)
JPEG = b"\xff\xd8\xff\xe0 a picture"
MENU = {
    "button": [
        {"type": "click", "name": "今天", "key": "ask.today"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "官网", "url": "https://crm.example.com"}]},
    ]
}


async def test_wechatpy_reads_each_type_that_a_member_sends(stage: Stage) -> None:
    members = stage.server.members
    await members.file("tao.yi", "image", "a.jpg", JPEG)
    await members.file("tao.yi", "voice", "v.amr", b"#!AMR\n1234")
    await members.location("tao.yi", 31.2989, 120.5853, "星湖街8号")
    await members.link("tao.yi", "快讯", "要点", "https://n.example.com/?a=1&b=2")

    image, voice, place, link = (parse_message(stage.app.opened(at)) for at in range(4))

    assert (image.type, image.source, image.media_id) == ("image", "tao.yi", "media1")
    assert (voice.type, voice.media_id, voice.format) == ("voice", "media2", "amr")
    assert (place.type, place.location, place.label) == ("location", ("31.2989", "120.5853"), "星湖街8号")
    assert (link.type, link.title, link.url) == ("link", "快讯", "https://n.example.com/?a=1&b=2")
    assert len({image.id, voice.id, place.id, link.id}) == 4


async def test_wechatpy_reads_a_click_on_the_menu_that_it_made(client: Any, stage: Stage) -> None:
    await asyncio.to_thread(client.menu.create, AGENT, MENU)
    await stage.server.members.click("tao.yi", "ask.today")

    clicked = parse_message(stage.app.opened())
    kept = await asyncio.to_thread(client.menu.get, AGENT)

    assert (clicked.event, clicked.key, clicked.source) == ("click", "ask.today", "tao.yi")
    assert kept["button"] == MENU["button"]
    await asyncio.to_thread(client.menu.delete, AGENT)
    with pytest.raises(KeyError):
        await stage.server.members.click("tao.yi", "ask.today")


@pytest.mark.parametrize(
    "buttons",
    [
        [],
        [{"type": "click", "name": "一", "key": "a"}] * 4,
        [{"type": "click", "name": "六个汉字的名", "key": "a"}],
        [{"type": "click", "name": "一"}],
        [{"type": "click", "name": "一", "key": "a" * 129}],
        [{"type": "view", "name": "一", "url": "crm.example.com"}],
        [{"type": "hologram", "name": "一", "key": "a"}],
        [{"name": "一", "sub_button": [{"type": "click", "name": "二", "key": "a"}] * 6}],
    ],
)
async def test_a_menu_that_wecom_would_not_take_is_refused(client: Any, buttons: list[Any]) -> None:
    with pytest.raises(WeChatClientException):
        await asyncio.to_thread(client.menu.create, AGENT, {"button": buttons})


async def test_wechatpy_fetches_what_a_member_sent_until_it_is_three_days_old(client: Any, stage: Stage) -> None:
    await stage.server.members.file("tao.yi", "file", "技术 协议.pdf", b"%PDF-1.7 terms")
    fetch = {"media_id": parse_message(stage.app.opened())._data["MediaId"]}

    answer = await asyncio.to_thread(client.get, "media/get", params=fetch)
    stage.clock.advance(3 * DAY)

    assert answer.content == b"%PDF-1.7 terms"
    with pytest.raises(WeChatClientException) as gone:
        await asyncio.to_thread(client.get, "media/get", params=fetch)
    assert gone.value.errcode == 40007


async def test_a_file_that_the_client_would_not_let_go_is_refused_at_the_phone(stage: Stage) -> None:
    with pytest.raises(Refusal):
        await stage.server.members.file("tao.yi", "voice", "v.amr", b"0" * (3 << 20))
    assert stage.server.chat("tao.yi") == []
