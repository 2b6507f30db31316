"""What help, small talk and a greeting need to know: words that were kept, own customers, counts, the last answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.names import Names
from domain.services import people
from domain.tables import Activity, Customer, Inbox, Opportunity, Outbox
from domain.views import lookup
from domain.when import Local

PAGE = 6  # as many as a card has rows: more would not stay in order
NEGOTIATING = "商务谈判"
_RECENT = timedelta(minutes=30)
_FORWARDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Words that were not understood, and stay. `called` is what the customer they may be about is called, empty where
    none is known; `miss` counts the misses in a row."""

    inbox_id: int
    text: str
    customer_id: int | None
    called: str
    miss: int
    sells: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """What somebody said before he asked for an administrator, oldest first, each with its moment (UTC)."""

    who: str
    said: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One customer of the viewer's: the stage of its newest open sale, and the day of the last contact."""

    id: int
    name: str
    stage: str
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """One page of the viewer's customers, those contacted last first."""

    total: int
    offset: int
    rows: tuple[Own, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastNote:
    """The record that a complaint is probably about."""

    activity_id: int
    customer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery: which card it was, and what could be typed on it."""

    id: int
    kind: str
    params: dict[str, Any]
    shown: list[list[str]]


async def kept(
    session: AsyncSession,
    viewer: Actor,
    _moment: Local,
    *,
    inbox: int,
    customer: int | None = None,
    called: str = "",
    miss: int = 1,
    sells: bool = True,
) -> Kept:
    """A message as it was kept; the customer is left out where the viewer may not see it any more."""
    row = await session.get(Inbox, inbox)
    if row is None:
        raise NotFound
    offered = await lookup.by_ids(session, viewer, [customer]) if customer is not None else []
    seen = [o for o in offered if o.visible]
    return Kept(
        inbox_id=inbox,
        text=" ".join(row.text.split()),
        customer_id=seen[0].customer_id if seen else None,
        called=(called or seen[0].name) if seen else "",
        miss=miss,
        sells=sells,
    )


async def forwarded(session: AsyncSession, _viewer: Actor, _moment: Local, *, inbox: int) -> Forwarded:
    """The message that was passed on with the two before it, of the same sender within half an hour."""
    row = await session.get(Inbox, inbox)
    if row is None:
        raise NotFound
    query = (
        select(Inbox)
        .where(col(Inbox.channel) == row.channel, col(Inbox.sender) == row.sender, col(Inbox.kind) == "text")
        .where(col(Inbox.id) <= inbox, col(Inbox.received_at) >= row.received_at - _RECENT)
        .order_by(col(Inbox.id).desc())
        .limit(_FORWARDED)
    )
    rows = list((await session.scalars(query)).all())
    found = await people.by_account(session, row.channel, row.sender)
    said = tuple((r.sent_at, " ".join(r.text.split())) for r in reversed(rows))
    return Forwarded(who=found[0].name if found else row.sender, said=said)


async def mine(session: AsyncSession, viewer: Actor, local: Local, *, offset: int = 0) -> Mine:
    """The customers that the viewer owns himself."""
    owned = (col(Customer.owner_id) == viewer.person_id, policy.rows(viewer, Customer))
    last = col(Customer.last_contact_at)
    query = select(Customer).where(*owned).order_by(last.is_(None), last.desc(), col(Customer.id))
    rows = list((await session.scalars(query.offset(offset).limit(PAGE))).all())
    stages = await _stages(session, [c.id for c in rows])
    total = await session.scalar(select(func.count()).select_from(Customer).where(*owned))
    return Mine(
        total=total or 0,
        offset=offset,
        rows=tuple(
            Own(
                id=c.id,
                name=c.short_name or c.name,
                stage=stages.get(c.id, ""),
                last_on=c.last_contact_at.astimezone(local.zone).date() if c.last_contact_at else None,
            )
            for c in rows
        ),
    )


async def about(session: AsyncSession, viewer: Actor, names: Names, text: str) -> tuple[int, str] | None:
    """The one customer of the viewer's that the words name, though not in a way that a note does, and as what."""
    said = names.mentioned(text)
    seen = [o for o in await lookup.by_ids(session, viewer, list(said)) if o.visible]
    own = [o for o in seen if o.owner_id == viewer.person_id] or seen
    return (own[0].customer_id, said[own[0].customer_id]) if len(own) == 1 else None


async def negotiating(session: AsyncSession, viewer: Actor, limit: int = 3) -> list[int]:
    """The viewer's customers with a sale under negotiation, contacted last first; any open sale where there is none."""
    last = col(Customer.last_contact_at)
    query = (
        select(col(Customer.id), col(Opportunity.stage))
        .join(Opportunity, col(Opportunity.customer_id) == col(Customer.id))
        .where(col(Customer.owner_id) == viewer.person_id, policy.rows(viewer, Customer))
        .where(col(Opportunity.state) == "open", col(Opportunity.gone_at).is_(None))
        .order_by(last.is_(None), last.desc(), col(Customer.id))
    )
    rows = [(int(i), stage) for i, stage in (await session.execute(query)).all()]
    ids = [i for i, stage in rows if stage == NEGOTIATING] or [i for i, _ in rows]
    return list(dict.fromkeys(ids))[:limit]


async def last_note(session: AsyncSession, viewer: Actor, _moment: Local, *, activity: int) -> LastNote | None:
    """The viewer's own record, unless it is undone."""
    row = await session.get(Activity, activity)
    if row is None or row.gone_at or row.undone_at or row.person_id != viewer.person_id:
        return None
    customer = await session.get(Customer, row.customer_id)
    name = (customer.short_name or customer.name) if customer else ""
    return LastNote(activity_id=row.id, customer=name, at=row.occurred_at)


async def told(session: AsyncSession, channel: str, recipient: str, since: datetime) -> list[Told]:
    """What somebody was sent, the newest first."""
    query = (
        select(Outbox)
        .where(col(Outbox.channel) == channel, col(Outbox.recipient) == recipient, col(Outbox.mode) == "send")
        .where(col(Outbox.created_at) > since, col(Outbox.state).in_(("waiting", "done")))
        .order_by(col(Outbox.id).desc())
        .limit(20)
    )
    return [Told(r.id, r.kind, r.params, r.shown) for r in (await session.scalars(query)).all()]


async def _stages(session: AsyncSession, customers: list[int]) -> dict[int, str]:
    query = select(Opportunity).where(
        col(Opportunity.customer_id).in_(customers),
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
    )
    return {o.customer_id: o.stage for o in (await session.scalars(query.order_by(col(Opportunity.id)))).all()}
