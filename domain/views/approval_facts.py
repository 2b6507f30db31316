"""What one needs to know of a customer to decide on a discount, without opening anything. Unknown facts are None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.facts import NoteDraft
from domain.tables import Activity, Contract, Customer, Opportunity, Payment

CHEAP = 9_000  # below 9折 counts as a precedent
FEWEST = 5  # fewer precedents say nothing


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest contract: for which product, how much."""

    product: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Owed:
    """The next payment that has not come."""

    label: str
    amount: int | None
    due_on: date | None
    condition: str


@dataclass(frozen=True, slots=True)
class Contacted:
    """The last contact, and what worried the customer."""

    on: date
    type: str
    concern: str
    text: str


@dataclass(frozen=True, slots=True)
class Precedents:
    """Sales in the same industry that were decided below 9折."""

    sales: int
    won: int


@dataclass(frozen=True, slots=True)
class Facts:
    level: str = ""
    signed: Signed | None = None
    owed: Owed | None = None
    last: Contacted | None = None
    precedents: Precedents | None = None


async def facts_of(session: AsyncSession, viewer: Actor, customer: Customer) -> Facts:
    """The facts about one customer whose request the viewer may see."""
    return Facts(
        level=customer.level,
        signed=await _signed(session, customer.id),
        owed=await _owed(session, customer.id),
        last=await _last(session, customer.id),
        precedents=await _precedents(session, viewer, customer),
    )


async def _signed(session: AsyncSession, customer_id: int) -> Signed | None:
    query = (
        select(Contract, col(Opportunity.product))
        .outerjoin(Opportunity, col(Opportunity.id) == col(Contract.opportunity_id))
        .where(col(Contract.customer_id) == customer_id, col(Contract.gone_at).is_(None))
        .order_by(col(Contract.signed_on).desc(), col(Contract.id).desc())
    )
    found = (await session.execute(query.limit(1))).first()
    return Signed(found[1] or "", found[0].amount) if found else None


async def _owed(session: AsyncSession, customer_id: int) -> Owed | None:
    query = (
        select(Payment)
        .where(
            col(Payment.customer_id) == customer_id,
            col(Payment.received_at).is_(None),
            col(Payment.gone_at).is_(None),
        )
        .order_by(col(Payment.due_on).is_(None), col(Payment.due_on), col(Payment.id))
    )
    row = (await session.scalars(query.limit(1))).first()
    return Owed(row.label, row.amount, row.due_on, row.condition) if row else None


async def _last(session: AsyncSession, customer_id: int) -> Contacted | None:
    """The last call, visit or the like; a mere remark only where there was none."""
    query = (
        select(Activity)
        .where(
            col(Activity.customer_id) == customer_id,
            col(Activity.gone_at).is_(None),
            col(Activity.undone_at).is_(None),
        )
        .order_by(col(Activity.type) == "other", col(Activity.occurred_at).desc(), col(Activity.id).desc())
    )
    row = (await session.scalars(query.limit(1))).first()
    if row is None:
        return None
    concerns = NoteDraft.from_json(row.facts).concerns if "occurred_on" in row.facts else ()
    return Contacted(row.occurred_on, row.type, concerns[0].text if concerns else "", row.text)


async def _precedents(session: AsyncSession, viewer: Actor, customer: Customer) -> Precedents | None:
    """Counted over what the viewer may see; None with fewer than five."""
    if not customer.industry:
        return None
    query = (
        select(func.count(), func.sum(cast(col(Opportunity.state) == "won", Integer)))
        .select_from(Opportunity)
        .join(Customer, col(Customer.id) == col(Opportunity.customer_id))
        .where(
            policy.rows(viewer, Opportunity),
            col(Customer.industry) == customer.industry,
            col(Opportunity.discount) < CHEAP,
            col(Opportunity.state).in_(("won", "lost")),
        )
    )
    sales, won = (await session.execute(query)).one()
    return Precedents(sales, won or 0) if sales >= FEWEST else None
