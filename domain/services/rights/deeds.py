"""What will be done: by us a promise with its task, by them an expectation; its words, its day, and whose it is."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from domain.facts import Changed, Promise, Said
from domain.services import tasks
from domain.services.rights.desk import Desk, Put, fits, slot
from domain.tables import Reminder, Task


async def put_due(desk: Desk, right: Promise) -> None:
    """A new date for the promise that the words mean, ours or theirs, or for the only one."""
    if (right.due_on, right.due_at) == (None, None):
        return
    for name in ("promises", "awaited"):
        stored: tuple[Promise, ...] = getattr(desk.draft, name)
        old = _meant(stored, right.text, alone=name == "promises" or not desk.draft.promises)
        if old is None:
            continue
        before = right.before or (old.before and right.due_at is None)  # a deadline stays one
        new = replace(old, due_on=right.due_on, due_at=right.due_at, before=before, quote=right.quote)
        for task in await _tasks(desk, old) if name == "promises" else []:
            await tasks.reschedule(
                desk.uow, task.id, due_on=new.due_on, due_at=new.due_at, before=new.before, local=desk.local
            )
        desk.set(name, tuple(new if p is old else p for p in stored))
        desk.said.append(Changed(slot="due", name=old.text, due_before=old, due_after=new))
        return


@slot("todo")
async def put_words(desk: Desk, right: Put) -> None:
    """不是给方案，是给报价: the same promise in other words; or no promise at all."""
    stored = desk.draft.promises
    old = _meant(stored, right.before, alone=not right.before)
    new = right.value if isinstance(right.value, Said) else None
    if old is None or (new is not None and new.text == old.text):
        return
    for task in await _tasks(desk, old):
        await _rename(desk, task, new.text) if new is not None else await _take_back(desk, task)
    put = replace(old, text=new.text[:200], quote=new.quote) if new is not None else None
    kept = tuple(put if p is old else p for p in stored)
    desk.draft = replace(desk.draft, promises=tuple(p for p in kept if p is not None))
    desk.changed("todo", old.text, new.text if new is not None else "")


@slot("theirs")
async def put_theirs(desk: Desk, right: Put) -> None:
    """是他们承诺的不是我们: no task of ours."""
    old = _meant(desk.draft.promises, right.before, alone=True)
    if old is None:
        return
    for task in await _tasks(desk, old):
        await _take_back(desk, task)
    kept = tuple(p for p in desk.draft.promises if p is not old)
    desk.draft = replace(desk.draft, promises=kept, awaited=(*desk.draft.awaited, old))
    desk.changed("theirs", "", old.text)


@slot("ours")
async def put_ours(desk: Desk, right: Put) -> None:
    """是我们答应的，不是他们: a task of ours."""
    old = _meant(desk.draft.awaited, right.before, alone=True)
    if old is None:
        return
    await tasks.promise(
        desk.uow,
        customer_id=desk.activity.customer_id,
        owner_id=desk.uow.actor.require_person(),
        activity_id=desk.activity.id,
        text=old.text,
        due_on=old.due_on,
        due_at=old.due_at,
        before=old.before,
        local=desk.local,
    )
    kept = tuple(p for p in desk.draft.awaited if p is not old)
    desk.draft = replace(desk.draft, awaited=kept, promises=(*desk.draft.promises, replace(old, by="")))
    desk.changed("ours", "", old.text)


def _meant(stored: tuple[Promise, ...], said: str, *, alone: bool) -> Promise | None:
    """The promise that words mean; the only one where they mean none and it may be meant by itself."""
    fitting = [p for p in stored if fits(p.text, said)]
    if fitting:
        return fitting[0]
    return stored[0] if alone and len(stored) == 1 else None


async def _tasks(desk: Desk, promise: Promise) -> list[Task]:
    query = select(Task).where(
        col(Task.activity_id) == desk.activity.id, col(Task.text) == promise.text[:200], col(Task.gone_at).is_(None)
    )
    return list((await desk.uow.session.scalars(query)).all())


async def _rename(desk: Desk, task: Task, text: str) -> None:
    before, task.text = task.text, text[:200]
    for reminder in await _reminders(desk, task):
        reminder.text = reminder.text.replace(before, task.text)[:200]


async def _take_back(desk: Desk, task: Task) -> None:
    task.gone_at = desk.uow.now
    for reminder in await _reminders(desk, task):
        reminder.gone_at = desk.uow.now


async def _reminders(desk: Desk, task: Task) -> list[Reminder]:
    query = select(Reminder).where(col(Reminder.task_id) == task.id, col(Reminder.gone_at).is_(None))
    return list((await desk.uow.session.scalars(query)).all())
