"""今天先跟谁: the customers that something is due with, the most pressing first, each with one reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.tables import Activity, Approval, Customer, Reminder, Task
from domain.views import invoices
from domain.views.pressing import Reason, days_since, reasons
from domain.when import Local

AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One customer of the list; `done_at` once it was dealt with, `until` once it was put off."""

    customer_id: int
    name: str
    reason: Reason | None
    done_at: datetime | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The list of one day. `putting_off` is the row for which a day is being picked; with no rows, `own` and
    `longest` say what is on hand, `sells` whether customers are the viewer's work at all. `invoices` are the customers
    that an invoice is to be made out for."""

    day: date
    rows: tuple[Row, ...]
    putting_off: Row | None
    approvals: int
    waiting_since: datetime | None
    own: int
    longest: tuple[str, int] | None
    sells: bool = True
    invoices: tuple[str, ...] = ()


async def due(session: AsyncSession, viewer: Actor, local: Local) -> list[int]:
    """The customers to see first today, at most five, the most pressing first."""
    why = await reasons(session, viewer, local)
    if not why:
        return []
    query = select(Customer).where(col(Customer.id).in_(why), policy.rows(viewer, Customer))
    free = [c.id for c in (await session.scalars(query)).all() if not _put_off(c, local)]
    return [i for i in why if i in free][:AT_MOST]


async def today(
    session: AsyncSession,
    viewer: Actor,
    local: Local,
    *,
    person: int,
    day: str,
    since: str,
    customers: Sequence[int],
    putting_off: int | None = None,
) -> Today:
    """The list as it was made, each row as it stands now; its order stays."""
    if viewer.person_id != person:
        raise NotFound
    query = select(Customer).where(col(Customer.id).in_(list(customers)), policy.rows(viewer, Customer))
    found = {c.id: c for c in (await session.scalars(query)).all()}
    why = await reasons(session, viewer, local)
    done = await _done(session, viewer, list(found), datetime.fromisoformat(since))
    rows = tuple(
        Row(
            customer_id=i,
            name=found[i].short_name or found[i].name,
            reason=why.get(i),
            done_at=done.get(i),
            until=found[i].deferred_until if _put_off(found[i], local) else None,
        )
        for i in customers
        if i in found
    )
    approvals, waiting_since = await _approvals(session, person)
    own, longest = (0, None) if rows else await _on_hand(session, person, local)
    return Today(
        day=date.fromisoformat(day),
        rows=rows,
        putting_off=next((r for r in rows if r.customer_id == putting_off), None),
        approvals=approvals,
        waiting_since=waiting_since,
        own=own,
        longest=longest,
        sells="sales" in viewer.roles,
        invoices=tuple(each.customer for each in await invoices.waiting(session, person)),
    )


def _put_off(customer: Customer, local: Local) -> bool:
    return customer.deferred_until is not None and customer.deferred_until > local.today


async def _done(session: AsyncSession, viewer: Actor, customers: list[int], since: datetime) -> dict[int, datetime]:
    """When each customer was first dealt with since the list was made: a note, a kept promise, a done reminder."""
    found: dict[int, datetime] = {}
    person = viewer.require_person()
    queries: tuple[Select[int | None, datetime | None], ...] = (
        select(col(Activity.customer_id), func.min(col(Activity.created_at)))
        .where(col(Activity.person_id) == person, col(Activity.created_at) > since)
        .where(col(Activity.undone_at).is_(None), col(Activity.gone_at).is_(None))
        .where(col(Activity.customer_id).in_(customers))
        .group_by(col(Activity.customer_id)),
        select(col(Task.customer_id), func.min(col(Task.done_at)))
        .where(col(Task.owner_id) == person, col(Task.done_at) > since, col(Task.gone_at).is_(None))
        .where(col(Task.state) == "done", col(Task.customer_id).in_(customers))
        .group_by(col(Task.customer_id)),
        select(col(Reminder.customer_id), func.min(col(Reminder.done_at)))
        .where(col(Reminder.person_id) == person, col(Reminder.done_at) > since, col(Reminder.gone_at).is_(None))
        .where(col(Reminder.state) == "done", col(Reminder.customer_id).in_(customers))
        .group_by(col(Reminder.customer_id)),
    )
    for query in queries:
        _earliest(found, [(customer, at) for customer, at in (await session.execute(query)).all()])
    return found


def _earliest(found: dict[int, datetime], rows: Iterable[tuple[int | None, datetime | None]]) -> None:
    for customer_id, at in rows:
        if customer_id is not None and at is not None and (customer_id not in found or at < found[customer_id]):
            found[customer_id] = at


async def _approvals(session: AsyncSession, person: int) -> tuple[int, datetime | None]:
    query = select(func.count(), func.min(col(Approval.created_at))).where(
        col(Approval.approver_id) == person, col(Approval.state) == "waiting", col(Approval.gone_at).is_(None)
    )
    count, since = (await session.execute(query)).one()
    return int(count), since


async def _on_hand(session: AsyncSession, person: int, local: Local) -> tuple[int, tuple[str, int] | None]:
    """How many customers somebody has, and which of them he has not talked to for longest."""
    query = select(Customer).where(col(Customer.owner_id) == person, col(Customer.gone_at).is_(None))
    rows = list((await session.scalars(query)).all())
    spoken = [(c.last_contact_at, c) for c in rows if c.last_contact_at is not None]
    if not spoken:
        return len(rows), None
    at, oldest = min(spoken, key=lambda pair: (pair[0], pair[1].id))
    return len(rows), (oldest.short_name or oldest.name, days_since(at, local))
