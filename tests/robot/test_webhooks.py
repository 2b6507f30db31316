"""Groups that are reached by a webhook: who learns the key, how fast they are told, what becomes of a dead address."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from domain.actor import SYSTEM, Address, Cause
from domain.tables import Outbox
from tests.stage import Stage, Stuck

SHEN, MA = "Shen.Qing", "ma.lin"
NAME = "喜报群"


@pytest.fixture
async def hooked(stage: Stage) -> Stage:
    """A group whose webhook the administrator made the team's."""
    stage.add_hook(NAME, [MA, SHEN])
    await stage.say(MA, f"把 {stage.hooks[NAME]} 设为华南销售群")
    return stage


def key_of(stage: Stage) -> str:
    return stage.hooks[NAME].partition("key=")[2]


async def news(stage: Stage, count: int, start: int = 0) -> None:
    """So many lines of news for the team, at once."""
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        for n in range(start, start + count):
            uow.tell(Address.team(1), "plain.text", None, text=f"第{n}条")


async def test_the_key_is_nowhere_in_the_database(hooked: Stage, tmp_path: object) -> None:
    async with hooked.app.database.read() as session:
        tables = (await session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        held = [str((await session.execute(text(f'SELECT * FROM "{table}"'))).all()) for table in tables]

    assert len(held) > 20
    assert not [rows for rows in held if key_of(hooked) in rows]


async def test_the_key_is_in_no_line_of_the_log(hooked: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    hooked.server.webhooks.remove(key_of(hooked))

    await news(hooked, 1)
    with suppress(Stuck):
        await hooked.settle()

    assert [record.errcode for record in caplog.records if hasattr(record, "errcode")] == [93000]
    assert not [record for record in caplog.records if key_of(hooked) in str(vars(record))]


async def test_at_most_twenty_go_in_a_minute_and_what_waits_goes_as_one(hooked: Stage) -> None:
    await hooked.move(timedelta(minutes=2))
    await news(hooked, 32)
    await hooked.settle()

    said = [line.text for line in hooked.groups()[NAME]][1:]
    assert said == [f"第{n}条" for n in range(20)]

    await hooked.move(timedelta(minutes=2))

    later = [line.text for line in hooked.groups()[NAME]][21:]
    assert later[0].startswith("攒了 ")
    assert [line for text in later for line in text.splitlines() if line.startswith("第")] == [
        f"第{n}条" for n in range(20, 32)
    ]
    assert len(later) < 12
    assert {entry["errcode"] for entry in hooked.server.webhooks.log} == {0}, "the limit is kept on our side"


async def test_where_the_limit_is_enforced_all_the_same_nothing_is_lost(hooked: Stage) -> None:
    hooked.server.faults.refuse("webhook/send", 45009)

    await news(hooked, 2)
    await hooked.settle()
    before = len(hooked.groups()[NAME])
    await hooked.move(timedelta(minutes=2))

    assert before == 1
    assert "\n".join(line.text for line in hooked.groups()[NAME][1:]) == "第0条\n第1条"


async def test_an_address_that_is_dead_is_told_to_whom_it_concerns(hooked: Stage) -> None:
    hooked.server.webhooks.remove(key_of(hooked))

    with suppress(Stuck):
        await hooked.say(SHEN, "北辰仪器签了！合同68万")
    await hooked.app.settled()

    assert any("推送地址失效了" in line.text for line in hooked.chat(SHEN))
    async with hooked.app.database.read() as session:
        dead = (await session.execute(select(Outbox).where(Outbox.state == "dead"))).scalars().one()
    assert (dead.channel, dead.kind) == ("wecom.webhook", "win.group")
    assert key_of(hooked) not in dead.last_error
