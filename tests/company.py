"""What happens around genjin on the stage: an administrator changes the address book, customers outside come and go."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.actor import SYSTEM, Cause, Ref
from tests.stage import Stage


async def staff(stage: Stage, did: str, given: Mapping[str, Any]) -> None:
    """hire, change, dismiss, found, rename or dissolve in the address book; `read` has genjin read all of it, as each
    night."""
    if did == "read":
        async with stage.app.database.unit(SYSTEM, Cause("stage")) as uow:
            key = f"directory-{uuid.uuid4().hex}"
            uow.later("directory.full", Ref("directory", 0), uow.now, key=key, channel=stage.channel)
        await stage.settle()
    else:
        await stage.administer(did, given)


async def outside(stage: Stage, did: str, given: Mapping[str, Any]) -> None:
    """Somebody outside: add, edit, drop, leave, refuse or arrive; had and lost, of which the app is not told
    (`bot/messenger/outside.py`). `mobiles` are apart by 、, `level` is a tag of the group 客户级别."""
    there, values = stage.server.outside, dict(given)
    if "mobiles" in values:
        values["mobiles"] = values["mobiles"].split("、")
    if level := values.pop("level", ""):
        for each in "ABC":
            there.tags.setdefault(f"tag-{each}", ("客户级别", each))
        values["tags"] = {f"tag-{level}"}
    stage.clock.advance(timedelta(seconds=1))  # events of the same second that say the same are one to WeCom's rule
    if did in ("had", "lost"):
        getattr(there, did)(**values)
    else:
        await getattr(there, did)(**values)
    await stage.settle()


def outsider(stage: Stage, external: str) -> dict[str, str]:
    """A customer outside: how he was greeted, to whom he was passed on, and what the one who has him noted."""
    there = stage.server.outside
    told = {"greeted": "、".join(there.welcomed.get(external, ())) or "none"}
    told["passed"] = next((to for (_, who), to in there.passed.items() if who == external), "none")
    for (userid, who), follow in there.follows.items():
        if who == external:
            tags = sorted(there.tags[tag][1] for tag in follow.tags)
            told |= {"of": userid, "remark": follow.remark or "none", "tags": "、".join(tags) or "none"}
    return told
