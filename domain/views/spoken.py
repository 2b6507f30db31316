"""What was spoken of a moment ago: what 他, 那单 and 上次说的 can mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain import policy
from domain.actor import Actor
from domain.prepared import Prepared
from domain.tables import Activity, Contact, Opportunity, Outbox
from domain.views.work import gist, last_activities


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A note that somebody wrote a moment ago. `people` are those at the customer as the record calls them; several
    turns of one `inbox_id` are one message about several customers."""

    inbox_id: int | None
    customer_id: int
    people: tuple[str, ...]
    deal_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """A sale that is open, by the name of what is sold; `product` is empty while nobody said it."""

    deal_id: int
    product: str


@dataclass(frozen=True, slots=True)
class Before:
    """The last contact with a customer, in a few words."""

    on: date
    words: str


_TURNS = Prepared(
    select(
        col(Activity.inbox_id),
        col(Activity.customer_id),
        col(Activity.contacts),
        col(Activity.opportunity_id),
        col(Activity.created_at),
    )
    .where(
        col(Activity.person_id) == bindparam("person"),
        col(Activity.created_at) >= bindparam("since", type_=UTCDateTime()),
        col(Activity.inbox_id) < bindparam("inbox"),
        col(Activity.undone_at).is_(None),
        col(Activity.gone_at).is_(None),
    )
    .order_by(col(Activity.id).desc())
    .limit(10)
)


async def lately(session: AsyncSession, viewer: Actor, since: datetime, before_inbox: int) -> list[Turn]:
    """The viewer's own notes since then that came before a message, the newest first."""
    rows = await _TURNS.all(session, person=viewer.person_id, since=since, inbox=before_inbox)
    return [
        Turn(inbox_id=inbox, customer_id=customer, people=tuple(people), deal_id=deal, at=at)
        for inbox, customer, people, deal, at in rows
    ]


async def shown(
    session: AsyncSession, viewer: Actor, customer_id: int, since: datetime, until: datetime
) -> tuple[str, datetime] | None:
    """The person whose customer's card was asked for last (张总), with the moment; None where it was the customer's."""
    query = select(Outbox).where(
        col(Outbox.kind) == "customer.360",
        col(Outbox.subject_kind) == "customer",
        col(Outbox.subject_id) == customer_id,
        col(Outbox.person_id) == viewer.person_id,
        col(Outbox.mode) == "send",
        col(Outbox.created_at) >= since,
        col(Outbox.created_at) <= until,
    )
    row = (await session.scalars(query.order_by(col(Outbox.id).desc()).limit(1))).first()
    contact = await session.get(Contact, row.params.get("contact") or 0) if row is not None else None
    if row is None or contact is None or contact.customer_id != customer_id or contact.gone_at is not None:
        return None
    return contact.name, row.created_at


async def open_deals(session: AsyncSession, viewer: Actor, customer_id: int) -> Sequence[Deal]:
    """What may be sold to a customer, the one touched last first."""
    query = select(Opportunity).where(
        col(Opportunity.customer_id) == customer_id,
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
        policy.rows(viewer, Opportunity),
    )
    query = query.order_by(col(Opportunity.stage_since).desc(), col(Opportunity.id).desc())
    return [Deal(row.id, row.product) for row in (await session.scalars(query)).all()]


async def deal(session: AsyncSession, viewer: Actor, deal_id: int) -> Deal | None:
    """One sale that stands, open or not."""
    query = select(Opportunity).where(
        col(Opportunity.id) == deal_id, col(Opportunity.gone_at).is_(None), policy.rows(viewer, Opportunity)
    )
    row = (await session.scalars(query)).first()
    return Deal(row.id, row.product) if row is not None else None


async def last_time(session: AsyncSession, viewer: Actor, customer_id: int) -> Before | None:
    """上次: the newest contact with a customer that the viewer may read."""
    found = await last_activities(session, viewer, customer_id, limit=1)
    return Before(found[0].occurred_on, gist(found[0])) if found else None
