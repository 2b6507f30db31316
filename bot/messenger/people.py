"""The organisation that the simulated server serves: departments, members, who leads whom.

userids are compared without regard to case, as WeCom does; they are shown as they were written.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ROOT = 1
COLOURS = ("#4f7cff", "#f2994a", "#27ae60", "#9b51e0", "#eb5757", "#2d9cdb", "#bb6bd9", "#219653", "#c0793a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person. `department` is a department's id and `leader` a userid; `colour` is that of the avatar."""

    userid: str
    name: str
    title: str = ""
    department: int = ROOT
    leader: str | None = None
    colour: str = COLOURS[0]
    leads: bool = False
    in_scope: bool = True
    licensed: bool = True
    status: int = 1  # 1 active, 2 disabled, 4 not activated, 5 left


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department; the root has id 1 and parent 0."""

    id: int
    name: str
    parent: int = ROOT
    order: int = 10


class Organisation:
    """Who there is. The app sees the members that are `in_scope`."""

    def __init__(self, departments: Iterable[Department], members: Iterable[Member]) -> None:
        self.departments = {d.id: d for d in departments}
        self._members = {m.userid.casefold(): m for m in members}
        self._former: dict[str, Member] = {}

    @classmethod
    def build(
        cls, company: str, people: Iterable[Mapping[str, Any]], departments: Iterable[Mapping[str, Any]] = ()
    ) -> Organisation:
        """Make one from plain data.

        A person is `{"userid", "name"}` and, if known, `title`, `department` (an id, or a name: an unknown one is
        made below the root), `leader` (a userid), `colour`, `leads`, `in_scope`, `licensed`. A department is
        `{"id", "name"}` and, if known, `parent` and `order`.
        """
        known = [Department(id=ROOT, name=company, parent=0, order=100_000_000)]
        known += [Department(**dict(d)) for d in departments]
        ids = {d.name: d.id for d in known}
        members = []
        for raw in people:
            person = dict(raw)
            place = person.pop("department", ROOT)
            if not isinstance(place, int):
                place = ids.setdefault(place, max(ids.values()) + 1)
            person.setdefault("colour", COLOURS[zlib.crc32(str(person["userid"]).encode()) % len(COLOURS)])
            members.append(Member(department=place, **person))
        made = {d.id for d in known}
        known += [Department(id=i, name=name) for name, i in ids.items() if i not in made]
        return cls(known, members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def find(self, userid: str) -> Member | None:
        """The member, in scope or not."""
        return self._members.get(userid.casefold())

    def get(self, userid: str) -> Member:
        """The member, or who was one, as his chat still shows him; raises KeyError."""
        return self._members.get(userid.casefold()) or self._former[userid.casefold()]

    def add(self, member: Member) -> None:
        """Hire somebody, or replace what is known of them."""
        self._members[member.userid.casefold()] = member

    def remove(self, userid: str) -> Member:
        """Let somebody go; raises KeyError for who is not there."""
        member = self._former[userid.casefold()] = self._members.pop(userid.casefold())
        return member

    def in_scope(self) -> list[Member]:
        """Everybody whom the app may reach."""
        return [m for m in self if m.in_scope]

    def unit_of(self, member: Member) -> str:
        """The name of the department; empty where there is no such one."""
        unit = self.departments.get(member.department)
        return unit.name if unit else ""

    def below(self, department: int) -> set[int]:
        """The department's id and those of all below it."""
        found = {department}
        while more := {d.id for d in self.departments.values() if d.parent in found} - found:
            found |= more
        return found

    def of(self, department: int, *, below: bool = False) -> list[Member]:
        """The reachable members of a department, with those further down if `below`."""
        places = self.below(department) if below else {department}
        return [m for m in self.in_scope() if m.department in places]
