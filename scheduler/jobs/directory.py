"""What follows from an address book that was read: who has gone leaves at once, and a strange gap is told."""

from __future__ import annotations

from typing import Any

from cards.registry import Moment
from domain.actor import Address
from domain.services import leaving, people, upkeep
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job


@job("directory.full")
async def full(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """The end of a pass."""
    params: dict[str, Any] = due.params
    if "missing" in params:
        text = f"通讯录里一下子少了 {params['missing']} 人（共 {params['total']} 人），像是可见范围改小了，"
        text += "先谁也没停。请看看应用的可见范围"
        for admin in await people.administrators(uow.session):
            uow.tell(Address.person(admin), "plain.text", key=f"gap-{due.key}-{admin}", text=text)
    await _leave(uow, due, moment)
    upkeep.plan_outside(uow, str(params["channel"]), uow.now)


@job("directory.person")
async def person(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    """One colleague was looked at."""
    await _leave(uow, due, moment)


@job("directory.unit")
async def unit(_uow: UnitOfWork, _due: Due, _moment: Moment) -> None:
    """One department was looked at: its errand did all."""


@job("leaving.offer")
async def offer(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """The hand-over that was put off, while it is still to be made."""
    await leaving.offer(uow, due.subject_id)


async def _leave(uow: UnitOfWork, due: Due, moment: Moment) -> None:
    for person_id, resigned in due.params.get("gone", []):
        await leaving.leave(uow, int(person_id), moment, resigned=bool(resigned))
