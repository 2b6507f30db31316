"""The queues (see `domain.queue`), what was talked about, and the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, SmallInteger, text
from sqlmodel import Field

from domain.actor import Actor
from domain.tables.base import BigInt, Json, Row

POSTED = text("posted_at IS NOT NULL")


class Queued(Row):
    """A row that exactly one worker claims, handles in one transaction, and marks done in that same transaction.

    Rows of one `lane` run in order of (due_at, id), deliveries of (urgency, due_at, id). `state` is waiting, done or
    dead (also: cancelled). `fence` grows with each claim; `failures` counts what a handler raised, `leases_lost` the
    claims that nobody finished.
    `trace` is that of the message which began it all (`config.tracing`). `followed` is no column: it says of a claimed
    row that others of its lane waited behind it.
    """

    followed: ClassVar[bool] = False

    lane: str = Field(max_length=200)
    due_at: datetime
    state: str = Field(default="waiting", max_length=10)
    retry_at: datetime | None = None
    lease_until: datetime | None = None
    fence: int = 0
    failures: int = 0
    leases_lost: int = 0
    last_error: str = ""
    trace: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})


def queue_indexes(name: str, *first: str) -> tuple[Index, ...]:
    """What the claim statement needs, only rows that wait, by time (after the columns `first`) and by lane; and the few
    that are dead."""
    waiting, dead = text("state = 'waiting'"), text("state = 'dead'")
    return (
        Index(f"ix_{name}_dead", "due_at", "id", sqlite_where=dead, postgresql_where=dead),
        Index(f"ix_{name}_due", *first, "due_at", "id", sqlite_where=waiting, postgresql_where=waiting),
        Index(f"ix_{name}_lane", "lane", "due_at", "id", sqlite_where=waiting, postgresql_where=waiting),
    )


LEASED = text("state = 'waiting' AND lease_until IS NOT NULL")


class Inbox(Queued, table=True):
    """One message or tap as it came, `payload` being `bot.message.Message` as JSON. `outcome` says what became of
    it."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ux_inbox_message", "channel", "message_id", unique=True),
        Index("ux_inbox_leased", "lane", unique=True, sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_inbox_sender", "channel", "sender", "received_at"),
        *queue_indexes("inbox"),
    )

    channel: str = Field(max_length=20)
    message_id: str = Field(max_length=128)
    sender: str = Field(max_length=64)
    kind: str = Field(max_length=10)
    text: str = ""
    payload: dict[str, Any] = Field(sa_type=Json)
    sent_at: datetime
    received_at: datetime
    handled_at: datetime | None = None
    outcome: str = Field(default="", max_length=40)


class Outbox(Queued, table=True):
    """One thing to tell somebody: which card, about what, to whom; never a drawn card.

    `recipient` is the messenger's id of a member, or `team:ID` for a team's group. `mode` is send, or update with
    `target_id` naming the delivery whose card changes in place, or replaced once a newer card stands for it. `shown`
    is what the person can type instead of tapping: [[label, action], ...]. `key` is the messenger's duplicate key and
    the id that a tapped card brings back. `urgency` is a `domain.urgency.Urgency`. `cause_at` is since when what caused
    it was due: when the message came in, or when a timed job was to run. `posted_at` is when the messenger last took it
    for a new message, or may have: what goes out is counted by it (`scheduler.pace`). `viewer` is no column: it is as
    whom the recipient was known when the row was stored, where it is sent at once.
    """

    viewer: ClassVar[Actor | None] = None

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ux_outbox_key", "key", unique=True),
        Index("ix_outbox_subject", "subject_kind", "subject_id"),
        Index("ix_outbox_recipient", "channel", "recipient", "sent_at"),
        Index("ix_outbox_pace", "channel", "recipient", "posted_at", sqlite_where=POSTED, postgresql_where=POSTED),
        Index("ix_outbox_posted", "channel", "posted_at", sqlite_where=POSTED, postgresql_where=POSTED),
        *queue_indexes("outbox", "urgency"),
    )

    key: str = Field(max_length=100)
    channel: str = Field(max_length=20)
    recipient: str = Field(max_length=100)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    kind: str = Field(max_length=40)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    subject_kind: str | None = Field(default=None, max_length=20)
    subject_id: int | None = Field(default=None, sa_type=BigInt)
    mode: str = Field(default="send", max_length=10)
    target_id: int | None = Field(default=None, sa_type=BigInt, index=True)
    handle: dict[str, Any] | None = Field(default=None, sa_type=Json)
    cause_kind: str = Field(default="", max_length=20)
    cause_id: int | None = Field(default=None, sa_type=BigInt)
    cause_at: datetime | None = None
    urgency: int = Field(default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": "1"})
    receipt: dict[str, Any] | None = Field(default=None, sa_type=Json)
    shown: list[list[str]] = Field(default_factory=list, sa_type=Json)
    attempts: int = 0
    created_at: datetime
    sent_at: datetime | None = None
    posted_at: datetime | None = None


class Due(Queued, table=True):
    """Something to do at a time. `key` makes it once, however many replicas plan it."""

    __tablename__ = "due"
    __table_args__ = (Index("ux_due_key", "key", unique=True), *queue_indexes("due"))

    key: str = Field(max_length=100)
    kind: str = Field(max_length=30)
    subject_kind: str = Field(max_length=20)
    subject_id: int = Field(sa_type=BigInt)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime


class Thread(Row, table=True):
    """What one person and genjin were talking about in one conversation.

    `question` is what genjin asked and the next typed line answers: {"name", "params"}; it holds until
    `question_until`.
    """

    __tablename__ = "thread"
    __table_args__ = (Index("ux_thread", "channel", "conversation", "sender", unique=True),)

    channel: str = Field(max_length=20)
    conversation: str = Field(max_length=64)
    sender: str = Field(max_length=64)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    customer_at: datetime | None = None
    activity_id: int | None = Field(default=None, foreign_key="activity.id")
    question: dict[str, Any] | None = Field(default=None, sa_type=Json)
    question_until: datetime | None = None
    misses: int = 0
    last_answer: str = Field(default="", max_length=40)
    last_answer_at: datetime | None = None


class Hold(Row, table=True):
    """What only one process may hold (`domain.holds`), by whom and until when; nobody's without an `until`. `says` is
    the holder's own account of how it is doing."""

    __tablename__ = "hold"
    __table_args__ = (Index("ux_hold", "name", unique=True),)

    name: str = Field(max_length=200)
    holder: str = Field(max_length=64)
    until: datetime | None = None
    says: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Presence(Row, table=True):
    """A stretch in which one process held a messenger's connection (`domain.presence`). `name` is nobody else's;
    `told`: people know of the gap before it."""

    __tablename__ = "presence"
    __table_args__ = (Index("ux_presence", "name", unique=True),)

    name: str = Field(max_length=32)
    channel: str = Field(max_length=20)
    since: datetime
    until: datetime
    over: bool = False
    told: bool = False


class AuditEntry(Row, table=True):
    """What one unit of work changed in one row: `changes` is {column: [before, after]}; `op` is insert or update."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_row", "kind", "row_id", "id"), Index("ix_audit_set", "change_set"))

    change_set: str = Field(max_length=32)
    at: datetime
    person_id: int | None = None
    cause_kind: str = Field(max_length=20)
    cause_id: int | None = Field(default=None, sa_type=BigInt)
    kind: str = Field(max_length=20)
    row_id: int = Field(sa_type=BigInt)
    op: str = Field(max_length=10)
    changes: dict[str, Any] = Field(sa_type=Json)
