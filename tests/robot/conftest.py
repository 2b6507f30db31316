from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.wecom_robot.connection import Timing
from bot.messenger.robot.model import RobotQuirks
from tests.dialogues.records import Records
from tests.stage import Stage, staged

_TEAM = {"team": "华南", "manager": "马林"}
PEOPLE: dict[str, dict[str, Any]] = {
    "沈青": {"userid": "Shen.Qing", "name": "沈青", "title": "销售", "roles": ["sales"], **_TEAM},
    "陶一": {"userid": "tao.yi", "name": "陶一", "title": "销售", "roles": ["sales"], "new": "yes", **_TEAM},
    "马林": {"userid": "ma.lin", "name": "马林", "title": "经理", "roles": ["manager", "admin"], "team": "华南"},
}
CUSTOMER = {"name": "天津北辰仪器有限公司", "owner": "沈青", "contacts": [{"name": "何总"}]}
NEWCOMER = {"userid": "new.comer", "name": "新来的", "title": ""}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, nobody is told to wait, and what was sent is waited for: the tests of that bring
    seconds of their own."""
    monkeypatch.setattr("bot.robot.TIMING", Timing(thinking=600, ack=600, late=1200))


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """genjin connected as the app and as the robot, in a company of three and somebody whom it does not know."""
    members = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    async with staged(sqlite_url, "远山科技", [*members, NEWCOMER], robot=RobotQuirks()) as made:
        records = Records(made.app.database)
        await records.cast(PEOPLE, {"华南": {"lead": "马林"}})
        await records.customer("北辰仪器", CUSTOMER)
        yield made
