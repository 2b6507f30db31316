"""What a messenger's address book said last, and the people outside whom colleagues know there.

These rows are not the record: they let a change there be told from one that somebody made here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import Json, Row


class DirectoryUnit(Row, table=True):
    """A department as the address book has it; `team_id` is its team here, None for the whole company. `leaders` are
    userids. `live` is False for one that was dissolved."""

    __tablename__ = "directory_unit"
    __table_args__ = (Index("ux_directory_unit", "channel", "unit", unique=True),)

    channel: str = Field(max_length=20)
    unit: str = Field(max_length=32)
    name: str = Field(max_length=64)
    parent: str = Field(default="", max_length=32)
    leaders: list[str] = Field(default_factory=list, sa_type=Json)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    live: bool = True


class DirectoryMember(Row, table=True):
    """A colleague as the address book has him; userids are case-folded. `name` is empty where it does not say.

    `state` is here, disabled (he may not work there any more) or gone. `bosses` are whom it names as his superiors;
    `superior` is the userid that was taken from all of it last. `seen` names the pass that met him last.
    """

    __tablename__ = "directory_member"
    __table_args__ = (Index("ux_directory_member", "channel", "userid", unique=True),)

    channel: str = Field(max_length=20)
    userid: str = Field(max_length=64)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str = Field(default="", max_length=64)
    title: str = Field(default="", max_length=64)
    unit: str = Field(default="", max_length=32)
    bosses: list[str] = Field(default_factory=list, sa_type=Json)
    superior: str = Field(default="", max_length=64)
    state: str = Field(default="here", max_length=10)
    seen: str = Field(default="", max_length=40)


class Outsider(Row, table=True):
    """Somebody outside whom one colleague has added in the messenger, with what it says of him.

    `state` is added, half (the customer added him, he has not answered yet), dropped (he deleted the customer), lost
    (the customer deleted him) or passed (to a colleague). `customer_id` and `contact_id` are who that is on record,
    once it is clear. `level` is the customer's level as its tag there says it. `asked_at`: the one question was put.
    """

    __tablename__ = "outsider"
    __table_args__ = (
        Index("ux_outsider", "channel", "external_id", "person_id", unique=True),
        Index("ix_outsider_customer", "customer_id"),
    )

    channel: str = Field(max_length=20)
    external_id: str = Field(max_length=64)
    person_id: int = Field(foreign_key="person.id", index=True)
    userid: str = Field(max_length=64)
    name: str = Field(default="", max_length=64)
    company: str = Field(default="", max_length=64)
    unionid: str = Field(default="", max_length=64)
    remark: str = Field(default="", max_length=64)
    phones: list[str] = Field(default_factory=list, sa_type=Json)
    level: str = Field(default="", max_length=4)
    state: str = Field(default="added", max_length=10)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    asked_at: datetime | None = None
    added_at: datetime


class SpentState(Row, table=True):
    """A sign-in that was begun and ended: its state is worth nothing any more."""

    __tablename__ = "spent_state"
    __table_args__ = (Index("ux_spent_state", "state", unique=True),)

    state: str = Field(max_length=64)
    spent_at: datetime
