"""What is kept as somebody's words is what he said, letter for letter."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.tables import Activity
from tests.dialogues.records import Records
from tests.dialogues.script import read
from tests.stage import staged


@pytest.mark.parametrize(
    ("said", "quotes"),
    [
        ("68万", ["68万"]),
        ("一共68万，首付30%下月5号前付", ["68万", "首付30%下月5号前付"]),
        ("合同68万", ["合同68万"]),
    ],
)
async def test_a_sum_told_behind_a_win_is_quoted_as_it_was_said(sqlite_url: str, said: str, quotes: list[str]) -> None:
    cast = read("win_sum_later")
    member = {"userid": "Lin.Yue", "name": "林越", "title": "销售"}
    async with staged(sqlite_url, cast.company, [member]) as stage:
        records = Records(stage.app.database)
        await records.cast({"小林": {**member, "roles": ["sales"]}}, {})
        await records.customer("宏图物流", {"name": "上海宏图物流有限公司", "owner": "小林"})
        await stage.say("Lin.Yue", "宏图签了")
        await stage.say("Lin.Yue", said)
        async with stage.app.database.read() as session:
            facts = (await session.scalars(select(Activity))).one().facts
    kept = [each["quote"] for each in (*facts["amounts"], *facts.get("terms", ()))]
    assert kept == quotes
    assert all(words in said for words in kept)
