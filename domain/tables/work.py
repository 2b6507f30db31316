"""What people did and will do: follow-ups, tasks, reminders, approvals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import BigInt, Json, Versioned


class Activity(Versioned, table=True):
    """One contact with a customer, or what was learned of it, as one part of one message.

    `facts` is `domain.facts.NoteFacts` as JSON: what the card shows and a correction changes. `change_sets` are the
    audit change sets that the note and its corrections made, oldest first, so that it can be undone as a whole;
    `undo_set` is the one that undid it, which restoring takes back in its turn.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ux_activity_part", "inbox_id", "part", unique=True),
        Index("ix_activity_customer", "customer_id", "occurred_at"),
    )
    kind: ClassVar[str] = "activity"

    customer_id: int = Field(foreign_key="customer.id")
    opportunity_id: int | None = Field(default=None, foreign_key="opportunity.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    inbox_id: int | None = Field(default=None, sa_type=BigInt)
    part: int = 0
    message_id: str = Field(default="", max_length=128)
    channel: str = Field(default="", max_length=20)
    type: str = Field(default="other", max_length=10)
    occurred_on: date
    occurred_at: datetime
    said_when: str = Field(default="", max_length=20)
    text: str
    contacts: list[str] = Field(default_factory=list, sa_type=Json)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    carried: bool = False
    corrected_at: datetime | None = None
    undone_at: datetime | None = None
    change_sets: list[str] = Field(default_factory=list, sa_type=Json)
    undo_set: str = Field(default="", max_length=32)


class Task(Versioned, table=True):
    """Something promised or due. `due_on` is the day; `due_at` the moment where a time of day was said.

    `before` says that it is a deadline (之前). `state` is open, done or cancelled.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_owner_open", "owner_id", "state", "due_on"),)
    kind: ClassVar[str] = "task"

    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    owner_id: int = Field(foreign_key="person.id")
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    sort: str = Field(default="promise", max_length=12)  # promise, follow, call_again, invoice, todo, assigned
    text: str = Field(max_length=200)
    due_on: date | None = None
    due_at: datetime | None = None
    before: bool = False
    state: str = Field(default="open", max_length=10)
    done_at: datetime | None = None
    done_text: str = Field(default="", max_length=200)


class Reminder(Versioned, table=True):
    """A message that will be pushed to one person at `due_at`. `state` is waiting, sent, done or cancelled."""

    __tablename__ = "reminder"
    kind: ClassVar[str] = "reminder"

    person_id: int = Field(foreign_key="person.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    inbox_id: int | None = Field(default=None, sa_type=BigInt)
    text: str = Field(max_length=200)
    due_at: datetime
    state: str = Field(default="waiting", max_length=10)
    pushed_at: datetime | None = None
    put_off: int = 0
    done_at: datetime | None = None


class Approval(Versioned, table=True):
    """A request that one person decides. `version` is what a tap must have seen; amounts are fen, `discount` is the
    share left in hundredths of a per cent. `state` is waiting, approved, refused or withdrawn."""

    __tablename__ = "approval"
    kind: ClassVar[str] = "approval"

    sort: str = Field(default="discount", max_length=20)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    opportunity_id: int | None = Field(default=None, foreign_key="opportunity.id")
    asker_id: int = Field(foreign_key="person.id", index=True)
    approver_id: int = Field(foreign_key="person.id", index=True)
    inbox_id: int | None = Field(default=None, sa_type=BigInt)
    text: str
    discount: int | None = None
    amount_before: int | None = Field(default=None, sa_type=BigInt)
    amount_after: int | None = Field(default=None, sa_type=BigInt)
    reason: str = Field(default="", max_length=200)
    added: list[str] = Field(default_factory=list, sa_type=Json)
    state: str = Field(default="waiting", max_length=10)
    deadline_at: datetime
    decided_at: datetime | None = None
    answer: str = Field(default="", max_length=200)
    condition: str = Field(default="", max_length=200)
    nudged_at: datetime | None = None
