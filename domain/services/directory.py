"""The company's people: put on record or changed from a list, and who administers genjin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import func, select
from sqlmodel import col

from domain.errors import NotFound, Refused
from domain.services import people
from domain.tables import Account, Person, Team
from domain.uow import UnitOfWork

CHANNEL = "wecom"  # whose accounts a list has, unless it says otherwise
Outcome: TypeAlias = Literal["created", "updated", "unchanged"]


class NobodyThere(NotFound):
    """No person has the account."""


class Circle(Refused):
    """Somebody would, over others, be his own superior."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person of a list. What is None is left as it is on record; `roles` are keys such as sales or manager."""

    userid: str
    name: str
    team: str | None = None
    title: str | None = None
    mobile: str | None = None
    roles: tuple[str, ...] | None = None


async def put(uow: UnitOfWork, entry: Entry, channel: str = CHANNEL) -> Outcome:
    """Put a person with his account on a messenger and his team on record, or bring him up to date; who sells nothing
    else sells."""
    team_id = await _team(uow, entry.team) if entry.team else None
    person = await _person(uow, entry.userid)
    if person is None:
        person = await uow.add(Person(name=entry.name[:50], roles=list(entry.roles or ("sales",)), created_at=uow.now))
        userid = entry.userid.casefold() if channel == CHANNEL else entry.userid
        await uow.add(Account(person_id=person.id, channel=channel, userid=userid))
        _assign(person, entry, team_id)
        return "created"
    return "updated" if _assign(person, entry, team_id) else "unchanged"


async def set_superior(uow: UnitOfWork, userid: str, superior: str | None) -> bool:
    """Whom a person reports to; True if that is new. The superior becomes a manager, and leads a team without a lead.

    Raises `NobodyThere` for an unknown account, `Circle` where the superior reports to the person.
    """
    person = await _known(uow, userid)
    above = await _known(uow, superior) if superior else None
    if above is not None and above.id in {person.id} | await people.below(uow.session, person.id):
        raise Circle
    changed = person.manager_id != (above.id if above else None)
    person.manager_id = above.id if above else None
    if above is not None:
        if "manager" not in above.roles:
            above.roles = [*above.roles, "manager"]
        await _lead(uow, person, above)
    await uow.flush()
    return changed


async def make_admin(uow: UnitOfWork, userid: str) -> tuple[str, bool]:
    """Give somebody the administrator's role; his name, and whether he got it just now. Raises `NobodyThere`."""
    person = await _known(uow, userid)
    if "admin" in person.roles:
        return person.name, False
    person.roles = [*person.roles, "admin"]
    return person.name, True


async def _lead(uow: UnitOfWork, person: Person, above: Person) -> None:
    if person.team_id is None or person.team_id != above.team_id:
        return
    team = await uow.lock(Team, person.team_id)
    if team.lead_id is None:
        team.lead_id = above.id


async def _known(uow: UnitOfWork, userid: str) -> Person:
    person = await _person(uow, userid)
    if person is None:
        raise NobodyThere
    return person


async def _person(uow: UnitOfWork, userid: str) -> Person | None:
    query = select(Person).join(Account, col(Account.person_id) == col(Person.id))
    query = query.where(func.lower(col(Account.userid)) == userid.casefold(), col(Person.gone_at).is_(None))
    return (await uow.session.scalars(query.order_by(col(Account.channel) != CHANNEL, col(Person.id)))).first()


async def _team(uow: UnitOfWork, name: str) -> int:
    query = select(Team).where(col(Team.name) == name[:50], col(Team.gone_at).is_(None)).order_by(col(Team.id))
    team = (await uow.session.scalars(query)).first()
    return team.id if team is not None else (await uow.add(Team(name=name[:50], created_at=uow.now))).id


def _assign(person: Person, entry: Entry, team_id: int | None) -> bool:
    """Take over what the entry says; True if anything changed. Roles that came otherwise stay."""
    wanted = {
        "name": entry.name[:50],
        "title": entry.title[:50] if entry.title is not None else None,
        "team_id": team_id,
        "mobile": entry.mobile[:20] if entry.mobile is not None else None,
        "roles": _roles(person.roles, entry.roles),
        "active": True,
    }
    changes = {key: value for key, value in wanted.items() if value is not None and value != getattr(person, key)}
    for key, value in changes.items():
        setattr(person, key, value)
    return bool(changes)


def _roles(now: list[str], said: tuple[str, ...] | None) -> list[str] | None:
    """The roles that the list names; an administrator stays one, so that nobody locks himself out."""
    if said is None:
        return None
    kept = [role for role in now if role == "admin" and role not in said]
    roles = [*said, *kept]
    return None if set(roles) == set(now) else roles
