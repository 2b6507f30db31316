"""Changing a note that is on record: the right value in its place, the wrong customer, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import col

from domain import audit, policy
from domain.errors import NotFound, Refused
from domain.facts import Changed, Met, NoteDraft, Promise, Sum
from domain.services import customers, notes, tasks
from domain.tables import Activity, Customer, Opportunity, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local


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
    activity = await of_writer(uow, activity_id)
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
    """Take the last correction back (改回去)."""
    activity = await of_writer(uow, activity_id)
    if len(activity.change_sets) < 2:
        raise Refused("这条没有改过")
    *earlier, last = activity.change_sets
    await audit.revert(uow, last)
    activity.change_sets = earlier
    activity.corrected_at = None


async def move(uow: UnitOfWork, activity_id: int, customer_id: int, local: Local) -> notes.Filed:
    """File the note under another customer; the wrong one is as it was before."""
    activity = await of_writer(uow, activity_id)
    draft, origin = NoteDraft.from_json(activity.facts), _origin(activity)
    await undo(uow, activity_id)
    activity.inbox_id = None  # its place is taken by the note under the right customer
    await uow.begin_change()
    draft = replace(draft, stage_before="", stage_after="", new_customer=False)
    return await notes.file(uow, draft, customer_id, origin, local)


async def undo(uow: UnitOfWork, activity_id: int) -> None:
    """Take back everything that the note did; the note itself stays readable as undone."""
    activity = await of_writer(uow, activity_id)
    if activity.undone_at is not None:
        return
    change_set = await uow.begin_change()
    for made in reversed(activity.change_sets):
        await audit.revert(uow, made, keep=frozenset({("activity", activity.id)}))
    activity.undone_at, activity.undo_set = uow.now, change_set
    await customers.follow_names(uow)


async def restore(uow: UnitOfWork, activity_id: int) -> None:
    """Take an undo back (恢复)."""
    activity = await of_writer(uow, activity_id)
    if activity.undone_at is None:
        return
    await audit.revert(uow, activity.undo_set)
    activity.undone_at, activity.undo_set = None, ""
    await customers.follow_names(uow)


async def tasks_of(uow: UnitOfWork, activity_id: int, *, sort: str = "promise") -> list[int]:
    """The tasks that a note made, those taken back with it too."""
    query = select(col(Task.id)).where(col(Task.activity_id) == activity_id, col(Task.sort) == sort)
    return list((await uow.session.scalars(query)).all())


async def unremind(uow: UnitOfWork, activity_id: int) -> None:
    """不要提醒: the promises of a note stay, their reminders go."""
    await of_writer(uow, activity_id)
    query = select(Reminder).where(
        col(Reminder.task_id).in_(await tasks_of(uow, activity_id)), col(Reminder.state) == "waiting"
    )
    for reminder in (await uow.session.scalars(query)).all():
        reminder.state = "cancelled"


def _origin(activity: Activity) -> notes.Origin:
    if activity.inbox_id is None:
        raise Refused("这条已经移走了")
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
    contact = await customers.contact(uow, activity.customer_id, right.name, right.title, right.phone)
    names = [contact.name if old and n == old.name else n for n in activity.contacts]
    activity.contacts = names if contact.name in names else [*names, contact.name]
    said.append(Changed(slot="contact", name=f"{old.name}→{right.name}" if old else right.name))
    return replace(draft, contacts=(*(m for m in draft.contacts if m is not old), right))


async def name_of(uow: UnitOfWork, customer_id: int) -> str:
    """How the customer is called in a line of chat."""
    customer = await uow.get(Customer, customer_id)
    return customer.short_name or customer.name
