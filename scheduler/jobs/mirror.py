"""What follows from a mirrored task: nothing."""

from __future__ import annotations

from cards.registry import Moment
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("mirror.task")
async def mirrored(_uow: UnitOfWork, _due: Due, _moment: Moment) -> None:
    """The list shows it: its errand did all."""
