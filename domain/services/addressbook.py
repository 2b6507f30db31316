"""The company's people and teams, kept in step with a messenger's address book.

What the address book says is compared with what it said the last time, and only a difference is taken over: what an
administrator settled here (a name, a team, a superior) stays until it changes there. Roles are never touched, but that
who leads somebody becomes a manager. Nobody is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlmodel import col

from domain.addressbook import ROOT, Member, Unit
from domain.tables import Account, AuditEntry, DirectoryMember, DirectoryUnit, Person, Team
from domain.uow import UnitOfWork

_NAME, _TITLE = 50, 50
_SHORTEST_MOBILE = 8  # digits


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who works here no more, as the address book has it; `resigned` says that it has him no more at all."""

    person_id: int
    resigned: bool


# -- departments -------------------------------------------------------------------------------------------------------


async def put_units(uow: UnitOfWork, channel: str, units: Sequence[Unit], *, whole: bool) -> None:
    """Departments as they are now, each a team; the whole company is none. `whole`: those that are not named are
    dissolved."""
    known = {row.unit: row for row in await _units(uow, channel)}
    for unit in units:
        await _put_unit(uow, channel, unit, known)
    for unit in units:
        await _place(uow, known[unit.unit], known)
    if whole:
        for row in known.values():
            row.live = row.live and row.unit in {unit.unit for unit in units}
    await uow.flush()


async def drop_unit(uow: UnitOfWork, channel: str, unit: str) -> None:
    """A department that is dissolved; its team stays for what is on record there."""
    for row in await _units(uow, channel):
        if row.unit == unit:
            row.live = False


async def _put_unit(uow: UnitOfWork, channel: str, unit: Unit, known: dict[str, DirectoryUnit]) -> None:
    row = known.get(unit.unit)
    if row is None:
        row = DirectoryUnit(channel=channel, unit=unit.unit, name="", parent=unit.parent)
        row.team_id = await _team_called(uow, unit.name) if unit.parent != ROOT else None
        known[unit.unit] = await uow.add(row)
    elif row.team_id is not None and row.name != unit.name:
        (await uow.lock(Team, row.team_id)).name = unit.name[:_NAME]
    row.name, row.parent, row.live = unit.name[:64], unit.parent, True
    if row.leaders != list(unit.leaders):
        row.leaders = list(unit.leaders)


async def _team_called(uow: UnitOfWork, name: str) -> int:
    """The team of that name which no department has yet, else a new one."""
    taken = select(col(DirectoryUnit.team_id)).where(col(DirectoryUnit.team_id).is_not(None))
    query = select(col(Team.id)).where(col(Team.name) == name[:_NAME], col(Team.gone_at).is_(None))
    found = (await uow.session.scalars(query.where(col(Team.id).not_in(taken)).order_by(col(Team.id)))).first()
    return found if found is not None else (await uow.add(Team(name=name[:_NAME], created_at=uow.now))).id


async def _place(uow: UnitOfWork, row: DirectoryUnit, known: dict[str, DirectoryUnit]) -> None:
    """The team below the team of the department above."""
    above = known.get(row.parent)
    if row.team_id is None or above is None or above.team_id == row.team_id:
        return
    team = await uow.get(Team, row.team_id)
    if team.parent_id != above.team_id:
        team.parent_id = above.team_id


# -- people ------------------------------------------------------------------------------------------------------------


async def put_members(uow: UnitOfWork, channel: str, members: Sequence[Member], *, seen: str = "") -> list[Gone]:
    """Colleagues as they are now; returns those who worked here and do so no more. `seen` names the pass."""
    userids = [member.userid for member in members]
    known = {row.userid: row for row in await _members(uow, channel, userids)}
    people = await _people(uow, channel, userids)
    teams = {row.unit: row.team_id for row in await _units(uow, channel)}
    gone: list[Gone] = []
    for member in members:
        person = people.get(member.userid)
        if person is None:
            if member.state != "here":
                continue
            person = await _hire(uow, channel, member)
        before = known.get(member.userid)
        if before is None:
            before = await uow.add(DirectoryMember(channel=channel, userid=member.userid, person_id=person.id))
            _take_first(person, member, teams.get(member.unit))
        else:
            _take_changes(person, before, member, teams.get(member.unit))
        gone += _presence(person, before, member)
        _remember(before, member)
    await _mark(uow, channel, userids, seen)
    return gone


async def drop_member(uow: UnitOfWork, channel: str, userid: str) -> list[Gone]:
    """Somebody whom the address book has no more."""
    people = await _people(uow, channel, [userid])
    for row in await _members(uow, channel, [userid]):
        row.state = "gone"
    if (person := people.get(userid)) is None or not person.active:
        return []
    return [Gone(person.id, True)]


async def rename(uow: UnitOfWork, channel: str, userid: str, becomes: str) -> None:
    """Another account id for the same colleague, on the messenger and wherever its ids are shared."""
    taken = await _people(uow, channel, [becomes])
    if becomes in taken:
        return
    person = (await _people(uow, channel, [userid])).get(userid)
    if person is None:
        return
    query = select(Account).where(col(Account.person_id) == person.id, col(Account.userid) == userid)
    for account in (await uow.session.scalars(query)).all():
        account.userid = becomes
    for row in await _members(uow, channel, [userid]):
        row.userid = becomes


async def missing(uow: UnitOfWork, channel: str, seen: str) -> tuple[list[str], int]:
    """Who was not met in a pass though he was there before, and how many were there before."""
    there = select(DirectoryMember).join(Person, col(Person.id) == col(DirectoryMember.person_id))
    there = there.where(col(DirectoryMember.channel) == channel, col(Person.active))
    total = (await uow.session.execute(there.with_only_columns(func.count()))).scalar() or 0
    query = there.where(col(DirectoryMember.seen) != seen).order_by(col(DirectoryMember.id))
    found = await uow.session.scalars(query.with_only_columns(col(DirectoryMember.userid)))
    return list(found.all()), total


async def _hire(uow: UnitOfWork, channel: str, member: Member) -> Person:
    """Somebody new; who has no name there goes by his account until he says it. Who sells nothing else sells. Who is
    known from another messenger by his mobile number is no new person."""
    person = await _of_mobile(uow, channel, member.mobile)
    if person is None:
        name = (member.name or member.userid)[:_NAME]
        mobile = member.mobile[:20]
        person = await uow.add(Person(name=name, roles=["sales"], mobile=mobile, created_at=uow.now))
    await uow.add(Account(person_id=person.id, channel=channel, userid=member.userid))
    return person


async def _of_mobile(uow: UnitOfWork, channel: str, mobile: str) -> Person | None:
    """The one colleague with this number who has no account on that messenger; a number that two have tells nothing,
    and neither does one that somebody gave himself."""
    if len(mobile) < _SHORTEST_MOBILE:
        return None
    here = select(col(Account.person_id)).where(col(Account.channel) == channel)
    query = select(Person).where(col(Person.mobile) == mobile, col(Person.active), col(Person.gone_at).is_(None))
    found = (await uow.session.scalars(query.where(col(Person.id).not_in(here)).limit(2))).all()
    return found[0] if len(found) == 1 and not await _says_so_himself(uow, found[0]) else None


async def _says_so_himself(uow: UnitOfWork, person: Person) -> bool:
    """Whether the number is one that he told us: 我的手机改成… would make anybody's account his."""
    query = select(AuditEntry).where(col(AuditEntry.kind) == Person.kind, col(AuditEntry.row_id) == person.id)
    changes = (await uow.session.scalars(query.order_by(col(AuditEntry.id).desc()))).all()
    last = next((entry for entry in changes if "mobile" in entry.changes), None)
    return last is not None and last.person_id == person.id


def _take_first(person: Person, member: Member, team_id: int | None) -> None:
    """Met for the first time: what is on record already counts more."""
    person.title = person.title or member.title[:_TITLE]
    person.team_id = person.team_id or team_id
    _take_name(person, member)


def _take_changes(person: Person, before: DirectoryMember, member: Member, team_id: int | None) -> None:
    if member.name and member.name[:64] != before.name:
        person.name = member.name[:_NAME]
    if member.title[:64] != before.title:
        person.title = member.title[:_TITLE]
    if member.unit != before.unit and team_id is not None:
        person.team_id = team_id


def _take_name(person: Person, member: Member) -> None:
    if member.name and person.name.casefold() == member.userid:
        person.name = member.name[:_NAME]


def _presence(person: Person, before: DirectoryMember, member: Member) -> list[Gone]:
    """Whether he is to leave; who is back works here again."""
    if member.state == "here":
        if before.state != "here":
            person.active = True
        return []
    return [Gone(person.id, member.state == "gone")] if person.active else []


def _remember(row: DirectoryMember, member: Member) -> None:
    said = {
        "name": member.name[:64] or row.name,
        "title": member.title[:64],
        "unit": member.unit,
        "bosses": list(member.bosses),
        "state": member.state,
    }
    for name, value in said.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


async def _mark(uow: UnitOfWork, channel: str, userids: Iterable[str], seen: str) -> None:
    if seen:
        await uow.flush()
        here = (col(DirectoryMember.channel) == channel, col(DirectoryMember.userid).in_(list(userids)))
        await uow.session.execute(update(DirectoryMember).where(*here).values(seen=seen))


async def _units(uow: UnitOfWork, channel: str) -> list[DirectoryUnit]:
    query = select(DirectoryUnit).where(col(DirectoryUnit.channel) == channel).order_by(col(DirectoryUnit.id))
    return list((await uow.session.scalars(query)).all())


async def _members(uow: UnitOfWork, channel: str, userids: Sequence[str]) -> list[DirectoryMember]:
    query = select(DirectoryMember).where(
        col(DirectoryMember.channel) == channel, col(DirectoryMember.userid).in_(userids)
    )
    return list((await uow.session.scalars(query)).all())


async def _people(uow: UnitOfWork, channel: str, userids: Sequence[str]) -> dict[str, Person]:
    query = select(col(Account.userid), Person).join(Person, col(Person.id) == col(Account.person_id))
    query = query.where(
        col(Account.channel) == channel, col(Account.userid).in_(userids), col(Person.gone_at).is_(None)
    )
    return {str(row[0]): row[1] for row in (await uow.session.execute(query)).all()}


async def call(uow: UnitOfWork, person_id: int, name: str) -> bool:
    """Take somebody's name from himself; False where the address book knows it, so that nobody takes another's."""
    query = select(DirectoryMember).where(col(DirectoryMember.person_id) == person_id)
    members = (await uow.session.scalars(query)).all()
    if not members or any(member.name for member in members):
        return False
    person = await uow.lock(Person, person_id)
    person.name = name.strip()[:_NAME]
    return True
