"""Customers: put on record, named, shared; and the people at them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import col

from domain import policy
from domain.actor import Address, Ref
from domain.errors import NotFound
from domain.facts import ATTITUDES, ROLES, Met
from domain.naming import normal, person_core, same_person
from domain.naming.forms import split
from domain.prepared import Prepared
from domain.tables import Contact, Customer, CustomerName, CustomerShare, Opportunity, Outbox
from domain.uow import UnitOfWork

_FORGOTTEN = "forgotten"  # the sort of an alias that was taken back
_NAMING = frozenset({"name", "short_name", "named", "gone_at"})


async def create(
    uow: UnitOfWork,
    name: str,
    *,
    owner_id: int | None,
    named: bool,
    source: str = "",
    region: str = "",
) -> Customer:
    """A new customer, found by its name from the next message on. `named` says that this is its registered name."""
    name = name.strip()[:120]
    customer = await uow.add(
        Customer(
            name=name,
            short_name=_short(name) if named else "",
            named=named,
            owner_id=owner_id,
            source=source[:30],
            region=region[:30],
            created_at=uow.now,
        )
    )
    await sync_names(uow, customer)
    return customer


def looks_registered(name: str) -> bool:
    """Whether this is a registered name (苏州华星精工有限公司) and not just what people call it."""
    return split(name).legal


async def called_already(uow: UnitOfWork, name: str) -> int | None:
    """The customer that has just got this very name, from a colleague who wrote at the same moment; names are held one
    at a time until the unit ends, so that two notes never make one company twice."""
    if uow.session.get_bind().dialect.name == "postgresql":
        await uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(normal(name)))))
    query = select(col(CustomerName.customer_id)).where(col(CustomerName.name) == name.strip(), col(CustomerName.live))
    return (await uow.session.scalars(query)).first()


async def rename(uow: UnitOfWork, customer_id: int, full_name: str) -> Customer:
    """Give a customer its registered name (补全称); what it was called so far stays its short name."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    full_name = full_name.strip()[:120]
    if not customer.named and customer.name != full_name:
        customer.short_name = customer.short_name or customer.name[:60]
    customer.name, customer.named = full_name, True
    customer.short_name = customer.short_name or _short(full_name)
    await sync_names(uow, customer)
    return customer


async def add_alias(uow: UnitOfWork, customer_id: int, alias: str) -> None:
    """Another way to say its name, unless it is called so already."""
    customer = await uow.get(Customer, customer_id)
    alias = alias.strip()[:120]
    for row in await _names(uow, customer.id):
        if normal(row.name) == normal(alias):
            row.sort = "alias" if row.sort == _FORGOTTEN else row.sort
            _set_live(uow, row, live=True)
            return
    await _add_name(uow, customer, alias, "alias")


async def drop_alias(uow: UnitOfWork, customer_id: int, alias: str) -> None:
    """Not a way to say its name any more; what the customer is called on record stays."""
    for row in await _names(uow, customer_id):
        if row.sort == "alias" and normal(row.name) == normal(alias):
            row.sort = _FORGOTTEN
            _set_live(uow, row, live=False)


async def sync_names(uow: UnitOfWork, customer: Customer) -> None:
    """Make the names by which a customer is found say what its row says: none while it is gone, its own else."""
    wanted = {(("full" if customer.named else "short"), customer.name)}
    if customer.short_name and customer.short_name != customer.name:
        wanted.add(("short", customer.short_name))
    here = customer.gone_at is None
    for row in await _names(uow, customer.id):
        own = row.sort in ("full", "short")
        wished = (row.sort, row.name) in wanted if own else row.sort != _FORGOTTEN
        _set_live(uow, row, live=here and wished)
        wanted.discard((row.sort, row.name))
    for sort, name in sorted(wanted):
        await _add_name(uow, customer, name, sort, live=here)


async def follow_names(uow: UnitOfWork) -> None:
    """After an undo or its way back: `sync_names` for every customer whose naming this unit changed."""
    await uow.flush()
    changed = {e["row_id"] for e in uow.audited if e["kind"] == Customer.kind and _NAMING & set(e["changes"])}
    for customer_id in sorted(changed):
        customer = await uow.session.get(Customer, customer_id)
        if customer is not None:
            await sync_names(uow, customer)


_CONTACTS = Prepared(
    select(Contact)
    .where(col(Contact.customer_id) == bindparam("customer"), col(Contact.gone_at).is_(None))
    .order_by(col(Contact.id))
)


async def contacts(uow: UnitOfWork, customer_id: int) -> list[Contact]:
    """The people at a customer."""
    return [row[0] for row in await _CONTACTS.all(uow.session, customer=customer_id)]


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer as a note finds it: held until the unit ends, with its people and what may be sold, newest first."""

    customer: Customer
    contacts: list[Contact]
    opportunities: list[Opportunity]


_STANDING = Prepared(
    select(Customer, Contact, Opportunity)
    .outerjoin(Contact, and_(col(Contact.customer_id) == col(Customer.id), col(Contact.gone_at).is_(None)))
    .outerjoin(
        Opportunity,
        and_(
            col(Opportunity.customer_id) == col(Customer.id),
            col(Opportunity.state) == "open",
            col(Opportunity.gone_at).is_(None),
        ),
    )
    .where(col(Customer.id) == bindparam("customer"), col(Customer.gone_at).is_(None))
    .order_by(col(Contact.id), col(Opportunity.stage_since).desc(), col(Opportunity.id).desc())
    .with_for_update(of=Customer)
    .execution_options(populate_existing=True)
)


async def standing(uow: UnitOfWork, customer_id: int) -> Standing:
    """All that filing a note has to know of its customer, in one statement; raises `NotFound`."""
    await uow.flush()
    rows = await _STANDING.all(uow.session, customer=customer_id)
    if not rows:
        raise NotFound
    contacts = {contact.id: contact for _, contact, _ in rows if contact is not None}
    opportunities = {each.id: each for _, _, each in rows if each is not None}
    return Standing(rows[0][0], list(contacts.values()), list(opportunities.values()))


async def contact(
    uow: UnitOfWork,
    customer_id: int,
    name: str,
    title: str = "",
    phone: str = "",
    *,
    there: list[Contact] | None = None,
) -> Contact:
    """The person at a customer whom this name, title and phone mean, with what is new about him; a new one if none
    fits. `there` are the people at the customer, where they have been read already; a new one joins them."""
    there = await contacts(uow, customer_id) if there is None else there
    name, title, phone = name.strip()[:40], title.strip()[:40], phone.strip()[:30]
    found = _meant(there, name, title, phone)
    if found is None:
        fresh = Contact(customer_id=customer_id, name=name, title=title, mobile=phone, created_at=uow.now)
        there.append(await uow.add(fresh))
        return fresh
    if name and (not found.name or (person_core(name).given and not person_core(found.name).given)):
        found.name = name
        uow.later("outside.renamed", Ref(Contact.kind, found.id), uow.now, key=f"renamed-{found.id}-{name}")
    found.title = found.title or title
    found.mobile = phone or found.mobile
    return found


async def met(uow: UnitOfWork, customer_id: int, said: Met, *, there: list[Contact] | None = None) -> Contact:
    """`contact` for a person of a note, with what it says of him."""
    found = await contact(uow, customer_id, said.name, said.title, said.phone, there=there)
    put_of_person(found, said)
    return found


def put_of_person(row: Contact, said: Met) -> None:
    """What was said last of somebody's part in the decision, his attitude, addresses and birthday."""
    if said.role is not None:
        row.role = ROLES[said.role.text]
    if said.attitude is not None:
        row.attitude = ATTITUDES[said.attitude.text]
    if said.email:
        row.email = said.email[:100]
    if said.wechat:
        row.wechat = said.wechat[:40]
    if (born := said.born) is not None:
        row.birth_day, row.birth_lunar = f"{born.month:02}-{born.day:02}", born.lunar
        if born.year is not None and not born.lunar:
            with suppress(ValueError):  # 29 February of a year that has none
                row.birthday = date(born.year, born.month, born.day)


async def defer(uow: UnitOfWork, customer_id: int, until: date) -> None:
    """Leave a customer off the day's list until that day."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    customer.deferred_until = until


async def share(uow: UnitOfWork, customer_id: int, person_id: int) -> bool:
    """Let a colleague work on a customer; only its owner does that. False where he already may."""
    policy.require(await _own(uow, customer_id))
    if await _shared(uow, customer_id, person_id):
        return False
    await uow.add(CustomerShare(customer_id=customer_id, person_id=person_id, created_at=uow.now))
    return True


async def ask_share(uow: UnitOfWork, customer_id: int, words: str, inbox_id: int = 0, part: int = 0) -> None:
    """Ask the owner of a customer whether the actor may work on it; once a day, and once for each note that waits."""
    customer = await uow.get(Customer, customer_id)
    policy.require(customer.owner_id is not None and bool(uow.actor.roles & policy.SELLING))
    asker = uow.actor.require_person()
    uow.tell(
        Address.person(customer.owner_id or 0),
        "share.request",
        Ref("share", customer_id),
        key=f"share-{customer_id}-{asker}-{uow.now:%Y%m%d}-{inbox_id}-{part}",
        customer=customer_id,
        asker=asker,
        words=words,
        inbox=inbox_id,
        part=part,
    )


async def answer_share(
    uow: UnitOfWork, customer_id: int, asker_id: int, *, grant: bool, inbox_id: int = 0, part: int = 0
) -> datetime | None:
    """The owner's yes or no to what was asked with these words, told to the asker once; `NotFound` where nobody did,
    for a yes has the words of the asker shown. The moment of a no; None where the asker may work on it."""
    if not await _own(uow, customer_id) or not await _was_asked(uow, customer_id, asker_id, inbox_id, part):
        raise NotFound
    if grant and await share(uow, customer_id, asker_id):
        await _tell_asker(uow, customer_id, asker_id, None)
    if await _shared(uow, customer_id, asker_id):
        return None
    query = select(Outbox).where(col(Outbox.key) == _answer_key(uow, customer_id, asker_id, "kept"))
    before = (await uow.session.scalars(query)).first()
    if before is not None:
        return datetime.fromisoformat(before.params["kept_at"])
    await _tell_asker(uow, customer_id, asker_id, uow.now)
    return uow.now


async def _was_asked(uow: UnitOfWork, customer_id: int, asker_id: int, inbox_id: int, part: int) -> bool:
    query = select(col(Outbox.params)).where(
        col(Outbox.subject_kind) == "share", col(Outbox.subject_id) == customer_id, col(Outbox.kind) == "share.request"
    )
    asked = {"asker": asker_id, "inbox": inbox_id, "part": part}
    return any(asked.items() <= params.items() for params in await uow.session.scalars(query))


async def _tell_asker(uow: UnitOfWork, customer_id: int, asker_id: int, kept_at: datetime | None) -> None:
    """The answer as news to the asker, and on the card on which he asked."""
    subject, kept = Ref("share", customer_id), kept_at.isoformat() if kept_at is not None else ""
    await uow.refresh(subject, only=asker_id, kinds=("share.asked",), kept_at=kept)
    key = _answer_key(uow, customer_id, asker_id, "kept" if kept_at else "granted")
    to = Address.person(asker_id)
    uow.tell(to, "share.answer", subject, key=key, customer=customer_id, asker=asker_id, kept_at=kept)


def _answer_key(uow: UnitOfWork, customer_id: int, asker_id: int, verdict: str) -> str:
    return f"share-{verdict}-{customer_id}-{asker_id}-{uow.now:%Y%m%d}"


async def open_deal(uow: UnitOfWork, customer_id: int, product: str, fen: int | None, *, about: bool) -> Opportunity:
    """A new opportunity (建商机), in its first stage."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    return await uow.add(
        Opportunity(
            customer_id=customer.id,
            owner_id=customer.owner_id or uow.actor.person_id,
            product=product[:80],
            amount=fen,
            about=about,
            stage_since=uow.now,
            created_at=uow.now,
        )
    )


async def _own(uow: UnitOfWork, customer_id: int) -> bool:
    customer = await uow.lock(Customer, customer_id)
    return customer.owner_id is not None and customer.owner_id == uow.actor.person_id


async def _shared(uow: UnitOfWork, customer_id: int, person_id: int) -> bool:
    query = select(CustomerShare).where(
        col(CustomerShare.customer_id) == customer_id,
        col(CustomerShare.person_id) == person_id,
        col(CustomerShare.gone_at).is_(None),
    )
    return (await uow.session.scalars(query)).first() is not None


def _short(name: str) -> str:
    """What people will call it: the registered name without place and company form."""
    core = split(name).core
    return core[:60] if len(core) > 1 and core != name else ""


def _meant(rows: list[Contact], name: str, title: str, phone: str) -> Contact | None:
    if phone and (same := next((r for r in rows if r.mobile == phone), None)):
        return same
    if exact := next((r for r in rows if name and r.name == name), None):
        return exact
    mention = name if person_core(name).given or not title or title in name else name + title
    fitting = [r for r in rows if name and same_person(mention, r.name, r.title or None)]
    return next((r for r in fitting if not (phone and r.mobile and r.mobile != phone)), None)


async def _names(uow: UnitOfWork, customer_id: int) -> list[CustomerName]:
    await uow.flush()
    query = select(CustomerName).where(col(CustomerName.customer_id) == customer_id).order_by(col(CustomerName.id))
    return list((await uow.session.scalars(query)).all())


async def _add_name(uow: UnitOfWork, customer: Customer, name: str, sort: str, *, live: bool = True) -> None:
    place = customer.region or next(iter(split(name).places), "")
    uow.touched.add("names")
    await uow.add(
        CustomerName(customer_id=customer.id, name=name, sort=sort, place=place[:30], live=live, changed_at=uow.now)
    )


def _set_live(uow: UnitOfWork, row: CustomerName, *, live: bool) -> None:
    if row.live != live:
        uow.touched.add("names")
        row.live, row.changed_at = live, uow.now
