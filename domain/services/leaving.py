"""Somebody leaves: he is out at once, what waits for him goes to his superior, and his customers are handed over when
the superior says to whom. Nothing of his is lost, and until then all of it stays in sight of his superior.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Address, Ref
from domain.errors import NotFound, Refused
from domain.services import decisions, outsiders, ownership, people, threads
from domain.services.colleagues import called
from domain.services.people import Known, known
from domain.tables import Customer, Person, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local

OFFER, HANDED, QUESTION = "left.offer", "left.handed", "left.hand"
PUT_OFF = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What went to whom, by the change set that did it."""

    customers: int
    changes: str


async def leave(uow: UnitOfWork, person_id: int, local: Local, *, resigned: bool) -> None:
    """Take somebody out: approvals, reminders and to-dos that wait for him go to his superior, who is asked who gets
    his customers. `resigned`: the messenger has him no more at all."""
    person = await uow.lock(Person, person_id)
    if not person.active:
        return
    person.active = False
    await uow.flush()
    await decisions.pass_up(uow, person_id, local)
    above = await people.above(uow.session, person_id)
    if above is None:
        return
    await _pass_up_work(uow, person_id, above.id)
    if await owned(uow.session, person_id):
        await offer(uow, person_id)
    else:
        text = f"{person.name}离职了，名下没有客户" if resigned else f"{person.name}停用了，名下没有客户"
        uow.tell(Address.person(above.id), "plain.text", key=f"left-{person_id}-{uow.now:%Y%m%d}", text=text)


async def offer(uow: UnitOfWork, person_id: int) -> None:
    """Ask the superior of who has left who gets his customers, as long as there are any."""
    person = await uow.get(Person, person_id)
    above = await people.above(uow.session, person_id)
    if person.active or above is None or not await owned(uow.session, person_id):
        return
    uow.tell(Address.person(above.id), OFFER, Ref(Person.kind, person_id), person=person_id)
    await threads.ask(uow, above.id, QUESTION, person=person_id)


async def put_off(uow: UnitOfWork, person_id: int) -> None:
    """The question comes again tomorrow."""
    person = await _who_left(uow, person_id)
    at = uow.now + PUT_OFF
    uow.later("leaving.offer", Ref(Person.kind, person.id), at, key=f"leaving-{person.id}-{at:%Y%m%d%H%M}")


async def hand_over(uow: UnitOfWork, person_id: int, to: int) -> HandedOver:
    """Give all customers of who has left to one colleague, with what was promised there; he gets one card of it."""
    person = await _who_left(uow, person_id)
    taker = await uow.get(Person, to)
    if not taker.active or not set(taker.roles) & policy.SELLING:
        raise Refused(f"{known(taker).called}不跟客户，换一位销售或经理")
    changes = await uow.begin_change()
    query = select(Customer).where(col(Customer.owner_id) == person.id, col(Customer.gone_at).is_(None))
    customers = (await uow.session.scalars(query.order_by(col(Customer.id)).with_for_update())).all()
    for customer in customers:
        await ownership.hand(uow, customer, to)
    if customers and to != uow.actor.person_id:
        given: list[int] = [customer.id for customer in customers]
        me = uow.actor.require_person()
        uow.tell(
            Address.person(to), HANDED, Ref(Person.kind, person.id), person=person.id, by=me, customers=list(given)
        )
    await uow.begin_change()
    await outsiders.pass_on(uow, person.id, to, changes)
    return HandedOver(len(customers), changes)


async def gone_called(uow: UnitOfWork, wording: str) -> int | None:
    """The one who has left, of the actor's people, whom a wording means."""
    query = select(Person).where(col(Person.active).is_(False), col(Person.gone_at).is_(None))
    left = [known(person) for person in (await uow.session.scalars(query.order_by(col(Person.id)))).all()]
    meant = [person for person in called(left, wording) if _may(uow, person.id)]
    return meant[0].id if len(meant) == 1 else None


async def owned(session: AsyncSession, person_id: int) -> int:
    """How many customers somebody has."""
    query = select(func.count()).select_from(Customer)
    query = query.where(col(Customer.owner_id) == person_id, col(Customer.gone_at).is_(None))
    return (await session.execute(query)).scalar() or 0


async def takers(session: AsyncSession, person_id: int, besides: int, limit: int = 9) -> list[Known]:
    """Who could take over: those who sell, of his team first."""
    left = await session.get(Person, person_id)
    query = select(Person).where(col(Person.active), col(Person.gone_at).is_(None), col(Person.id) != besides)
    fitting = [p for p in (await session.scalars(query.order_by(col(Person.id)))).all() if "sales" in p.roles]
    team, boss = (left.team_id, left.manager_id) if left is not None else (None, None)
    fitting.sort(key=lambda p: (team is None or p.team_id != team, p.manager_id != boss))
    return [known(person) for person in fitting[:limit]]


async def _who_left(uow: UnitOfWork, person_id: int) -> Person:
    """The person, where it is the actor's to say what becomes of his work."""
    person = await uow.lock(Person, person_id)
    if not _may(uow, person_id):
        raise NotFound
    if person.active:
        raise Refused(f"{person.name}还在职，要转哪家直接说")
    return person


def _may(uow: UnitOfWork, person_id: int) -> bool:
    actor = uow.actor
    return "admin" in actor.roles or (person_id in actor.people and person_id != actor.person_id)


async def _pass_up_work(uow: UnitOfWork, person_id: int, above: int) -> None:
    """Reminders that still come, and to-dos that belong to no customer."""
    waiting = select(Reminder).where(
        col(Reminder.person_id) == person_id, col(Reminder.state) == "waiting", col(Reminder.gone_at).is_(None)
    )
    for reminder in (await uow.session.scalars(waiting.with_for_update())).all():
        reminder.person_id = above
    open_tasks = select(Task).where(
        col(Task.owner_id) == person_id,
        col(Task.state) == "open",
        col(Task.customer_id).is_(None),
        col(Task.gone_at).is_(None),
    )
    for task in (await uow.session.scalars(open_tasks.with_for_update())).all():
        task.owner_id = above
