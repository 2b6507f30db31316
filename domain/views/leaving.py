"""What the superior of somebody who has left is asked, and what the colleague who takes over learns."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.services import leaving, people
from domain.services.people import Known
from domain.tables import Customer, Person, Task
from domain.views import lookup
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftView:
    """Somebody who has left, with what is his still, and who could take it; `did` is what was answered: empty, later
    or the change set of the handing-over, which `to` and `handed` tell of."""

    id: int
    name: str
    customers: int
    promises: int
    takers: tuple[Known, ...]
    to: str
    handed: int
    did: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """Customers that came from who has left, by whom; those that the viewer still has."""

    name: str
    by: str
    customers: tuple[str, ...]


async def offered(
    session: AsyncSession, viewer: Actor, _moment: Local, *, person: int, did: str = "", to: int = 0, handed: int = 0
) -> LeftView:
    """The question; `NotFound` for who has no say in it."""
    left = await session.get(Person, person)
    if left is None or left.gone_at is not None or not (person in viewer.people or "admin" in viewer.roles):
        raise NotFound
    named = await people.names(session, {to})
    promised = select(func.count()).select_from(Task).where(col(Task.owner_id) == person, col(Task.state) == "open")
    return LeftView(
        id=person,
        name=left.name,
        customers=await leaving.owned(session, person),
        promises=(await session.execute(promised.where(col(Task.gone_at).is_(None)))).scalar() or 0,
        takers=tuple(await leaving.takers(session, person, viewer.person_id or 0)),
        to="你" if to == viewer.person_id else named[to].name if to in named else "",
        handed=handed,
        did=did,
    )


async def taken_over(
    session: AsyncSession, viewer: Actor, _moment: Local, *, person: int, by: int, customers: list[int]
) -> TakenOver:
    """What came from whom."""
    named = await people.names(session, {person, by})
    mine = select(col(Customer.id)).where(
        col(Customer.id).in_(customers), col(Customer.owner_id) == viewer.person_id, policy.rows(viewer, Customer)
    )
    still = set((await session.scalars(mine)).all())
    options = await lookup.by_ids(session, viewer, [i for i in customers if i in still])
    if person not in named:
        raise NotFound
    return TakenOver(
        name=named[person].name,
        by=named[by].called if by in named else "同事",
        customers=tuple(option.name for option in options),
    )
