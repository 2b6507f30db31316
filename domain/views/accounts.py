"""A customer that bought as finance sees it: what was signed, what came and what is still to come, and its invoice.

What was said to the customer and its contacts is no part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Contract, Customer, Payment, Task
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """One payment: `amount` in fen, None where nobody knows it; by `due_on` or on a `condition`, unless it came."""

    label: str
    amount: int | None
    due_on: date | None
    condition: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`contracts` counts what was signed, `amount` is what it comes to, None where a contract has no sum; `invoice` is
    the open to-do of the viewer's, `invoiced_at` when the last one was done."""

    customer: str
    full_name: str
    credit_code: str
    owner: str
    contracts: int
    amount: int | None
    signed_on: date
    payments: tuple[Money, ...]
    invoice: int | None
    invoiced_at: datetime | None


async def account(session: AsyncSession, viewer: Actor, _local: Local, *, customer: int) -> Account:
    """Of a customer with a contract, for finance; `NotFound` for all others."""
    row = await session.get(Customer, customer)
    if row is None or row.gone_at is not None or "finance" not in viewer.roles:
        raise NotFound
    signed = (col(Contract.customer_id) == customer, col(Contract.gone_at).is_(None))
    amounts = col(Contract.amount)
    counted = select(func.count(), func.count(amounts), func.sum(amounts), func.max(col(Contract.signed_on)))
    many, known, amount, last = (await session.execute(counted.where(*signed))).one()
    if not many:
        raise NotFound
    owner = (await people.names(session, {row.owner_id})).get(row.owner_id) if row.owner_id is not None else None
    payments = select(Payment).where(col(Payment.customer_id) == customer, col(Payment.gone_at).is_(None))
    invoices = select(Task).where(
        col(Task.customer_id) == customer, col(Task.sort) == "invoice", col(Task.gone_at).is_(None)
    )
    asked = (await session.scalars(invoices.order_by(col(Task.id)))).all()
    return Account(
        customer=row.short_name or row.name,
        full_name=row.name if row.named else "",
        credit_code=row.credit_code,
        owner=owner.called if owner is not None else "",
        contracts=int(many),
        amount=int(amount) if amount is not None and known == many else None,
        signed_on=last,
        payments=tuple(
            Money(label=p.label, amount=p.amount, due_on=p.due_on, condition=p.condition, received_at=p.received_at)
            for p in (await session.scalars(payments.order_by(col(Payment.id)))).all()
        ),
        invoice=next((t.id for t in asked if t.state == "open" and t.owner_id == viewer.person_id), None),
        invoiced_at=max((t.done_at for t in asked if t.done_at is not None), default=None),
    )
