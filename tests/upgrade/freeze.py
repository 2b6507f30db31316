"""Freezes the schema of a release with data in it, when the release is made: `python -m tests.upgrade.freeze`.

People talk with genjin, and the backup of what came of it is kept as `released_SCHEMA.backup` for ever: whatever later
releases do to the schema, `test_upgrade.py` brings it there and goes on talking.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.clock import SystemClock
from domain import migrate
from domain.actor import SYSTEM, Address, Cause
from domain.backup import dump
from domain.database import Database
from domain.migrations import HEAD
from domain.services import directory
from tests.stage import NOW, Stage, staged

COMPANY = "海岳泵业"
PEOPLE: list[dict[str, Any]] = [
    {"userid": "fang.lei", "name": "方蕾", "title": "销售", "leader": "gao.yun", "department": "华南组"},
    {"userid": "gao.yun", "name": "高云", "title": "销售经理", "department": "华南组", "leads": True},
    {"userid": "shi.min", "name": "石敏", "title": "财务"},
]
WAITS = timedelta(minutes=5)  # after the last word a delivery still waits

SAID = (
    ("fang.lei", "今天上午拜访了佛山禾田机械有限公司的梁总，聊了二期水泵，预算大概90万，担心交期，下周二之前给方案"),
    ("fang.lei", "不对，是75万"),
    ("fang.lei", "周五上午十点提醒我给梁总打电话"),
    ("fang.lei", "昨天和珠海云帆船舶有限公司的苏工通了电话，他们想换掉现在的供应商"),
    ("fang.lei", "禾田二期申请88折"),
    ("fang.lei", "今天先跟谁"),
    ("fang.lei", "刚给东莞启明塑胶有限公司的何经理发了报价，32万"),
    ("fang.lei", "撤销"),
    ("gao.yun", "今天和中山远图电子有限公司的彭总吃了饭"),
    ("fang.lei", "云帆签了！合同48万，首付40%下月10号前付，余款验收后付"),
    ("somebody", "你好"),
)


async def talk(stage: Stage) -> None:
    """What the frozen company has been through."""
    async with stage.app.database.unit(SYSTEM, Cause("cli")) as uow:
        for person in PEOPLE:
            roles = {"gao.yun": ("sales", "manager", "admin"), "shi.min": ("finance",)}.get(
                person["userid"], ("sales",)
            )
            entry = directory.Entry(
                userid=person["userid"],
                name=person["name"],
                team=person.get("department"),
                title=person["title"],
                mobile="13900001234",
                roles=roles,
            )
            await directory.put(uow, entry)
        await directory.set_superior(uow, "fang.lei", "gao.yun")
    for userid, text in SAID:
        stage.clock.advance(timedelta(minutes=1))
        await stage.say(userid, text)
    async with stage.app.database.unit(SYSTEM, Cause("cli")) as uow:
        later = uow.now + WAITS
        uow.tell(Address.person(1), "plain.text", key="frozen-waits", after=later, text="明天例会改到九点半")


async def freeze(folder: Path) -> Path:
    """Talk on a fresh database, and write its backup to the folder."""
    file = folder / f"released_{HEAD}.backup"
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/genjin.db"
        await migrate.upgrade(url)
        everybody = [*PEOPLE, {"userid": "somebody", "name": "路人"}]
        async with staged(url, COMPANY, everybody, now=NOW) as stage:
            await talk(stage)
        database = Database(url, SystemClock())
        await dump.dump(database, file)
        await database.close()
    return file


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(freeze(Path(__file__).parent))}\n")
