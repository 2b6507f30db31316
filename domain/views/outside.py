"""Somebody outside whom a colleague has added, and who he may be; and how the messenger should call him."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.errors import NotFound
from domain.outside import Wanted
from domain.services import people
from domain.services.outsiders import LEVELS
from domain.tables import Contact, Customer, DirectoryMember, Outsider
from domain.views import lookup, placing
from domain.views.lookup import Option
from domain.when import Local

_OFFERED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """`called` is what he is called in the messenger, `company` what he says himself; once it is clear who he is, the
    remark follows, so `called` is his own name then. `at` is where he belongs, once that is said; `let_be` that it is
    nobody's business."""

    id: int
    called: str
    company: str
    offered: tuple[Option, ...]
    at: str
    contact: str
    let_be: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """Who somebody turned out to be; `called` is how the messenger called him then."""

    called: str
    customer_id: int
    customer: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Who is to be passed on: by whom, to whom, as the messenger knows them."""

    channel: str
    userid: str
    to: str
    resigned: bool
    external_ids: tuple[str, ...]


async def whose(
    session: AsyncSession, viewer: Actor, _moment: Local, *, outsider: int, let_be: bool = False
) -> OutsideView:
    """The question who he is; only who added him is asked."""
    row = await session.get(Outsider, outsider)
    if row is None or row.person_id != viewer.person_id:
        raise NotFound
    likely = await lookup.people_called(session, viewer, row.remark or row.name)
    ids = [hit.customer_id for hit in likely] + await placing.recent(session, viewer, limit=_OFFERED)
    contact = await session.get(Contact, row.contact_id) if row.contact_id else None
    customer = await session.get(Customer, row.customer_id) if row.customer_id else None
    offered = await lookup.by_ids(session, viewer, list(dict.fromkeys(ids))[:_OFFERED])
    return OutsideView(
        id=row.id,
        called=(row.name if customer is not None else row.remark or row.name) or "一位客户",
        company=row.company,
        offered=tuple(option for option in offered if option.visible),
        at=(customer.short_name or customer.name) if customer is not None else "",
        contact=contact.name if contact is not None else "",
        let_be=let_be,
    )


async def matched(session: AsyncSession, viewer: Actor, _moment: Local, *, outsider: int, called: str) -> Matched:
    """Who it is that the viewer has added; only he is told."""
    row = await session.get(Outsider, outsider)
    if row is None or row.person_id != viewer.person_id or row.contact_id is None:
        raise NotFound
    contact, customer = await session.get(Contact, row.contact_id), await session.get(Customer, row.customer_id)
    if contact is None or customer is None:
        raise NotFound
    return Matched(called, customer.id, customer.short_name or customer.name, contact.name)


async def wanted(session: AsyncSession, outsider_id: int) -> tuple[Outsider, Wanted] | None:
    """What the messenger should say of him and does not; None where there is nothing to change, or he is not linked."""
    row = await session.get(Outsider, outsider_id)
    if row is None or row.contact_id is None or row.state not in ("added", "half"):
        return None
    contact, customer = await session.get(Contact, row.contact_id), await session.get(Customer, row.customer_id)
    if contact is None or customer is None or customer.gone_at is not None:
        return None
    name = customer.short_name or customer.name
    said = name[:2] in row.remark and (not contact.name or contact.name in row.remark)
    level = customer.level if customer.level in LEVELS and customer.level != row.level else ""
    found = Wanted(remark="" if said else f"{name[:12]} {contact.name}".strip()[:20], company=name, level=level)
    return (row, found) if found.remark or found.level else None


async def leaving(session: AsyncSession, person_id: int, to: int) -> Leaving | None:
    """Those of who has left whose customer is now the other's."""
    query = select(Outsider).join(Customer, col(Customer.id) == col(Outsider.customer_id))
    query = query.where(col(Outsider.person_id) == person_id, col(Outsider.state).in_(("added", "half")))
    rows = (await session.scalars(query.where(col(Customer.owner_id) == to).order_by(col(Outsider.id)))).all()
    taker = select(DirectoryMember).where(col(DirectoryMember.person_id) == to)
    got = (await session.scalars(taker)).first()
    if not rows or got is None:
        return None
    first = rows[0]
    state = select(col(DirectoryMember.state)).where(col(DirectoryMember.person_id) == person_id)
    return Leaving(
        channel=first.channel,
        userid=first.userid,
        to=got.userid,
        resigned=(await session.scalars(state)).first() == "gone",
        external_ids=tuple(row.external_id for row in rows),
    )


async def who_greets(session: AsyncSession, person_id: int) -> str:
    """The name with which somebody is introduced to a customer."""
    named = await people.names(session, {person_id})
    return named[person_id].name if person_id in named else ""
