"""The long connection when things go wrong: cut, closed, dead, displaced, refused; and what is heard meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.adapters.wecom_robot.link import TRIES, RobotLink
from bot.message import Message
from config import measures
from tests.robot.link_stage import QUICK, ROBOT, SHORT, Rig, rigged
from tests.waiting import until


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


@pytest.mark.parametrize("how", ["reset", 1000, 1001, 1011])
async def test_a_connection_that_ends_is_opened_again_however_it_ended(rig: Rig, how: str | int) -> None:
    async with rig.linked() as link:
        first = link.connection
        rig.server.line.cut() if how == "reset" else await rig.server.line.close(int(how))
        await until(lambda: link.connection is not None and link.connection is not first)

        await rig.server.say("tao.yi", "在吗")
        await until(lambda: rig.told)
    assert [message.text for message in rig.told] == ["在吗"]


async def test_a_connection_on_which_nothing_answers_is_given_up_for_a_new_one(rig: Rig) -> None:
    async with rig.linked(replace(QUICK, beat=0.05)) as link:
        first = link.connection
        rig.server.faults.deaf = True
        await until(lambda: link.connection is None)
        rig.server.faults.deaf = False
        await until(lambda: link.connection is not None)
        assert link.connection is not first


async def test_a_server_that_is_down_is_tried_until_it_is_back(rig: Rig) -> None:
    rig.server.faults.refuse_connections = True
    link = rig.link()
    task = asyncio.create_task(link.work())
    await until(lambda: link._failures >= 3)
    rig.server.faults.refuse_connections = False

    await until(lambda: link.connection is not None)

    await rig.server.say("Shen.Qing", "在吗")
    await until(lambda: rig.told)
    assert [message.text for message in rig.told] == ["在吗"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_pauses_between_tries_double_to_a_limit_and_are_not_all_alike(rig: Rig) -> None:
    link = rig.link(replace(SHORT, first_pause=1.0, longest_pause=30.0))
    for failures, shortest in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (50, 30)):
        link._failures = failures
        pauses = {link._pause() for _ in range(40)}
        assert len(pauses) > 1
        assert shortest <= min(pauses) <= max(pauses) <= shortest * 1.5


async def test_after_a_connection_that_worked_the_pauses_begin_anew(rig: Rig) -> None:
    async with rig.linked() as link:
        for number in range(1, 4):
            first = link.connection
            await rig.server.say("tao.yi", "在吗")
            await until(lambda: len(rig.told) == number)  # noqa: B023 - awaited here
            rig.server.line.cut()
            await until(lambda: link.connection is not None and link.connection is not first)  # noqa: B023
            assert link._failures == 1


async def test_who_lost_the_hold_while_he_connected_does_not_subscribe(rig: Rig) -> None:
    rig.held = [False, False, True]
    async with rig.linked():
        assert rig.held == []
        assert [frame["cmd"] for frame in rig.server.line.log].count("aibot_subscribe") == 1


async def test_who_stops_while_it_asks_for_the_hold_leaves_no_socket_behind(rig: Rig) -> None:
    rig.asking.clear()
    task = asyncio.create_task(rig.link().work())
    await until(lambda: len(rig.server.line.sockets) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await until(lambda: not rig.server.line.sockets)
    assert "aibot_subscribe" not in [frame["cmd"] for frame in rig.server.line.log]


async def test_who_is_displaced_by_the_holder_before_him_connects_again(rig: Rig) -> None:
    """The one before stood still, about to subscribe, while its hold ran out and went to the next."""
    async with rig.linked(replace(SHORT, settling=60.0)) as ours, rig.linked() as before:
        await until(lambda: before.state == "displaced" and ours.connection is not None)

        await rig.server.say("tao.yi", "在吗")
        await until(lambda: rig.told)

        assert (ours.state, before.connection) == ("connected", None)


async def test_who_is_displaced_by_his_own_try_that_came_late_connects_again(rig: Rig) -> None:
    async with rig.linked(replace(QUICK, settling=60.0)) as link:
        link._doubted = float("-inf")  # it has had the hold for long
        rig.server.faults.drop_ack("aibot_subscribe")
        rig.server.line.cut()
        await until(lambda: link._doubted > 0 and link.connection is not None)

        async with rig.linked() as late:
            await until(lambda: late.state == "displaced" and link.connection is not None)

            assert (link.state, late.connection) == ("connected", None)


async def test_who_is_displaced_stays_away_so_that_no_two_take_it_from_each_other(rig: Rig) -> None:
    async with rig.linked() as ours:
        async with rig.linked() as other:
            await until(lambda: ours.state == "displaced")
            for _ in range(20):
                await asyncio.sleep(0)
            assert ours.connection is None
            assert other.connection is not None
        subscribes = [frame for frame in rig.server.line.log if frame["cmd"] == "aibot_subscribe"]
        assert len(subscribes) == 2


async def test_refused_credentials_are_tried_a_few_times_and_then_left_alone(rig: Rig) -> None:
    link = rig.link(secret="wrong")
    task = asyncio.create_task(link.work())

    await until(lambda: link.state == "refused")

    tried = [frame for frame in rig.server.line.log if frame["cmd"] == "aibot_subscribe"]
    assert len(tried) == TRIES
    assert link.connection is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_cannot_be_stored_at_once_is_stored_later_because_nobody_sends_it_again(rig: Rig) -> None:
    rig.refusing = 2
    async with rig.linked():
        await rig.server.say("tao.yi", "金额改成三十万")
        await until(lambda: rig.told)
    assert [message.text for message in rig.told] == ["金额改成三十万"]


async def test_who_cannot_be_stored_at_all_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.unrepeated.STORE_AGAIN", (0.01, 0.01))
    rig.refusing = 9
    async with rig.linked():
        await rig.server.say("tao.yi", "金额改成三十万")
        await until(lambda: len(rig.server.chat("tao.yi")) == 2)
    assert "没记上" in rig.server.chat("tao.yi")[1].text


async def test_messages_of_one_chat_are_heard_in_order(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def accept(message: Message) -> None:
        if message.text == "一":  # the others wait behind it, but not those of another chat
            await until(lambda: rig.told)
        rig.told.append(message)

    monkeypatch.setattr(rig, "accept", accept)
    async with rig.linked():
        for text in ("一", "二", "三"):
            await rig.server.say("tao.yi", text)
        await rig.server.say("Shen.Qing", "别的聊天")
        await until(lambda: len(rig.told) == 4)
    assert [message.text for message in rig.told if message.sender == "tao.yi"] == ["一", "二", "三"]
    assert rig.told[0].text == "别的聊天"


async def test_without_a_connection_the_channel_cannot_be_reached(rig: Rig) -> None:
    link: RobotLink = rig.link()
    assert not rig.channel(link).reachable()
    async with rig.linked() as connected:
        assert rig.channel(connected).reachable()


async def test_what_people_think_of_an_answer_is_counted(rig: Rig) -> None:
    key = ("wecom.robot", "inaccurate")
    before = measures.FEEDBACK.values.get(key, 0)
    async with rig.linked():
        await rig.server.feedback("Shen.Qing", "abc-1", 2, [3])
        await until(lambda: measures.FEEDBACK.values.get(key, 0) == before + 1)
    assert rig.told == []


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        '{"cmd":"aibot_msg_callback"}',
        '{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":[]}',
        '{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":{"msgtype":"text","from":{"userid":7}}}',
        '{"cmd":"aibot_event_callback","headers":{"req_id":"r"},"body":{"msgtype":"event","event":"x"}}',
        '{"headers":{"req_id":"nobody-asked"},"errcode":0}',
        '{"cmd":"something_new","headers":{"req_id":"r"},"body":{"msgtype":"text"}}',
        "[" * 100_000,
    ],
)
async def test_nonsense_costs_neither_the_connection_nor_the_next_message(rig: Rig, frame: str) -> None:
    async with rig.linked() as link:
        first = link.connection
        assert rig.server.line.live is not None
        await rig.server.line.live.send_str(frame)
        await rig.server.say("tao.yi", "在吗")
        await until(lambda: rig.told)
        assert link.connection is first
    assert [message.text for message in rig.told] == ["在吗"]


async def test_the_secret_is_in_no_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        async with rig.linked():
            await rig.server.say("tao.yi", "不该进日志的话")
            await until(lambda: rig.told)
    assert ROBOT.secret not in caplog.text
    assert "不该进日志的话" not in caplog.text
