"""What a note made and others rely on by now: it stays when the note is undone, so that nothing of theirs is lost."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from domain import audit
from domain.tables import (
    Activity,
    Approval,
    Attachment,
    Contact,
    Contract,
    Customer,
    CustomerShare,
    Opportunity,
    Reminder,
    Task,
)
from domain.tables.base import Record
from domain.uow import UnitOfWork

_Made = frozenset[tuple[str, int]]
_REFERRING: dict[str, tuple[tuple[type[Record], str], ...]] = {
    Customer.kind: tuple(
        (table, "customer_id")
        for table in (Activity, Approval, Attachment, Contract, CustomerShare, Opportunity, Reminder, Task)
    ),
    Opportunity.kind: tuple((table, "opportunity_id") for table in (Activity, Approval, Contract)),
    Contact.kind: ((Reminder, "contact_id"),),
}
_OVER = ("refused", "withdrawn")  # a request that is decided this way needs its sale no more


async def needed(uow: UnitOfWork, activity: Activity) -> _Made:
    """Of the customers, sales and contacts that a note made: those to which something refers that it did not make."""
    made = await audit.made_by(uow, activity.change_sets)
    found = set()
    for kind, row_id in sorted(made):
        if kind in _REFERRING and await _referred(uow, kind, row_id, made | {(Activity.kind, activity.id)}):
            found.add((kind, row_id))
    return frozenset(found)


async def _referred(uow: UnitOfWork, kind: str, row_id: int, besides: _Made) -> bool:
    if await _handed_on(uow, kind, row_id):
        return True
    for table, column in _REFERRING[kind]:
        query = select(table).where(getattr(table, column) == row_id, col(table.gone_at).is_(None))
        for row in (await uow.session.scalars(query)).all():
            if (row.kind, row.id) not in besides and _stands(row):
                return True
    return kind == Contact.kind and await _named(uow, row_id, besides)


async def _handed_on(uow: UnitOfWork, kind: str, row_id: int) -> bool:
    """Whether the customer or sale belongs to somebody else by now, or to nobody."""
    if kind == Customer.kind:
        customer = await uow.session.get(Customer, row_id)
        return customer is not None and customer.owner_id != uow.actor.person_id
    sale = await uow.session.get(Opportunity, row_id) if kind == Opportunity.kind else None
    return sale is not None and sale.owner_id != uow.actor.person_id


async def _named(uow: UnitOfWork, contact_id: int, besides: _Made) -> bool:
    """Whether another note that stands names the contact."""
    contact = await uow.session.get(Contact, contact_id)
    if contact is None:
        return False
    query = select(Activity).where(col(Activity.customer_id) == contact.customer_id, col(Activity.gone_at).is_(None))
    rows = (await uow.session.scalars(query)).all()
    return any(contact.name in r.contacts and (r.kind, r.id) not in besides and _stands(r) for r in rows)


def _stands(row: Record) -> bool:
    if isinstance(row, Activity):
        return row.undone_at is None
    return not (isinstance(row, Approval) and row.state in _OVER)
