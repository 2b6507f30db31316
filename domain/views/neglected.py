"""With whom nobody has spoken for longest, and which sales have stood in one stage for longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.services import people
from domain.tables import Customer, Opportunity
from domain.views.pressing import days_since
from domain.when import Local

PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One customer: how many days, in which stage its sale stands (empty in the list of silence), whose it is where
    that is somebody else's. `never`: nobody has spoken with it yet, so the days are those since it is on record."""

    customer_id: int
    customer: str
    days: int
    stage: str = ""
    who: str = ""
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Neglected:
    """A page, the longest first. `least` is the number of days from which one counts, `longest` the one that comes
    next to it where none does; `team` says that it is of the viewer's people too."""

    sort: str
    least: int
    team: bool
    total: int
    offset: int
    rows: tuple[Line, ...]
    longest: Line | None


async def neglected(
    session: AsyncSession, viewer: Actor, local: Local, *, sort: str, least: int, own: bool = False, offset: int = 0
) -> Neglected:
    """`sort` is silent or stuck; of the viewer's own customers, or of his people's too."""
    whose = {viewer.require_person()} if own else {viewer.require_person(), *viewer.people}
    load = _stuck if sort == "stuck" else _silent
    total, rows = await load(session, viewer, local, whose, least, offset)
    longest = None
    if not total and least:
        _, nearest = await load(session, viewer, local, whose, 0, 0)
        longest = next(iter(nearest), None)
    return Neglected(
        sort=sort, least=least, team=len(whose) > 1, total=total, offset=offset, rows=tuple(rows), longest=longest
    )


async def _silent(
    session: AsyncSession, viewer: Actor, local: Local, whose: set[int], least: int, offset: int
) -> tuple[int, list[Line]]:
    spoken = func.coalesce(col(Customer.last_contact_at), col(Customer.created_at))
    mine = [
        policy.rows(viewer, Customer),
        col(Customer.owner_id).in_(sorted(whose)),
        col(Customer.gone_at).is_(None),
        col(Customer.status) != "流失客户",
    ]
    if least:
        mine.append(spoken < _midnight(local, least))
    total = await session.scalar(select(func.count()).select_from(Customer).where(*mine)) or 0
    query = select(Customer).where(*mine).order_by(spoken, col(Customer.id)).offset(offset).limit(PAGE)
    rows = (await session.scalars(query)).all()
    owners = await _names(session, viewer, {row.owner_id for row in rows})
    return total, [
        Line(
            customer_id=row.id,
            customer=row.short_name or row.name,
            days=days_since(row.last_contact_at or row.created_at, local),
            who=owners.get(row.owner_id or 0, ""),
            never=row.last_contact_at is None,
        )
        for row in rows
    ]


async def _stuck(
    session: AsyncSession, viewer: Actor, local: Local, whose: set[int], least: int, offset: int
) -> tuple[int, list[Line]]:
    mine = [
        policy.rows(viewer, Opportunity),
        col(Customer.owner_id).in_(sorted(whose)),
        col(Customer.gone_at).is_(None),
        col(Opportunity.gone_at).is_(None),
        col(Opportunity.state) == "open",
    ]
    if least:
        mine.append(col(Opportunity.stage_since) < _midnight(local, least))
    joined = col(Customer.id) == col(Opportunity.customer_id)
    counted = select(func.count()).select_from(Opportunity).join(Customer, joined).where(*mine)
    query = select(Opportunity, Customer).join(Customer, joined).where(*mine)
    query = query.order_by(col(Opportunity.stage_since), col(Opportunity.id)).offset(offset).limit(PAGE)
    rows = (await session.execute(query)).all()
    owners = await _names(session, viewer, {customer.owner_id for _, customer in rows})
    return await session.scalar(counted) or 0, [
        Line(
            customer_id=customer.id,
            customer=customer.short_name or customer.name,
            days=days_since(sale.stage_since, local),
            stage=sale.stage,
            who=owners.get(customer.owner_id or 0, ""),
        )
        for sale, customer in rows
    ]


def _midnight(local: Local, least: int) -> datetime:
    """The end of the last day that lies `least` days back."""
    start = local.local.replace(hour=0, minute=0, second=0, microsecond=0)
    return start - timedelta(days=least - 1)


async def _names(session: AsyncSession, viewer: Actor, owners: set[int | None]) -> dict[int, str]:
    """What those who are not the viewer are called."""
    others = {each for each in owners if each is not None and each != viewer.person_id}
    return {i: known.called for i, known in (await people.names(session, others)).items()} if others else {}
