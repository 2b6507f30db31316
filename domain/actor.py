"""Who acts, why, on what, and where an answer goes: the plain values that every layer shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Ref:
    """One row by kind and id: `Ref("approval", 42)`."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a unit of work runs: `Cause("inbox", 17)`, `Cause("due", 4)`, `Cause("cli")`."""

    kind: str
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """On whose behalf something is done or shown.

    `people` are the persons whose records the actor may see as a manager (all levels down, himself included), so that
    policy needs no further look-up; `shared` are the customers that colleagues share with him. An actor with audience
    `group` stands for the least permitted member of that group.
    """

    person_id: int | None
    name: str = ""
    roles: frozenset[str] = frozenset()
    teams: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    audience: Literal["person", "group", "system"] = "person"

    def require_person(self) -> int:
        """The person's id; a group or the system has none, and asking it for one is a bug."""
        if self.person_id is None:
            raise LookupError("this actor is no person")
        return self.person_id


SYSTEM = Actor(person_id=None, name="genjin", audience="system")


@dataclass(frozen=True, slots=True)
class Address:
    """Whom to tell: a person (on the messenger used last, unless `channel` is named), a team's group (what somebody set
    as that, unless `channel` is named, else the one that genjin makes there), the group for alerts (nobody, where none
    is set), the chat group in which somebody spoke to us, or somebody whom only a messenger knows (`account`: an
    account id that no person of ours has)."""

    kind: Literal["person", "team", "alerts", "group", "account"]
    id: int | str
    channel: str | None = None

    @classmethod
    def person(cls, person_id: int, channel: str | None = None) -> Address:
        return cls("person", person_id, channel)

    @classmethod
    def team(cls, team_id: int, channel: str | None = None) -> Address:
        return cls("team", team_id, channel)

    @classmethod
    def alerts(cls) -> Address:
        return cls("alerts", "")

    @classmethod
    def group(cls, channel: str, chat_id: str) -> Address:
        return cls("group", chat_id, channel)

    @classmethod
    def account(cls, channel: str, account: str) -> Address:
        return cls("account", account, channel)


@dataclass(frozen=True, slots=True)
class ReplyHandle:
    """What a messenger handed us for answering one click or message, once and for a while; opaque to all but its
    adapter."""

    data: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
