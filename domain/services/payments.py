"""Money that came (回款): put on the planned payment that it means, or on record beside the plan."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.tables import Contract, Customer, Payment, Reminder
from domain.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Planned:
    """A payment that has not come: its label and amount in fen, None where nobody knows it."""

    payment_id: int
    label: str
    amount: int | None


async def planned(uow: UnitOfWork, customer_id: int) -> list[Planned]:
    """What a customer still has to pay, in the order in which it is due."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    return [Planned(row.id, row.label, row.amount) for row in await _open(uow, customer_id)]


def meant(plan: list[Planned], label: str, fen: int | None) -> Planned | None:
    """The planned payment that words mean: the named one, else the one of that amount, else the only one."""
    named = [row for row in plan if label and (label in row.label or row.label in label) and row.label]
    same = [row for row in named or plan if fen is not None and row.amount == fen]
    found = same or named or (plan if len(plan) == 1 else [])
    return found[0] if found else None


async def receive(uow: UnitOfWork, customer_id: int, payment: Planned | None, label: str, fen: int) -> int | None:
    """The money is there. Of a part the rest stays planned; beside the plan it is a payment of its own. Returns what
    is still planned, in fen; None where that is not known."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    await put(uow, customer_id, payment, label, fen)
    rest = [row.amount for row in await _open(uow, customer_id)]
    return sum(amount for amount in rest if amount is not None) if None not in rest else None


async def put(uow: UnitOfWork, customer_id: int, payment: Planned | None, label: str, fen: int) -> int:
    """The same for who was asked already whether he may; returns the payment that is received now."""
    if payment is None:
        return (await _add(uow, customer_id, label or "回款", fen, received=True)).id
    await _come(uow, await uow.lock(Payment, payment.payment_id), fen)
    return payment.payment_id


async def reprice(uow: UnitOfWork, payment_id: int, planned: int | None, fen: int) -> None:
    """Another sum came than was said; of what had been planned the rest stays planned."""
    row = await uow.lock(Payment, payment_id)
    if row.gone_at is not None or row.received_at is None:
        return
    row.amount = fen
    if planned is None:
        return
    same = [each for each in await _open(uow, row.customer_id) if each.label == row.label]
    rest = next((each for each in same if each.contract_id == row.contract_id), None)
    left = planned - fen
    if rest is not None:
        rest.amount, rest.gone_at = (left, None) if left > 0 else (rest.amount, uow.now)
    elif left > 0:
        added = await _add(uow, row.customer_id, row.label, left, received=False)
        added.contract_id, added.due_on, added.condition = row.contract_id, row.due_on, row.condition


async def _come(uow: UnitOfWork, row: Payment, fen: int) -> None:
    left = (row.amount or fen) - fen
    if left > 0:
        rest = await _add(uow, row.customer_id, row.label, left, received=False)
        rest.contract_id, rest.due_on, rest.condition = row.contract_id, row.due_on, row.condition
    else:
        await _hush(uow, row)
    row.amount, row.received_at = fen, uow.now
    await uow.flush()


async def _hush(uow: UnitOfWork, row: Payment) -> None:
    """Nobody is reminded of money that came."""
    query = select(Reminder).where(
        col(Reminder.customer_id) == row.customer_id,
        col(Reminder.state) == "waiting",
        col(Reminder.text).startswith(f"{row.label}到期", autoescape=True),
    )
    for reminder in (await uow.session.scalars(query)).all():
        reminder.state = "cancelled"


async def _add(uow: UnitOfWork, customer_id: int, label: str, fen: int, *, received: bool) -> Payment:
    query = select(col(Contract.id)).where(col(Contract.customer_id) == customer_id, col(Contract.gone_at).is_(None))
    contract = (await uow.session.scalars(query.order_by(col(Contract.id).desc()))).first()
    return await uow.add(
        Payment(
            contract_id=contract,
            customer_id=customer_id,
            label=label[:20],
            amount=fen,
            received_at=uow.now if received else None,
            created_at=uow.now,
        )
    )


async def _open(uow: UnitOfWork, customer_id: int) -> list[Payment]:
    query = select(Payment).where(
        col(Payment.customer_id) == customer_id, col(Payment.received_at).is_(None), col(Payment.gone_at).is_(None)
    )
    query = query.order_by(col(Payment.due_on).is_(None), col(Payment.due_on), col(Payment.id))
    return list((await uow.session.scalars(query)).all())
