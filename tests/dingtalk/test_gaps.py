"""What nobody heard while the Stream was down: told in the evening to whoever may have written then, and once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.adapters.dingtalk.link import StreamLink
from domain.tables import Presence
from tests.dingtalk.rig import rigged
from tests.dingtalk.stage import DingTalkStage
from tests.dingtalk.test_link import SHORT, Store, linked
from tests.waiting import PATIENCE, until

ZONE = ZoneInfo("Asia/Shanghai")
LOST = "连接中断，若发过请重发"


async def test_a_gap_is_told_in_the_evening_and_never_again(stage: DingTalkStage) -> None:
    await stage.say("Staff01", "今天拜访了北辰仪器的何总")
    await out(stage, "2026-11-25 16:02:10", "2026-11-25 16:04:40")

    await at(stage, "2026-11-25 17:59")
    before = told(stage, "Staff01")
    await at(stage, "2026-11-25 18:01")
    evening = told(stage, "Staff01")
    await at(stage, "2026-11-26 18:30")

    assert before == []
    assert evening == [f"16:02–16:05 {LOST}"]
    assert told(stage, "Staff01") == evening
    assert told(stage, "staff02") == [], "who has not written of late has nothing to write again"


async def test_several_gaps_of_a_day_are_one_message(stage: DingTalkStage) -> None:
    await stage.say("Staff01", "今天拜访了北辰仪器的何总")
    await out(stage, "2026-11-25 16:02:10", "2026-11-25 16:04:40")
    await out(stage, "2026-11-25 17:30:10", "2026-11-25 17:31:00")
    await at(stage, "2026-11-25 18:01")

    assert told(stage, "Staff01") == [f"16:02–16:05、17:30–17:31 {LOST}"]


async def test_a_gap_at_night_is_told_the_next_evening_with_its_day(stage: DingTalkStage) -> None:
    await stage.say("Staff01", "今天拜访了北辰仪器的何总")
    await out(stage, "2026-11-25 23:50:10", "2026-11-26 00:10:00")
    await at(stage, "2026-11-26 18:01")

    assert told(stage, "Staff01") == [f"昨天 23:50–00:10 {LOST}"]


async def test_the_next_socket_before_the_old_one_is_left_is_no_gap(stage: DingTalkStage) -> None:
    await stage.say("Staff01", "今天拜访了北辰仪器的何总")
    stream = line(stage)
    stream._timing = replace(stream._timing, overlap=PATIENCE)  # however long a machine takes that stands still
    first = stream.connection
    await stage.dingtalk.gateway.leave()
    await until(lambda: stream.connection not in (None, first))
    await at(stage, "2026-11-25 18:01")

    assert told(stage, "Staff01") == []


async def test_a_notice_whose_next_socket_comes_late_is_a_gap_since_the_notice() -> None:
    store, late = Store(), replace(SHORT, overlap=0.0)
    async with rigged(leaving_seconds=PATIENCE) as rig, linked(rig, store, late) as link:
        before = rig.clock.now()
        first = link.connection
        await rig.server.gateway.leave()
        await until(lambda: link.connection is not first)

        assert [(held, moment - before < timedelta(seconds=1)) for held, moment in saw(store)] == [
            (True, True),
            (False, True),
            (True, True),
        ]


async def test_a_socket_that_leaves_a_ping_unanswered_was_dead_before() -> None:
    store, quick = Store(), replace(SHORT, beat=0.8)
    async with rigged() as rig:
        rig.server.faults.dead = True
        async with linked(rig, store, quick):
            await until(lambda: len(saw(store)) > 1)

        lost = next(moment for held, moment in saw(store) if not held)
        assert lost < rig.clock.now(), "since before the ping that nobody answered"


def saw(store: Store) -> list[tuple[bool, Any]]:
    assert store.saw is not None
    return store.saw.said


async def out(stage: DingTalkStage, since: str, back: str) -> None:
    """Nobody is connected from one moment to another."""
    await at(stage, since)
    stage.dingtalk.faults.refuse_sockets = True
    await said(stage, over=False)
    stage.dingtalk.gateway.cut()
    await said(stage, over=True)
    await at(stage, back)
    stage.dingtalk.faults.refuse_sockets = False
    await said(stage, over=False)


async def said(stage: DingTalkStage, *, over: bool) -> None:
    """Return when genjin has put on record that its newest stretch is over, or goes on."""
    query = select(Presence.over).order_by(Presence.id.desc()).limit(1)
    async with asyncio.timeout(PATIENCE):
        while True:
            async with stage.app.database.read() as session:
                if await session.scalar(query) == over:
                    return
            await asyncio.sleep(0.01)


async def at(stage: DingTalkStage, moment: str) -> None:
    """It is that time of day."""
    await stage.move(datetime.fromisoformat(moment).replace(tzinfo=ZONE))


def line(stage: DingTalkStage) -> StreamLink:
    return next(each for each in stage.app.lines if isinstance(each, StreamLink))


def told(stage: DingTalkStage, userid: str) -> list[str]:
    return [seen.text for seen in stage.chat(userid) if LOST in seen.text]
