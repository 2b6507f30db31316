from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.adapters.tokens import TokenCache
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.callback import PATH, routes
from bot.adapters.wecom.channel import Member, WeComChannel
from bot.message import Message
from bot.messenger.faults import Trick
from bot.messenger.model import AppCredentials, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from bot.web.edge import site
from cards.model import Action, Button, Card, Choice, Facts, Lines, Quote, Receipt, Recipient
from config.clock import ShiftableClock
from domain.errors import ChannelError, Misconfigured, NotUpdatable, Rejected, Throttled, Unreachable
from tests.adapters import wire
from tests.waiting import PATIENCE

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PEOPLE = [
    {"userid": "Qian.Duo", "name": "钱多", "title": "销售", "leader": "wu.bo"},
    {"userid": "wu.bo", "name": "吴波", "title": "经理", "leads": True},
    {"userid": "feng", "name": "冯远", "in_scope": False},
    {"userid": "free", "name": "无许可", "licensed": False},
]
TO = Recipient("direct", "qian.duo")
CARD = Card(
    kind="note.recorded",
    title="已记录 · 恒泰塑胶",
    note="拜访 · 今天下午",
    blocks=(
        Facts((("预算", "约60万"), ("待办", "12-02(周三)前 给方案"))),
        Lines(("没看懂：「那个老规矩」，原话已留着",)),
        Quote("预算大概60万"),
        Choice("改哪条", (("1", "两条一起"), ("2", "恒泰塑胶"))),
    ),
    buttons=(Button("改一下", Action("note.edit", ("17",)), "primary"), Button("撤销", Action("note.undo", ("17",)))),
    more=(Button("看依据", Action("note.evidence", ("17",))),),
)
DONE = replace(CARD, title="已撤销 · 恒泰塑胶", buttons=(), more=(), blocks=CARD.blocks[:1], state="已撤销")


def text(words: str) -> Card:
    return Card(kind="plain.text", text=words)


@dataclass
class Stage:
    """The channel and the callback, with the simulated server at the other end of the wire."""

    server: WeComServer
    channel: WeComChannel
    clock: ShiftableClock
    accepted: list[Message]

    def chat(self, userid: str = "qian.duo") -> list[Shown]:
        return self.server.chat(userid)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [entry["body"] for entry in self.server.log if entry["path"] == path]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock = ShiftableClock(START, still=True)
    app = AppCredentials(wire.CORP, 1000007, "app-secret", wire.TOKEN, wire.AES_KEY)
    quirks = Quirks(callback_timeout=PATIENCE, verify_timeout=PATIENCE)
    server = WeComServer(Organisation.build("示例公司", PEOPLE), app, clock, quirks=quirks)
    accepted: list[Message] = []

    async def accept(message: Message) -> None:
        accepted.append(message)

    ours = site()
    ours.add_routes(routes(wire.settings(), accept, clock))
    async with (
        TestServer(server.application()) as wecom,
        TestServer(ours) as callback,
        aiohttp.ClientSession() as session,
    ):
        server.callback_url = str(callback.make_url(PATH))
        settings = wire.settings(str(wecom.make_url("/")).rstrip("/"))
        api = WeComApi(settings, session, TokenCache(clock))
        yield Stage(server, WeComChannel(settings, api, clock), clock, accepted)


async def test_the_server_takes_our_callback_and_its_words_arrive(stage: Stage) -> None:
    assert await stage.server.verify_callback()

    await stage.server.say("qian.duo", "见了恒泰钱总🎉 ]]> <b>")
    await stage.server.enter("qian.duo")

    assert [(m.kind, m.sender, m.text) for m in stage.accepted] == [
        ("text", "qian.duo", "见了恒泰钱总🎉 ]]> <b>"),
        ("enter", "qian.duo", ""),
    ]


@pytest.mark.parametrize("trick", [t for t in Trick if t not in (Trick.TWICE, Trick.RENAMED, Trick.CONCURRENTLY)])
async def test_a_spoiled_callback_is_not_accepted(stage: Stage, trick: Trick) -> None:
    stage.server.faults.spoil(trick)

    delivery = await stage.server.say("qian.duo", "见了恒泰钱总")

    assert not delivery.accepted
    assert set(delivery.statuses) == {403}
    assert stage.accepted == []


async def test_a_callback_delivered_twice_has_one_id(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.TWICE, 2)
    await stage.server.say("qian.duo", "见了恒泰钱总")
    sent = await stage.channel.send(TO, CARD, key="x-1")
    await stage.server.tap("qian.duo", sent.ids["msgid"], "note.undo:17")

    note, again, tap, tapped_again = (message.message_id for message in stage.accepted)
    assert (note, tap) == (again, tapped_again)
    assert note != tap


async def test_a_tap_brings_card_choice_and_a_code_that_changes_the_card(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="digest:2026-11-25")
    await stage.server.tap("qian.duo", sent.ids["msgid"], "note.undo:17", {"choice": ["2"]})
    (tap,) = stage.accepted

    left = await stage.channel.update(TO, sent, DONE, key="y-2", handle=tap.handle)

    assert (tap.card, tap.action) == ("digest:2026-11-25", Action("note.undo", ("17", "2")))
    assert stage.chat()[0].state == "已撤销"
    assert left.codes == sent.codes


async def test_a_tap_on_a_changed_card_still_names_the_delivery_that_sent_it(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="z-1")
    await stage.channel.update(TO, sent, replace(CARD, title="已更正 · 恒泰塑胶"), key="z-2")

    await stage.server.menu("qian.duo", sent.ids["msgid"], "note.evidence:17")

    assert [message.card for message in stage.accepted] == ["z-1"]
    assert stage.bodies("message/update_template_card")[0]["template_card"]["task_id"] == "z-1"


async def test_a_card_arrives_whole_and_can_be_changed_for_three_days(stage: Stage) -> None:
    receipt = await stage.channel.send(TO, CARD, key="said-12-0")

    (shown,) = stage.chat()
    assert shown.kind == "card"
    assert [button.text for button in shown.buttons] == ["改一下", "撤销"]
    assert [item.text for item in shown.menu] == ["看依据"]
    assert receipt.ids == {"msgid": shown.id, "task_id": "said-12-0", "userid": "qian.duo"}
    assert [expires for _, expires in receipt.codes] == [START + timedelta(hours=72)]


async def test_a_line_is_a_text_and_a_card_to_read_is_markdown(stage: Stage) -> None:
    await stage.channel.send(TO, text("不客气"), key="a-1")
    receipt = await stage.channel.send(TO, replace(DONE, state=None), key="a-2")

    assert [(shown.kind, shown.text.splitlines()[0]) for shown in stage.chat()] == [
        ("text", "不客气"),
        ("markdown", "**已撤销 · 恒泰塑胶**"),
    ]
    assert receipt.codes == ()


async def test_the_same_delivery_sent_again_is_shown_once(stage: Stage) -> None:
    for card in (CARD, text("不客气")):
        for _ in range(2):
            await stage.channel.send(TO, card, key=f"b-{card.kind}")

    assert len(stage.chat()) == 2
    first, again = stage.bodies("message/send")[:2]
    assert json.dumps(first) == json.dumps(again)


async def test_the_same_words_said_twice_are_shown_twice(stage: Stage) -> None:
    for number in range(5):
        await stage.channel.send(TO, text("嗯"), key=f"c-{number}")

    assert [shown.text for shown in stage.chat()] == ["嗯"] * 5


async def test_a_lost_answer_costs_no_second_card(stage: Stage) -> None:
    stage.server.faults.drop_answer("message/send")
    with pytest.raises(ChannelError):
        await stage.channel.send(TO, CARD, key="d-1")

    await stage.channel.send(TO, CARD, key="d-1")

    assert len(stage.chat()) == 1


async def test_a_closed_card_keeps_its_facts_and_loses_its_buttons(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="e-1")

    left = await stage.channel.update(TO, sent, DONE, key="e-2")

    (shown,) = stage.chat()
    assert (shown.text, shown.state, shown.buttons) == ("已撤销 · 恒泰塑胶", "已撤销", [])
    assert shown.card is not None
    assert shown.card["horizontal_content_list"][0] == {"keyname": "预算", "value": "约60万"}
    assert left == Receipt(sent.ids, ())


async def test_a_closed_card_with_a_way_back_has_that_button(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="f-1")
    back = replace(DONE, buttons=(Button("恢复", Action("note.restore", ("17",))),))

    await stage.channel.update(TO, sent, back, key="f-2")

    assert [button.text for button in stage.chat()[0].buttons] == ["恢复"]


async def test_without_a_code_left_a_card_is_not_updatable(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="g-1")
    left = await stage.channel.update(TO, sent, DONE, key="g-2")

    for receipt in (left, sent):  # none left by our books; spent by the server's
        with pytest.raises(NotUpdatable):
            await stage.channel.update(TO, receipt, CARD, key="g-3")


async def test_a_code_that_is_spent_gives_way_to_the_next(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="i-1")
    spent = Receipt(sent.ids, (*sent.codes, ("spent-long-ago", START + timedelta(hours=1))))

    left = await stage.channel.update(TO, spent, DONE, key="i-2")

    assert stage.chat()[0].state == "已撤销"
    assert left.codes == ()


async def test_an_expired_code_is_not_tried(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="j-1")
    stage.clock.advance(timedelta(hours=72))

    with pytest.raises(NotUpdatable):
        await stage.channel.update(TO, sent, DONE, key="j-2")
    assert stage.bodies("message/update_template_card") == []


async def test_a_text_cannot_take_the_place_of_a_card(stage: Stage) -> None:
    sent = await stage.channel.send(TO, CARD, key="k-1")

    with pytest.raises(NotUpdatable):
        await stage.channel.update(TO, sent, text("好"), key="k-2")


async def test_a_group_is_made_once_and_gets_markdown_and_text(stage: Stage) -> None:
    for _ in range(2):
        made = await stage.channel.create_group("华东销售", "wu.bo", ["qian.duo", "wu.bo"], "genjinTeam3")
        assert made == "genjinTeam3"
    to = Recipient("group", "genjinTeam3")

    receipt = await stage.channel.send(
        to, replace(DONE, title="🎉 钱多签下 恒泰塑胶", state=None, tone="good"), key="l-1"
    )
    await stage.channel.send(to, text("恒泰塑胶那条撤回，信息有误"), key="l-2")

    (group,) = stage.server.groups()
    assert [shown.kind for shown in group.messages] == ["markdown", "text"]
    assert group.messages[0].text.startswith('**<font color="info">🎉 钱多签下 恒泰塑胶</font>**')
    assert receipt.ids == {"chatid": "genjinTeam3"}
    with pytest.raises(NotUpdatable):
        await stage.channel.update(to, receipt, DONE, key="l-3")


async def test_a_group_whose_making_lost_its_answer_is_found(stage: Stage) -> None:
    stage.server.faults.drop_answer("appchat/create")

    assert await stage.channel.create_group("华东销售", "wu.bo", ["qian.duo"], "genjinTeam3") == "genjinTeam3"


async def test_a_group_that_cannot_be_made_says_why(stage: Stage) -> None:
    with pytest.raises(ChannelError, match="appchat/create"):
        await stage.channel.create_group("华东销售", "wu.bo", [], "genjinTeam3")


async def test_the_directory_knows_names_and_leaders(stage: Stage) -> None:
    member = await stage.channel.directory("QIAN.DUO")

    assert member == Member("qian.duo", "钱多", "销售", ("wu.bo",), (1,))
    assert await stage.channel.directory("nobody") is None


@pytest.mark.parametrize("userid", ["nobody", "feng", "free"])
async def test_who_cannot_be_reached_is_named_so(stage: Stage, userid: str) -> None:
    with pytest.raises(Unreachable):
        await stage.channel.send(Recipient("direct", userid), text("在吗"), key="m-1")


@pytest.mark.parametrize("userid", ["@all", "qian.duo|wu.bo"])
async def test_one_delivery_never_reaches_more_than_one(stage: Stage, userid: str) -> None:
    with pytest.raises(Rejected):
        await stage.channel.send(Recipient("direct", userid), text("在吗"), key="m-3")
    assert stage.bodies("message/send") == []


async def test_an_unknown_group_is_unreachable(stage: Stage) -> None:
    with pytest.raises(ChannelError):
        await stage.channel.send(Recipient("group", "nowhere"), text("在吗"), key="m-2")


@pytest.mark.parametrize(
    ("errcode", "error"),
    [(45009, Throttled), (45033, Throttled), (81013, Unreachable), (40058, Rejected), (42045, Rejected)],
)
async def test_errcodes_become_what_the_sender_understands(
    stage: Stage, errcode: int, error: type[ChannelError]
) -> None:
    stage.server.faults.refuse("message/send", errcode)

    with pytest.raises(error):
        await stage.channel.send(TO, text("在吗"), key="n-1")


@pytest.mark.parametrize("errcode", [-1, 60020, 48002, 999999])
async def test_what_may_pass_is_worth_another_try(stage: Stage, errcode: int) -> None:
    stage.server.faults.refuse("message/send", errcode)

    with pytest.raises(ChannelError) as raised:
        await stage.channel.send(TO, text("在吗"), key="o-1")
    assert type(raised.value) in (ChannelError, Misconfigured)


async def test_a_page_instead_of_an_answer_is_worth_another_try(stage: Stage) -> None:
    stage.server.faults.fail("message/send", 502)

    with pytest.raises(ChannelError, match="HTTP 502"):
        await stage.channel.send(TO, text("在吗"), key="p-1")


async def test_one_token_serves_many_calls(stage: Stage) -> None:
    for number in range(5):
        await stage.channel.send(TO, text("嗯"), key=f"q-{number}")

    assert stage.server.calls["gettoken"] == 1


@pytest.mark.parametrize("trouble", ["expire_tokens", "forget_tokens"])
async def test_a_refused_token_is_fetched_anew_and_the_call_repeated(stage: Stage, trouble: str) -> None:
    await stage.channel.send(TO, text("嗯"), key="r-1")
    getattr(stage.server.faults, trouble)()

    await stage.channel.send(TO, text("嗯"), key="r-2")

    assert len(stage.chat()) == 2
    assert stage.server.calls["gettoken"] == 2


async def test_a_token_refused_again_and_again_ends_the_call(stage: Stage) -> None:
    stage.server.faults.refuse("message/send", 42001, times=50)

    with pytest.raises(ChannelError, match="42001"):
        await stage.channel.send(TO, text("嗯"), key="s-1")
    assert stage.server.calls["message/send"] == 2
    assert stage.server.calls["gettoken"] == 2


async def test_a_wrong_secret_is_an_alarm_without_secrets_in_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.server.faults.revoke_secret()

    with caplog.at_level(logging.DEBUG, logger="bot"), pytest.raises(ChannelError, match="gettoken"):
        await stage.channel.send(TO, text("机密的话"), key="t-1")

    assert [record.levelname for record in caplog.records if record.name.startswith("bot.adapters")] == ["ERROR"]
    assert "app-secret" not in caplog.text
    assert "机密的话" not in caplog.text


async def test_an_unreachable_server_tells_no_secrets() -> None:
    clock = ShiftableClock(START, still=True)
    async with aiohttp.ClientSession() as session:
        settings = wire.settings("http://127.0.0.1:1")
        channel = WeComChannel(settings, WeComApi(settings, session, TokenCache(clock)), clock)

        with pytest.raises(ChannelError) as raised:
            await channel.send(TO, text("在吗"), key="u-1")

    assert "app-secret" not in str(raised.value)
    assert raised.value.__cause__ is None
