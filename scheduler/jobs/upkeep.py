"""What keeps the queues in order: looking after rows that were taken up again, and pruning what is long done."""

from __future__ import annotations

from cards.registry import Moment
from domain.services import given_up, upkeep
from domain.tables import Due
from domain.uow import UnitOfWork
from domain.when import Local
from scheduler.jobs import job


@job("retried")
async def look_again(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """Somebody was told that it failed: he is told when it has worked after all."""
    await given_up.look(uow, due, Local(moment.now, moment.zone))


@job("prune")
async def prune(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """One batch of what is long done; the next one is a job of its own, so that nobody waits for long."""
    await upkeep.prune(uow, due)
