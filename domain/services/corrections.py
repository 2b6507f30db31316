"""Changing a note that is on record: the right value in its place, the wrong customer, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import col

from domain import audit, policy
from domain.errors import NotFound, Refused
from domain.facts import Changed, Met, NoteDraft, Promise, Sum
from domain.services import customers, lessons, notes, references, sales, tasks
from domain.tables import Activity, Contact, Customer, Opportunity, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local


class Moved(Refused):
    """The note stands under another customer now; what is left here has no way back."""

    said = "这条已经移到别的客户了，在移过去的那条上改"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The right values, as far as a correction names them."""

    amounts: tuple[Sum, ...] = ()
    promises: tuple[Promise, ...] = ()
    contacts: tuple[Met, ...] = ()
    denied: str = ""


async def of_writer(uow: UnitOfWork, activity_id: int) -> Activity:
    """The note, held, if the actor wrote it: others read it, he alone changes it."""
    activity = await uow.lock(Activity, activity_id)
    policy.require(activity.person_id == uow.actor.person_id, NotFound("这条记录不是你写的，请它的主人来改"))
    return activity


async def standing(uow: UnitOfWork, activity_id: int) -> Activity:
    """The note, held, for changing it: its writer's, and not undone."""
    activity = await of_writer(uow, activity_id)
    if activity.undone_at is not None:
        raise Moved if _moved(activity) else Refused("这条已经撤销了。先点「恢复」，再改")
    return activity


async def origin_of(uow: UnitOfWork, activity_id: int) -> tuple[int | None, int]:
    """The message that a note came from, and which part of it the note is."""
    activity = await standing(uow, activity_id)
    return activity.inbox_id, activity.part


async def last(uow: UnitOfWork, talked_about: int | None) -> int | None:
    """The note that was talked about, else the newest of the actor; none that is undone."""
    if talked_about is not None:
        activity = await uow.session.get(Activity, talked_about)
        if activity is not None and activity.undone_at is None:
            return talked_about
    return await latest(uow)


async def latest(uow: UnitOfWork) -> int | None:
    """The newest note of the actor that is not undone."""
    query = (
        select(col(Activity.id))
        .where(col(Activity.person_id) == uow.actor.person_id, col(Activity.undone_at).is_(None))
        .where(col(Activity.gone_at).is_(None))
        .order_by(col(Activity.id).desc())
        .limit(1)
    )
    return (await uow.session.scalars(query)).first()


async def correct(uow: UnitOfWork, activity_id: int, right: Right, local: Local) -> list[Changed]:
    """Put the right values in; returns what changed, empty where nothing fits."""
    activity = await standing(uow, activity_id)
    draft = NoteDraft.from_json(activity.facts)
    said: list[Changed] = []
    for amount in right.amounts:
        draft = await _amount(uow, activity, draft, amount, said)
    for promise in right.promises:
        draft = await _promise(uow, activity, draft, promise, local, said)
    for met in right.contacts:
        draft = await _contact(uow, activity, draft, met, right.denied, said)
    if said:
        activity.facts = replace(draft, changed=tuple(said)).to_json()
        activity.corrected_at = uow.now
        activity.change_sets = [*activity.change_sets, uow.change_set]
    return said


async def go_back(uow: UnitOfWork, activity_id: int) -> None:
    """Take the last correction back (改回去): the note is as before it, and may be taken back further."""
    activity = await standing(uow, activity_id)
    if activity.corrected_at is None or len(activity.change_sets) < 2:
        raise Refused("这条没有改过")
    await audit.revert(uow, activity.change_sets[-1])
    await lessons.follow(uow)
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
    draft = replace(draft, stage_before="", stage_after="", new_customer=False)
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
    """What goes by the records: the customer's names, what notes say of it, and the pushes of reminders."""
    await customers.follow_names(uow)
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


async def _amount(uow: UnitOfWork, activity: Activity, draft: NoteDraft, right: Sum, said: list[Changed]) -> NoteDraft:
    old = next((a for a in draft.amounts if a.kind == right.kind), None)
    new = replace(right, about=right.about or (old.about if old else False))
    if old is not None and (old.fen, old.fen_max) == (new.fen, new.fen_max):
        return draft
    kept = tuple(new if a is old else a for a in draft.amounts) if old else (*draft.amounts, new)
    opportunity = await uow.session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None
    if opportunity is not None and right.kind in ("budget", "quote", "deal") and new.currency == "CNY":
        opportunity.amount, opportunity.about = new.fen, new.about
    if right.kind == "deal" and new.currency == "CNY" and draft.outcome is not None and draft.outcome.text == "won":
        await sales.reprice(uow, activity, draft.terms, new.fen)
        await sales.show_invoices(uow, activity.id)
    said.append(Changed(slot=right.kind, sum_before=old, sum_after=new))
    return replace(draft, amounts=kept)


async def _promise(
    uow: UnitOfWork, activity: Activity, draft: NoteDraft, right: Promise, local: Local, said: list[Changed]
) -> NoteDraft:
    """A new date for the promise that the words mean, or for the only one."""
    fitting = [p for p in draft.promises if right.text and (right.text in p.text or p.text in right.text)]
    old = fitting[0] if fitting else (draft.promises[0] if len(draft.promises) == 1 else None)
    if old is None or (right.due_on, right.due_at) == (None, None):
        return draft
    new = replace(old, due_on=right.due_on, due_at=right.due_at, before=right.before, quote=right.quote)
    query = select(Task).where(col(Task.activity_id) == activity.id, col(Task.text) == old.text[:200])
    for task in (await uow.session.scalars(query)).all():
        await tasks.reschedule(uow, task.id, due_on=new.due_on, due_at=new.due_at, before=new.before, local=local)
    said.append(Changed(slot="due", name=old.text, due_before=old, due_after=new))
    return replace(draft, promises=tuple(new if p is old else p for p in draft.promises))


async def _contact(
    uow: UnitOfWork, activity: Activity, draft: NoteDraft, right: Met, denied: str, said: list[Changed]
) -> NoteDraft:
    old = next((m for m in draft.contacts if denied and (m.name in denied or denied in m.name)), None)
    old = old or (draft.contacts[0] if len(draft.contacts) == 1 else None)
    if old is not None and old.name == right.name:
        return draft
    contact = await customers.met(uow, activity.customer_id, right)
    names = [contact.name if old and n == old.name else n for n in activity.contacts]
    activity.contacts = names if contact.name in names else [*names, contact.name]
    if old is not None:
        await _forget(uow, activity, old, contact)
    said.append(Changed(slot="contact", name=f"{old.name}→{right.name}" if old else right.name))
    return replace(draft, contacts=(*(m for m in draft.contacts if m is not old), right))


async def _forget(uow: UnitOfWork, activity: Activity, wrong: Met, right: Contact) -> None:
    """A contact that only this note made is gone with its name; its reminders mean the right one."""
    made = await audit.made_by(uow, activity.change_sets)
    query = select(Contact).where(col(Contact.customer_id) == activity.customer_id, col(Contact.name) == wrong.name)
    stay = await references.needed(uow, activity)
    for row in (await uow.session.scalars(query.where(col(Contact.gone_at).is_(None)))).all():
        if row.id != right.id and (row.kind, row.id) in made - stay:
            row.gone_at = uow.now
            reminders = select(Reminder).where(col(Reminder.contact_id) == row.id)
            for reminder in (await uow.session.scalars(reminders)).all():
                reminder.contact_id = right.id


async def customer_of(uow: UnitOfWork, activity_id: int) -> str:
    """How the customer of a note of the actor's is called."""
    return await name_of(uow, (await of_writer(uow, activity_id)).customer_id)


async def name_of(uow: UnitOfWork, customer_id: int) -> str:
    """How the customer is called in a line of chat."""
    customer = await uow.get(Customer, customer_id)
    return customer.short_name or customer.name
