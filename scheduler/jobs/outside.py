"""What follows from what the messenger said of customers outside."""

from __future__ import annotations

from typing import Any

from cards.registry import Moment
from domain.outside import Details
from domain.reminding import at_work
from domain.services import meeting, outsiders
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("outside.greet")
async def greeted(_uow: UnitOfWork, _due: Due, _moment: Moment) -> None:
    """A welcome went out, or it was too late for it: its errand did all."""


@job("outside.look")
async def looked(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """Who somebody is; or, of one whom a pass missed, that he is gone."""
    params: dict[str, Any] = due.params
    if "details" in params:
        details, quiet = Details.from_json(params["details"]), "missed" in params
        await outsiders.learn(uow, due.subject_id, details, params["named"], quiet=quiet)
    elif "gone" in params and "missed" in params:
        await outsiders.vanished(uow, due.subject_id)


@job("outside.all")
async def met(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """All of them were read. Who was missed is asked for by himself, when colleagues are at work, for they may be told
    of it."""
    params: dict[str, Any] = due.params
    if "new" in params:
        await meeting.told(uow, params["channel"], due.key, meeting.Seen(params["new"], params["matched"]))
    for outsider_id in params.get("missed", ()):
        outsiders.look(uow, outsider_id, f"missed-{due.id}", at=at_work(moment), missed=True)


@job("outside.write")
async def written(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """What the messenger says of him now."""
    params: dict[str, Any] = due.params
    if "written" in params:
        await outsiders.written(uow, due.subject_id, params["remark"], params["level"], there=params["written"])


@job("outside.renamed")
async def renamed(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """A note told the name of a contact: the remarks at him follow."""
    await outsiders.follow_contact(uow, due.subject_id)


@job("outside.transfer")
async def passed(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """Who was passed on, and how many could not be."""
    params: dict[str, Any] = due.params
    if "passed" in params:
        await outsiders.passed(uow, due.subject_id, params["passed"], params["refused"])
