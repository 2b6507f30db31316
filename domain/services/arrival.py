"""Who writes, and what about: everything that handling a message begins with, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.actor import Actor
from domain.prepared import Prepared
from domain.services import people
from domain.tables import Account, Inbox, Outbox, Person, Thread

_SENT = frozenset({"text", "file", "place", "link"})  # what is told by its content from another one
RECENT = 200  # messages of one sender among which the same words are looked for: a busy day has fifty


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A person who wrote. `thread` is None where he never wrote here. `repeats` says that he wrote the very same words
    earlier today, `redelivered` that it is the very same message under another id: his words, or file, place or link,
    of the same second.
    `has_today` says that a list of this day stands in his chat."""

    person: Person
    account: Account
    accounts: tuple[Account, ...]
    thread: Thread | None
    shared: frozenset[int]
    repeats: bool
    redelivered: bool
    has_today: bool


async def arrived(
    session: AsyncSession, row: Inbox, conversation: str, midnight: datetime, *, home: str | None = None
) -> Arrival | None:
    """The active person behind a message, locked with his thread; None for a stranger. `midnight` began his day.

    The terminal has no accounts of its own: there any account's id will do. With `home`, who wrote is looked for among
    the accounts of that channel.
    """
    values = {
        "b_channel": row.channel,
        "b_home": home or row.channel,
        "b_userid": row.sender.casefold(),
        "b_sender": row.sender,  # which is how an account is on record where its messenger minds the case
        "b_conversation": conversation,
        "b_inbox": row.id,
        "b_text": row.text.strip(),
        "b_midnight": midnight,
        "b_sent": row.sent_at,
    }
    found = await _statement(row.channel == "terminal").all(session, **values)
    if not found or not found[0][0].active:
        return None
    person, _, account, thread, shared, earlier, today = found[0]
    return Arrival(
        person=person,
        account=account,
        accounts=tuple(each[1] for each in found),
        thread=thread,
        shared=frozenset(shared or ()),
        repeats=earlier is not None,
        redelivered=earlier == 1 and row.kind in _SENT,
        has_today=today is not None,
    )


async def actor(session: AsyncSession, arrival: Arrival) -> Actor:
    """The actor for who wrote, with everybody below him."""
    return await people.actor(session, arrival.person, arrival.shared)


@cache
def _statement(anywhere: bool) -> Prepared:
    mine, every = aliased(Account), aliased(Account)
    here = and_(
        col(Thread.channel) == bindparam("b_channel"),
        col(Thread.conversation) == bindparam("b_conversation"),
        col(Thread.sender) == bindparam("b_sender"),
    )
    query = (
        select(Person, every, mine, Thread, people.shared_with(), _earlier(), _today())
        .join(mine, col(mine.person_id) == col(Person.id))
        .join(every, col(every.person_id) == col(Person.id))
        .outerjoin(Thread, here)
        .where(col(mine.userid).in_([bindparam("b_userid"), bindparam("b_sender")]), col(Person.gone_at).is_(None))
        .order_by(col(mine.id), col(every.id))
    )
    return Prepared(query if anywhere else query.where(col(mine.channel) == bindparam("b_home")))


def _earlier() -> ColumnElement[Any]:
    """Whether he said the same words before: None for no, 0 for earlier this day, 1 for in the very same second."""
    latest = (
        select(col(Inbox.id), col(Inbox.text), col(Inbox.sent_at))
        .where(
            col(Inbox.channel) == bindparam("b_channel"),
            col(Inbox.sender) == bindparam("b_sender"),
            col(Inbox.received_at) >= bindparam("b_midnight", type_=UTCDateTime()),
            col(Inbox.id) < bindparam("b_inbox"),
        )
        .order_by(col(Inbox.received_at).desc())
        .limit(RECENT)
        .subquery()
    )
    same_moment = case((latest.c.sent_at == bindparam("b_sent", type_=UTCDateTime()), 1), else_=0)
    return select(func.max(same_moment)).where(func.trim(latest.c.text) == bindparam("b_text")).scalar_subquery()


def _today() -> ColumnElement[Any]:
    query = select(col(Outbox.id)).where(
        col(Outbox.subject_kind) == "today",
        col(Outbox.subject_id) == col(Person.id),
        col(Outbox.mode) == "send",
        col(Outbox.state) == "done",
        col(Outbox.created_at) >= bindparam("b_midnight", type_=UTCDateTime()),
    )
    return query.correlate(Person).limit(1).scalar_subquery()
