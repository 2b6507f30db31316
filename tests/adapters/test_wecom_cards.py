"""The five template cards through the channel: made by what a card holds, changed in place while a code lives, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.adapters.tokens import TokenCache
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.callback import PATH, routes
from bot.adapters.wecom.channel import WeComChannel
from bot.adapters.wecom.media import WeComMedia
from bot.adapters.wecom.outgoing import OutgoingFiles
from bot.message import Message
from bot.messenger.model import AppCredentials, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from bot.web.edge import site
from cards.model import Action, Button, Card, CardFile, Listed, Lists, Receipt, Recipient, Ticks
from config.clock import ShiftableClock
from domain.actor import ReplyHandle
from domain.errors import NotUpdatable
from domain.files import FileStore
from tests.adapters import wire
from tests.waiting import PATIENCE

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PEOPLE = [{"userid": f"seller{n}", "name": f"销售{n}"} for n in range(8)]
TO = Recipient("direct", "seller0")
PNG = b"\x89PNG\r\n\x1a\n of a contract"
DONE = Card(kind="a", title="已完成 · 2 件待办", state="已完成")
UNDO = Button("撤销", Action("order.undo", ("7",)))
CARDS = {
    "button_interaction": Card(kind="a", title="已记录 · 恒泰塑胶", buttons=(UNDO,)),
    "vote_interaction": Card(kind="a", title="哪几件？", blocks=(Ticks("t", (("1", "寄样册"),)),), buttons=(UNDO,)),
    "multiple_interaction": Card(
        kind="a", title="转给谁？", blocks=(Lists((Listed("to", "给谁", (("1", "郑总"),)),)),), buttons=(UNDO,)
    ),
    "news_notice": Card(kind="a", title="图片 · 恒泰塑胶", more=(UNDO,)),
    "text_notice": Card(kind="a", title="知会你 · 85折 已同意", link="https://crm.example.com/a/1"),
}


@dataclass
class Stage:
    server: WeComServer
    channel: WeComChannel
    clock: ShiftableClock
    picture: CardFile
    accepted: list[Message]

    def card(self, kind: str) -> Card:
        return replace(CARDS[kind], file=self.picture) if kind == "news_notice" else CARDS[kind]

    def seen(self, userid: str = "seller0") -> Shown:
        return self.server.chat(userid)[-1]

    async def update(self, receipt: Receipt, card: Card, handle: ReplyHandle | None = None) -> Receipt:
        return await self.channel.update(TO, receipt, card, key="u-1", handle=handle)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock, store = ShiftableClock(START, still=True), FileStore(tmp_path)
    stored = await store.put(PNG)
    app = AppCredentials(wire.CORP, 1000007, "app-secret", wire.TOKEN, wire.AES_KEY)
    quirks = Quirks(pictures_per_day=2, callback_timeout=PATIENCE)
    server = WeComServer(Organisation.build("示例公司", PEOPLE), app, clock, quirks=quirks)
    accepted: list[Message] = []

    async def accept(message: Message) -> None:
        accepted.append(message)

    ours = site()
    ours.add_routes(routes(wire.settings(), accept, clock))
    async with TestServer(server.application()) as wecom, TestServer(ours) as home, aiohttp.ClientSession() as http:
        server.callback_url = str(home.make_url(PATH))
        settings = wire.settings(str(wecom.make_url("/")).rstrip("/"))
        api = WeComApi(settings, http, TokenCache(clock))
        channel = WeComChannel(settings, api, clock, OutgoingFiles(WeComMedia(api, clock), store))
        yield Stage(server, channel, clock, CardFile("合同.png", stored.sha256, stored.media_type), accepted)


@pytest.mark.parametrize("kind", list(CARDS))
async def test_what_a_card_holds_decides_which_it_becomes(stage: Stage, kind: str) -> None:
    await stage.channel.send(TO, stage.card(kind), key="c-1")

    assert stage.seen().card_type == kind


@pytest.mark.parametrize("kind", [kind for kind in CARDS if kind != "text_notice"])
async def test_a_card_is_changed_once_by_its_sending_and_once_by_each_tap(stage: Stage, kind: str) -> None:
    receipt = await stage.channel.send(TO, stage.card(kind), key="c-1")
    receipt = await stage.update(receipt, replace(stage.card(kind), title="改过 · 恒泰塑胶"))
    assert (stage.seen().text, stage.seen().updated) == ("改过 · 恒泰塑胶", True)
    with pytest.raises(NotUpdatable):
        await stage.update(receipt, DONE)

    press = stage.server.menu if kind == "news_notice" else stage.server.tap
    await press("seller0", stage.seen().id, "order.undo:7")
    receipt = await stage.update(receipt, DONE, stage.accepted[-1].handle)

    assert (stage.seen().text, stage.seen().state, receipt.codes) == ("已完成 · 2 件待办", "已完成", ())
    assert len(stage.server.chat("seller0")) == 1


@pytest.mark.parametrize("kind", [kind for kind in CARDS if kind != "text_notice"])
async def test_after_three_days_a_card_cannot_be_changed(stage: Stage, kind: str) -> None:
    receipt = await stage.channel.send(TO, stage.card(kind), key="c-1")
    stage.clock.advance(timedelta(hours=72))

    with pytest.raises(NotUpdatable):
        await stage.update(receipt, DONE)
    assert stage.server.calls["message/update_template_card"] == 0


async def test_a_notice_that_calls_nobody_back_gives_no_code(stage: Stage) -> None:
    receipt = await stage.channel.send(TO, stage.card("text_notice"), key="c-1")

    assert receipt.codes == ()
    with pytest.raises(NotUpdatable):
        await stage.update(receipt, DONE)


# -- files ------------------------------------------------------------------------------------------------------------


async def test_a_file_for_many_is_uploaded_once_and_again_when_its_three_days_are_over(stage: Stage) -> None:
    card = Card(kind="a", text="[图片]", file=stage.picture)

    async def send(day: int) -> None:
        people = [Recipient("direct", each["userid"]) for each in PEOPLE]
        await asyncio.gather(*(stage.channel.send(to, card, key=f"f-{day}-{to.id}") for to in people))

    await send(0)
    assert stage.server.calls["media/upload"] == 1
    stage.clock.advance(timedelta(days=2))
    await send(2)
    assert stage.server.calls["media/upload"] == 1
    stage.clock.advance(timedelta(days=1))
    await send(3)

    assert stage.server.calls["media/upload"] == 2
    assert [shown.kind for shown in stage.server.chat("seller7")] == ["image"] * 3


async def test_a_picture_on_a_card_is_given_to_wecom_once_and_can_be_looked_at(stage: Stage) -> None:
    for number in range(3):
        await stage.channel.send(TO, stage.card("news_notice"), key=f"p-{number}")

    shown = stage.seen().card or {}
    async with aiohttp.ClientSession() as http, http.get(shown["card_image"]["url"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PNG)
    assert stage.server.calls["media/uploadimg"] == 1
    assert shown["card_action"] == {"type": 1, "url": shown["card_image"]["url"]}


@pytest.mark.parametrize("why", ["refused", "too-many"])
async def test_where_no_card_may_show_it_the_picture_goes_by_itself(stage: Stage, why: str) -> None:
    stage.server.faults.refuse("media/uploadimg", 48002 if why == "refused" else 45009)

    await stage.channel.send(TO, stage.card("news_notice"), key="p-1")

    assert stage.seen().kind == "image"
