"""What follows from a mirrored task: where it stands is kept, and what was ticked there is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cards.registry import Moment
from domain.mirrored import Stands
from domain.services import mirroring
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("mirror.task")
async def mirrored(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """The lists show it. Somebody who ticked it just before it was brought up to date meant it."""
    for place, channel, userid, item, ticked, shown in _rows(due, "stands"):
        stands = Stands(item, ticked)
        await mirroring.put_down(uow, due.subject_id, place, channel, userid, stands, shown)
        if stands.ticked:
            await mirroring.tick(uow, due.subject_id, channel, userid, moment)


@job("mirror.ticked")
async def ticked(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """Something changed in a list; those are ticked that the messenger says are."""
    for channel, userid, task in _rows(due, "ticked"):
        await mirroring.tick(uow, task, channel, userid, moment)


@job("mirror.look")
async def looked(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """The same for all lists of a messenger, which may have changed while nobody listened."""
    await ticked(uow, due, moment)


def _rows(due: Due, name: str) -> Iterable[Any]:
    """What the errand brought; nothing where the messenger is in the settings no more."""
    found = due.params.get(name)
    return found if isinstance(found, list) else []
