"""A pass over all customers outside: those who were added before genjin was there, and who came or went while it was
not.

Quiet: nobody is asked, and nothing is written in the messenger, where colleagues may have kept an order of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Address
from domain.outside import Details, Met
from domain.services import outsiders, people
from domain.tables import Account, Outsider, Person
from domain.uow import UnitOfWork

MOST = 500  # whom one pass missed and who are looked at one by one; the others by the next


@dataclass(frozen=True, slots=True)
class Seen:
    """How many were new, how many of all are known now who were not before, and the rows of all."""

    new: int = 0
    matched: int = 0
    ids: frozenset[int] = frozenset()

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.new + other.new, self.matched + other.matched, self.ids | other.ids)


async def had(session: AsyncSession, channel: str) -> list[tuple[int, str]]:
    """Who was in contact with whom, as far as we were told: the row, and the colleague's userid."""
    columns = (col(Outsider.id), col(Outsider.userid))
    query = select(*columns).where(col(Outsider.channel) == channel, col(Outsider.state).in_(("added", "half")))
    return [(row[0], row[1]) for row in (await session.execute(query.order_by(col(Outsider.id)))).all()]


def missed(had: Sequence[tuple[int, str]], userids: Sequence[str], seen: Seen) -> list[int]:
    """Those of `had` whom a pass over the lists of `userids` did not find: they were lost while nobody could tell us.
    A list that was not read says nothing of who is in it."""
    read = {userid.casefold() for userid in userids}
    return [row_id for row_id, userid in had if row_id not in seen.ids and userid in read][:MOST]


async def meet(uow: UnitOfWork, channel: str, page: Sequence[tuple[Met, Sequence[int]]]) -> Seen:
    """Take over what the messenger says of these, each with the customers whom that names. Who has not changed since
    the last pass costs nothing, and who belongs to nobody here is left out."""
    staff = await _staff(uow, channel, {met.userid for met, _ in page})
    known = await _known(uow, channel, {met.external_id for met, _ in page})
    new = matched = 0
    ids = set[int]()
    for met, named in page:
        person = staff.get(met.userid)
        row = known.get((met.userid, met.external_id))
        if row is not None:
            ids.add(row.id)
        if person is None or (row is not None and _same(row, met.details)):
            continue
        if row is None:
            row = Outsider(
                channel=channel, external_id=met.external_id, person_id=person, userid=met.userid, added_at=uow.now
            )
            known[met.userid, met.external_id] = row = await uow.add(row)
            new += 1
        before = row.contact_id
        await outsiders.learn(uow, row.id, met.details, named, quiet=True)
        if before is None and row.contact_id is not None:
            matched += 1
            await uow.flush()  # the same person with the next colleague is found by it
    return Seen(new, matched, frozenset(ids))


async def told(uow: UnitOfWork, channel: str, key: str, seen: Seen) -> None:
    """After the first pass the administrators learn how many there are, and what can be done about the others."""
    count = await outsiders.count(uow, channel)
    if not seen.new or seen.new < count:
        return
    text = f"客户联系里的 {seen.new} 位客户都读进来了，{seen.matched} 位对上了档案"
    if seen.matched < seen.new:
        text += "。其余的，同事在企业微信里把备注改成「公司 姓名」就会对上"
    for admin in await people.administrators(uow.session):
        uow.tell(Address.person(admin), "plain.text", key=f"met-{key}-{admin}", text=text)


async def _staff(uow: UnitOfWork, channel: str, userids: set[str]) -> dict[str, int]:
    query = select(col(Account.userid), col(Person.id)).join(Person, col(Account.person_id) == col(Person.id))
    query = query.where(col(Account.channel) == channel, col(Account.userid).in_(userids), col(Person.active))
    return {row[0]: row[1] for row in (await uow.session.execute(query)).all()}


async def _known(uow: UnitOfWork, channel: str, externals: set[str]) -> dict[tuple[str, str], Outsider]:
    query = select(Outsider).where(col(Outsider.channel) == channel, col(Outsider.external_id).in_(externals))
    return {(row.userid, row.external_id): row for row in (await uow.session.scalars(query)).all()}


def _same(row: Outsider, details: Details) -> bool:
    """Whether he is in contact still and the messenger says of him what it said last."""
    said = (row.name, row.company, row.unionid, row.remark, row.level, tuple(row.phones))
    now = (details.name, details.company, details.unionid, details.remark, details.level, details.phones)
    return row.state in ("added", "half") and said == now
