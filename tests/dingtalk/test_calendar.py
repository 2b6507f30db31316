"""Appointments in DingTalk's calendar: made, moved, taken back and handed over with the task, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.commands.doctor import doctor
from domain.tables import Due
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged
from tests.stage import PATIENCE, Stuck

SHEN = "Staff01"
NOTE = "今天拜访了北辰仪器的何总，下周三下午3点去给他们演示"
EVENTS = "v1.0/calendar/users/uni-Staff01/calendars/primary/events"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    async with staged(sqlite_url, "远山科技", MEMBERS, calendar=True) as made:
        await on_record(made)
        yield made


def shown(stage: DingTalkStage, userid: str = SHEN) -> list[tuple[str, str, str]]:
    """Words, from when and until when, in the company's time."""
    zone = stage.app.settings.zone
    return [
        (each.summary, f"{each.start.astimezone(zone):%m-%d %H:%M}", f"{each.end.astimezone(zone):%H:%M}")
        for each in stage.dingtalk.calendars.of(userid)
    ]


def hours(stage: DingTalkStage, userid: str = SHEN) -> list[str]:
    return [at for _, at, _ in shown(stage, userid)]


def calls(stage: DingTalkStage) -> list[str]:
    """The methods of what was asked of calendars."""
    return [each["method"] for each in stage.dingtalk.api.log if "calendar/" in each["path"]]


async def test_what_has_an_hour_stands_in_the_calendar_and_dingtalk_tells_nobody(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    event = stage.dingtalk.calendars.of(SHEN)[0]

    assert [(at, until) for _, at, until in shown(stage)] == [("12-02 15:00", "16:00")]
    assert "演示" in event.summary
    assert (event.zone, event.reminds, event.told) == ("Asia/Shanghai", None, False)


async def test_a_day_without_an_hour_and_a_deadline_are_no_appointments(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "今天拜访了北辰仪器的何总，下周三前给报价")
    await stage.say(SHEN, "加个待办：周五下午5点前交周报")

    assert shown(stage) == []
    assert calls(stage) == []


async def test_it_moves_with_the_task(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say(SHEN, "不对，是下周四上午10点")

    assert hours(stage) == ["12-03 10:00"]


async def test_an_hour_that_is_taken_back_takes_it_out(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say(SHEN, "撤销")

    assert shown(stage) == []


async def test_what_was_done_before_its_time_goes_and_what_took_place_stays(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "加个待办：明天上午10点去北辰仪器演示")
    await stage.say(SHEN, "加个待办：后天上午10点见客户")
    both = hours(stage)
    stage.clock.advance(timedelta(days=1))
    await stage.settle()
    await stage.say(SHEN, "把演示的待办勾掉")
    await stage.say(SHEN, "把见客户的待办勾掉")

    assert both == ["11-26 10:00", "11-27 10:00"]
    assert hours(stage) == ["11-26 10:00"]


async def test_one_that_is_handed_over_moves_to_the_calendar_of_whom_it_is_given_to(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say("manager7", "把北辰仪器转给陶一")

    assert shown(stage) == []
    assert hours(stage, "staff02") == ["12-02 15:00"]


async def said(stage: DingTalkStage, text: str) -> None:
    """Say something of which not all can be done at once; return when all was tried."""
    before = len(await mirrored(stage))
    with suppress(Stuck):
        await stage.say(SHEN, text)
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = await mirrored(stage)
            if len(rows) > before and all(done or failures for done, failures in rows):
                return
            await asyncio.sleep(0.01)


async def later(stage: DingTalkStage) -> None:
    """Time passes until what failed was tried again and done."""
    async with asyncio.timeout(PATIENCE):
        while not all(done for done, _ in await mirrored(stage)):
            stage.clock.advance(timedelta(seconds=10))
            await asyncio.sleep(0.01)


async def mirrored(stage: DingTalkStage) -> list[tuple[bool, int]]:
    """Of each thing that is to be shown whether it is, and how often it failed."""
    async with stage.app.database.read() as session:
        rows = await session.scalars(select(Due).where(Due.kind == "mirror.task"))
        return [(row.state == "done", row.failures) for row in rows]


async def test_an_answer_that_is_lost_doubles_nothing(stage: DingTalkStage) -> None:
    stage.dingtalk.faults.drop_answer(EVENTS)
    await said(stage, NOTE)
    once = hours(stage)
    await later(stage)
    again = hours(stage)
    await said(stage, "不对，是下周四上午10点")

    assert calls(stage) == ["POST", "POST", "PUT"]
    assert (once, again) == (["12-02 15:00"], ["12-02 15:00"])
    assert hours(stage) == ["12-03 10:00"]


async def test_an_outage_is_made_up_for(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    stage.dingtalk.faults.refuse(f"{EVENTS}/{stage.dingtalk.calendars.of(SHEN)[0].id}", status=503, times=3)
    await said(stage, "不对，是下周四上午10点")
    before = hours(stage)
    await later(stage)

    assert (before, hours(stage)) == (["12-02 15:00"], ["12-03 10:00"])


async def test_one_that_its_owner_removed_is_made_anew_when_it_moves(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    stage.dingtalk.calendars.remove(SHEN, stage.dingtalk.calendars.of(SHEN)[0].id)
    await stage.say(SHEN, "不对，是下周四上午10点")

    assert hours(stage) == ["12-03 10:00"]


async def test_what_changes_nothing_in_the_calendar_costs_no_call(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "加个待办：明天上午10点去北辰仪器演示")
    before = calls(stage)
    stage.clock.advance(timedelta(days=1))
    await stage.settle()
    await stage.say(SHEN, "把演示的待办勾掉")

    assert (before, calls(stage)) == (["POST"], ["POST"])


async def test_without_the_permission_the_task_is_as_it_is_and_the_doctor_says_why(
    stage: DingTalkStage, capsys: pytest.CaptureFixture[str]
) -> None:
    await doctor(stage.app.settings, stage.clock)
    well = capsys.readouterr().out
    stage.dingtalk.calendars.allowed = False
    await stage.say(SHEN, NOTE)
    await doctor(stage.app.settings, stage.clock)

    assert "ok    dingtalk calendar" in well
    assert "Calendar.Event.Write" in capsys.readouterr().out
    assert stage.chat(SHEN)[-1].title.startswith("已记录")
    assert shown(stage) == []


async def test_where_it_is_off_nothing_is_asked_of_dingtalk(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", MEMBERS) as stage:
        await on_record(stage)
        await stage.say(SHEN, NOTE)

        assert calls(stage) == []
