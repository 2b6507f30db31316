"""The customers that a question offers: names and owners, nothing else (查重)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.tables import Activity, Customer, Inbox
from domain.views import lookup, spoken
from domain.views.lookup import Option
from domain.views.spoken import Deal
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingView:
    """A note that waits for its customer. `wording` is how it was named; `filed` is the activity once it is filed."""

    inbox_id: int
    part: int
    wording: str
    text: str
    offered: tuple[Option, ...]
    filed: int | None


async def placing(
    session: AsyncSession,
    viewer: Actor,
    _moment: Local,
    *,
    inbox: int,
    part: int = 0,
    wording: str = "",
    offered: list[int] | None = None,
) -> PlacingView:
    """The question about one part of a message; only its sender sees it."""
    row = await session.get(Inbox, inbox)
    if row is None:
        raise NotFound
    filed = select(col(Activity.id)).where(col(Activity.inbox_id) == inbox, col(Activity.part) == part)
    return PlacingView(
        inbox_id=inbox,
        part=part,
        wording=wording,
        text=row.text,
        offered=tuple(await lookup.by_ids(session, viewer, offered or [])),
        filed=(await session.scalars(filed)).first(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealChoice:
    """A note that points at one of several sales of a customer (那单)."""

    inbox_id: int
    part: int
    customer_id: int
    customer: str
    text: str
    deals: tuple[Deal, ...]


async def choosing_deal(
    session: AsyncSession, viewer: Actor, _moment: Local, *, inbox: int, part: int, customer: int, deals: list[int]
) -> DealChoice:
    """The question which sale is meant; only the message's sender sees it."""
    row = await session.get(Inbox, inbox)
    option = await lookup.option(session, viewer, customer)
    if row is None or not option.visible:
        raise NotFound
    there = [await spoken.deal(session, viewer, deal) for deal in deals]
    return DealChoice(
        inbox_id=inbox,
        part=part,
        customer_id=customer,
        customer=option.name,
        text=row.text,
        deals=tuple(deal for deal in there if deal is not None),
    )


async def recent(session: AsyncSession, viewer: Actor, limit: int = 3) -> list[int]:
    """The customers that somebody wrote about last."""
    query = (
        select(col(Activity.customer_id))
        .where(col(Activity.person_id) == viewer.person_id, col(Activity.undone_at).is_(None))
        .order_by(col(Activity.id).desc())
        .limit(20)
    )
    ids = list(dict.fromkeys((await session.scalars(query)).all()))
    visible = select(col(Customer.id)).where(col(Customer.id).in_(ids), policy.rows(viewer, Customer))
    allowed = set((await session.scalars(visible)).all())
    return [i for i in ids if i in allowed][:limit]


async def pool(session: AsyncSession, viewer: Actor, limit: int = 5) -> list[int]:
    """Customers without an owner, the newest on record first."""
    query = select(col(Customer.id)).where(col(Customer.owner_id).is_(None), policy.rows(viewer, Customer))
    return list((await session.scalars(query.order_by(col(Customer.id).desc()).limit(limit))).all())
