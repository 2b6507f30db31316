"""Requests whose answer is due: a reminder an hour before, the superior after."""

from __future__ import annotations

from cards.registry import Moment
from domain.services import decisions
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("approval.remind")
async def remind(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """Bring the card before the approver's eyes while it is still his turn."""
    await decisions.remind(uow, due.subject_id, int(due.params["approver"]))


@job("approval.deadline")
async def run_out(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """Nobody answered in time."""
    await decisions.run_out(uow, due.subject_id, int(due.params["approver"]), moment)
