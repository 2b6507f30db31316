"""Changing a note that is on record: the right value in its place, the wrong customer, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from domain import audit, policy
from domain.errors import NotFound, Refused
from domain.facts import Changed, Met, NoteDraft, Promise, Sum, Term
from domain.services import arrivals, customers, lessons, notes, outsiders, references, rights, sales, tasks
from domain.services.rights import deeds, people, sums
from domain.services.rights.desk import Desk, Put, put
from domain.tables import Activity, Customer, Opportunity, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local

rights.load()


class Moved(Refused):
    """The note stands under another customer now; what is left here has no way back."""

    said = "这条已经移到别的客户了，在移过去的那条上改"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The right values, as far as a correction names them: amounts of their kinds, promises by their new days, people
    by their names in the place of the denied one, how a win is paid where nobody had said it, and all others one by
    one."""

    amounts: tuple[Sum, ...] = ()
    terms: tuple[Term, ...] = ()
    promises: tuple[Promise, ...] = ()
    contacts: tuple[Met, ...] = ()
    denied: str = ""
    puts: tuple[Put, ...] = ()


async def of_writer(uow: UnitOfWork, activity_id: int) -> Activity:
    """The note, held, if the actor wrote it: others read it, he alone changes it."""
    activity = await uow.lock(Activity, activity_id)
    policy.require(activity.person_id == uow.actor.person_id, NotFound("这条记录不是你写的，请它的主人来改"))
    return activity


async def standing(uow: UnitOfWork, activity_id: int) -> Activity:
    """The note, held, for changing it: its writer's, not undone, and about a customer that is still his to write on.
    Sale, contract and to-dos follow a note, and they went to a colleague with the customer."""
    activity = await of_writer(uow, activity_id)
    if activity.undone_at is not None:
        raise Moved if _moved(activity) else Refused("这条已经撤销了。先点「恢复」，再改")
    customer = await uow.find(Customer, activity.customer_id)
    if customer is not None and customer.gone_at is None and not policy.may_write(uow.actor, customer):
        raise Refused(f"{await name_of(uow, customer.id)}不归你跟了，这条只能看和撤销")
    return activity


async def origin_of(uow: UnitOfWork, activity_id: int) -> tuple[int | None, int]:
    """The message that a note came from, and which part of it the note is."""
    activity = await standing(uow, activity_id)
    return activity.inbox_id, activity.part


async def words_of(uow: UnitOfWork, activity_id: int) -> tuple[str, NoteDraft] | None:
    """The words of a note of the actor's and what was understood of them; None where it is undone."""
    activity = await uow.session.get(Activity, activity_id)
    if activity is None or activity.undone_at is not None or activity.person_id != uow.actor.person_id:
        return None
    return activity.text, NoteDraft.from_json(activity.facts)


async def last(uow: UnitOfWork, talked_about: int | None) -> int | None:
    """The note that was talked about, else the newest of the actor; none that is undone."""
    if talked_about is not None:
        activity = await uow.session.get(Activity, talked_about)
        if activity is not None and activity.undone_at is None:
            return talked_about
    return await latest(uow)


async def latest(uow: UnitOfWork) -> int | None:
    """The newest note of the actor that is not undone."""
    return next(iter(await recent(uow, limit=1)), None)


async def recent(
    uow: UnitOfWork, *, limit: int, since: datetime | None = None, about: int | None = None
) -> Sequence[int]:
    """The newest notes of the actor that are not undone, written after `since`, `about` one customer."""
    query = (
        select(col(Activity.id))
        .where(col(Activity.person_id) == uow.actor.person_id, col(Activity.undone_at).is_(None))
        .where(col(Activity.gone_at).is_(None))
        .order_by(col(Activity.id).desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(col(Activity.created_at) >= since)
    if about is not None:
        query = query.where(col(Activity.customer_id) == about)
    return (await uow.session.scalars(query)).all()


async def standing_of(uow: UnitOfWork, inbox_id: int) -> list[int]:
    """The notes of a message that stand as they were filed; empty where one of them was put right since."""
    query = select(Activity).where(col(Activity.inbox_id) == inbox_id, col(Activity.gone_at).is_(None))
    rows = (await uow.session.scalars(query.order_by(col(Activity.part)))).all()
    return [] if any(len(row.change_sets) > 1 for row in rows) else [row.id for row in rows if row.undone_at is None]


async def correct(uow: UnitOfWork, activity_id: int, right: Right, local: Local) -> list[Changed]:
    """Put the right values in; returns what changed, empty where nothing fits."""
    activity = await standing(uow, activity_id)
    desk = Desk(uow, activity, NoteDraft.from_json(activity.facts), local)
    for amount in right.amounts:
        await sums.put_sum(desk, amount)
    if right.terms:
        await sums.put_terms(desk, right.terms)
    for promise in right.promises:
        await deeds.put_due(desk, promise)
    for met in right.contacts:
        await people.put_person(desk, met, right.denied)
    for value in right.puts:
        await put(desk, value)
    if desk.said:
        activity.facts = replace(desk.draft, changed=tuple(desk.said)).to_json()
        activity.corrected_at = uow.now
        activity.change_sets = [*activity.change_sets, uow.change_set]
    if desk.recount:
        await uow.flush()
        await notes.recount(uow, activity.customer_id)
    return desk.said


async def go_back(uow: UnitOfWork, activity_id: int) -> None:
    """Take the last correction back (改回去): the note is as before it, and may be taken back further."""
    activity = await standing(uow, activity_id)
    if activity.corrected_at is None or len(activity.change_sets) < 2:
        raise Refused("这条没有改过")
    await audit.revert(uow, activity.change_sets[-1])
    await lessons.follow(uow)
    await notes.recount(uow, activity.customer_id)
    await tasks.plan_again(uow)
    await sales.show_invoices(uow, activity_id)


async def move(uow: UnitOfWork, activity_id: int, customer_id: int, local: Local) -> notes.Filed:
    """File the note under another customer; the wrong one is as it was before."""
    activity = await standing(uow, activity_id)
    draft, origin = NoteDraft.from_json(activity.facts), _origin(activity)
    await undo(uow, activity_id)
    activity.inbox_id = None  # its place is taken by the note under the right customer
    activity.undo_set = ""  # so that it cannot be restored beside it
    await sales.show_invoices(uow, activity_id)
    await uow.begin_change()
    draft = replace(arrivals.unbooked(draft), stage_before="", stage_after="", new_customer=False)
    return await notes.file(uow, draft, customer_id, origin, local)


async def undo(uow: UnitOfWork, activity_id: int) -> None:
    """Take back everything that the note did; the note itself stays readable as undone.

    A customer, sale or contact that it made stays where somebody else's record refers to it.
    """
    activity = await of_writer(uow, activity_id)
    if _moved(activity):
        raise Moved
    if activity.undone_at is not None:
        return
    change_set, itself = await uow.begin_change(), frozenset({(Activity.kind, activity.id)})
    own, stay = await audit.made_by(uow, activity.change_sets), await references.needed(uow, activity)
    for made in reversed(activity.change_sets):
        await audit.revert(uow, made, keep=itself, own=own, stay=stay)
    activity.undone_at, activity.undo_set = uow.now, change_set
    await _follow(uow, activity)


async def restore(uow: UnitOfWork, activity_id: int) -> None:
    """Take an undo back (恢复)."""
    activity = await of_writer(uow, activity_id)
    if activity.undone_at is None:
        return
    if _moved(activity):
        raise Moved
    try:
        await audit.revert(uow, activity.undo_set)
    except audit.Overtaken:
        raise Refused("后来又改过，直接恢复不了。要记哪一处，说一声就记") from None
    await _require_place(uow, activity)
    activity.undone_at, activity.undo_set = None, ""
    await _follow(uow, activity)


async def _require_place(uow: UnitOfWork, activity: Activity) -> None:
    """What another note made and took back with it has to come back first."""
    customer = await uow.session.get(Customer, activity.customer_id)
    sale = await uow.session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None
    if any(row is not None and row.gone_at is not None for row in (customer, sale)):
        raise Refused("新建这家（或这个商机）的那条撤销了。先恢复那条，再恢复这条")


async def _follow(uow: UnitOfWork, activity: Activity) -> None:
    """What goes by the records: the customer's names, remarks in the messenger, what notes say of it, and the pushes of
    reminders."""
    await customers.follow_names(uow)
    await outsiders.follow_changes(uow)
    await lessons.follow(uow)
    await notes.recount(uow, activity.customer_id)
    await tasks.plan_again(uow)


def _moved(activity: Activity) -> bool:
    return activity.undone_at is not None and not activity.undo_set


async def tasks_of(uow: UnitOfWork, activity_id: int, *, sort: str = "promise") -> list[int]:
    """The tasks that a note made, those taken back with it too."""
    query = select(col(Task.id)).where(col(Task.activity_id) == activity_id, col(Task.sort) == sort)
    return list((await uow.session.scalars(query)).all())


async def unremind(uow: UnitOfWork, activity_id: int) -> None:
    """不要提醒: the promises of a note stay, their reminders go."""
    await standing(uow, activity_id)
    query = select(Reminder).where(
        col(Reminder.task_id).in_(await tasks_of(uow, activity_id)), col(Reminder.state) == "waiting"
    )
    for reminder in (await uow.session.scalars(query)).all():
        reminder.state = "cancelled"


def _origin(activity: Activity) -> notes.Origin:
    if activity.inbox_id is None:
        raise Refused("这条不是聊天里记的，移不了")
    return notes.Origin(
        inbox_id=activity.inbox_id,
        message_id=activity.message_id,
        channel=activity.channel,
        sent_at=activity.occurred_at,
        part=activity.part,
    )


async def customer_of(uow: UnitOfWork, activity_id: int) -> str:
    """How the customer of a note of the actor's is called."""
    return await name_of(uow, (await of_writer(uow, activity_id)).customer_id)


async def customer_id_of(uow: UnitOfWork, activity_id: int) -> int:
    """The customer of a note of the actor's."""
    return (await of_writer(uow, activity_id)).customer_id


async def name_of(uow: UnitOfWork, customer_id: int) -> str:
    """How the customer is called in a line of chat."""
    customer = await uow.get(Customer, customer_id)
    return customer.short_name or customer.name
