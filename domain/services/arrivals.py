"""What a note says has been paid goes on record as received, on the planned payment that it means; what was signed is
signed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from domain.facts import Came, NoteDraft
from domain.services import payments
from domain.tables import Contract, Opportunity, Payment
from domain.uow import UnitOfWork


async def as_signed(uow: UnitOfWork, customer_id: int, draft: NoteDraft) -> NoteDraft:
    """首付到账了 where nothing is signed is a sale; behind a contract it is the money of that, and no second one."""
    if await _signed_already(uow, customer_id, draft):
        sums = tuple(replace(each, kind="other") if each.kind == "deal" else each for each in draft.amounts)
        return replace(draft, outcome=None, stage=None, amounts=sums)
    won = draft.outcome if draft.outcome is not None and draft.outcome.text == "won" else None
    if won is None or not any(came.quote in won.quote for came in draft.came):
        return draft
    query = select(col(Contract.id)).where(col(Contract.customer_id) == customer_id, col(Contract.gone_at).is_(None))
    if (await uow.session.scalars(query.limit(1))).first() is None:
        return draft
    return replace(draft, outcome=None, stage=None)


async def _signed_already(uow: UnitOfWork, customer_id: int, draft: NoteDraft) -> bool:
    """金穗签了，25万 behind 金穗签了25万: the same contract, told again by the same person on the same day, and no
    other sale of that customer's is open."""
    if draft.outcome is None or draft.outcome.text != "won":
        return False
    deal = draft.sum_of("deal")
    query = select(Contract).where(col(Contract.customer_id) == customer_id, col(Contract.gone_at).is_(None))
    query = query.where(
        col(Contract.owner_id) == uow.actor.person_id, col(Contract.created_at) > uow.now - timedelta(hours=12)
    )
    rows = (await uow.session.scalars(query)).all()
    if not any(deal is None or row.amount == deal.fen for row in rows):
        return False
    sales = select(col(Opportunity.id)).where(
        col(Opportunity.customer_id) == customer_id,
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
    )
    return (await uow.session.scalars(sales.limit(1))).first() is None


async def book(uow: UnitOfWork, customer_id: int, said: tuple[Came, ...]) -> tuple[Came, ...]:
    """Each on its planned payment, or beside the plan; what no sum is known of stays words."""
    await uow.flush()
    booked = []
    for each in said:
        row = payments.meant(await payments.planned(uow, customer_id), each.label, each.fen)
        if row is not None and each.label and each.label[:1] != row.label[:1] and row.amount != each.fen:
            row = None  # the only one that is left is another part
        fen = each.fen if each.fen is not None else row.amount if row is not None else None
        if fen is None or fen <= 0 or (row is None and await _there_already(uow, customer_id, each)):
            booked.append(each)
            continue
        payment_id = await payments.put(uow, customer_id, row, each.label, fen)
        planned = row.amount if row is not None else None
        booked.append(replace(each, fen=fen, payment_id=payment_id, planned=planned))
    return tuple(booked)


async def _there_already(uow: UnitOfWork, customer_id: int, said: Came) -> bool:
    """首付13万到了 behind 首付到账了: the same part, told twice."""
    query = select(col(Payment.id)).where(
        col(Payment.customer_id) == customer_id, col(Payment.received_at).is_not(None), col(Payment.gone_at).is_(None)
    )
    query = query.where(col(Payment.amount) == said.fen, col(Payment.label).startswith(said.label[:1] or "-"))
    return (await uow.session.scalars(query.limit(1))).first() is not None


def unbooked(draft: NoteDraft) -> NoteDraft:
    """The draft as it was said, to be filed elsewhere."""
    said = [each.fen for each in draft.amounts]
    came = (replace(c, payment_id=None, planned=None, fen=c.fen if c.fen in said else None) for c in draft.came)
    return replace(draft, came=tuple(came))


async def reprice(uow: UnitOfWork, said: tuple[Came, ...], before: int, fen: int) -> tuple[Came, ...]:
    """Another sum came than the one that was told; both in fen."""
    right = []
    for each in said:
        if each.fen == before and each.payment_id is not None:
            await payments.reprice(uow, each.payment_id, each.planned, fen)
            right.append(replace(each, fen=fen))
        else:
            right.append(each)
    return tuple(right)
