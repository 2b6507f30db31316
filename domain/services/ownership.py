"""Whose a customer is: handed to a colleague, taken from the pool, put back, worked on together.

What belongs to the work on a customer goes along with it: its open sales, and what was promised there.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.actor import Address, Ref
from domain.errors import Refused
from domain.services import people, pleas
from domain.tables import Customer, CustomerShare, Opportunity, Reminder, Task
from domain.uow import UnitOfWork

_OPEN = ("waiting", "sent")  # reminders that may still come, or wait for an answer


async def transfer(uow: UnitOfWork, customer_id: int, to: int) -> None:
    """Another owner for a customer, by its owner or a superior of his; a leader assigns what is in the pool. The new
    owner is told, and the one before, where it was not his own doing."""
    customer = await uow.lock(Customer, customer_id)
    await _require_say(uow, customer)
    if customer.owner_id == to:
        raise Refused(f"{_name(customer)}本来就是{await _called(uow, to)}的")
    before = customer.owner_id
    await hand(uow, customer, to)
    _tell_new_owner(uow, customer, to)
    if before is not None and before not in (to, uow.actor.person_id):
        called = await _called(uow, to)
        by = await _called(uow, uow.actor.require_person())
        uow.tell(Address.person(before), "plain.text", text=f"{by}把{_name(customer)}转给了{called}，你的待办一起转了")


async def hand(uow: UnitOfWork, customer: Customer, to: int) -> None:
    """Another owner for a locked customer, with what belongs to the work there; whoever may say so has said it."""
    before = customer.owner_id
    customer.owner_id, customer.deferred_until = to, None
    await _hand_over(uow, customer.id, before, to)
    await _unshare(uow, customer.id, to)
    await pleas.pass_on(uow, customer.id, before, to)


async def claim(uow: UnitOfWork, customer_id: int) -> None:
    """Take a customer out of the pool; whoever locks it first has it."""
    customer = await uow.lock(Customer, customer_id)
    me = uow.actor.require_person()
    policy.require(bool(uow.actor.roles & policy.SELLING), Refused("领客户要有销售角色，找管理员加"))
    if customer.owner_id == me:
        raise Refused(f"{_name(customer)}本来就是你的")
    if customer.owner_id is not None:
        raise Refused(f"{_name(customer)}不在公海，{await _called(uow, customer.owner_id)}在跟")
    customer.owner_id, customer.deferred_until = me, None
    await _hand_over(uow, customer.id, None, me)


async def release(uow: UnitOfWork, customer_id: int) -> None:
    """Put a customer into the pool; what its owner was to do there is off."""
    customer = await uow.lock(Customer, customer_id)
    if customer.owner_id is None:
        raise Refused(f"{_name(customer)}已经在公海了")
    await _require_say(uow, customer)
    owner, customer.owner_id = customer.owner_id, None
    for deal in await _deals(uow, customer.id, owner):
        deal.owner_id = None
    for task in await _tasks(uow, customer.id, owner):
        task.state = "cancelled"
    for reminder in await _reminders(uow, customer.id, owner):
        reminder.state = "cancelled"
    if owner != uow.actor.person_id:
        by = await _called(uow, uow.actor.require_person())
        uow.tell(Address.person(owner), "plain.text", text=f"{by}把{_name(customer)}放进了公海，你在那儿的待办取消了")


async def share(uow: UnitOfWork, customer_id: int, to: int) -> None:
    """Let a colleague work on a customer too; he is told."""
    customer = await uow.lock(Customer, customer_id)
    await _require_say(uow, customer)
    if customer.owner_id is None:
        raise Refused(f"{_name(customer)}在公海，大家都能看")
    if to == customer.owner_id or await _share_of(uow, customer.id, to) is not None:
        raise Refused(f"{_name(customer)}{await _called(uow, to)}本来就能跟")
    await uow.add(CustomerShare(customer_id=customer.id, person_id=to, created_at=uow.now))
    uow.tell(Address.person(to), "customer.shared", Ref(Customer.kind, customer.id), customer=customer.id, by=_me(uow))


async def stop_sharing(uow: UnitOfWork, customer_id: int, to: int) -> None:
    """The colleague works on it no longer; what he wrote there stays his to read."""
    customer = await uow.lock(Customer, customer_id)
    await _require_say(uow, customer)
    share = await _share_of(uow, customer.id, to)
    if share is None:
        raise Refused(f"{_name(customer)}没有共享给{await _called(uow, to)}")
    share.gone_at = uow.now


async def _require_say(uow: UnitOfWork, customer: Customer) -> None:
    if policy.may_hand(uow.actor, customer):
        return
    if customer.owner_id is None:
        raise Refused(f"{_name(customer)}在公海。要跟就说「领{_name(customer)}」，分给别人由经理来")
    if policy.may_see(uow.actor, customer):
        raise Refused(f"{_name(customer)}是{await _called(uow, customer.owner_id)}的客户，归谁由他或他的上级定")
    owner = (await people.names(uow.session, {customer.owner_id})).get(customer.owner_id)
    raise policy.NotYours(_name(customer), owner.name if owner else "同事")


async def _hand_over(uow: UnitOfWork, customer_id: int, before: int | None, to: int) -> None:
    """The open sales and promises of the owner before go along, with what would remind of them."""
    for deal in await _deals(uow, customer_id, before):
        deal.owner_id = to
    if before is None:
        return
    tasks = await _tasks(uow, customer_id, before)
    for task in tasks:
        task.owner_id = to
    for reminder in await _reminders_of(uow, [task.id for task in tasks]):
        reminder.person_id = to


async def _deals(uow: UnitOfWork, customer_id: int, owner: int | None) -> list[Opportunity]:
    query = select(Opportunity).where(
        col(Opportunity.customer_id) == customer_id,
        col(Opportunity.owner_id).is_not_distinct_from(owner),
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
    )
    return list((await uow.session.scalars(query.order_by(col(Opportunity.id)).with_for_update())).all())


async def _tasks(uow: UnitOfWork, customer_id: int, owner: int) -> list[Task]:
    query = select(Task).where(
        col(Task.customer_id) == customer_id,
        col(Task.owner_id) == owner,
        col(Task.state) == "open",
        col(Task.sort) != "invoice",
        col(Task.gone_at).is_(None),
    )
    return list((await uow.session.scalars(query.order_by(col(Task.id)).with_for_update())).all())


async def _reminders(uow: UnitOfWork, customer_id: int, person: int) -> list[Reminder]:
    query = select(Reminder).where(
        col(Reminder.customer_id) == customer_id,
        col(Reminder.person_id) == person,
        col(Reminder.state).in_(_OPEN),
        col(Reminder.gone_at).is_(None),
    )
    return list((await uow.session.scalars(query.order_by(col(Reminder.id)).with_for_update())).all())


async def _reminders_of(uow: UnitOfWork, tasks: list[int]) -> list[Reminder]:
    """What would remind of these to-dos, whoever it would remind: of one who has left, it is his superior."""
    query = select(Reminder).where(
        col(Reminder.task_id).in_(tasks), col(Reminder.state).in_(_OPEN), col(Reminder.gone_at).is_(None)
    )
    return list((await uow.session.scalars(query.order_by(col(Reminder.id)).with_for_update())).all()) if tasks else []


async def _unshare(uow: UnitOfWork, customer_id: int, person: int) -> None:
    """An owner needs no share."""
    if (share := await _share_of(uow, customer_id, person)) is not None:
        share.gone_at = uow.now


async def _share_of(uow: UnitOfWork, customer_id: int, person: int) -> CustomerShare | None:
    query = select(CustomerShare).where(
        col(CustomerShare.customer_id) == customer_id,
        col(CustomerShare.person_id) == person,
        col(CustomerShare.gone_at).is_(None),
    )
    return (await uow.session.scalars(query)).first()


def _tell_new_owner(uow: UnitOfWork, customer: Customer, to: int) -> None:
    if to != uow.actor.person_id:
        about = Ref(Customer.kind, customer.id)
        uow.tell(Address.person(to), "customer.handed", about, customer=customer.id, by=_me(uow))


def _me(uow: UnitOfWork) -> int:
    return uow.actor.require_person()


async def _called(uow: UnitOfWork, person_id: int) -> str:
    found = await people.names(uow.session, {person_id})
    return found[person_id].called if person_id in found else "同事"


def _name(customer: Customer) -> str:
    return customer.short_name or customer.name
