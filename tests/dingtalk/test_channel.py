"""What goes out by DingTalk when the platform refuses, loses an answer, or wants patience."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.card_route import CardRoute
from bot.adapters.dingtalk.cards import DingTalkCards
from bot.adapters.dingtalk.channel import DingTalkChannel
from bot.adapters.dingtalk.errors import DEEDS, TABLE, failure
from bot.adapters.dingtalk.media import DingTalkMedia
from bot.adapters.tokens import TokenCache
from cards.model import Action, Button, Card, Choice, Facts, Receipt, Recipient
from cards.renderers import dingtalk as renderer
from cards.renderers.dingtalk_ids import action_of
from config.messengers import DingTalkSettings
from domain.actor import ReplyHandle
from domain.errors import ChannelError, Misconfigured, NotUpdatable, Throttled, Unreachable
from domain.files import FileStore
from tests.dingtalk.rig import APP, Rig, rigged

STAFF = Recipient("direct", "Staff01")
CARD = Card(
    kind="x",
    title="待你审批 · 北辰 85折",
    blocks=(Facts((("金额", "80万→68万"),)),),
    buttons=(Button("同意", Action("approval.approve", ("4", "7")), "primary"), Button("驳回", Action("no", ("4",)))),
)
TEXT = Card(kind="plain.text", text="记好了")
BATCH, CARDS = "v1.0/robot/oToMessages/batchSend", "v1.0/card/instances/createAndDeliver"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


def channel(rig: Rig, **more: Any) -> DingTalkChannel:
    given = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "api_base": rig.base,
        "oapi_base": rig.base,
    }
    settings = DingTalkSettings.model_validate(given | more)
    api = DingTalkApi(settings, rig.http, TokenCache(rig.clock))
    route = CardRoute(api, settings, None, rig.clock)
    cards = DingTalkCards(api, settings.card_template_id, rig.clock, route)
    return DingTalkChannel(api, cards, DingTalkMedia(api, rig.clock, FileStore(Path("/nowhere"))), rig.clock, rig.base)


async def test_a_card_is_one_however_often_it_is_sent_and_its_buttons_say_what_they_do(rig: Rig) -> None:
    out = channel(rig)
    rig.server.faults.drop_answer(CARDS)
    with pytest.raises(ChannelError):
        await out.send(STAFF, CARD, key="k-1")

    receipt = await out.send(STAFF, CARD, key="k-1")

    shown = rig.server.chat("Staff01")
    assert len(shown) == 1
    assert [action_of(button.key) for button in shown[0].buttons] == [b.action for b in CARD.buttons]
    assert receipt.ids["track"] == "k-1"


async def test_a_changed_card_keeps_nothing_of_what_stood_there(rig: Rig) -> None:
    out = channel(rig)
    receipt = await out.send(STAFF, CARD, key="k-1")

    closed = replace(CARD, title="已同意 · 北辰 85折", state="已同意·马林", buttons=())
    await out.update(STAFF, receipt, closed, key="k-1")

    shown = rig.server.chat("Staff01")[0]
    assert shown.buttons == []
    assert "已同意·马林" in str(shown.card)
    with pytest.raises(NotUpdatable):
        await out.update(STAFF, Receipt({"track": "never", "template": renderer.PUBLIC}), closed, key="k-2")


async def test_a_token_that_is_refused_is_fetched_anew_and_the_call_made_once_more(rig: Rig) -> None:
    out = channel(rig)
    await out.send(STAFF, TEXT, key="k-1")
    rig.server.tokens.expire()
    rig.clock.advance(timedelta(minutes=1))

    await out.send(STAFF, TEXT, key="k-2")

    assert [shown.text for shown in rig.server.chat("Staff01")] == ["记好了", "记好了"]


async def test_throttling_is_no_failure_although_it_comes_as_forbidden(rig: Rig) -> None:
    rig.server.faults.refuse(BATCH, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", status=403)
    with pytest.raises(Throttled):
        await channel(rig).send(STAFF, TEXT, key="k-1")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("Forbidden.AccessDenied.AccessTokenPermissionDenied", Misconfigured),
        ("bot.stopped", Misconfigured),
        ("system.error", ChannelError),
    ],
)
async def test_a_refusal_says_whether_to_try_again(rig: Rig, code: str, error: type[ChannelError]) -> None:
    rig.server.faults.refuse(BATCH, code, status=400)
    with pytest.raises(error):
        await channel(rig).send(STAFF, TEXT, key="k-1")


async def test_nobody_there_hides_in_an_answer_that_looks_well(rig: Rig) -> None:
    for card in (TEXT, CARD):
        with pytest.raises(Unreachable):
            await channel(rig).send(Recipient("direct", "gone9"), card, key=f"k-{card.kind}")


async def test_a_page_in_place_of_an_answer_is_worth_another_try(rig: Rig) -> None:
    rig.server.faults.refuse(BATCH, status=503)
    with pytest.raises(ChannelError, match="HTTP 503"):
        await channel(rig).send(STAFF, TEXT, key="k-1")


async def test_without_the_right_to_cards_there_are_words_and_in_ten_minutes_cards_again(rig: Rig) -> None:
    out = channel(rig)
    rig.server.faults.refuse(CARDS, "Forbidden.AccessDenied.AccessTokenPermissionDenied", status=403)

    await out.send(STAFF, CARD, key="k-1")
    await out.send(STAFF, CARD, key="k-2")
    assert rig.server.api.calls[CARDS] == 1
    rig.clock.advance(timedelta(minutes=11))
    await out.send(STAFF, CARD, key="k-3")

    kinds = [shown.kind for shown in rig.server.chat("Staff01")]
    assert kinds == ["markdown", "markdown", "card"]
    assert "回：同意/驳回" in rig.server.chat("Staff01")[0].text


async def test_a_template_of_the_company_that_is_withdrawn_gives_way_to_the_public_one(rig: Rig) -> None:
    out = channel(rig, card_template_id="withdrawn.schema")

    receipt = await out.send(STAFF, CARD, key="k-1")

    assert receipt.ids["template"] == renderer.PUBLIC
    assert rig.server.chat("Staff01")[0].kind == "card"


async def test_an_answer_goes_by_the_webhook_while_it_lives_and_by_the_robot_after(rig: Rig) -> None:
    session, until = rig.server.sending.session("Staff01")
    url = f"{rig.base}/robot/sendBySession?session={session}"
    handle = ReplyHandle({"webhook": url}, rig.clock.now() + timedelta(minutes=90))
    out = channel(rig)

    await out.send(STAFF, TEXT, key="k-1", handle=handle)
    assert rig.server.api.calls[BATCH] == 0
    rig.clock.advance(timedelta(hours=2))
    late = ReplyHandle({"webhook": url}, rig.clock.now() + timedelta(minutes=1))
    await out.send(STAFF, TEXT, key="k-2", handle=late)

    assert until > 0
    assert rig.server.api.calls[BATCH] == 1
    assert len(rig.server.chat("Staff01")) == 2


async def test_a_webhook_that_is_not_dingtalks_is_never_called(rig: Rig) -> None:
    handle = ReplyHandle({"webhook": "http://127.0.0.1:1/robot/sendBySession"}, rig.clock.now() + timedelta(hours=1))

    await channel(rig).send(STAFF, TEXT, key="k-1", handle=handle)

    assert rig.server.api.calls[BATCH] == 1


def test_a_choice_with_one_button_is_buttons_and_with_several_a_number_to_type() -> None:
    choice = Choice("哪位张总", (("1", "张伟"), ("2", "张强")))
    pick, drop = Button("就是他", Action("which", ("9",))), Button("都不是", Action("none", ("9",)))
    one = Card(kind="x", title="哪位张总？", blocks=(choice,), buttons=(pick,))

    alone = json.loads(renderer.public(one)["sys_full_json_obj"])["msgButtons"]
    several = renderer.public(replace(one, buttons=(pick, drop)))

    assert [(b["text"], action_of(b["id"])) for b in alone] == [
        ("张伟", Action("which", ("9", "1"))),
        ("张强", Action("which", ("9", "2"))),
    ]
    assert "1 张伟，2 张强" in several["msgContent"]


def test_what_people_typed_never_becomes_markup() -> None:
    said = Card(kind="x", title="[点我](http://x)", blocks=(Facts((("需求", "**加粗** <a>"),)),), buttons=CARD.buttons)

    shown = renderer.public(said)["msgContent"]

    assert "**" not in shown.replace("**需求**", "")
    assert "<a>" not in shown


def test_every_row_of_the_table_says_what_is_done_and_no_code_stands_twice() -> None:
    codes = [code for row in TABLE for code in row.codes]

    assert len(codes) == len(set(codes))
    assert {row.does for row in TABLE} <= set(DEEDS)
    assert isinstance(failure("contain.unsafe.url", "x"), ChannelError)
