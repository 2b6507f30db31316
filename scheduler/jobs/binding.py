"""Codes by which one says on one messenger who one is on another."""

from __future__ import annotations

from cards.registry import Moment
from domain.services.binding import OVER
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job(OVER)
async def end(_uow: UnitOfWork, _due: Due, _moment: Moment) -> None:
    """The code is good no more, which it is because this job is done."""
