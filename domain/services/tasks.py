"""Promises and reminders: made, kept, put off, called off.

A reminder's due row is never cancelled. Its job asks the reminder itself whether it still waits for that moment, so
that taking back whatever closed or moved it brings the push back too.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Ref
from domain.deeds import likeness
from domain.prepared import Prepared
from domain.reminding import following, next_day, reminding
from domain.services import customers
from domain.tables import Activity, Contact, Customer, Outbox, Reminder, Task
from domain.uow import UnitOfWork
from domain.when import Local

OPEN_REMINDERS = ("waiting", "sent")


async def promise(
    uow: UnitOfWork,
    *,
    customer_id: int | None,
    owner_id: int,
    activity_id: int | None,
    text: str,
    due_on: date | None,
    due_at: datetime | None,
    before: bool,
    local: Local,
    sort: str = "promise",
    there: list[Contact] | None = None,
) -> Task:
    """Something that will be done, with its reminder where it has a day or a moment. `there` are the people at the
    customer, where they have been read already."""
    task = await uow.add(
        Task(
            customer_id=customer_id,
            owner_id=owner_id,
            activity_id=activity_id,
            sort=sort,
            text=text[:200],
            due_on=_day(due_on, due_at, local),
            due_at=due_at,
            before=before,
            created_at=uow.now,
        )
    )
    if (when := reminding(task.due_on, due_at, local)) is not None:
        await _remind_of(uow, task, when, there)
    return task


async def reschedule(
    uow: UnitOfWork, task_id: int, *, due_on: date | None, due_at: datetime | None, before: bool, local: Local
) -> Task:
    """Another day or moment for a promise; its reminder moves along."""
    task = await uow.lock(Task, task_id)
    task.due_on, task.due_at, task.before = _day(due_on, due_at, local), due_at, before
    when = reminding(task.due_on, due_at, local)
    waiting = [r for r in await _reminders(uow, task.id) if r.state == "waiting"]
    for row in waiting[1 if when else 0 :]:
        row.state = "cancelled"
    if when is not None and waiting:
        _plan(uow, waiting[0], when)
    elif when is not None:
        await _remind_of(uow, task, when)
    await uow.refresh(Ref(Task.kind, task.id))
    return task


async def finish(uow: UnitOfWork, task_id: int, said: str = "") -> Task:
    """The promise is kept; `said` are the words that said so. What would still remind of it is closed."""
    return await _close(uow, task_id, "done", "done", said)


async def cancel(uow: UnitOfWork, task_id: int) -> Task:
    """The promise is off, and so are its reminders."""
    return await _close(uow, task_id, "cancelled", "cancelled", "")


async def reopen(uow: UnitOfWork, task_id: int) -> Task:
    """The promise is not kept after all: open again, and reminders that are still ahead wait again."""
    task = await uow.lock(Task, task_id)
    policy.require(task.owner_id in uow.actor.people)
    if task.state == "open":
        return task
    task.state, task.done_at, task.done_text = "open", None, ""
    for row in await _reminders(uow, task.id):
        if row.state in ("done", "cancelled") and row.due_at > uow.now:
            row.state, row.done_at = "waiting", None
            _plan(uow, row, row.due_at)
    await _show(uow, task)
    return task


_PROMISED = Prepared(
    select(Task).where(
        col(Task.owner_id) == bindparam("owner"),
        col(Task.state) == "open",
        col(Task.sort) != "invoice",
        col(Task.gone_at).is_(None),
    )
)


async def matching_open(
    session: AsyncSession, owner_id: int, customer_id: int | None, deed: str, customer: str = ""
) -> list[Task]:
    """The open promises that a deed keeps (方案发了 keeps 给方案), the likeliest first; of equals the one due first.
    `customer` is the name of the customer that both are about."""
    rows = [row[0] for row in await _PROMISED.all(session, owner=owner_id)]
    here = [task for task in rows if customer_id in (None, task.customer_id)]
    found = [(likeness(deed, task.text, customer), task) for task in here]
    found = [(score, task) for score, task in found if score]
    return [task for _, task in sorted(found, key=lambda p: (-p[0], p[1].due_on or date.max, p[1].id))]


async def follow_up(uow: UnitOfWork, task_id: int, local: Local) -> Task:
    """After a kept promise: ask what they think of it, in two working days at 10:00; planned once."""
    kept = await uow.lock(Task, task_id)
    policy.require(kept.owner_id == uow.actor.person_id)
    moment = following(local)
    text = f"问{await _asked(uow, kept)}意见"
    query = select(Task).where(
        col(Task.sort) == "follow",
        col(Task.owner_id) == kept.owner_id,
        col(Task.customer_id) == kept.customer_id,
        col(Task.text) == text,
        col(Task.state) == "open",
        col(Task.gone_at).is_(None),
    )
    if (planned := (await uow.session.scalars(query)).first()) is not None:
        return planned
    task = await uow.add(
        Task(
            customer_id=kept.customer_id,
            owner_id=kept.owner_id,
            activity_id=kept.activity_id,
            sort="follow",
            text=text,
            due_on=moment.astimezone(local.zone).date(),
            created_at=uow.now,
        )
    )
    await _remind_of(uow, task, moment)
    return task


async def remind(
    uow: UnitOfWork,
    *,
    text: str,
    due_at: datetime,
    customer_id: int | None = None,
    contact_id: int | None = None,
    task_id: int | None = None,
    inbox_id: int | None = None,
    person_id: int | None = None,
) -> Reminder:
    """Push `text` to a person, or else to whom this unit acts for, at `due_at`."""
    reminder = await uow.add(
        Reminder(
            person_id=person_id or uow.actor.require_person(),
            customer_id=customer_id,
            contact_id=contact_id,
            task_id=task_id,
            inbox_id=inbox_id,
            text=text[:200],
            due_at=due_at,
            created_at=uow.now,
        )
    )
    _plan(uow, reminder, due_at)
    return reminder


async def of_message(uow: UnitOfWork, inbox_id: int) -> Reminder | None:
    """The reminder that a message already made: a second tap on its question makes no second one."""
    query = select(Reminder).where(
        col(Reminder.inbox_id) == inbox_id,
        col(Reminder.person_id) == uow.actor.person_id,
        col(Reminder.gone_at).is_(None),
    )
    return (await uow.session.scalars(query)).first()


async def unremind(uow: UnitOfWork, task_id: int) -> None:
    """The promise stays, nobody is reminded of it (不要提醒)."""
    task = await uow.lock(Task, task_id)
    policy.require(task.owner_id == uow.actor.person_id)
    for row in await _reminders(uow, task.id):
        if row.state == "waiting":
            row.state = "cancelled"


async def done(uow: UnitOfWork, reminder_id: int) -> Reminder:
    """What was reminded of is done; the promise behind it is kept."""
    reminder = await _mine(uow, reminder_id)
    if reminder.state in OPEN_REMINDERS:
        reminder.state, reminder.done_at = "done", uow.now
        if reminder.task_id is not None:
            await finish(uow, reminder.task_id)
    await _refresh(uow, reminder)
    return reminder


async def drop(uow: UnitOfWork, reminder_id: int) -> Reminder:
    """No reminder any more (不用了); a promise behind it stays open."""
    reminder = await _mine(uow, reminder_id)
    if reminder.state in OPEN_REMINDERS:
        reminder.state = "cancelled"
    await _refresh(uow, reminder)
    return reminder


async def put_off(uow: UnitOfWork, reminder_id: int, until: datetime) -> Reminder:
    """Remind again at `until`; counts how often. One that is not on the table any more stays as it is."""
    reminder = await _mine(uow, reminder_id)
    if reminder.state == "sent":
        reminder.put_off += 1
        _plan(uow, reminder, until)
    await _refresh(uow, reminder)
    return reminder


async def put_off_to_next_day(uow: UnitOfWork, reminder_id: int, local: Local) -> Reminder:
    """Remind again on the next working day, at the same time of day."""
    reminder = await _mine(uow, reminder_id)
    return await put_off(uow, reminder_id, next_day(reminder.due_at, local))


async def came(uow: UnitOfWork, reminder_id: int) -> str | None:
    """What a reminder of the actor's that was pushed and not answered yet is about; None for any other."""
    reminder = await _mine(uow, reminder_id)
    return reminder.text if reminder.state == "sent" else None


async def reminds_of(uow: UnitOfWork, reminder_id: int) -> int | None:
    """The customer that a reminder of the actor's is about."""
    return (await _mine(uow, reminder_id)).customer_id


async def come_due(uow: UnitOfWork, reminder_id: int, planned: datetime) -> Reminder | None:
    """The reminder, marked as sent, if it was not moved beyond the `planned` time and there is still reason for it."""
    reminder = await uow.lock(Reminder, reminder_id)
    if reminder.state != "waiting" or reminder.due_at > planned:  # not the clock: it may have been set back meanwhile
        return None
    for kind, row_id in ((Customer, reminder.customer_id), (Task, reminder.task_id)):
        row = await uow.session.get(kind, row_id) if row_id is not None else None
        if row is not None and (row.gone_at is not None or getattr(row, "state", "open") != "open"):
            return None
    reminder.state, reminder.pushed_at = "sent", uow.now
    return reminder


async def plan_again(uow: UnitOfWork) -> None:
    """After an undo or its way back: push the reminders that this unit made wait again and whose time passed."""
    await uow.flush()
    for reminder_id in sorted({e["row_id"] for e in uow.audited if e["kind"] == Reminder.kind}):
        row = await uow.session.get(Reminder, reminder_id)
        if row is not None and row.gone_at is None and row.state == "waiting" and row.due_at <= uow.now:
            key = f"reminder-{row.id}-{uow.change_set}"
            uow.later("reminder", Ref(Reminder.kind, row.id), uow.now, key=key)


async def move(uow: UnitOfWork, reminder_id: int, until: datetime) -> Reminder:
    """Another time for a reminder that was not answered yet; it begins anew, as if it had never been put off."""
    reminder = await _mine(uow, reminder_id)
    if reminder.state in OPEN_REMINDERS:
        reminder.put_off = 0
        _plan(uow, reminder, until)
    await _refresh(uow, reminder)
    return reminder


async def refresh_today(uow: UnitOfWork, local: Local) -> None:
    """Show on today's list that something on it is done."""
    if uow.has_today is False:
        return
    midnight = datetime.combine(local.today, time(), local.zone)
    subject = Ref("today", uow.actor.require_person())
    card = await _newest(uow, subject, ("today",))
    if card is not None and card.created_at >= midnight:
        uow.redraw(card, card.kind, subject, **{**card.params, "putting_off": None})


async def _newest(uow: UnitOfWork, subject: Ref, kinds: tuple[str, ...]) -> Outbox | None:
    """The newest card about `subject`, if the messenger still lets it change in place: one of its one-time codes is
    left. A card that could only be sent again is left alone, as nobody asked for it."""
    await uow.flush()
    query = select(Outbox).where(
        col(Outbox.subject_kind) == subject.kind,
        col(Outbox.subject_id) == subject.id,
        col(Outbox.kind).in_(kinds),
        col(Outbox.mode) == "send",
        col(Outbox.state) == "done",
    )
    card = (await uow.session.scalars(query.order_by(col(Outbox.id).desc()).limit(1))).first()
    codes = (card.receipt or {}).get("codes") or [] if card is not None else []
    return card if any(datetime.fromisoformat(until) > uow.now for _, until in codes) else None


async def _close(uow: UnitOfWork, task_id: int, state: str, reminders: str, said: str) -> Task:
    task = await uow.lock(Task, task_id)
    policy.require(task.owner_id in uow.actor.people)
    if task.state != "open":
        return task
    task.state, task.done_at, task.done_text = state, uow.now, said[:200]
    for row in await _reminders(uow, task.id):
        if row.state in OPEN_REMINDERS:
            row.state = reminders
            row.done_at = uow.now if reminders == "done" else None
    await _show(uow, task)
    return task


async def _show(uow: UnitOfWork, task: Task) -> None:
    await uow.refresh(Ref(Task.kind, task.id))
    for row in await _reminders(uow, task.id):
        await _refresh(uow, row)


async def _refresh(uow: UnitOfWork, reminder: Reminder) -> None:
    subject = Ref(Reminder.kind, reminder.id)
    card = await _newest(uow, subject, ("reminder.set", "reminder.due"))
    if card is not None:
        uow.redraw(card, card.kind, subject, **{**card.params, "changing": False})


async def _mine(uow: UnitOfWork, reminder_id: int) -> Reminder:
    reminder = await uow.lock(Reminder, reminder_id)
    policy.require(reminder.person_id == uow.actor.person_id)
    return reminder


async def _reminders(uow: UnitOfWork, task_id: int) -> list[Reminder]:
    await uow.flush()
    query = select(Reminder).where(col(Reminder.task_id) == task_id, col(Reminder.gone_at).is_(None))
    return list((await uow.session.scalars(query.order_by(col(Reminder.id)).with_for_update())).all())


async def _remind_of(uow: UnitOfWork, task: Task, when: datetime, there: list[Contact] | None = None) -> Reminder:
    return await remind(
        uow,
        text=task.text,
        due_at=when,
        customer_id=task.customer_id,
        task_id=task.id,
        person_id=task.owner_id,
        contact_id=await _contact(uow, task, there),
    )


async def _contact(uow: UnitOfWork, task: Task, there: list[Contact] | None = None) -> int | None:
    """The person at the customer whom the task names, or whom its note met."""
    if task.customer_id is None:
        return None
    activity = await uow.find(Activity, task.activity_id) if task.activity_id is not None else None
    met = activity.contacts if activity is not None else []
    if there is None:
        there = await customers.contacts(uow, task.customer_id)
    named = [c for c in there if c.name and c.name in task.text] or [c for c in there if c.name in met]
    return named[0].id if named else None


async def _asked(uow: UnitOfWork, task: Task) -> str:
    """Whom to ask what they think: the contact of the promise's note, if it has one."""
    contact_id = await _contact(uow, task)
    contact = await uow.session.get(Contact, contact_id) if contact_id is not None else None
    return contact.name if contact is not None else ""


def _plan(uow: UnitOfWork, reminder: Reminder, due_at: datetime) -> None:
    reminder.due_at, reminder.state, reminder.pushed_at = due_at, "waiting", None
    uow.later(
        "reminder", Ref(Reminder.kind, reminder.id), due_at, key=f"reminder-{reminder.id}-{int(due_at.timestamp())}"
    )


def _day(due_on: date | None, due_at: datetime | None, local: Local) -> date | None:
    return due_at.astimezone(local.zone).date() if due_at is not None else due_on
