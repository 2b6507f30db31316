"""What finance needs to make out an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Activity, AuditEntry, Contract, Customer, Payment, Task
from domain.views.notes import PaymentLine
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """One invoicing to-do. `owner` is the salesperson, `asked` the words in which he asked for it, empty after a win;
    `state` is open, done or cancelled (the win was undone)."""

    task_id: int
    customer: str
    full_name: str
    credit_code: str
    named: bool
    owner: str
    asked: str
    amount: int | None
    payments: tuple[PaymentLine, ...]
    state: str
    done_at: datetime | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An invoice that somebody has to make out."""

    task_id: int
    customer_id: int
    customer: str


async def waiting(session: AsyncSession, person: int) -> tuple[Waiting, ...]:
    """What somebody has to make out, the oldest first."""
    query = (
        select(Task, Customer)
        .join(Customer, col(Customer.id) == col(Task.customer_id))
        .where(col(Task.owner_id) == person, col(Task.sort) == "invoice", col(Task.state) == "open")
        .where(col(Task.gone_at).is_(None), col(Customer.gone_at).is_(None))
        .order_by(col(Task.id))
    )
    rows = (await session.execute(query)).all()
    return tuple(Waiting(task_id=t.id, customer_id=c.id, customer=c.short_name or c.name) for t, c in rows)


async def seller(session: AsyncSession, customer_id: int) -> int | None:
    """Who has a customer that bought: finance knows of those that have a contract, and of no other."""
    query = (
        select(col(Customer.owner_id))
        .join(Contract, col(Contract.customer_id) == col(Customer.id))
        .where(col(Customer.id) == customer_id, col(Customer.gone_at).is_(None), col(Contract.gone_at).is_(None))
    )
    return (await session.scalars(query)).first()


async def called(session: AsyncSession, customer_id: int) -> str:
    """What a customer is called."""
    row = await session.get(Customer, customer_id)
    return (row.short_name or row.name) if row is not None else ""


async def invoice(session: AsyncSession, viewer: Actor, _moment: Local, *, task: int) -> InvoiceView:
    """The to-do, for the person whom it was given to."""
    row = await session.get(Task, task)
    if row is None or row.sort != "invoice" or row.owner_id != viewer.person_id or row.customer_id is None:
        raise NotFound("没有这张开票单，或不归你办")
    customer = await session.get(Customer, row.customer_id)
    activity = await session.get(Activity, row.activity_id) if row.activity_id else None
    if customer is None:
        raise NotFound
    query = select(Contract).where(
        col(Contract.opportunity_id) == (activity.opportunity_id if activity else None),
        col(Contract.customer_id) == customer.id,
    )
    contract = (await session.scalars(query.order_by(col(Contract.id).desc()))).first()
    payments = select(Payment).where(col(Payment.contract_id) == (contract.id if contract else -1))
    if contract is not None and contract.gone_at is None:
        payments = payments.where(col(Payment.gone_at).is_(None))
    asker = activity.person_id if activity else await _asker(session, row.id)
    writer = (await people.names(session, {asker})).get(asker) if asker is not None else None
    return InvoiceView(
        task_id=row.id,
        customer=customer.short_name or customer.name,
        full_name=customer.name,
        credit_code=customer.credit_code,
        named=customer.named,
        owner=writer.called if writer else "",
        asked="" if activity else row.text,
        amount=contract.amount if contract else None,
        payments=tuple(
            PaymentLine(label=p.label, amount=p.amount, share=p.share, due_on=p.due_on, condition=p.condition)
            for p in (await session.scalars(payments.order_by(col(Payment.id)))).all()
        ),
        state="cancelled" if row.gone_at else row.state,
        done_at=row.done_at,
        gone_at=row.gone_at,
    )


async def _asker(session: AsyncSession, task_id: int) -> int | None:
    """Who asked for an invoice in so many words."""
    query = select(col(AuditEntry.person_id)).where(
        col(AuditEntry.kind) == Task.kind, col(AuditEntry.row_id) == task_id, col(AuditEntry.op) == "insert"
    )
    return (await session.scalars(query)).first()
