"""Customers outside on the messenger's page: who has whom, and what a customer or a member does there."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.messenger.events import legal
from bot.messenger.model import Delivery, Impossible, JSONObject
from bot.messenger.outside import Follow, Outside

LONGEST = 64  # characters of a name or a remark that is typed
Asked = Mapping[str, Any]


class OutsideFace:
    """Shows what the server has, and does there what the page asks."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._known: dict[str, Callable[[Asked], Awaitable[Delivery]]] = {
            "add": self._add,
            "edit": self._edit,
            "drop": lambda asked: outside.drop(word(asked, "member"), word(asked, "external")),
            "leave": lambda asked: outside.leave(word(asked, "member"), word(asked, "external")),
            "refuse": lambda asked: outside.refuse(word(asked, "external")),
            "arrive": lambda asked: outside.arrive(word(asked, "external")),
        }

    def frame(self) -> JSONObject:
        """All of it: each customer with a member, the newest last, and the tags that there are."""
        there = self._outside
        return {
            "follows": [self._follow(userid, external, each) for (userid, external), each in there.follows.items()],
            "tags": [{"id": tag, "group": group, "name": name} for tag, (group, name) in there.tags.items()],
        }

    async def do(self, asked: Asked) -> Delivery:
        """One act; KeyError for what is not there, ValueError for what no page of ours asks."""
        act = self._known.get(word(asked, "did"))
        if act is None:
            raise ValueError(asked["did"])
        return await act(asked)

    async def _add(self, asked: Asked) -> Delivery:
        """Somebody new, or, by the name of one whom a colleague has, the same one."""
        name, member = word(asked, "name"), word(asked, "member")
        same = next((each for each in self._outside.customers.values() if each.name == name), None)
        if same is not None and (member.casefold(), same.external_userid) in self._outside.follows:
            raise Impossible(f"{name}已经是好友了")
        external = same.external_userid if same is not None else f"wm{secrets.token_hex(10)}"
        return await self._outside.add(
            member,
            external,
            "" if same else name,
            half=bool(asked.get("half")),
            corp_name=said(asked, "company"),
            remark=said(asked, "remark"),
            mobiles=phones(asked),
            state=said(asked, "state")[:30],
        )

    async def _edit(self, asked: Asked) -> Delivery:
        tags = {str(tag) for tag in asked.get("tags") or () if str(tag) in self._outside.tags}
        changes = {"remark": said(asked, "remark"), "mobiles": phones(asked), "tags": tags}
        return await self._outside.edit(word(asked, "member"), word(asked, "external"), **changes)

    def _follow(self, userid: str, external: str, follow: Follow) -> JSONObject:
        who = self._outside.customers[external]
        return {
            "external": external,
            "name": who.name,
            "company": who.corp_name or follow.company,
            "member": userid,
            "remark": follow.remark,
            "mobiles": "、".join(follow.mobiles),
            "state": follow.state,
            "tags": sorted(follow.tags),
            "welcomed": self._outside.welcomed.get(external, []),
            "passed": self._outside.passed.get((userid, external), ""),
        }


def word(asked: Asked, name: str) -> str:
    """What must be there."""
    if not (found := said(asked, name)):
        raise ValueError(name)
    return found


def said(asked: Asked, name: str) -> str:
    """What a person typed, in one line; empty where nothing."""
    value = asked.get(name, "")
    return " ".join(legal(value).split())[:LONGEST] if isinstance(value, str) else ""


def phones(asked: Asked) -> list[str]:
    """The phones that a member noted, apart by 、 or a comma."""
    return said(asked, "mobiles").replace("，", "、").replace(",", "、").split("、") if said(asked, "mobiles") else []
