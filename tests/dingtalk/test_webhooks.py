"""A robot that somebody added to a DingTalk group: who learns its key and secret, how fast it speaks, how it ends."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.adapters.dingtalk_webhook.channel import signature
from bot.messenger.dingtalk.webhooks import GroupRobot
from domain.actor import SYSTEM, Address, Cause
from tests.dingtalk.stage import DingTalkStage
from tests.stage import Stuck

SHEN, MA = "Staff01", "manager7"
NAME, SEND = "喜报群", "robot/send"


@pytest.fixture
async def hooked(stage: DingTalkStage) -> DingTalkStage:
    """A group whose robot the administrator made the team's."""
    stage.add_hook(NAME, [MA, SHEN])
    await stage.say(MA, f"把 {stage.hooks[NAME]} 设为华南销售群")
    return stage


def robot_of(stage: DingTalkStage) -> GroupRobot:
    (robot,) = stage.dingtalk.webhooks.robots
    return robot


async def news(stage: DingTalkStage, count: int) -> None:
    """So many lines of news for the team, at once."""
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        for n in range(count):
            uow.tell(Address.team(1), "plain.text", None, text=f"第{n}条")


def test_the_signature_is_the_one_that_dingtalk_expects() -> None:
    assert signature("SECgenjin", "1790000000000") == "M4yjOrO3G6SHq7Ou0O9sJajEBDytFeooIOfl+uirymo="


async def test_key_and_secret_are_nowhere_in_the_database(hooked: DingTalkStage) -> None:
    await hooked.say(MA, f"密钥是 {robot_of(hooked).secret}")
    async with hooked.app.database.read() as session:
        tables = (await session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        held = [str((await session.execute(text(f'SELECT * FROM "{table}"'))).all()) for table in tables]

    assert [line.title for line in hooked.groups()[NAME]] == ["已设好 · 华南销售群"]
    assert len(held) > 20
    assert not [rows for rows in held if robot_of(hooked).token in rows or robot_of(hooked).secret in rows]


async def test_at_most_twenty_go_in_a_minute_so_that_it_is_never_silenced_and_what_waits_goes_as_one(
    hooked: DingTalkStage,
) -> None:
    await hooked.move(timedelta(minutes=2))
    await news(hooked, 32)
    await hooked.settle()
    before = [line.text for line in hooked.groups()[NAME]][1:]
    await hooked.move(timedelta(minutes=2))

    later = [line.text for line in hooked.groups()[NAME]][21:]
    assert before == [f"第{n}条" for n in range(20)]
    assert "\n".join(later).count("条") >= 12
    assert len(later) < 12
    assert {entry["errcode"] for entry in hooked.dingtalk.webhooks.log} == {0}


async def test_a_robot_that_was_silenced_all_the_same_speaks_again_and_nothing_is_lost(hooked: DingTalkStage) -> None:
    hooked.dingtalk.faults.refuse(SEND, errcode=410100)

    await news(hooked, 2)
    await hooked.settle()
    before = len(hooked.groups()[NAME])
    await hooked.move(timedelta(minutes=11))

    assert before == 1
    assert "\n".join(line.text for line in hooked.groups()[NAME][1:]) == "第0条\n第1条"


async def test_a_message_whose_answer_is_lost_comes_once(hooked: DingTalkStage) -> None:
    hooked.dingtalk.faults.drop_answer(SEND)

    await news(hooked, 1)
    with suppress(Stuck):
        await hooked.settle()
    with suppress(Stuck):  # for it did fail once
        await hooked.move(timedelta(minutes=1))
    await hooked.app.settled()

    assert [line.text for line in hooked.groups()[NAME][1:]] == ["第0条"]
    assert len(hooked.dingtalk.webhooks.log) == 3


async def test_a_robot_that_is_gone_is_told_to_whom_it_concerns(hooked: DingTalkStage) -> None:
    hooked.dingtalk.webhooks.remove(robot_of(hooked).token)

    with suppress(Stuck):
        await hooked.say(SHEN, "北辰仪器签了！合同68万")
    await hooked.app.settled()

    assert any("推送地址失效了" in line.text for line in hooked.chat(SHEN))
