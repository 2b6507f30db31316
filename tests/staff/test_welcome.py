"""A welcome to a customer outside leaves while it can still arrive; one that is late is not sent at all."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from unittest.mock import AsyncMock, create_autospec

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.outside import OutsideErrands
from domain.names import Names
from domain.tables import Due, Person
from scheduler.ports import Outside
from tests.staff.book import Office


@pytest.mark.parametrize(
    ("seconds", "said"),
    [pytest.param(17, [("code-1", "您好，我是林越")], id="in-time"), pytest.param(19, [], id="too-late")],
)
async def test_a_welcome_is_sent_in_time_or_not_at_all(
    office: Office, seconds: int, said: list[tuple[str, str]]
) -> None:
    async with office.database.read() as session:
        lin = (await session.scalars(select(Person).where(col(Person.name) == "林越"))).one()
    added = {"at": office.clock.now().isoformat(), "person": lin.id, "code": "code-1", "channel": "wecom"}
    wecom = create_autospec(Outside, instance=True)
    greet = cast(AsyncMock, wecom.greet)
    greet.return_value = True

    office.clock.advance(timedelta(seconds=seconds))
    errands = OutsideErrands(office.database, {"wecom": wecom}, Names(), "您好，我是{name}").all()
    done = await errands["outside.greet"](Due(kind="outside.greet", params=added))

    assert [call.args for call in greet.await_args_list] == said
    assert done == {"greeted": bool(said)}
