"""The address book on the messenger's page: departments, everybody in them, and what an administrator does there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.messenger.model import Delivery, Impossible, JSONObject
from bot.messenger.page.outside import Asked, said, word
from bot.messenger.people import ROOT, Department, Member, Organisation
from bot.messenger.staff import Staff

ACTIVE, DISABLED = 1, 2
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class StaffFace:
    """Shows the address book, and changes it as the page asks."""

    def __init__(self, staff: Staff, organisation: Organisation) -> None:
        self._staff, self._organisation = staff, organisation
        self._known: dict[str, Callable[[Asked], Awaitable[Delivery]]] = {
            "hire": self._hire,
            "change": self._change,
            "dismiss": lambda asked: staff.dismiss(word(asked, "member")),
            "show": lambda asked: staff.show(word(asked, "member"), seen=bool(asked.get("on"))),
            "found": self._found,
            "rename": lambda asked: staff.rename(self._unit(asked).id, word(asked, "name")),
            "dissolve": self._dissolve,
        }

    def frame(self) -> JSONObject:
        """Departments, those above first, and everybody, seen by the app or not."""
        units = sorted(self._organisation.departments.values(), key=lambda each: (each.id != ROOT, each.id))
        return {
            "departments": [{"id": each.id, "name": each.name, "parent": each.parent} for each in units],
            "members": [_member(each) for each in self._organisation],
        }

    async def do(self, asked: Asked) -> Delivery:
        """One act; KeyError for what is not there, ValueError for what no page of ours asks."""
        act = self._known.get(word(asked, "did"))
        if act is None:
            raise ValueError(asked["did"])
        return await act(asked)

    async def _hire(self, asked: Asked) -> Delivery:
        return await self._staff.hire(userid=self._free(word(asked, "member")), **self._placed(asked))

    async def _change(self, asked: Asked) -> Delivery:
        """What the form holds; another `account` renames it."""
        userid, becomes = word(asked, "member"), said(asked, "account")
        renamed = self._free(becomes) if becomes.casefold() not in ("", userid.casefold()) else ""
        status = DISABLED if asked.get("disabled") else ACTIVE
        return await self._staff.change(userid, becomes=renamed, status=status, **self._placed(asked))

    async def _found(self, asked: Asked) -> Delivery:
        number = max(self._organisation.departments) + 1
        return await self._staff.found(number, word(asked, "name"), self._unit(asked).id)

    async def _dissolve(self, asked: Asked) -> Delivery:
        unit = self._unit(asked)
        below = any(each.parent == unit.id for each in self._organisation.departments.values())
        if unit.id == ROOT or below or any(member.department == unit.id for member in self._organisation):
            raise Impossible("部门里还有人或下级部门，先移走")
        return await self._staff.dissolve(unit.id)

    def _placed(self, asked: Asked) -> dict[str, Any]:
        leader = said(asked, "leader")
        return {
            "name": word(asked, "name"),
            "title": said(asked, "title"),
            "department": self._unit(asked).id,
            "leader": self._organisation.get(leader).userid if leader else None,
        }

    def _unit(self, asked: Asked) -> Department:
        return self._organisation.departments[int(asked.get("department") or ROOT)]

    def _free(self, account: str) -> str:
        if not _ACCOUNT.fullmatch(account):
            raise Impossible("账号用字母、数字和 . _ - @")
        if self._organisation.find(account) is not None:
            raise Impossible(f"账号 {account} 已经有人用了")
        return account


def _member(member: Member) -> JSONObject:
    return {
        "id": member.userid,
        "name": member.name,
        "title": member.title,
        "department": member.department,
        "leader": member.leader,
        "disabled": member.status == DISABLED,
        "seen": member.in_scope,
    }
