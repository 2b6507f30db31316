"""A messenger that delivers a message again under another id: one record, one answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.message import from_json
from domain.tables import Activity, Inbox
from tests.dialogues.records import Records
from tests.stage import Stage, staged

NOTE = "今天下午拜访了启航电子的梁总，聊了二期改造，下周三之前给方案"
MEMBER = {"userid": "xu.ran", "name": "许然", "title": "销售", "department": "远帆软件", "leader": None}


async def outcomes(stage: Stage) -> list[str]:
    async with stage.app.database.read() as session:
        return list((await session.scalars(select(Inbox.outcome).order_by(Inbox.id))).all())


async def test_the_same_words_of_the_same_second_are_the_same_message(database_url: str) -> None:
    async with staged(database_url, "远帆软件", [MEMBER]) as stage:
        await Records(stage.app.database).cast({"许然": {**MEMBER, "roles": ["sales"]}}, {})
        await stage.say("xu.ran", NOTE)
        before = stage.chat("xu.ran")
        async with stage.app.database.read() as session:
            payload = (await session.scalars(select(Inbox.payload))).one()
        message = from_json(payload)

        assert await stage.app.dispatcher.accept(replace(message, message_id="another"))
        await stage.settle()
        assert stage.chat("xu.ran") == before
        assert await outcomes(stage) == ["answered", "redelivered"]

        later = replace(message, message_id="a third", sent_at=message.sent_at + timedelta(minutes=1))
        assert await stage.app.dispatcher.accept(later)
        await stage.settle()
        assert stage.chat("xu.ran")[-1].title.endswith("已记过这条")
        assert stage.chat("xu.ran")[-1].buttons == ("再记一次", "撤销")  # a new customer's card ends with 撤销 itself
        async with stage.app.database.read() as session:
            assert len((await session.scalars(select(Activity))).all()) == 1
