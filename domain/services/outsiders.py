"""Customers outside whom colleagues have added in the messenger: who each is on record, and what happened to him.

Phone, the same person with a colleague, and a remark that names a customer tell who it is; else the colleague is asked
once. What is only likely is never taken for sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from domain import policy
from domain.actor import JSON, Actor, Address, Ref
from domain.errors import NotFound
from domain.outside import Details
from domain.services import customers, people, threads
from domain.services.people import known
from domain.tables import Account, Contact, Customer, Outsider, Person
from domain.uow import UnitOfWork

WHOSE, MATCHED, QUESTION = "outside.whose", "outside.matched", "outside.whose"
SAID = frozenset({"level", "name", "short_name"})  # what of a customer remarks and tags say
LEVELS = ("A", "B", "C")
UNDONE_WITHIN = timedelta(minutes=10)
_APART = " -—_·/|，,、:："


# -- what happened -----------------------------------------------------------------------------------------------------


async def added(uow: UnitOfWork, channel: str, userid: str, external: str, *, half: bool) -> Outsider | None:
    """A colleague and somebody outside are in contact; None where the colleague is nobody here."""
    query = select(Person).join(Account, col(Account.person_id) == col(Person.id))
    query = query.where(col(Account.channel) == channel, col(Account.userid) == userid, col(Person.active))
    person = (await uow.session.scalars(query)).first()
    if person is None or not external:
        return None
    row = await find(uow, channel, userid, external)
    if row is None:
        new = Outsider(channel=channel, external_id=external, person_id=person.id, userid=userid, added_at=uow.now)
        row = await uow.add(new)
    row.state = "half" if half else "added"
    return row


async def find(uow: UnitOfWork, channel: str, userid: str, external: str) -> Outsider | None:
    """What is known of a colleague's contact."""
    query = select(Outsider).where(
        col(Outsider.channel) == channel, col(Outsider.external_id) == external, col(Outsider.userid) == userid
    )
    return (await uow.session.scalars(query)).first()


async def count(uow: UnitOfWork, channel: str) -> int:
    """How many customers of colleagues are known at all."""
    query = select(func.count()).select_from(Outsider).where(col(Outsider.channel) == channel)
    return (await uow.session.execute(query)).scalar() or 0


async def handed(uow: UnitOfWork, channel: str, external: str) -> Outsider | None:
    """What is known of somebody whom a colleague passed on."""
    query = select(Outsider).where(
        col(Outsider.channel) == channel, col(Outsider.external_id) == external, col(Outsider.state) == "passed"
    )
    return (await uow.session.scalars(query.order_by(col(Outsider.id).desc()))).first()


def look(uow: UnitOfWork, outsider_id: int, key: str, *, at: datetime | None = None, **about: JSON) -> None:
    """Have the messenger asked what it says of him, now or at that moment."""
    ref, key = Ref("outsider", outsider_id), f"outside-look-{outsider_id}-{key}"
    uow.later("outside.look", ref, at or uow.now, key=key, **about)


async def dropped(uow: UnitOfWork, row: Outsider, *, passed: bool) -> None:
    """The colleague deleted the customer: his superior learns it, unless he was passed on."""
    row.state = "passed" if passed else "dropped"
    above = await people.above(uow.session, row.person_id)
    if passed or above is None:
        return
    who = await _called(uow, row.person_id)
    uow.tell(Address.person(above.id), "plain.text", text=f"{who}删了客户的微信：{await _about(uow, row)}")


async def lost(uow: UnitOfWork, row: Outsider) -> None:
    """The customer deleted the colleague: he learns it, with the owner, and of an A customer the superior."""
    about = await _about(uow, row)
    await _parted(uow, row, f"{about}把你的微信删了，要不要打个电话问问？", f"{about}把{{who}}的微信删了")


async def vanished(uow: UnitOfWork, outsider_id: int) -> None:
    """The two are in contact no more, and nobody told us who deleted whom: the colleague learns it like `lost`."""
    row = await _locked(uow, outsider_id)
    if row.state in ("added", "half"):
        about = await _about(uow, row)
        mine = f"{about}已经不在你的微信客户里了，要不要打个电话问问？"
        await _parted(uow, row, mine, f"{about}已经不在{{who}}的微信客户里了")


async def _parted(uow: UnitOfWork, row: Outsider, mine: str, telling: str) -> None:
    """Tell who had him, the owner, and of an A customer the superior; {who} is who had him."""
    row.state = "lost"
    uow.tell(Address.person(row.person_id), "plain.text", text=mine)
    customer = await uow.session.get(Customer, row.customer_id) if row.customer_id else None
    others = {customer.owner_id} if customer is not None else set()
    if customer is not None and customer.level == "A" and (above := await people.above(uow.session, row.person_id)):
        others.add(above.id)
    who = await _called(uow, row.person_id)
    for person_id in sorted(each for each in others if each is not None and each != row.person_id):
        uow.tell(Address.person(person_id), "plain.text", text=telling.replace("{who}", who))


async def refused(uow: UnitOfWork, row: Outsider, reason: str) -> None:
    """He could not be passed on: who has the customer now learns it, and the superior of who had him."""
    why = {"refused": "对方没同意", "full": "接手人的客户数满了"}.get(reason, "没转成")
    text = f"{await _about(uow, row)}的微信没转过来：{why}"
    above = await people.above(uow.session, row.person_id)
    customer = await uow.session.get(Customer, row.customer_id) if row.customer_id else None
    told = {above.id if above else None, customer.owner_id if customer else None}
    for person_id in sorted(each for each in told if each is not None):
        if (person := await uow.session.get(Person, person_id)) is not None and person.active:
            uow.tell(Address.person(person_id), "plain.text", text=text)


# -- who it is ---------------------------------------------------------------------------------------------------------


async def learn(
    uow: UnitOfWork, outsider_id: int, details: Details, named: Sequence[int], *, quiet: bool = False
) -> None:
    """Take over what the messenger says of him, and find out who he is; `named` are the customers whom the remark or
    his company name may mean. `quiet`: nobody is asked, nothing is said, here or there."""
    row = await _locked(uow, outsider_id)
    before = row.level
    if quiet and row.state not in ("added", "half"):
        row.state = "added"  # he came back while nobody told us
    _remember(row, details)
    if row.contact_id is not None:
        await _keep_up(uow, row, details, before)
        return
    actor = await people.actor_of(uow.session, row.person_id)
    found = await _who(uow, row, details, named, actor)
    if found is not None:
        await link(uow, row, found, told=not quiet, written=not quiet)
    elif not quiet and row.asked_at is None:
        row.asked_at = uow.now
        uow.tell(Address.person(row.person_id), WHOSE, Ref("outsider", row.id), outsider=row.id)
        await threads.ask(uow, row.person_id, QUESTION, outsider=row.id)


async def place(uow: UnitOfWork, outsider_id: int, customer_id: int) -> Contact:
    """The colleague said where he belongs."""
    row = await _mine(uow, outsider_id)
    customer = await uow.get(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    contact = await customers.contact(uow, customer_id, _name(row, customer), phone=_phone(row))
    await link(uow, row, contact, told=False)
    return contact


async def leave_be(uow: UnitOfWork, outsider_id: int) -> None:
    """He is nobody's business: not asked again."""
    row = await _mine(uow, outsider_id)
    row.asked_at = row.asked_at or uow.now


async def link(uow: UnitOfWork, row: Outsider, contact: Contact, *, told: bool, written: bool = True) -> None:
    """From now on it is clear who he is; where `written`, remark and tag there follow."""
    row.contact_id, row.customer_id = contact.id, contact.customer_id
    contact.mobile = contact.mobile or _phone(row)
    customer = await uow.lock(Customer, contact.customer_id)
    actor = await people.actor_of(uow.session, row.person_id)
    mine = policy.may_write(actor, customer)
    if row.level in LEVELS and customer.level == "C" and mine:
        customer.level = row.level
    if written:
        write(uow, row, uow.change_set)
    if not told:
        return
    name = customer.short_name or customer.name
    to, called = Address.person(row.person_id), row.remark or row.name
    if mine:
        uow.tell(to, MATCHED, Ref("outsider", row.id), outsider=row.id, called=called)
        return
    owner = await _called(uow, customer.owner_id) if customer.owner_id else "公海"
    uow.tell(to, "plain.text", text=f"刚加的「{called}」是{name}的人，{owner}在跟")


# -- what the messenger should say -------------------------------------------------------------------------------------


def write(uow: UnitOfWork, row: Outsider, key: str) -> None:
    """Have remark and tag there brought up to date."""
    uow.later("outside.write", Ref("outsider", row.id), uow.now, key=f"outside-write-{row.id}-{key[:24]}")


async def written(uow: UnitOfWork, outsider_id: int, remark: str, level: str, *, there: bool) -> None:
    """The messenger says so now; or the two are in contact no more."""
    row = await _locked(uow, outsider_id)
    if not there:
        row.state = "lost"
        return
    row.remark, row.level = remark or row.remark, level or row.level


async def passed(uow: UnitOfWork, person_id: int, external_ids: Sequence[str], refused: int) -> None:
    """Who was passed on; where some could not be, the superior of who has left learns how many."""
    query = select(Outsider).where(col(Outsider.person_id) == person_id, col(Outsider.external_id).in_(external_ids))
    for row in (await uow.session.scalars(query)).all():
        row.state = "passed"
    above = await people.above(uow.session, person_id)
    if refused and above is not None:
        who = await _called(uow, person_id)
        text = f"{who}有 {refused} 位客户的微信没转成，在企业微信后台「离职继承」里看看"
        uow.tell(Address.person(above.id), "plain.text", text=text)


async def follow(uow: UnitOfWork, customer_id: int) -> None:
    """Something of a customer changed that remarks and tags say."""
    query = select(Outsider).where(col(Outsider.customer_id) == customer_id, col(Outsider.state) == "added")
    for row in (await uow.session.scalars(query)).all():
        write(uow, row, uow.change_set)


async def follow_changes(uow: UnitOfWork) -> None:
    """The same for every customer and contact of whom this unit changed what remarks and tags say, as an undo does."""
    changed = {e["row_id"] for e in uow.audited if e["kind"] == Customer.kind and SAID & set(e["changes"])}
    for customer_id in sorted(changed):
        await follow(uow, customer_id)
    renamed = {e["row_id"] for e in uow.audited if e["kind"] == Contact.kind and "name" in e["changes"]}
    for contact_id in sorted(renamed):
        await follow_contact(uow, contact_id)


async def follow_contact(uow: UnitOfWork, contact_id: int) -> None:
    """Somebody has another name on record than the remark has."""
    query = select(Outsider).where(col(Outsider.contact_id) == contact_id, col(Outsider.state) == "added")
    for row in (await uow.session.scalars(query)).all():
        write(uow, row, uow.change_set)


async def pass_on(uow: UnitOfWork, person_id: int, to: int, key: str) -> None:
    """Have the messenger contacts of who has left passed on too, in a while, so that it can still be undone."""
    query = select(col(Outsider.id)).where(
        col(Outsider.person_id) == person_id, col(Outsider.state).in_(("added", "half")), col(Outsider.customer_id) > 0
    )
    if (await uow.session.scalars(query.limit(1))).first() is not None:
        about, at = Ref(Person.kind, person_id), uow.now + UNDONE_WITHIN
        uow.later("outside.transfer", about, at, key=f"outside-transfer-{person_id}-{key[:20]}", to=to)


# -- inside ------------------------------------------------------------------------------------------------------------


async def _who(uow: UnitOfWork, row: Outsider, details: Details, named: Sequence[int], actor: Actor) -> Contact | None:
    """The one contact on record who he certainly is; made where only the customer is certain."""
    if (same := await _with_a_colleague(uow, row)) is not None:
        return same
    if (phoned := await _by_phone(uow, details.phones)) is not None:
        return phoned
    visible = [c for c in [await uow.session.get(Customer, i) for i in named] if c and policy.may_see(actor, c)]
    if len(visible) != 1 or visible[0].owner_id is None:
        return None
    return await customers.contact(uow, visible[0].id, _name(row, visible[0]), phone=_phone(row))


async def _with_a_colleague(uow: UnitOfWork, row: Outsider) -> Contact | None:
    same = col(Outsider.external_id) == row.external_id
    if row.unionid:
        same = same | (col(Outsider.unionid) == row.unionid)
    query = select(Contact).join(Outsider, col(Outsider.contact_id) == col(Contact.id))
    query = query.where(same, col(Outsider.id) != row.id, col(Contact.gone_at).is_(None))
    return (await uow.session.scalars(query.order_by(col(Contact.id)))).first()


async def _by_phone(uow: UnitOfWork, phones: Sequence[str]) -> Contact | None:
    """The contact with one of these phones, if there is just one."""
    query = select(Contact).join(Customer, col(Customer.id) == col(Contact.customer_id))
    query = query.where(
        col(Contact.mobile).in_(list(phones)), col(Contact.gone_at).is_(None), col(Customer.gone_at).is_(None)
    )
    found = (await uow.session.scalars(query.limit(2))).all() if phones else []
    return found[0] if len(found) == 1 else None


async def _keep_up(uow: UnitOfWork, row: Outsider, details: Details, before: str) -> None:
    """He is known: a tag that was changed there changes the customer's level, a phone noted there is his."""
    contact = await uow.session.get(Contact, row.contact_id)
    if contact is not None and not contact.mobile and details.phones:
        contact.mobile = details.phones[0]
    if details.level in LEVELS and details.level != before and row.customer_id is not None:
        customer = await uow.lock(Customer, row.customer_id)
        actor = await people.actor_of(uow.session, row.person_id)
        if customer.level != details.level and policy.may_write(actor, customer):
            customer.level = details.level


def _remember(row: Outsider, details: Details) -> None:
    row.name, row.company, row.unionid = details.name[:64], details.company[:64], details.unionid[:64]
    row.remark, row.level = details.remark[:64], details.level
    if row.phones != list(details.phones):
        row.phones = list(details.phones)


def _name(row: Outsider, customer: Customer) -> str:
    """启航 王总 of 启航科技 is 王总: the remark without the customer's name, else what he calls himself."""
    said = max(_as_far(row.remark, name) for name in (customer.name, customer.short_name))
    left = row.remark[said:] if said > 1 else row.remark
    return left.strip(_APART)[:40] or row.name[:40]


def _as_far(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (here, there) in enumerate(pairs) if here != there), min(len(one), len(other)))


def _phone(row: Outsider) -> str:
    return str(row.phones[0]) if row.phones else ""


async def _about(uow: UnitOfWork, row: Outsider) -> str:
    """王总（启航科技）, or what he is called in the messenger."""
    contact = await uow.session.get(Contact, row.contact_id) if row.contact_id else None
    customer = await uow.session.get(Customer, row.customer_id) if row.customer_id else None
    if contact is None or customer is None:
        return row.remark or row.name or "一位客户"
    return f"{contact.name or row.name}（{customer.short_name or customer.name}）"


async def _called(uow: UnitOfWork, person_id: int) -> str:
    person = await uow.session.get(Person, person_id)
    return known(person).called if person is not None else "同事"


async def _locked(uow: UnitOfWork, outsider_id: int) -> Outsider:
    return await uow.lock(Outsider, outsider_id)


async def _mine(uow: UnitOfWork, outsider_id: int) -> Outsider:
    row = await _locked(uow, outsider_id)
    if row.person_id != uow.actor.person_id:
        raise NotFound
    return row
