"""Why a customer is due today: what was promised, what is to be paid, a reminder, silence, a sale that is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.tables import Customer, Opportunity, Payment, Reminder, Task
from domain.when import Local

PAYS_WITHIN = 10
SILENT = {"A": 3, "B": 7}
STUCK = 15
_UNPROMISED = ("follow", "todo", "assigned")  # to-dos of which the customer knows nothing

Sort: TypeAlias = Literal["promise", "follow", "payment", "reminder", "silent", "stuck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a customer is due. `days` counts to a date to come (negative: past it), or how long nothing happened;
    None where nothing ever did."""

    sort: Sort
    words: str = ""
    day: date | None = None
    moment: datetime | None = None
    days: int | None = None


async def reasons(session: AsyncSession, viewer: Actor, local: Local) -> dict[int, Reason]:
    """The first reason of each customer, in order of how pressing they are."""
    person = viewer.require_person()
    found: dict[int, Reason] = {}
    for part in (
        await _promises(session, person, local),
        await _payments(session, person, local),
        await _reminders(session, person, local),
        await _silent(session, person, local),
        await _stuck(session, person, local),
    ):
        for customer_id, reason in part:
            found.setdefault(customer_id, reason)
    return found


async def _promises(session: AsyncSession, person: int, local: Local) -> list[tuple[int, Reason]]:
    query = (
        select(Task)
        .where(col(Task.owner_id) == person, col(Task.state) == "open", col(Task.gone_at).is_(None))
        .where(col(Task.customer_id).is_not(None), col(Task.due_on) <= local.today, col(Task.sort) != "invoice")
        .order_by(col(Task.due_on), col(Task.id))
    )
    return [
        (t.customer_id, Reason(sort="follow" if t.sort in _UNPROMISED else "promise", words=t.text, day=t.due_on))
        for t in (await session.scalars(query)).all()
        if t.customer_id is not None
    ]


async def _payments(session: AsyncSession, person: int, local: Local) -> list[tuple[int, Reason]]:
    query = (
        select(Payment)
        .join(Customer, col(Payment.customer_id) == col(Customer.id))
        .where(col(Customer.owner_id) == person, col(Payment.received_at).is_(None), col(Payment.gone_at).is_(None))
        .where(col(Payment.due_on) <= local.today + timedelta(days=PAYS_WITHIN))
        .order_by(col(Payment.due_on), col(Payment.id))
    )
    return [
        (p.customer_id, Reason(sort="payment", words=p.label, day=p.due_on, days=(p.due_on - local.today).days))
        for p in (await session.scalars(query)).all()
        if p.due_on is not None
    ]


async def _reminders(session: AsyncSession, person: int, local: Local) -> list[tuple[int, Reason]]:
    midnight = datetime.combine(local.today + timedelta(days=1), time(), local.zone)
    query = (
        select(Reminder)
        .where(col(Reminder.person_id) == person, col(Reminder.state).in_(("waiting", "sent")))
        .where(col(Reminder.gone_at).is_(None), col(Reminder.customer_id).is_not(None))
        .where(col(Reminder.due_at) < midnight)
        .order_by(col(Reminder.due_at), col(Reminder.id))
    )
    return [
        (r.customer_id, Reason(sort="reminder", words=r.text, moment=r.due_at))
        for r in (await session.scalars(query)).all()
        if r.customer_id is not None
    ]


async def _silent(session: AsyncSession, person: int, local: Local) -> list[tuple[int, Reason]]:
    """A before B, the longest silence first; those never contacted are counted from their first day on record."""
    query = select(Customer).where(
        col(Customer.owner_id) == person, col(Customer.level).in_(SILENT), col(Customer.gone_at).is_(None)
    )
    found: list[tuple[str, int, int, bool]] = []
    for customer in (await session.scalars(query)).all():
        quiet = days_since(customer.last_contact_at or customer.created_at, local)
        if quiet > SILENT[customer.level]:
            found.append((customer.level, quiet, customer.id, customer.last_contact_at is None))
    found.sort(key=lambda f: (f[0], -f[1], f[2]))
    return [(i, Reason(sort="silent", words=level, days=None if new else n)) for level, n, i, new in found]


async def _stuck(session: AsyncSession, person: int, local: Local) -> list[tuple[int, Reason]]:
    query = (
        select(Opportunity)
        .join(Customer, col(Opportunity.customer_id) == col(Customer.id))
        .where(col(Customer.owner_id) == person, col(Opportunity.state) == "open")
        .where(col(Opportunity.gone_at).is_(None))
        .where(col(Opportunity.stage_since) < local.now - timedelta(days=STUCK))
        .order_by(col(Opportunity.stage_since), col(Opportunity.id))
    )
    rows = [(o, days_since(o.stage_since, local)) for o in (await session.scalars(query)).all()]
    return [(o.customer_id, Reason(sort="stuck", words=o.stage, days=n)) for o, n in rows if n > STUCK]


def days_since(moment: datetime, local: Local) -> int:
    """How many days ago that was, by the days of who asks."""
    return (local.today - moment.astimezone(local.zone).date()).days
