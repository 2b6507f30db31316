"""The robot was taken out of the settings: nothing that waits for it waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.actor import SYSTEM, Address, Cause
from domain.tables import GroupChat, Outbox, Person, Team
from tests.dialogues.records import Records
from tests.robot.conftest import PEOPLE
from tests.stage import Stage, staged

SHEN = "Shen.Qing"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """The app alone."""
    members = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    async with staged(sqlite_url, "远山科技", members) as made:
        await Records(made.app.database).cast(PEOPLE, {"华南": {"lead": "马林"}})
        yield made


async def test_what_was_for_a_person_goes_by_the_app(stage: Stage) -> None:
    await tell(stage, Address.account("wecom.robot", SHEN.casefold()))
    await stage.settle()

    assert [shown.text for shown in stage.chat(SHEN)] == ["提醒一句"]
    assert await states(stage) == [("wecom", "done")]


async def test_what_was_for_a_teams_group_goes_to_the_one_that_the_app_makes(stage: Stage) -> None:
    await set_group(stage, "team")
    await tell(stage, Address.group("wecom.robot", "wrQzA9"))
    await stage.settle()

    assert [[line.text for line in said] for said in stage.groups().values()] == [["提醒一句"]]


async def test_what_was_for_another_group_is_reported_as_not_delivered(stage: Stage) -> None:
    await tell(stage, Address.group("wecom.robot", "wrQzA9"))

    async with asyncio.timeout(60):
        while (row := await delivery(stage)).state == "waiting":
            if row.retry_at is not None and row.retry_at > stage.clock.now():
                stage.clock.move_to(row.retry_at)
            stage.app.wake_all()
            await asyncio.sleep(0.02)

    assert row.state == "dead"
    assert "not in the settings any more" in row.last_error
    async with asyncio.timeout(60):
        await stage.app.settled()
    assert any("没发出去" in shown.text for shown in stage.chat("ma.lin")), "the administrator is told"


async def delivery(stage: Stage) -> Outbox:
    async with stage.app.database.read() as session:
        return (await session.scalars(select(Outbox).where(col(Outbox.channel) == "wecom.robot"))).one()


async def set_group(stage: Stage, use: str) -> None:
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        team = (await uow.session.scalars(select(Team).where(col(Team.name) == "华南"))).one()
        lead = (await uow.session.scalars(select(Person).where(col(Person.name) == "马林"))).one()
        facts: dict[str, Any] = {"set_by_id": lead.id, "set_at": uow.now, "created_at": uow.now, "use": use}
        await uow.add(GroupChat(channel="wecom.robot", chat_id="wrQzA9", team_id=team.id, **facts))


async def tell(stage: Stage, to: Address) -> None:
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        uow.tell(to, "plain.text", text="提醒一句")
    stage.app.wake_all()


async def states(stage: Stage) -> list[tuple[str, str]]:
    async with stage.app.database.read() as session:
        return [(row.channel, row.state) for row in (await session.scalars(select(Outbox))).all()]
