"""People, their teams, and where each messenger reaches them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import Json, Record, Row


class Team(Record, table=True):
    """A sales team. `lead_id` leads it; `parent_id` is the team above."""

    __tablename__ = "team"
    kind: ClassVar[str] = "team"

    name: str = Field(max_length=50)
    parent_id: int | None = Field(default=None, foreign_key="team.id")
    lead_id: int | None = Field(default=None)
    shows_amounts: bool = False


class Person(Record, table=True):
    """A colleague. `manager_id` is the direct superior; `roles` are keys such as sales, manager, finance, admin."""

    __tablename__ = "person"
    kind: ClassVar[str] = "person"

    name: str = Field(max_length=50)
    title: str = Field(default="", max_length=50)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    mobile: str = Field(default="", max_length=20)
    active: bool = True
    greeted_at: datetime | None = None


class Account(Row, table=True):
    """One person on one messenger. `userid` is case-folded where the messenger gives it back in either case, as WeCom
    does; where it minds the case, it is as it is spelt."""

    __tablename__ = "account"
    __table_args__ = (Index("ux_account", "channel", "userid", unique=True),)

    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str = Field(max_length=20)
    userid: str = Field(max_length=64)
    used_at: datetime | None = None


class GroupChat(Record, table=True):
    """One chat group on one messenger, and what it is there for.

    `channel` tells its sort: a chat that the app made, one in which the smart robot is, or a robot's webhook, whose
    `chat_id` is a name of ours and whose key is `sealed` (`domain.secrets`). `use` is `team`, for what the team
    `team_id` reads together, or `alerts`, for what goes wrong. Where nobody set it (`set_by_id`), genjin made it; what
    somebody set comes before that. One that is not used any more is taken back.
    """

    __tablename__ = "group_chat"
    __table_args__ = (Index("ux_group_chat", "channel", "chat_id", unique=True),)
    kind: ClassVar[str] = "group"

    channel: str = Field(max_length=20)
    chat_id: str = Field(max_length=64)
    use: str = Field(default="team", max_length=10, sa_column_kwargs={"server_default": "team"})
    team_id: int | None = Field(default=None, foreign_key="team.id")
    set_by_id: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime | None = None
    sealed: str = Field(default="", sa_column_kwargs={"server_default": ""})
