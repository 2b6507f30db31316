"""A request as it is shown to the one who looks: the asker, the approver, or whom it was passed on from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal, TypeAlias

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.naming import brand
from domain.services import people
from domain.services.approval_flow import others
from domain.services.approval_trail import Changed, Holder, changed_since, holders
from domain.services.people import Known
from domain.tables import Approval, Customer, Opportunity
from domain.views.approval_facts import Facts, facts_of
from domain.when import Local

# What the viewer is to the request: he asked; it is his turn, or he decided; it was passed on from him; he only sees
# it.
Role: TypeAlias = Literal["asker", "approver", "former", "onlooker"]
WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The request went from one approver to another; `by_deadline` says that nobody handed it on."""

    giver: Known
    taker: Known
    at: datetime
    held: timedelta
    by_deadline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """One request. `came` is how it reached the present approver, `went` how it left the viewer; `seen` is what
    changed since the version that he tapped on."""

    id: int
    version: int
    state: str
    role: Role
    customer_id: int
    customer: str
    product: str
    discount: Decimal
    amount_before: int | None
    amount_after: int | None
    reason: str
    added: tuple[str, ...]
    text: str
    asker: Known
    approver: Known
    deadline_at: datetime
    decided_at: datetime | None
    answer: str
    condition: str
    nudged_at: datetime | None
    opens: bool
    facts: Facts = field(default_factory=Facts)
    came: Passage | None = None
    went: Passage | None = None
    seen: Changed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """One line of what waits for somebody's decision."""

    id: int
    version: int
    customer_id: int
    customer: str
    product: str
    discount: Decimal
    asker: Known
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """One of the viewer's own requests: waiting, approved, refused or withdrawn."""

    id: int
    customer_id: int
    customer: str
    product: str
    discount: Decimal
    state: str
    approver: Known


async def request(
    session: AsyncSession, viewer: Actor, _moment: Local, *, approval_id: int, seen: int | None = None
) -> ApprovalView:
    """One request with what the viewer may see of it; `NotFound` for who has nothing to do with it.

    Whom it was sent to reads on the card what he needs for deciding, also of a customer that is not his people's; and
    who had it keeps his card when it was passed on.
    """
    approval = await session.get(Approval, approval_id)
    if approval is None or approval.gone_at is not None:
        raise NotFound("这张申请撤掉了")
    trail = await holders(session, approval)
    role = _role(viewer, approval, trail)
    if role == "onlooker" and not await _may_see(session, viewer, approval_id):
        raise NotFound
    customer = await session.get(Customer, approval.customer_id)
    if customer is None:
        raise NotFound
    changed = await changed_since(session, approval_id, seen) if seen is not None else None
    return await _view(session, viewer, approval, customer, role, trail, changed)


async def leaders(session: AsyncSession, viewer: Actor, approval_id: int) -> tuple[Known, ...]:
    """To whom the viewer could hand a request on, the likeliest first, at most ten."""
    approval = await session.get(Approval, approval_id)
    if approval is None or not policy.may_decide(viewer, approval):
        return ()
    return tuple(people.known(p) for p in await others(session, approval))


_REQUESTS = (
    select(Approval, Customer, Opportunity)
    .join(Customer, col(Customer.id) == col(Approval.customer_id))
    .outerjoin(Opportunity, col(Opportunity.id) == col(Approval.opportunity_id))
)


async def open_requests(session: AsyncSession, viewer: Actor, moment: Local) -> tuple[OpenRequest, ...]:
    """What waits for the viewer's decision, the earliest deadline first."""
    query = _REQUESTS.where(*_mine(viewer)).order_by(col(Approval.deadline_at), col(Approval.id))
    rows = (await session.execute(query)).all()
    askers = await people.names(session, {a.asker_id for a, _, _ in rows})
    return tuple(
        OpenRequest(
            id=approval.id,
            version=approval.version,
            customer_id=approval.customer_id,
            customer=short(customer),
            product=sale.product if sale else "",
            discount=_share(approval.discount),
            asker=askers[approval.asker_id],
            waited=moment.now - approval.created_at,
        )
        for approval, customer, sale in rows
    )


async def asked_by(session: AsyncSession, viewer: Actor) -> list[int]:
    """The viewer's own requests that still wait for an answer, the oldest first."""
    query = select(col(Approval.id)).where(*_asked(viewer), col(Approval.state) == "waiting")
    return list((await session.scalars(query.order_by(col(Approval.id)))).all())


async def own(session: AsyncSession, viewer: Actor, since: datetime) -> tuple[OwnRequest, ...]:
    """What the viewer asked for since a moment, the oldest first; what still waits however old it is."""
    recent = or_(col(Approval.state) == "waiting", col(Approval.created_at) >= since)
    query = _REQUESTS.where(*_asked(viewer), recent).order_by(col(Approval.id))
    rows = (await session.execute(query)).all()
    approvers = await people.names(session, {a.approver_id for a, _, _ in rows})
    return tuple(
        OwnRequest(
            id=approval.id,
            customer_id=customer.id,
            customer=short(customer),
            product=sale.product if sale else "",
            discount=_share(approval.discount),
            state=approval.state,
            approver=approvers[approval.approver_id],
        )
        for approval, customer, sale in rows
    )


def short(customer: Customer) -> str:
    """The customer in two or three characters, as colleagues say it: 华星."""
    name = customer.short_name or customer.name
    core = brand(name)
    at = name.casefold().find(core.casefold()) if core else -1
    return name[at : at + len(core)] if at >= 0 and len(core) > 1 else name


def _asked(viewer: Actor) -> tuple[ColumnElement[bool], ...]:
    return policy.rows(viewer, Approval), col(Approval.asker_id) == (viewer.person_id or -1)


def _mine(viewer: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        policy.rows(viewer, Approval),
        col(Approval.approver_id) == (viewer.person_id or -1),
        col(Approval.state) == "waiting",
    )


def _role(viewer: Actor, approval: Approval, trail: tuple[Holder, ...]) -> Role:
    if viewer.person_id is None:
        return "onlooker"
    if viewer.person_id == approval.asker_id:
        return "asker"
    if viewer.person_id == approval.approver_id:
        return "approver"
    return "former" if viewer.person_id in {h.person_id for h in trail} else "onlooker"


async def _may_see(session: AsyncSession, viewer: Actor, approval_id: int) -> bool:
    query = select(col(Approval.id)).where(col(Approval.id) == approval_id, policy.rows(viewer, Approval))
    return (await session.execute(query)).first() is not None


async def _view(
    session: AsyncSession,
    viewer: Actor,
    approval: Approval,
    customer: Customer,
    role: Role,
    trail: tuple[Holder, ...],
    changed: Changed | None,
) -> ApprovalView:
    known = await people.names(session, {approval.asker_id, *(h.person_id for h in trail)})
    sale = await session.get(Opportunity, approval.opportunity_id) if approval.opportunity_id else None
    passages = _passages(trail, known)
    left = [p for p in passages if p.giver.id == viewer.person_id]
    return ApprovalView(
        id=approval.id,
        version=approval.version,
        state=approval.state,
        role=role,
        customer_id=customer.id,
        customer=short(customer),
        product=sale.product if sale else "",
        discount=_share(approval.discount),
        amount_before=approval.amount_before,
        amount_after=approval.amount_after,
        reason=approval.reason,
        added=tuple(approval.added),
        text=approval.text,
        asker=known[approval.asker_id],
        approver=known[approval.approver_id],
        deadline_at=approval.deadline_at,
        decided_at=approval.decided_at,
        answer=approval.answer,
        condition=approval.condition,
        nudged_at=approval.nudged_at,
        opens=policy.may_see(viewer, customer),
        facts=await facts_of(session, viewer, customer) if role != "asker" else Facts(),
        came=passages[-1] if passages else None,
        went=left[-1] if left else None,
        seen=changed,
    )


def _passages(trail: tuple[Holder, ...], known: dict[int, Known]) -> list[Passage]:
    return [
        Passage(
            giver=known[before.person_id],
            taker=known[after.person_id],
            at=after.since,
            held=after.since - before.since,
            by_deadline=after.given_by is None,
        )
        for before, after in pairwise(trail)
    ]


def _share(discount: int | None) -> Decimal:
    return Decimal(WHOLE if discount is None else discount) / WHOLE
