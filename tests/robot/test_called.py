"""The smart robot by callbacks: answers in the call, streams that WeCom asks about, and the address for one more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.wecom_robot import callback, called
from bot.messenger.robot.model import RobotQuirks
from domain.actor import SYSTEM, Address, Cause
from domain.database import Database
from tests.dialogues.records import Records
from tests.robot.conftest import CUSTOMER, PEOPLE
from tests.stage import Stage, staged

SHEN = "Shen.Qing"
NOTE = "下午拜访了北辰仪器的何总，预算大概50万，下周三之前给方案"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, every answer is in time: the tests of that have seconds of their own."""
    monkeypatch.setattr(callback, "PATIENCE", callback.Patience(message=60, event=60))
    monkeypatch.setattr(called, "_WAIT", 60.0)


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    members = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    quirks = RobotQuirks(poll_seconds=0.02, callback_seconds=120)
    async with staged(sqlite_url, "远山科技", members, robot=quirks, called=True) as made:
        records = Records(made.app.database)
        await records.cast(PEOPLE, {"华南": {"lead": "马林"}})
        await records.customer("北辰仪器", CUSTOMER)
        yield made


def answers(stage: Stage) -> list[tuple[str, str]]:
    """What genjin answered to calls: to which kind of call, and what it was."""
    log = [(each["kind"], each["body"], each["errcode"]) for each in stage.robot.calls.log]
    assert [body for _, body, errcode in log if errcode] == []
    return [(kind, str(body.get("msgtype") or body.get("response_type"))) for kind, body, _ in log]


async def test_the_address_is_verified_as_it_is_when_it_is_saved(stage: Stage) -> None:
    assert await stage.robot.calls.verify()


async def test_a_note_is_answered_in_the_call_with_its_card(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    (card,) = stage.robot_chat(SHEN)
    assert card.title == "已记录 · 北辰仪器"
    assert ("预算", "约50万") in card.facts
    assert answers(stage) == [("message", "template_card")]
    assert stage.chat(SHEN) == [], "what is said to the robot is not answered in the app"


async def test_words_are_answered_as_a_stream_that_is_whole(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, "谢谢"))

    assert [shown.text for shown in stage.robot_chat(SHEN)] == ["不客气"]
    assert answers(stage) == [("message", "stream")]


async def test_a_tap_changes_the_card_where_it_stands(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    await stage.robot_tap(SHEN, "撤销")

    assert [card.title for card in stage.robot_chat(SHEN)] == ["已撤销 · 北辰仪器"]
    assert answers(stage)[-1] == ("click", "update_template_card")


async def test_a_note_in_a_group_gets_a_line_there_and_its_card_apart(stage: Stage) -> None:
    await stage.say(SHEN, "北辰仪器")
    group = stage.robot.add_group("wrQzA9", "华南组", [SHEN, "tao.yi"])

    await stage.heard(stage.robot.group_say(group.chatid, SHEN, f"@跟进 {NOTE}"))

    assert [said.text for said in stage.robot_groups()["华南组"]] == ["记好了，卡片私聊发你"]
    assert stage.chat(SHEN)[-1].title == "已记录 · 北辰仪器"


async def test_an_answer_that_takes_long_begins_a_stream_and_takes_its_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    monkeypatch.setattr(callback, "PATIENCE", callback.Patience(message=0))
    monkeypatch.setattr(stage.app._workers["inbox"], "_handle", _after(begun, stage.app.dispatcher.handle))

    told = await stage.robot.say(SHEN, NOTE)
    assert told.accepted
    assert [shown.text for shown in stage.robot_chat(SHEN)] == ["在看，稍等"]
    begun.set()
    await stage.robot.calls.quiet()

    head, card = stage.robot_chat(SHEN)
    assert (head.text, card.title) == ("已记录 · 北辰仪器", "已记录 · 北辰仪器")
    assert answers(stage)[0] == ("message", "stream")
    assert answers(stage)[-1] == ("stream", "stream_with_template_card")


def _after(begun: asyncio.Event, handle: Any) -> Any:
    async def late(row: Any) -> None:
        await begun.wait()
        await handle(row)

    return late


async def test_what_is_said_later_goes_by_the_address_that_came_with_a_message_once(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, "谢谢"))

    await push(stage, "第一句")
    await push(stage, "第二句")

    assert [shown.text for shown in stage.robot_chat(SHEN)] == ["不客气", "第一句"]
    assert [shown.text for shown in stage.chat(SHEN)] == ["第二句"], "the second goes by the app"


async def test_after_an_hour_it_is_the_app_that_reaches_somebody(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, "谢谢"))
    stage.clock.advance(timedelta(hours=1))

    await push(stage, "提醒一句")

    assert [shown.text for shown in stage.chat(SHEN)] == ["提醒一句"]


async def test_a_message_that_comes_again_has_the_same_answer_and_is_on_record_once(stage: Stage) -> None:
    told = await stage.robot.say(SHEN, NOTE)
    await stage.settle()
    request = stage.robot._request("message", SHEN, None)
    body = {"msgid": told.message_id, "chattype": "single", "from": {"userid": SHEN}, "msgtype": "text"}

    await stage.robot.calls.tell(body | {"text": {"content": NOTE}}, request)
    await stage.settle()

    bodies = [each["body"] for each in stage.robot.calls.log]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


async def test_who_opens_the_robot_is_welcomed_in_the_call(stage: Stage) -> None:
    await stage.heard(stage.robot.enter("tao.yi"))

    assert [card.title for card in stage.robot_chat("tao.yi")] == ["我是跟进，帮你记客户"]
    assert answers(stage) == [("enter", "template_card")]


async def test_a_file_is_opened_with_the_callbacks_own_key(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    await stage.heard(stage.robot.send_file(SHEN, "file", "报价单.pdf", b"%PDF-1.7 " + bytes(99)))

    assert "已存附件" in stage.robot_chat(SHEN)[-1].title


async def push(stage: Stage, text: str) -> None:
    """Tell the person something, where he was last."""
    database: Database = stage.app.database
    async with database.unit(SYSTEM, Cause("test")) as uow:
        uow.tell(Address.account("wecom.robot", SHEN.casefold()), "plain.text", text=text)
    stage.app.wake_all()
    await stage.settle()
