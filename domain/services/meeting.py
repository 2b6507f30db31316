"""A pass over all customers outside: those who were added before genjin was there, or while it was not.

Quiet: nobody is asked, and nothing is written in the messenger, where colleagues may have kept an order of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from domain.actor import Address
from domain.outside import Details, Met
from domain.services import outsiders, people
from domain.tables import Account, Outsider, Person
from domain.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Seen:
    """How many were new, and how many of all are known now who were not before."""

    new: int
    matched: int


async def meet(uow: UnitOfWork, channel: str, page: Sequence[tuple[Met, Sequence[int]]]) -> Seen:
    """Take over what the messenger says of these, each with the customers whom that names. Who has not changed since
    the last pass costs nothing, and who belongs to nobody here is left out."""
    staff = await _staff(uow, channel, {met.userid for met, _ in page})
    known = await _known(uow, channel, {met.external_id for met, _ in page})
    new = matched = 0
    for met, named in page:
        person = staff.get(met.userid)
        row = known.get((met.userid, met.external_id))
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
    return Seen(new, matched)


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
