"""Files that do not come with their message: fetched later, given up after three days, and what went out sent anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.messenger.speech import recording
from domain.actor import SYSTEM, Cause
from domain.services import directory
from domain.tables import Activity, Attachment, Inbox
from tests.sending import MAGIC
from tests.stage import Stage, staged

LIN = "lin.yue"
PEOPLE: list[dict[str, Any]] = [
    {"userid": LIN, "name": "林越", "title": "销售", "department": "华东"},
    {"userid": "somebody", "name": "路人"},
]
NOTE = "今天下午拜访了苏州明泰精密有限公司的贺总，预算大概80万"
PICTURE = MAGIC["image"] + b"a machine"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_url, "远山软件", PEOPLE, listens=True) as built:
        async with built.app.database.unit(SYSTEM, Cause("test")) as uow:
            await directory.put(uow, directory.Entry(userid=LIN, name="林越", team="华东", roles=("sales",)))
        yield built


async def rows(stage: Stage, table: type[SQLModel]) -> list[Any]:
    async with stage.app.database.read() as session:
        return list((await session.scalars(select(table).order_by(table.id))).all())  # type: ignore[attr-defined]


async def test_a_picture_that_did_not_come_at_once_is_there_a_minute_later(stage: Stage) -> None:
    await stage.say(LIN, NOTE)
    stage.server.faults.fail("media/get", 503, times=2)
    await stage.server.members.file(LIN, "image", "现场.jpg", PICTURE)
    await stage.settle()
    before, card = (await rows(stage, Attachment))[0], stage.chat(LIN)[-1]

    await stage.move(timedelta(minutes=2))

    after = (await rows(stage, Attachment))[0]
    assert (before.state, card.note) == ("waiting", "图片还在取，取到就在")
    assert (after.state, after.size, after.media_type) == ("kept", len(PICTURE), "image/jpeg")
    assert await stage.app.files.get(after.sha256) == PICTURE
    assert stage.chat(LIN)[-1].note.startswith("图片 · 今天")


async def test_a_picture_that_never_came_is_asked_for_again_once(stage: Stage) -> None:
    await stage.say(LIN, NOTE)
    stage.server.faults.fail("media/get", 503, times=100)
    await stage.server.members.file(LIN, "image", "现场.jpg", PICTURE)
    await stage.settle()

    for _ in range(12):
        await stage.move(timedelta(hours=12))

    assert (await rows(stage, Attachment))[0].state == "lost"
    assert [seen.text for seen in stage.chat(LIN)].count("那条图片没取到，再发一次") == 1


async def test_a_recording_is_a_note_as_soon_as_it_can_be_heard(stage: Stage) -> None:
    stage.server.faults.fail("media/get", 503, times=2)
    await stage.server.members.file(LIN, "voice", "v.amr", recording(NOTE))
    await stage.settle()
    said = [seen.text for seen in stage.chat(LIN)]

    await stage.move(timedelta(minutes=2))

    assert "语音这会儿转不了，打几个字也行；录音留着，好了就补记" in said
    assert [row.text for row in await rows(stage, Activity)] == [NOTE]
    assert stage.chat(LIN)[-1].text == f"语音：{NOTE}"
    assert [row.text for row in await rows(stage, Attachment)] == [NOTE]


async def test_a_question_about_a_spoken_note_is_answered_with_its_words(stage: Stage) -> None:
    for name in ("苏州明泰精密有限公司的贺总", "无锡恒力机械有限公司的贺总"):
        await stage.say(LIN, f"今天拜访了{name}")
    await stage.move(timedelta(hours=1))
    await stage.server.members.file(LIN, "voice", "v.amr", recording("贺总说预算大概60万"))
    await stage.settle()

    await stage.tap(LIN, stage.chat(LIN)[-2].buttons[0])

    assert (await rows(stage, Activity))[-1].text == "贺总说预算大概60万"
    assert (await rows(stage, Inbox))[-2].text == "贺总说预算大概60万"


async def test_a_file_that_wecom_has_forgotten_is_uploaded_again(stage: Stage) -> None:
    await stage.say(LIN, NOTE)
    await stage.server.members.file(LIN, "file", "技术协议.pdf", b"%PDF-1.7 terms")
    await stage.settle()
    await stage.say(LIN, "附件")
    await stage.tap(LIN, "发给我")
    stage.server.faults.refuse("message/send", 40007)
    await stage.tap(LIN, "发给我")
    again = stage.server.calls["media/upload"]
    await stage.tap(LIN, "发给我")

    sent = [seen for seen in stage.chat(LIN) if seen.kind == "file"]
    assert [seen.text for seen in sent] == ["[技术协议.pdf]"] * 3
    assert (again, stage.server.calls["media/upload"]) == (2, 2)


async def test_a_stranger_leaves_no_file_behind(stage: Stage) -> None:
    await stage.server.members.file("somebody", "image", "x.jpg", PICTURE)
    await stage.settle()

    assert stage.server.calls["media/get"] == 0
    assert await rows(stage, Attachment) == []
