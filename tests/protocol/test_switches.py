"""Faults that stay on: each spoils a regular share, and nothing that is said is lost or answered twice under any."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.messenger.faults import Faults
from bot.messenger.switches import STREAM, Switch
from domain.actor import SYSTEM, Cause
from domain.services import directory
from domain.tables import Activity, Inbox, Outbox
from tests import stage as whole
from tests.protocol.stage import Stage
from tests.sending import MAGIC

STEP, STEPS = timedelta(seconds=3), 1000  # of the clock, while genjin works
LIN = "lin.yue"
PEOPLE: list[dict[str, Any]] = [{"userid": LIN, "name": "林越", "title": "销售", "department": "华东"}]
FIRMS = ("苏州明泰精密", "无锡恒力织造", "上海宏远物流", "南通金鼎食品", "杭州南桥包装", "东莞启明塑胶")


def switched(stage: Stage, switch: Switch, every: int) -> Faults:
    stage.server.faults.switches.turn(switch, every)
    return stage.server.faults


async def test_one_of_every_three_calls_is_spoiled_until_it_is_switched_off(stage: Stage) -> None:
    faults = switched(stage, Switch.LIMITED, 3)
    answers = [(await stage.send(content=str(n)))["errcode"] for n in range(6)]
    faults.switches.turn(Switch.LIMITED, 0)
    answers.append((await stage.send(content="again"))["errcode"])

    assert answers == [0, 0, 45009, 0, 0, 45009, 0]


async def test_tokens_that_expire_are_refused_and_new_ones_are_given(stage: Stage) -> None:
    token = await stage.token()
    switched(stage, Switch.EXPIRED, 2)
    body = {"touser": "tao.yi", "agentid": 1000007, "msgtype": "text", "text": {"content": "在"}}

    answers = [(await stage.post("message/send", body, token))["errcode"] for _ in range(2)]

    assert answers == [0, 42001]
    assert await stage.token() != token


def test_clearing_the_faults_switches_everything_off(stage: Stage) -> None:
    faults = switched(stage, Switch.BROKEN, 1)

    faults.clear()

    assert faults.switches.on == []
    assert faults.next_call("message/send").status is None


@pytest.fixture
async def genjin(sqlite_url: str) -> AsyncIterator[whole.Stage]:
    async with whole.staged(sqlite_url, "远山软件", PEOPLE) as built:
        async with built.app.database.unit(SYSTEM, Cause("test")) as uow:
            await directory.put(uow, directory.Entry(userid=LIN, name="林越", team="华东"))
        yield built


@pytest.mark.parametrize("switch", [each for each in Switch if each not in STREAM | {Switch.SLOW}])
async def test_notes_and_pictures_under_a_fault_are_kept_once_and_answered_once(
    genjin: whole.Stage, switch: Switch
) -> None:
    genjin.server.faults.switches.turn(switch, 3)
    for firm in FIRMS:
        genjin.clock.advance(timedelta(seconds=7))
        await genjin.server.say(LIN, f"今天拜访了{firm}有限公司的贺总，预算大概80万")
    await genjin.server.members.file(LIN, "image", "a.jpg", MAGIC["image"] + b"1")
    await recovered(genjin)

    async with genjin.app.database.read() as session:
        notes = (await session.scalars(select(Activity))).all()
        states = set((await session.scalars(select(Outbox.state))).all())
    titles = [seen.title for seen in genjin.chat(LIN) if seen.kind == "card"]
    assert len(notes) == len(FIRMS)
    assert states == {"done"}
    assert [sum(firm[2:4] in title for title in titles) for firm in FIRMS] == [1] * 5 + [2]
    assert sum(title.startswith("已存附件") for title in titles) == 1


async def recovered(genjin: whole.Stage) -> None:
    """Let time pass until everything that failed was tried again and nothing waits."""
    for _ in range(STEPS):
        if not await waiting(genjin):
            return
        genjin.clock.advance(STEP)
        await asyncio.sleep(0.01)


async def waiting(genjin: whole.Stage) -> int:
    """How many messages and deliveries are not done."""
    found = 0
    async with genjin.app.database.read() as session:
        for table in (Inbox, Outbox):
            query = select(func.count()).where(col(table.state) == "waiting")
            found += (await session.execute(query)).scalar_one()
    return found
