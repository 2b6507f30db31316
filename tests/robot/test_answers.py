"""What the robot answers by a message's own request: once, however late, lost or refused a frame of it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.wecom_robot.asked import AT_IT
from bot.adapters.wecom_robot.channel import LIMITS
from bot.adapters.wecom_robot.connection import NoAnswer
from bot.adapters.wecom_robot.extras import A_MINUTE
from bot.messenger.robot.model import RobotQuirks
from cards.model import Action, Button, Card, Facts, Receipt, Recipient
from domain.errors import AlreadySent, ChannelError, Rejected, Throttled, Unreachable
from tests.robot.link_stage import QUICK, SHORT, Rig, patient, rigged
from tests.waiting import PATIENCE, until

TEXT = Card(kind="plain.text", text="记好了")
SHEN = Recipient("direct", "shen.qing")
CARD = Card(kind="note.card", title="已记录 · 北辰仪器", buttons=(Button("撤销", Action("note.undo", ("1",))),))


async def insisting(send: Callable[[], Awaitable[Receipt]]) -> None:
    """Send until it is known what became of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(NoAnswer):
                await send()
                return
            await asyncio.sleep(0.02)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def test_a_long_wait_is_shown_and_the_answer_takes_its_place(rig: Rig) -> None:
    async with rig.linked(replace(SHORT, thinking=0.01)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: len(rig.server.chat("Shen.Qing")) == 2)
        assert rig.server.chat("Shen.Qing")[1].text == AT_IT

        await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)

    shown = rig.server.chat("Shen.Qing")
    assert [message.text for message in shown] == ["报表", "记好了"]


async def test_the_answer_ends_a_stream_of_which_it_is_not_known_that_it_was_opened(rig: Rig) -> None:
    rig.server.faults.drop_ack("aibot_respond_msg")
    async with rig.linked(replace(QUICK, thinking=0.01)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: len(rig.server.chat("Shen.Qing")) == 2)
        patient(link)
        await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["报表", "记好了"]


async def test_an_answer_is_not_taken_for_arrived_where_the_sign_before_it_may_have_used_the_request(rig: Rig) -> None:
    rig.server.faults.drop_ack("aibot_respond_msg", 2)
    async with rig.linked(replace(QUICK, thinking=0.01)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: len(rig.server.chat("Shen.Qing")) == 2)
        rig.server.faults.refuse("aibot_respond_msg", 846605, times=10_000)
        with pytest.raises(ChannelError):
            await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)
        patient(link)
        await insisting(lambda: rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle))

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["报表", AT_IT, "记好了"]


async def test_a_refusal_that_is_acknowledged_late_is_not_taken_for_an_answer_that_arrived(rig: Rig) -> None:
    """Until it is acknowledged WeCom takes no other frame of the request, with the code of one that was used up."""
    rig.server.faults.refuse("aibot_respond_msg", -1)
    rig.server.faults.delay("aibot_respond_msg", 0.3)
    async with rig.linked(replace(QUICK, late=PATIENCE)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: rig.told)
        with pytest.raises(ChannelError):
            await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)
        patient(link)
        rig.server.faults.refuse("aibot_respond_msg", 846605)  # the next is too early
        await insisting(lambda: rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle))

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["报表", "记好了"]


async def test_a_late_acknowledgement_of_the_sign_is_not_taken_for_that_of_the_answer(rig: Rig) -> None:
    """Both name the request alone; and WeCom refuses the answer as long as it owes the other, late as well."""
    rig.server.faults.delay("aibot_respond_msg", 0.6, times=2)
    async with rig.linked(replace(QUICK, thinking=0.01, late=PATIENCE)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: len(rig.server.chat("Shen.Qing")) == 2)
        with suppress(AlreadySent):
            await insisting(lambda: rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle))

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["报表", "记好了"]


async def test_an_answer_that_is_acknowledged_late_is_not_sent_again(rig: Rig) -> None:
    rig.server.faults.delay("aibot_respond_msg", 0.5)
    async with rig.linked(replace(QUICK, late=PATIENCE)) as link:
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: rig.told)
        with suppress(AlreadySent):
            await insisting(lambda: rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle))

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["报表", "记好了"]
    assert sum(frame["cmd"] == "aibot_respond_msg" for frame in rig.server.line.log) == 1


async def test_a_card_after_a_long_wait_comes_with_the_end_of_the_stream(rig: Rig) -> None:
    card = Card(kind="x", title="已记录 · 北辰", blocks=(Facts((("预算", "50万"),)),), link="https://crm.example.com/1")
    async with rig.linked(replace(SHORT, thinking=0.01)) as link:
        await rig.server.say("Shen.Qing", "记一下")
        await until(lambda: len(rig.server.chat("Shen.Qing")) == 2)
        await rig.channel(link).send(SHEN, card, key="k1", handle=rig.told[0].handle)

    _, ended, shown = rig.server.chat("Shen.Qing")
    assert ended.text == "已记录 · 北辰"
    assert shown.card_type == "text_notice"


async def test_signs_that_we_are_at_it_leave_room_for_messages_within_wecoms_limit(rig: Rig) -> None:
    def said() -> list[str]:
        return [shown.text for shown in rig.server.chat("Shen.Qing") if not shown.mine]

    async with rig.linked(replace(SHORT, thinking=0.0)) as link:
        for number in range(2 * A_MINUTE):
            await rig.server.say("Shen.Qing", f"报表{number}")
        await until(lambda: len(rig.told) == 2 * A_MINUTE and said() == [AT_IT] * A_MINUTE)
        await rig.channel(link).send(SHEN, TEXT, key="k1")  # behind all of them
        assert said() == [*[AT_IT] * A_MINUTE, "记好了"]

        rig.clock.advance(timedelta(minutes=2))
        await rig.server.say("Shen.Qing", "报表")
        await until(lambda: len(said()) == A_MINUTE + 2)

    assert A_MINUTE * 2 + LIMITS.per_minute == RobotQuirks().per_minute


async def test_a_long_answer_begins_to_show_before_it_is_whole(rig: Rig) -> None:
    text = "\n".join(f"第{number}行，客户上周说的话都在这里" for number in range(120))
    async with rig.linked() as link:
        await rig.server.say("Shen.Qing", "看原文")
        await until(lambda: rig.told)
        await rig.channel(link).send(SHEN, Card(kind="plain.text", text=text), key="k1", handle=rig.told[0].handle)

    frames = [f["body"]["stream"] for f in rig.server.line.log if f["cmd"] == "aibot_respond_msg"]
    assert [frame["finish"] for frame in frames] == [False, True]
    assert text.startswith(frames[0]["content"])
    assert rig.server.chat("Shen.Qing")[1].text == text


async def test_a_long_answer_whose_end_was_not_acknowledged_is_not_said_again(rig: Rig) -> None:
    card = Card(kind="plain.text", text="\n".join(f"第{number}行，客户上周说的话都在这里" for number in range(120)))
    async with rig.linked() as link:
        await rig.server.say("Shen.Qing", "看原文")
        await until(lambda: rig.told)
        asked = link.unanswered.find(rig.told[0].handle.data["req_id"] if rig.told[0].handle else "")
        await rig.channel(link).send(SHEN, card, key="k1", handle=rig.told[0].handle)
        assert asked is not None
        asked.answered, asked.unsure = False, True  # as if the last acknowledgement had been lost
        link.unanswered._asked[asked.req_id] = asked
        with pytest.raises(AlreadySent):
            await rig.channel(link).send(SHEN, card, key="k1", handle=rig.told[0].handle)

    assert [message.text for message in rig.server.chat("Shen.Qing")] == ["看原文", card.text]


async def test_an_answer_after_a_reconnect_is_pushed(rig: Rig) -> None:
    async with rig.linked() as link:
        await rig.server.say("Shen.Qing", "在吗")
        await until(lambda: rig.told)
        first = link.connection
        rig.server.line.cut()
        await until(lambda: link.connection is not None and link.connection is not first)

        await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)

    assert rig.server.line.log[-1]["cmd"] == "aibot_send_msg"
    assert rig.server.chat("Shen.Qing")[-1].text == "记好了"


@pytest.mark.parametrize("errcode", [846605, 846608])
async def test_an_answer_that_comes_too_late_for_its_request_is_pushed(rig: Rig, errcode: int) -> None:
    async with rig.linked() as link:
        await rig.server.say("Shen.Qing", "在吗")
        await until(lambda: rig.told)
        rig.server.faults.refuse("aibot_respond_msg", errcode)
        await rig.channel(link).send(SHEN, TEXT, key="k1", handle=rig.told[0].handle)
    assert rig.server.line.log[-1]["cmd"] == "aibot_send_msg"


@pytest.mark.parametrize(
    ("errcode", "error"),
    [(45009, Throttled), (93001, Unreachable), (93006, Unreachable), (40058, Rejected), (-1, ChannelError)],
)
async def test_what_an_errcode_means_to_who_sends(rig: Rig, errcode: int, error: type[ChannelError]) -> None:
    async with rig.linked() as link:
        await rig.server.say("Shen.Qing", "在吗")
        rig.server.faults.refuse("aibot_send_msg", errcode)
        with pytest.raises(error):
            await rig.channel(link).send(SHEN, TEXT, key="k1")


async def test_an_acknowledgement_that_never_comes_is_a_failure_that_may_be_tried_again(rig: Rig) -> None:
    async with rig.linked(QUICK) as link:
        await rig.server.say("Shen.Qing", "在吗")
        rig.server.faults.drop_ack("aibot_send_msg")
        with pytest.raises(ChannelError) as lost:
            await rig.channel(link).send(SHEN, TEXT, key="k1")
    assert not isinstance(lost.value, (Rejected, Unreachable))


@pytest.mark.parametrize("card", [TEXT, CARD], ids=["words", "a card"])
async def test_an_answer_whose_acknowledgement_was_lost_is_found_to_have_arrived(rig: Rig, card: Card) -> None:
    async with rig.linked(QUICK) as link:
        await rig.server.say("Shen.Qing", "在吗")
        await until(lambda: rig.told)
        rig.server.faults.drop_ack("aibot_respond_msg")
        with pytest.raises(ChannelError):
            await rig.channel(link).send(SHEN, card, key="k1", handle=rig.told[0].handle)
        with pytest.raises(AlreadySent) as before:
            await insisting(lambda: rig.channel(link).send(SHEN, card, key="k1", handle=rig.told[0].handle))
    assert before.value.ids == {"task_id": "k1", "chatid": SHEN.id}
    assert len([shown for shown in rig.server.chat("Shen.Qing") if not shown.mine]) == 1


async def test_a_card_that_was_pushed_over_a_connection_that_broke_is_not_pushed_again(rig: Rig) -> None:
    async with rig.linked() as link:
        first = link.connection
        await rig.server.say("Shen.Qing", "在吗")
        rig.server.faults.cut("aibot_send_msg")
        with pytest.raises(ChannelError):
            await rig.channel(link).send(SHEN, CARD, key="k1")
        await until(lambda: link.connection not in (None, first))
        with pytest.raises(AlreadySent):
            await rig.channel(link).send(SHEN, CARD, key="k1")
    assert len([shown for shown in rig.server.chat("Shen.Qing") if not shown.mine]) == 1
