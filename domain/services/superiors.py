"""Who reports to whom, as the address book has it: a superior named there, else who leads the department, or the next
one above.

Taken over when it changes there; where it never said anything, and where somebody would be over himself, what is on
record stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from domain.addressbook import ROOT
from domain.tables import DirectoryMember, DirectoryUnit, Person, Team
from domain.uow import UnitOfWork

_HIGHEST = 30  # departments above one another, so that a ring in the address book ends


@dataclass(frozen=True, slots=True)
class _Company:
    """Everybody by userid and by person, and whom each reports to."""

    ids: Mapping[str, int]
    above: dict[int, int | None]
    units: Mapping[str, DirectoryUnit]


async def settle(uow: UnitOfWork, channel: str, userids: Sequence[str] | None = None) -> None:
    """Bring the superiors up to date, of these colleagues or of everybody the address book has."""
    company = await _company(uow, channel)
    query = select(DirectoryMember).where(col(DirectoryMember.channel) == channel)
    if userids is not None:
        query = query.where(col(DirectoryMember.userid).in_(userids))
    members = (await uow.session.scalars(query.order_by(col(DirectoryMember.id)))).all()
    there = select(Person).where(col(Person.id).in_([member.person_id for member in members]))
    people = {person.id: person for person in (await uow.session.scalars(there)).all()}
    for member in members:
        superior = _superior(member, company)
        if superior and superior != member.superior and await _report(uow, people[member.person_id], superior, company):
            member.superior = superior


async def lead(uow: UnitOfWork, channel: str) -> None:
    """Bring who leads each team up to date."""
    await _lead(uow, await _company(uow, channel))


def _superior(member: DirectoryMember, company: _Company) -> str:
    """The userid of the nearest one above who is on record; empty where there is none."""
    for boss in member.bosses:
        if boss != member.userid and boss in company.ids:
            return boss
    unit = company.units.get(member.unit)
    for _ in range(_HIGHEST):
        if unit is None:
            return ""
        for leader in unit.leaders if member.userid not in unit.leaders else ():
            if leader in company.ids:
                return str(leader)
        unit = company.units.get(unit.parent) if unit.parent != ROOT else None
    return ""


async def _report(uow: UnitOfWork, person: Person, superior: str, company: _Company) -> bool:
    """Have a person report to another, who becomes a manager by it; False where that would be a circle."""
    above_id = company.ids[superior]
    step: int | None = above_id
    for _ in range(len(company.above) + 1):
        if step == person.id:
            return False
        step = company.above.get(step) if step is not None else None
    above = await uow.get(Person, above_id)
    if person.manager_id != above_id:
        person.manager_id = above_id
    if "manager" not in above.roles:
        above.roles = [*above.roles, "manager"]
    company.above[person.id] = above_id
    return True


async def _lead(uow: UnitOfWork, company: _Company) -> None:
    """The first leader of a department leads its team, where nobody does or the one who did leads the department no
    more."""
    for unit in company.units.values():
        leaders = [company.ids[leader] for leader in unit.leaders if leader in company.ids]
        if unit.team_id is None or not leaders:
            continue
        team = await uow.get(Team, unit.team_id)
        if team.lead_id is None or (team.lead_id not in leaders and team.lead_id in company.ids.values()):
            team.lead_id = leaders[0]


async def _company(uow: UnitOfWork, channel: str) -> _Company:
    await uow.flush()
    here = (col(DirectoryMember.channel) == channel, col(DirectoryMember.state) == "here")
    query = select(col(DirectoryMember.userid), col(Person.id), col(Person.manager_id))
    query = query.join(Person, col(Person.id) == col(DirectoryMember.person_id)).where(*here)
    rows = (await uow.session.execute(query.where(col(Person.active), col(Person.gone_at).is_(None)))).all()
    managers = (await uow.session.execute(select(col(Person.id), col(Person.manager_id)))).all()
    units = select(DirectoryUnit).where(col(DirectoryUnit.channel) == channel, col(DirectoryUnit.live))
    return _Company(
        ids={str(userid): int(person_id) for userid, person_id, _ in rows},
        above={int(row[0]): row[1] for row in managers},
        units={unit.unit: unit for unit in (await uow.session.scalars(units)).all()},
    )
