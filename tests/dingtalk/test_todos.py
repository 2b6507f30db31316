"""Tasks in 待办: made, moved, done, taken back and handed over with the task, ticked there, and never in its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.commands.doctor import doctor
from domain.actor import Actor, Cause
from domain.services import tasks
from domain.tables import Due, Reminder, Task
from scheduler.planner import Planner
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged
from tests.stage import NOW, PATIENCE

SHEN = "Staff01"
NOTE = "今天拜访了北辰仪器的何总，下周三前给报价"
NO_RIGHT = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    async with staged(sqlite_url, "远山科技", MEMBERS, todos=True) as made:
        await on_record(made)
        yield made


def shown(stage: DingTalkStage, userid: str = SHEN) -> list[tuple[str, str, bool]]:
    """Text, day and hour, and whether it is ticked."""
    items = stage.dingtalk.todos.of(userid)
    zone = stage.app.settings.zone
    return [
        (i.subject, f"{datetime.fromtimestamp((i.due or 0) / 1000, UTC).astimezone(zone):%m-%d %H:%M}", i.done)
        for i in items
    ]


async def state(stage: DingTalkStage) -> list[str]:
    async with stage.app.database.read() as session:
        return list(await session.scalars(select(Task.state)))


async def test_a_promise_stands_in_the_list_moves_and_is_ticked_with_the_task(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    made = shown(stage)
    await stage.say(SHEN, "报价发何总了")

    assert [(day, done) for _, day, done in made] == [("12-02 18:00", False)]
    assert "报价" in made[0][0]
    assert not stage.dingtalk.todos.of(SHEN)[0].told  # the chat has said it already
    assert [done for _, _, done in shown(stage)] == [True]


async def test_a_task_that_was_done_before_it_ever_stood_there_is_not_put_there(stage: DingTalkStage) -> None:
    stage.dingtalk.todos.allowed = False
    await stage.say(SHEN, NOTE)
    stage.dingtalk.todos.allowed = True
    await stage.say(SHEN, "报价发何总了")

    assert shown(stage) == []


async def test_what_is_taken_back_goes_from_the_list(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = len(shown(stage))
    await stage.say(SHEN, "撤销")

    assert (before, shown(stage)) == (1, [])


async def test_a_task_that_is_corrected_has_its_new_day_there(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say(SHEN, "不对，是下周四之前")

    assert [day for _, day, _ in shown(stage)] == ["12-03 18:00"]


def todo_calls(stage: DingTalkStage) -> list[tuple[str, str]]:
    """What was asked of 待办: method, and the call without whose it is about."""
    return [(each["method"], each["path"].split("/")[-1]) for each in stage.dingtalk.api.log if "todo/" in each["path"]]


async def test_a_tick_in_dingtalk_does_what_a_tick_in_the_chat_does_and_asks_once(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = len(todo_calls(stage))
    await stage.tick(SHEN, "报价")
    asked = todo_calls(stage)[before:]
    await stage.say(SHEN, "我的待办")
    async with stage.app.database.read() as session:
        reminders = set(await session.scalars(select(Reminder.state)))

    assert await state(stage) == ["done"]
    assert reminders == {"done"}
    assert [done for _, _, done in shown(stage)] == [True]
    assert [method for method, _ in asked] == [
        "GET",
        "GET",
    ]  # whether it is, and what the list shows: nothing to change
    assert "报价" not in stage.chat(SHEN)[-1].text


async def test_who_gave_the_task_learns_that_it_was_ticked(stage: DingTalkStage) -> None:
    await stage.say("manager7", "让沈青周五前把合同寄给北辰仪器")
    await stage.tick(SHEN, "合同")

    assert "小沈做完了" in stage.chat("manager7")[-1].text


async def test_a_tick_that_comes_twice_is_one(stage: DingTalkStage) -> None:
    await stage.say("manager7", "让沈青周五前把合同寄给北辰仪器")
    stage.dingtalk.faults.spoil("again")
    await stage.tick(SHEN, "合同")
    told = [each for each in stage.chat("manager7") if "做完了" in each.text]

    assert len(told) == 1


async def test_a_tick_stays_though_the_task_is_moved_before_we_heard_of_it(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    stage.dingtalk.faults.silent = True
    await stage.tick(SHEN, "报价")
    stage.dingtalk.faults.silent = False
    await stage.say(SHEN, "不对，是下周四之前")

    assert await state(stage) == ["done"]
    assert [done for _, _, done in shown(stage)] == [True]


async def test_a_task_that_is_open_again_after_a_tick_is_open_in_the_list_too(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.tick(SHEN, "报价")
    async with stage.app.database.read() as session:
        task = (await session.scalars(select(Task))).one()
    owner = Actor(person_id=task.owner_id, people=frozenset({task.owner_id}))
    async with stage.app.database.unit(owner, Cause("test")) as uow:
        await tasks.reopen(uow, task.id)
    await stage.settle()

    assert await state(stage) == ["open"]
    assert [done for _, _, done in shown(stage)] == [False]


async def test_what_was_ticked_while_nobody_listened_is_found_by_the_next_look(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say(SHEN, "加个待办：周五前寄样册")
    stage.dingtalk.faults.silent = True
    await stage.tick(SHEN, "报价")
    stage.dingtalk.faults.silent = False
    unheard = await state(stage)
    stage.clock.advance(timedelta(minutes=20))  # a start begins with a look, once in ten minutes
    zone = stage.app.settings.zone
    await Planner(stage.app.database, zone, keep=timedelta(days=30), lists=("dingtalk",)).begin()
    await stage.settle()

    assert unheard == ["open", "open"]
    assert await state(stage) == ["done", "open"]


async def test_what_was_ticked_while_no_socket_was_up_is_found_once_there_is_one(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    gateway = stage.dingtalk.gateway
    stage.clock.advance(timedelta(minutes=20))
    stage.dingtalk.faults.refuse_sockets = True
    gateway.cut()
    async with asyncio.timeout(PATIENCE):
        await gateway.until(lambda: not gateway.sockets)
        await stage.tick(SHEN, "报价")
        unheard = await state(stage)
        stage.dingtalk.faults.refuse_sockets = False
        while await state(stage) != ["done"]:  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.05)

    assert unheard == ["open"]


async def test_the_lists_are_looked_through_once_a_week(stage: DingTalkStage) -> None:
    zone = stage.app.settings.zone
    planner = Planner(stage.app.database, zone, keep=timedelta(days=30), lists=("dingtalk",))
    for _ in range(8):
        await planner.plan()
        stage.clock.advance(timedelta(days=1))
    async with stage.app.database.read() as session:
        nights = await session.scalars(select(Due.due_at).where(Due.kind == "mirror.look", Due.state == "waiting"))
        planned = {f"{night.astimezone(zone):%m-%d %H:%M}" for night in nights if night > NOW}

    assert planned == {"11-30 03:30"}


async def test_a_start_looks_through_the_lists(stage: DingTalkStage) -> None:
    async with stage.app.database.read() as session:
        looked = list(await session.scalars(select(Due.key).where(Due.kind == "mirror.look")))

    assert any(key.startswith("mirror-look-dingtalk-") for key in looked)


async def test_to_dos_of_others_cost_no_call(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = len(todo_calls(stage))
    await stage.happened("todo_task_update", {"taskId": "task15cbab10", "unionIdList": ["uni-Staff01"]})
    own = stage.dingtalk.todos.of(SHEN)[0].id
    await stage.happened("todo_task_update", {"taskId": own, "bizTag": "certify_todo", "unionIdList": ["uni-Staff01"]})

    assert todo_calls(stage)[before:] == []


async def test_a_handed_over_task_moves_to_the_list_of_whom_it_is_given_to(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = shown(stage)
    await stage.say("manager7", "把北辰仪器转给陶一")
    await stage.tick("staff02", "报价")

    assert [day for _, day, _ in before] == ["12-02 18:00"]
    assert shown(stage) == []
    assert [(day, done) for _, day, done in shown(stage, "staff02")] == [("12-02 18:00", True)]
    assert await state(stage) == ["done"]


async def test_a_tick_in_the_list_of_whom_it_was_taken_from_does_nothing(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    item = stage.dingtalk.todos.of(SHEN)[0]
    await stage.say("manager7", "把北辰仪器转给陶一")
    stage.dingtalk.todos.items[item.id] = item  # as if taking it away had been lost there
    await stage.tick(SHEN, "报价")

    assert await state(stage) == ["open"]


async def test_in_http_mode_a_tick_is_posted(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", MEMBERS, todos=True, called=True) as stage:
        await on_record(stage)
        await stage.say(SHEN, NOTE)
        before = len(todo_calls(stage))
        item = stage.dingtalk.todos.of(SHEN)[0].id
        await stage.dingtalk.event("todo_task_update", {"taskId": item, "bizTag": "certify_todo"})
        await stage.settle()
        unasked = len(todo_calls(stage)) - before
        await stage.tick(SHEN, "报价")

        assert await state(stage) == ["done"]
        assert unasked == 0


async def test_without_the_permission_the_task_is_as_it_is_and_nothing_is_tried_for_ever(stage: DingTalkStage) -> None:
    stage.dingtalk.todos.allowed = False
    await stage.say(SHEN, NOTE)
    async with stage.app.database.read() as session:
        left = list(await session.scalars(select(Due.state).where(Due.kind == "mirror.task")))

    assert stage.chat(SHEN)[-1].title.startswith("已记录")
    assert shown(stage) == []
    assert set(left) == {"done"}


async def test_the_doctor_names_the_missing_permission(
    stage: DingTalkStage, capsys: pytest.CaptureFixture[str]
) -> None:
    await doctor(stage.app.settings, stage.clock)
    well = capsys.readouterr().out
    stage.dingtalk.todos.allowed = False
    await doctor(stage.app.settings, stage.clock)

    assert "ok    dingtalk todos" in well
    assert "Todo.Todo.Write" in capsys.readouterr().out


async def test_where_it_is_off_nothing_is_asked_of_dingtalk(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", MEMBERS) as stage:
        await on_record(stage)
        await stage.say(SHEN, NOTE)

        assert shown(stage) == []
        assert not [path for path in stage.dingtalk.api.calls if "todo/" in path]
