"""What an administrator does in the address book: people come, change and leave, departments too; the app is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.messenger.model import Delivery
from bot.messenger.people import ROOT, Department, Member, Organisation

Tell = Callable[[str, Mapping[str, str]], Awaitable[Delivery]]
EVENT = "change_contact"


class Staff:
    """Each of it is true at once, then the app is told. Unknown members and departments raise KeyError. `changed` is
    called after each change."""

    def __init__(self, organisation: Organisation, tell: Tell) -> None:
        self._organisation, self._tell = organisation, tell
        self.changed: Callable[[], None] = lambda: None

    async def hire(self, **person: Any) -> Delivery:
        """Somebody new, with the fields of `Member`."""
        member = Member(**person)
        self._organisation.add(member)
        return await self._told("create_user", UserID=member.userid, Name=member.name, **_placed(member))

    async def change(self, userid: str, *, becomes: str = "", **changes: Any) -> Delivery:
        """Something about a member; `becomes` is another account id."""
        before = self._organisation.get(userid)
        member = replace(before, userid=becomes or before.userid, **changes)
        self._organisation.remove(userid)
        self._organisation.add(member)
        renamed = {"NewUserID": member.userid} if member.userid != before.userid else {}
        return await self._told("update_user", UserID=before.userid, **renamed, **_placed(member))

    async def dismiss(self, userid: str) -> Delivery:
        """Somebody is taken out of the address book."""
        member = self._organisation.remove(userid)
        return await self._told("delete_user", UserID=member.userid)

    async def show(self, userid: str, *, seen: bool) -> Delivery:
        """The member comes into what the app may see, or leaves it."""
        self._organisation.add(replace(self._organisation.get(userid), in_scope=seen))
        self.changed()
        return await self._tell("subscribe" if seen else "unsubscribe", {"FromUserName": userid})

    async def found(self, number: int, name: str, parent: int = ROOT) -> Delivery:
        """A new department."""
        self._organisation.departments[number] = Department(id=number, name=name, parent=parent)
        return await self._told("create_party", Id=str(number), Name=name, ParentId=str(parent), Order="10")

    async def rename(self, number: int, name: str) -> Delivery:
        """Another name for a department."""
        department = self._organisation.departments[number]
        self._organisation.departments[number] = replace(department, name=name)
        return await self._told("update_party", Id=str(number), Name=name)

    async def dissolve(self, number: int) -> Delivery:
        """A department is no more; it must be empty."""
        if self._organisation.of(number, below=True):
            raise ValueError(number)
        del self._organisation.departments[number]
        return await self._told("delete_party", Id=str(number))

    async def _told(self, change: str, **parts: str) -> Delivery:
        self.changed()
        return await self._tell(EVENT, {"ChangeType": change, **parts})


def _placed(member: Member) -> dict[str, str]:
    return {
        "Department": str(member.department),
        "MainDepartment": str(member.department),
        "IsLeaderInDept": str(int(member.leads)),
        "DirectLeader": member.leader or "",
        "Position": member.title,
        "Status": str(member.status),
    }
