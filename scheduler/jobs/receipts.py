"""What is told in the evening."""

from __future__ import annotations

from cards.registry import Moment
from domain.services import receipts
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job(receipts.EVENING)
async def evening(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """Whoever may have written while nobody listened."""
    await receipts.tell(uow, due)
