"""Whom a wording means: a customer by name, a person at a customer by how he is called, a phone by its digits.

That a customer is on record and whose it is may be said to everybody who sells; what is in the record may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Row, Select, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.names import Names
from domain.naming import Reason, begins_with, is_whole_name, person_core, same_person
from domain.naming.decide import SURE
from domain.prepared import Prepared
from domain.services import people
from domain.tables import Contact, Customer, Person

_MARGIN = 0.015
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A customer to offer. `name` is what it is called, `full` its name on record, `owner` a colleague's name."""

    customer_id: int
    name: str
    full: str
    owner_id: int | None
    owner: str
    visible: bool
    region: str = ""


@dataclass(frozen=True, slots=True)
class One:
    """Exactly this customer, which the actor may see."""

    customer_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Exactly this customer, which is a colleague's: nothing but its name and his may be said."""

    customer_id: int
    name: str
    owner_id: int
    owner: str


@dataclass(frozen=True, slots=True)
class Several:
    """Two or more fit equally well; the actor's own stand first."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """None of this name, but these are alike; best first."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Neither this name nor one that is alike."""


Resolved: TypeAlias = One | Colleague | Several | Alike | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHit:
    """A contact whom a mention may mean, at a customer that the actor may see. `owner` is that customer's owner."""

    contact_id: int
    name: str
    title: str
    customer_id: int
    customer: str
    owner_id: int | None
    owner: str


# What may be asked of a contact.
Kept: TypeAlias = Literal["mobile", "wechat", "email", "birthday"]


async def kept(session: AsyncSession, actor: Actor, contact_id: int, what: Kept) -> str | None:
    """What is on record of a contact, empty where nothing is; None where it is not for this actor to read in full."""
    query = select(Contact, Customer).join(Customer, col(Contact.customer_id) == col(Customer.id))
    row = (await session.execute(query.where(col(Contact.id) == contact_id, policy.rows(actor, Customer)))).first()
    if row is None or not policy.sees_contacts(actor, row[1]):
        return None
    if what == "birthday":
        return _born(row[0])
    said: str = getattr(row[0], what)
    return said


def _born(contact: Contact) -> str:
    month, _, day = contact.birth_day.partition("-")
    lunar = "农历" if contact.birth_lunar else ""
    return f"{lunar}{int(month)}月{int(day)}日" if day else ""


async def resolve(session: AsyncSession, actor: Actor, names: Names, wording: str) -> Resolved:
    """The customer that a wording means to this actor; `NotFound` for those who may not know who is on record."""
    if actor.audience == "person" and not actor.roles & policy.SELLING:
        raise NotFound
    found = names.find(wording)
    if not found.candidates:
        return Nothing()
    scores = {int(i): score for i, score, _ in found.candidates}
    options = await by_ids(session, actor, list(scores) if found.match is None else [int(found.match)])
    if found.match is not None:
        said = {int(i): reason for i, _, reason in found.candidates}
        return next((_sure(o, said[o.customer_id]) for o in options if o.customer_id == found.match), Nothing())
    best = max((scores[o.customer_id] for o in options), default=0.0)
    near = [o for o in options if scores[o.customer_id] > best - _MARGIN]
    if best < SURE:
        return Alike(tuple(options)) if options else Nothing()
    own = [o for o in near if o.owner_id == actor.person_id]
    if len(near) == 1 or len(own) == 1:
        return _only((own or near)[0])
    return Several(tuple(sorted(near, key=lambda o: o.owner_id != actor.person_id)))


async def may_mean(session: AsyncSession, actor: Actor, names: Names, wording: str) -> int | None:
    """The customer that a wording means, where it is one and the actor may see it; None in every other case, also for
    those who may not know who is on record: their to-dos are words."""
    if actor.audience == "person" and not actor.roles & policy.SELLING:
        return None
    found = await resolve(session, actor, names, wording)
    return found.customer_id if isinstance(found, One) else None


async def people_called(
    session: AsyncSession, actor: Actor, mention: str, customer_id: int | None = None
) -> list[ContactHit]:
    """The contacts whom 张总 may mean, those whose customer was contacted last first.

    A salesperson's own customers come before all others; where one of his own has such a contact, others are left out.
    """
    query = _contacts(actor).where(col(Contact.active).is_(True))
    if customer_id is not None:
        query = query.where(col(Customer.id) == customer_id)
    core = person_core(mention)
    if core.surname and not core.given:
        query = query.where(col(Contact.name).startswith(core.surname, autoescape=True))
    elif core.surname:
        query = query.where(func.substr(col(Contact.name), 1, 1).in_(begins_with(core.surname)))
    rows = (await session.execute(query)).all()
    found = [row for row in rows if same_person(mention, row.name, row.title or None)]
    own = [row for row in found if row.owner_id == actor.person_id]
    return await _hits(session, own or found)


async def people_in(session: AsyncSession, actor: Actor, text: str) -> list[ContactHit]:
    """The contacts at the actor's own customers whose whole name, family name and given name, stands in a text."""
    query = _contacts(actor).where(col(Contact.active).is_(True), col(Customer.owner_id) == actor.person_id)
    query = query.where(literal(text).contains(col(Contact.name)))
    return await _hits(session, [row for row in (await session.execute(query)).all() if is_whole_name(row.name)])


async def people_at(session: AsyncSession, actor: Actor, customer_id: int) -> list[ContactHit]:
    """The people at a customer that the actor may see."""
    query = _contacts(actor).where(col(Contact.active).is_(True), col(Customer.id) == customer_id)
    return await _hits(session, (await session.execute(query.order_by(col(Contact.id)))).all())


async def by_phone(session: AsyncSession, actor: Actor, digits: str) -> list[ContactHit]:
    """The contacts with this phone at customers that the actor may see in full."""
    return await _hits(
        session, (await session.execute(_contacts(actor).where(col(Contact.mobile) == digits[:30]))).all()
    )


def _contacts(actor: Actor) -> Select[Any]:
    """What a `ContactHit` is made of, and no more: whoever leads a large company sees all of its contacts, among whom
    a name is looked for."""
    columns: tuple[Any, ...] = (
        col(Contact.id).label("contact_id"),
        col(Contact.name),
        col(Contact.title),
        col(Customer.id).label("customer_id"),
        func.coalesce(func.nullif(col(Customer.short_name), ""), col(Customer.name)).label("customer"),
        col(Customer.owner_id),
        col(Customer.last_contact_at),
    )
    query = select(*columns).join(Customer, col(Contact.customer_id) == col(Customer.id))
    return query.where(policy.rows(actor, Customer), col(Contact.gone_at).is_(None))


async def by_ids(session: AsyncSession, actor: Actor, ids: Sequence[int]) -> list[Option]:
    """Customers to offer, in this order; those that are gone are left out."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) == 1:
        rows = await _OFFERED_ONE.all(session, id=wanted[0])
    else:
        rows = [tuple(row) for row in (await session.execute(_OFFERED, {"ids": wanted})).all()]
    found = {row[0].id: row for row in rows}
    return [_option(actor, *found[i]) for i in wanted if i in found]


_ON_RECORD = (
    select(Customer, col(Person.name))
    .outerjoin(Person, col(Person.id) == col(Customer.owner_id))
    .where(col(Customer.gone_at).is_(None))
)
_OFFERED = _ON_RECORD.where(col(Customer.id).in_(bindparam("ids", expanding=True)))
_OFFERED_ONE = Prepared(_ON_RECORD.where(col(Customer.id) == bindparam("id")))


async def option(session: AsyncSession, actor: Actor, customer_id: int) -> Option:
    """One customer as it may be named to the actor; `NotFound` where it is gone, or where he sells nothing."""
    found = await by_ids(session, actor, [customer_id])
    if not found or (actor.audience == "person" and not actor.roles & policy.SELLING):
        raise NotFound
    return found[0]


def _option(actor: Actor, row: Customer, owner: str | None) -> Option:
    return Option(
        customer_id=row.id,
        name=row.short_name or row.name,
        full=row.name,
        owner_id=row.owner_id,
        owner=owner or "",
        visible=policy.may_see(actor, row),
        region=row.region,
    )


def _sure(option: Option, reason: Reason) -> One | Colleague | Alike:
    """A name that a colleague's customer does not quite have may be another company's: that is asked."""
    only = _only(option)
    return Alike((option,)) if isinstance(only, Colleague) and reason != "name" else only


def _only(option: Option) -> One | Colleague:
    if option.visible or option.owner_id is None:
        return One(option.customer_id, option.name)
    return Colleague(option.customer_id, option.name, option.owner_id, option.owner)


async def _hits(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[ContactHit]:
    owners = await people.names(session, {row.owner_id for row in rows if row.owner_id is not None})
    last = sorted(rows, key=lambda row: (row.last_contact_at or _LONG_AGO, row.contact_id), reverse=True)
    return [
        ContactHit(
            contact_id=row.contact_id,
            name=row.name,
            title=row.title,
            customer_id=row.customer_id,
            customer=row.customer,
            owner_id=row.owner_id,
            owner=owners[row.owner_id].name if row.owner_id in owners else "",
        )
        for row in last
    ]
