"""One person on two messengers, by a code that he is told on one and says on the other; never by his name.

A code is good once, for ten minutes. It is kept as a job that is due when it ends, so that nothing else has to tidy up.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from domain.actor import Ref
from domain.errors import Refused
from domain.services import people
from domain.tables import Account, Customer, DirectoryMember, Due, Person
from domain.uow import UnitOfWork

LIFE = timedelta(minutes=10)
OVER = "bind.over"  # the job with which a code ends
_DIGITS = 6


class NoSuchCode(Refused):
    """Wrong, used, or too old: one text for all three."""

    said = "这个绑定码不对或过期了，回到原来那边再说一次「绑定」"


class HasRecords(Refused):
    """The account belongs to somebody who has customers of his own here."""

    said = "这个账号名下已经有客户了，让管理员先把客户转走再绑"


async def offer(uow: UnitOfWork, person_id: int) -> str:
    """A new code for this person; one that he had before is good no more."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    subject = Ref("person", person_id)
    await uow.call_off(subject, OVER)
    salt = secrets.token_hex(8)
    uow.later(OVER, subject, uow.now + LIFE, key=f"bind-{salt}", salt=salt, code=_digest(salt, code))
    return code


async def take(uow: UnitOfWork, code: str, channel: str, userid: str) -> people.Known:
    """Whoever says the code there is the person who was told it. Raises `NoSuchCode`, `HasRecords`."""
    person = await uow.lock(Person, await _whose(uow, code))
    taken = select(Account).where(col(Account.person_id) == person.id, col(Account.channel) == channel)
    if (await uow.session.scalars(taken)).first() is not None or not person.active:
        raise NoSuchCode
    known = await people.by_account(uow.session, channel, userid)
    if known is None:
        await uow.add(Account(person_id=person.id, channel=channel, userid=userid, used_at=uow.now))
    else:
        await _become(uow, *known, person)
    await uow.call_off(Ref("person", person.id), OVER)
    return people.known(person)


async def _whose(uow: UnitOfWork, code: str) -> int:
    query = select(Due).where(col(Due.kind) == OVER, col(Due.state) == "waiting", col(Due.due_at) > uow.now)
    for row in (await uow.session.scalars(query)).all():
        if secrets.compare_digest(str(row.params["code"]), _digest(str(row.params["salt"]), code)):
            return row.subject_id
    raise NoSuchCode


async def _become(uow: UnitOfWork, other: Person, account: Account, person: Person) -> None:
    """Whom the address book took for somebody new is this person; what stood for him goes."""
    owns = select(col(Customer.id)).where(col(Customer.owner_id) == other.id, col(Customer.gone_at).is_(None)).limit(1)
    if (await uow.session.scalars(owns)).first() is not None:
        raise HasRecords
    there = await uow.lock(Account, account.id)
    there.person_id = person.id
    here = (col(DirectoryMember.channel) == account.channel, col(DirectoryMember.userid) == account.userid)
    await uow.session.execute(update(DirectoryMember).where(*here).values(person_id=person.id))
    gone = await uow.lock(Person, other.id)
    gone.active, gone.gone_at = False, uow.now


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt} {code}".encode()).hexdigest()
