"""What a colleague could try with a button that no card of his has."""

from __future__ import annotations

from sqlalchemy import select

from bot.message import Conversation, Message
from cards.model import Action
from domain.tables import Activity, CustomerShare, Inbox
from tests.hostile.stage import LONGEST, WRITER, Stage, staged

SECRET = "底价是四十一万八"


async def test_nobody_reads_a_colleagues_words_by_a_yes_that_was_not_asked_for(sqlite_url: str) -> None:
    """同意协作 files the words of who asked. Who is told 只有你看得到 and does not ask has his words to himself."""
    async with staged(sqlite_url) as stage:
        await stage.say(f"常州卫长泵业的蒋总来过电话，{SECRET}")
        await stage.settle()
        for given in ((2, 1, await _written(stage), 0), (2, 1, 0, 0), (2, 77, 0, 0)):
            await _tap(stage, Action("share.grant", tuple(map(str, given))))

        async with stage.app.database.read() as session:
            assert list(await session.scalars(select(Activity))) == []
            assert list(await session.scalars(select(CustomerShare))) == []
        assert not any(SECRET in f"{shown.text}{shown.card}" for shown in stage.answers(LONGEST))
        assert await stage.failures() == []


async def _written(stage: Stage) -> int:
    """The message of the colleague."""
    async with stage.app.database.read() as session:
        return (await session.scalars(select(Inbox).where(Inbox.sender == WRITER))).one().id


async def _tap(stage: Stage, action: Action) -> None:
    tap = Message(
        channel="wecom",
        message_id=action.pack(),
        conversation=Conversation(LONGEST),
        sender=LONGEST,
        sent_at=stage.clock.now(),
        kind="action",
        action=action,
    )
    await stage.app.dispatcher.accept(tap)
    await stage.settle()
