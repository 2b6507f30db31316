"""One customer as somebody may see it: the 360° card, its timeline, and how a request to share it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.facts import NoteDraft
from domain.services import people
from domain.tables import Activity, Contact, Customer, CustomerShare, Opportunity, Payment, Task
from domain.views import attachments, lookup
from domain.views.attachments import KeptThere
from domain.views.work import gist, last_activities
from domain.when import Local

STUCK = 15
PAGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    on: date
    type: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """A person at the customer; `phone` is masked where the viewer may not call, and `wechat` is empty there."""

    name: str
    title: str
    role: str
    phone: str
    wechat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLine:
    """An open opportunity; `day` counts the days in its stage, the first one being 1."""

    product: str
    amount: int | None
    about: bool
    stage: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    text: str
    due_on: date | None
    due_at: datetime | None
    before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """A payment that has not come yet."""

    label: str
    amount: int | None
    due_on: date | None
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """The 360° card. `owner` is empty for the viewer's own, `pool` says that it has none. `top` is the contact who was
    asked for. `overdue` is the oldest promise past its date, `worried` that the last contact left a worry."""

    id: int
    name: str
    level: str
    named: bool
    owner: str
    pool: bool
    top: ContactLine | None
    contacts: tuple[ContactLine, ...]
    deal: DealLine | None
    promises: tuple[PromiseLine, ...]
    payments: tuple[DueLine, ...]
    activities: tuple[ActivityLine, ...]
    last_contact_at: datetime | None
    overdue: str
    worried: bool
    stuck: int
    kept: KeptThere


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    id: int
    name: str
    activities: tuple[ActivityLine, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneView:
    """A phone that nobody knows; `customer` is the one talked about last, `kept` that nothing was done with it."""

    phone: str
    customer_id: int | None
    customer: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePlea:
    """A request to work on a colleague's customer: `verdict` is empty, granted, kept or moved; `decided_at` since when;
    `inbox` is the message that waits for a yes to be filed, 0 for none."""

    customer_id: int
    customer: str
    asker_id: int
    asker: str
    owner: str
    words: str
    verdict: str
    decided_at: datetime | None
    inbox: int = 0
    part: int = 0


async def customer(
    session: AsyncSession, viewer: Actor, local: Local, *, customer: int, contact: int | None = None
) -> CustomerView | lookup.Option:
    """The customer with everything that matters now; of a colleague's no more than its name and his."""
    option = await lookup.option(session, viewer, customer)
    if not option.visible:
        return option
    row = await _visible(session, viewer, customer)
    people_there = await _contacts(session, viewer, row)
    tasks, activities = (
        await _promises(session, viewer, row.id),
        await last_activities(session, viewer, row.id, limit=3),
    )
    deal = await _deal(session, viewer, row.id, local)
    late = [t for t in tasks if t.due_on is not None and t.due_on < local.today]
    return CustomerView(
        id=row.id,
        name=option.name,
        level=row.level,
        named=row.named,
        owner="" if row.owner_id == viewer.person_id else option.owner,
        pool=row.owner_id is None,
        top=people_there.get(contact or 0),
        contacts=tuple(people_there.values()),
        deal=deal,
        promises=tuple(PromiseLine(text=t.text, due_on=t.due_on, due_at=t.due_at, before=t.before) for t in tasks),
        payments=await _payments(session, viewer, row.id),
        activities=tuple(_line(a) for a in activities),
        last_contact_at=row.last_contact_at,
        overdue=late[0].text if late else "",
        worried=bool(activities) and _worried(activities[0]),
        stuck=deal.day - 1 if deal is not None and deal.day - 1 > STUCK else 0,
        kept=await attachments.there(session, viewer, row.id),
    )


async def timeline(session: AsyncSession, viewer: Actor, _local: Local, *, customer: int, page: int = 0) -> Timeline:
    """What happened with a customer, newest first, ten at a time."""
    row = await _visible(session, viewer, customer)
    found = await last_activities(session, viewer, row.id, limit=PAGE + 1, skip=page * PAGE)
    return Timeline(
        id=row.id,
        name=row.short_name or row.name,
        activities=tuple(_line(a) for a in found[:PAGE]),
        page=page,
        more=len(found) > PAGE,
    )


async def history(session: AsyncSession, viewer: Actor, *, customer: int, limit: int = 50) -> tuple[ActivityLine, ...]:
    """What happened with a customer in its own words, newest first."""
    row = await _visible(session, viewer, customer)
    found = await last_activities(session, viewer, row.id, limit=limit)
    return tuple(ActivityLine(on=a.occurred_on, type=a.type, words=a.text) for a in found)


async def choice(
    session: AsyncSession, viewer: Actor, _local: Local, *, wording: str, customers: list[int]
) -> tuple[str, tuple[lookup.Option, ...]]:
    """The customers that a wording may mean."""
    return wording, tuple(await lookup.by_ids(session, viewer, customers))


async def phone(
    session: AsyncSession, viewer: Actor, _local: Local, *, phone: str, customer: int | None, kept: bool = False
) -> PhoneView:
    """The phone, with the customer that it may belong to."""
    options = [] if customer is None else await lookup.by_ids(session, viewer, [customer])
    option = next((o for o in options if o.visible), None)
    return PhoneView(
        phone=phone,
        customer_id=option.customer_id if option is not None else None,
        customer=option.name if option is not None else "",
        kept=kept,
    )


async def plea(
    session: AsyncSession,
    viewer: Actor,
    _local: Local,
    *,
    customer: int,
    asker: int,
    words: str = "",
    kept_at: str = "",
    inbox: int = 0,
    part: int = 0,
    moved: bool = False,
) -> SharePlea:
    """A request as it stands: to its asker, to the owner of the customer, and to the one before, whom it was `moved`
    away from."""
    row = await session.get(Customer, customer)
    if row is None or row.gone_at is not None:
        raise NotFound
    if viewer.person_id not in (asker, row.owner_id) and not moved:
        raise NotFound
    passed = moved and viewer.person_id not in (asker, row.owner_id)
    names = await people.names(session, {asker, row.owner_id or 0})
    query = select(CustomerShare).where(
        col(CustomerShare.customer_id) == customer,
        col(CustomerShare.person_id) == asker,
        col(CustomerShare.gone_at).is_(None),
    )
    share = (await session.scalars(query)).first()
    kept = datetime.fromisoformat(kept_at) if kept_at else None
    return SharePlea(
        customer_id=customer,
        customer=row.short_name or row.name,
        asker_id=asker,
        asker=names[asker].called if asker in names else "",
        owner=names[row.owner_id].name if row.owner_id in names else "",
        words=words,
        verdict="moved" if passed else "granted" if share is not None else ("kept" if kept is not None else ""),
        decided_at=share.created_at if share is not None else kept,
        inbox=inbox,
        part=part,
    )


async def _visible(session: AsyncSession, viewer: Actor, customer_id: int) -> Customer:
    query = select(Customer).where(col(Customer.id) == customer_id, policy.rows(viewer, Customer))
    row = (await session.scalars(query)).first()
    if row is None:
        raise NotFound
    return row


async def _contacts(session: AsyncSession, viewer: Actor, customer: Customer) -> dict[int, ContactLine]:
    query = select(Contact).where(col(Contact.customer_id) == customer.id, policy.rows(viewer, Contact))
    query = query.where(col(Contact.active).is_(True)).order_by(col(Contact.role) != "决策人", col(Contact.id))
    full = policy.sees_contacts(viewer, customer) or customer.id in viewer.shared
    return {
        c.id: ContactLine(
            name=c.name,
            title=c.title,
            role=c.role,
            phone=c.mobile if full or not c.mobile else policy.masked(c.mobile),
            wechat=c.wechat if full else "",
        )
        for c in (await session.scalars(query)).all()
    }


async def _promises(session: AsyncSession, viewer: Actor, customer_id: int) -> list[Task]:
    query = select(Task).where(
        col(Task.customer_id) == customer_id,
        col(Task.state) == "open",
        col(Task.sort) != "invoice",
        policy.rows(viewer, Task),
    )
    query = query.order_by(col(Task.due_on).is_(None), col(Task.due_on), col(Task.id))
    return list((await session.scalars(query)).all())


async def _deal(session: AsyncSession, viewer: Actor, customer_id: int, local: Local) -> DealLine | None:
    query = select(Opportunity).where(
        col(Opportunity.customer_id) == customer_id,
        col(Opportunity.state) == "open",
        policy.rows(viewer, Opportunity),
    )
    row = (
        await session.scalars(query.order_by(col(Opportunity.stage_since).desc(), col(Opportunity.id).desc()))
    ).first()
    if row is None:
        return None
    day = (local.today - row.stage_since.astimezone(local.zone).date()).days + 1
    return DealLine(product=row.product, amount=row.amount, about=row.about, stage=row.stage, day=day)


async def _payments(session: AsyncSession, viewer: Actor, customer_id: int) -> tuple[DueLine, ...]:
    query = select(Payment).where(
        col(Payment.customer_id) == customer_id,
        col(Payment.received_at).is_(None),
        policy.rows(viewer, Payment),
    )
    query = query.order_by(col(Payment.due_on).is_(None), col(Payment.due_on), col(Payment.id))
    return tuple(
        DueLine(label=p.label, amount=p.amount, due_on=p.due_on, condition=p.condition)
        for p in (await session.scalars(query)).all()
    )


def _line(activity: Activity) -> ActivityLine:
    return ActivityLine(on=activity.occurred_on, type=activity.type, words=gist(activity))


def _worried(activity: Activity) -> bool:
    return bool(activity.facts) and bool(NoteDraft.from_json(activity.facts).concerns)
