"""Tasks in 待办: made, moved, done, taken back with the task, and never in its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.commands.doctor import doctor
from domain.tables import Due, Task
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged

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
    assert [done for _, _, done in shown(stage)] == [True]


async def test_what_is_taken_back_goes_from_the_list(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = len(shown(stage))
    await stage.say(SHEN, "撤销")

    assert (before, shown(stage)) == (1, [])


async def test_a_task_that_is_corrected_has_its_new_day_there(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    await stage.say(SHEN, "不对，是下周四之前")

    assert [day for _, day, _ in shown(stage)] == ["12-03 18:00"]


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
