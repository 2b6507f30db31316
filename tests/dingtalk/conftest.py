from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.dialogues.records import Records
from tests.dingtalk.stage import DingTalkStage, staged

_TEAM = {"team": "华南", "manager": "马林"}
PEOPLE: dict[str, dict[str, Any]] = {
    "沈青": {
        "userid": "Staff01",
        "name": "沈青",
        "title": "销售",
        "roles": ["sales"],
        "mobile": "13800138000",
        **_TEAM,
    },
    "陶一": {"userid": "staff02", "name": "陶一", "title": "销售", "roles": ["sales"], "new": "yes", **_TEAM},
    "马林": {"userid": "manager7", "name": "马林", "title": "经理", "roles": ["manager", "admin"], "team": "华南"},
}
CUSTOMER = {"name": "天津北辰仪器有限公司", "owner": "沈青", "contacts": [{"name": "何总"}]}
MEMBERS = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
NEWCOMER = {"userid": "new9", "name": "新来的", "title": ""}


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    """genjin on DingTalk alone, in a company of three and somebody whom it does not know."""
    async with staged(sqlite_url, "远山科技", [*MEMBERS, NEWCOMER]) as made:
        await on_record(made)
        yield made


async def on_record(stage: DingTalkStage, channel: str = "dingtalk") -> None:
    """The company is known, and one customer."""
    records = Records(stage.app.database)
    await records.cast(PEOPLE, {"华南": {"lead": "马林"}}, channel=channel)
    await records.customer("北辰仪器", CUSTOMER)
