"""A second budget that differs from the first: kept as said, and settled by whoever said it."""

from __future__ import annotations

from dataclasses import replace

from domain.facts import NoteDraft
from domain.services import corrections
from domain.tables import Opportunity
from domain.uow import UnitOfWork


async def settle(uow: UnitOfWork, activity_id: int) -> None:
    """降了, or a correction follows: the new budget stands, and the card asks no more."""
    activity = await corrections.standing(uow, activity_id)
    draft = NoteDraft.from_json(activity.facts)
    if draft.budget_before is None:
        return
    activity.facts = replace(draft, budget_before=None, budget_before_on=None).to_json()
    activity.change_sets = [*activity.change_sets, uow.change_set]


async def split(uow: UnitOfWork, activity_id: int) -> None:
    """两个项目: the opportunity keeps its budget, and the new one begins a sale of its own. Twice changes nothing."""
    activity = await corrections.standing(uow, activity_id)
    draft = NoteDraft.from_json(activity.facts)
    before, now = draft.budget_before, draft.sum_of("budget")
    if before is None or now is None or activity.opportunity_id is None:
        return
    first = await uow.lock(Opportunity, activity.opportunity_id)
    second = await uow.add(
        Opportunity(
            customer_id=first.customer_id,
            owner_id=first.owner_id,
            amount=now.fen,
            about=now.about,
            stage=first.stage,
            stage_since=uow.now,
            created_at=uow.now,
        )
    )
    first.amount, first.about = before.fen, before.about
    activity.opportunity_id = second.id
    await settle(uow, activity_id)
