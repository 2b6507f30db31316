"""Who is who: from a messenger's account to the actor that policy judges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.gathered import gathered
from domain.prepared import Prepared
from domain.tables import Account, CustomerShare, Person, Team
from domain.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """A person as he is addressed: `called` is 小林 or 周总, as colleagues say it. `active`: he works here."""

    id: int
    name: str
    title: str
    roles: frozenset[str]
    team_id: int | None
    manager_id: int | None
    new: bool
    active: bool = True

    @property
    def called(self) -> str:
        """Nobody calls his boss 小周: who leads has a rank, though no title is on record."""
        return called(self.name, self.title or ("经理" if "manager" in self.roles else ""))


def called(name: str, title: str) -> str:
    """How colleagues call somebody: by surname and rank where there is one, else 小林, as long as the name is
    Chinese."""
    if not name or not "\u4e00" <= name[0] <= "\u9fff":
        return name
    for rank, form in (("总监", "总"), ("总经理", "总"), ("经理", "总"), ("主管", "总"), ("工程师", "工")):
        if rank in title:
            return name[0] + form
    return f"小{name[0]}" if len(name) <= 3 else name


async def by_account(session: AsyncSession, channel: str, userid: str) -> tuple[Person, Account] | None:
    """The active person behind an account. The terminal has no accounts of its own: there any account's id will do."""
    query = select(Person, Account).join(Account, col(Account.person_id) == col(Person.id))
    query = query.where(col(Account.userid).in_(spellings(userid)), col(Person.gone_at).is_(None))
    if channel != "terminal":
        query = query.where(col(Account.channel) == channel)
    found = (await session.execute(query.limit(1))).first()
    return None if found is None or not found[0].active else (found[0], found[1])


def spellings(userid: str) -> tuple[str, str]:
    """How an account may be on record: as it is spelt, where its messenger minds the case, else case-folded."""
    return userid, userid.casefold()


def directory_of(channel: str) -> str:
    """The channel whose account ids this one shares: what stands before the dot, as in `wecom.robot`."""
    return channel.partition(".")[0]


async def join(session: AsyncSession, channel: str, userid: str) -> bool:
    """Give whom the channel's directory knows an account on the channel itself; False for a stranger there too."""
    found = await by_account(session, directory_of(channel), userid)
    if found is None:
        return False
    session.add(Account(person_id=found[0].id, channel=channel, userid=userid.casefold()))
    await session.flush()
    return True


async def actor(session: AsyncSession, person: Person, shared: Iterable[int]) -> Actor:
    """The actor for a person, with everybody below him; `shared` are the customers that he may work on beside his."""
    people = {person.id}
    if "manager" in person.roles:
        people |= await below(session, person.id)
    return Actor(
        person_id=person.id,
        name=person.name,
        roles=frozenset(person.roles),
        teams=frozenset({person.team_id} if person.team_id else ()),
        people=frozenset(people),
        shared=frozenset(shared),
    )


def shared_with() -> ColumnElement[Any]:
    """The customers that are shared with the person whom a query reads."""
    query = select(gathered(col(CustomerShare.customer_id))).where(
        col(CustomerShare.person_id) == col(Person.id), col(CustomerShare.gone_at).is_(None)
    )
    return query.correlate(Person).scalar_subquery()


_PERSON = Prepared(select(Person, shared_with()).where(col(Person.id) == bindparam("person")))


async def actor_of(session: AsyncSession, person_id: int) -> Actor:
    """The actor for somebody, who may do nothing where he is not on record."""
    found = await _PERSON.first(session, person=person_id)
    return Actor(person_id=person_id) if found is None else await actor(session, found[0], found[1] or ())


async def viewer(session: AsyncSession, person_id: int) -> Actor | None:
    """As whom somebody is shown something; None for one who has left."""
    found = await _PERSON.first(session, person=person_id)
    if found is None or not found[0].active or found[0].gone_at is not None:
        return None
    return await actor(session, found[0], found[1] or ())


async def below(session: AsyncSession, person_id: int) -> set[int]:
    """Everybody whose superior, at any distance, is this person."""
    tree = select(col(Person.id)).where(col(Person.manager_id) == person_id).cte("tree", recursive=True)
    tree = tree.union(select(col(Person.id)).join(tree, col(Person.manager_id) == tree.c.id))
    return set((await session.execute(select(tree.c.id))).scalars())


def group(team: Team) -> Actor:
    """Stands for everybody in the team's group at once: it has no records of its own to show."""
    return Actor(person_id=None, name=team.name, teams=frozenset({team.id}), audience="group")


def known(person: Person) -> Known:
    return Known(
        person.id,
        person.name,
        person.title,
        frozenset(person.roles),
        person.team_id,
        person.manager_id,
        person.greeted_at is None,
        person.active,
    )


async def names(session: AsyncSession, ids: set[int]) -> dict[int, Known]:
    """The people with these ids, for naming them on cards."""
    if not ids:
        return {}
    query = select(Person).where(col(Person.id).in_(ids))
    return {p.id: known(p) for p in (await session.execute(query)).scalars()}


async def accounts(session: AsyncSession, person_id: int) -> tuple[tuple[str, str], ...]:
    """Where a person is known: the directory of each messenger, and his account in it."""
    query = select(Account).where(col(Account.person_id) == person_id).order_by(col(Account.id))
    found = (await session.scalars(query)).all()
    return tuple({directory_of(each.channel): each.userid for each in found}.items())


async def with_role(session: AsyncSession, role: str) -> list[Person]:
    """Everybody who works here in this role, who came first first; only they are read of a company of thousands."""
    told = cast(col(Person.roles), String).contains(f'"{role}"')
    query = select(Person).where(col(Person.active), col(Person.gone_at).is_(None), told).order_by(col(Person.id))
    return [person for person in (await session.scalars(query)).all() if role in person.roles]


async def administrator(session: AsyncSession) -> Known | None:
    """Whom to send people to who are not in the directory."""
    return next(map(known, await with_role(session, "admin")), None)


async def administrators(session: AsyncSession) -> list[int]:
    """Everybody who administers genjin."""
    return [person.id for person in await with_role(session, "admin")]


async def above(session: AsyncSession, person_id: int) -> Person | None:
    """The nearest superior who works here, else who leads the team, else an administrator; None for nobody."""
    person = await session.get(Person, person_id)
    step, met = person, {person_id}
    while step is not None and step.manager_id is not None and step.manager_id not in met:
        met.add(step.manager_id)
        step = await session.get(Person, step.manager_id)
        if step is not None and step.active and step.gone_at is None:
            return step
    team = await session.get(Team, person.team_id) if person is not None and person.team_id else None
    others = [team.lead_id] if team is not None and team.lead_id not in (None, person_id) else []
    for other in (*others, *(await administrators(session))):
        found = await session.get(Person, other)
        if found is not None and found.active and found.gone_at is None and found.id != person_id:
            return found
    return None


async def greet(uow: UnitOfWork, person_id: int) -> bool:
    """True once in a person's life: now is when genjin introduces itself."""
    person = await uow.lock(Person, person_id)
    if person.greeted_at is not None:
        return False
    person.greeted_at = uow.now
    return True
