"""改到后天下午三点, 不对，是周五: behind a reminder or a to-do that was just set, the new time is for that one."""

from __future__ import annotations

from datetime import date, datetime

from bot import values
from bot.context import TOPIC, Context
from bot.message import Reply
from bot.nlp.parsed import Correction
from domain.actor import Ref
from domain.services import corrections, latest, orders, tasks, todos
from domain.services.orders import Planned


async def moved(ctx: Context, said: Correction) -> Reply | None:
    """The reminder or to-do at its new time; None where the line says no time, or the last thing done was another."""
    if said.right is None or said.slot or said.dropped:
        return None
    if (planned := await _planned(ctx) or await _at_hand(ctx)) is None:
        return None
    local, words = ctx.moment, said.right.text
    if planned.kind == "task":
        was, whole_day = await todos.due_at(ctx.uow, planned.row_id, local)
        when = values.moved(words, local.local, was)
        if isinstance(when, datetime) and whole_day and values.duration(words, local.local):
            when = when.date()
        return None if when is None else await _task(ctx, planned.row_id, when)
    when = values.moved(words, local.local, await todos.reminds_at(ctx.uow, planned.row_id, local))
    return None if when is None else await _reminder(ctx, planned.row_id, when)


async def planned(ctx: Context) -> Planned | None:
    """What was set, moved or promised in a note last, if nothing else was done since, in this sitting."""
    last = await latest.latest(ctx.uow, ctx.last_note)
    if last is not None and last.what == "note" and ctx.uow.now - last.at <= TOPIC:
        return await orders.promised(ctx.uow, last.row_id)
    return await _planned(ctx)


async def _planned(ctx: Context) -> Planned | None:
    """What was set or moved last, if nothing else was done since, in this sitting."""
    last = await latest.latest(ctx.uow, ctx.last_note)
    if last is None or ctx.uow.now - last.at > TOPIC:
        return None
    if last.what == "reminder":
        return Planned("reminder", last.row_id)
    return await orders.planned(ctx.uow) if last.what == "order" else None


async def _at_hand(ctx: Context) -> Planned | None:
    """改到周一 behind 刘工说周五不行: the one open to-do at the customer who is talked about, where the note itself
    promises nothing that could be moved."""
    if ctx.last_note is None or ctx.topic is None or ctx.parsed.customer is not None:
        return None
    found = await corrections.words_of(ctx.uow, ctx.last_note)
    if found is None or found[1].promises or found[1].awaited or found[1].type not in (None, "other"):
        return None
    open_ones = await todos.meant(ctx.uow, "", customer_id=ctx.topic)
    return Planned("task", open_ones[0]) if len(open_ones) == 1 else None


async def _task(ctx: Context, task_id: int, when: date | datetime) -> Reply:
    changed = await ctx.uow.begin_change()
    task = await todos.move(ctx.uow, task_id, when, ctx.moment)
    await tasks.refresh_today(ctx.uow, ctx.moment)
    return await _done(ctx, "move_task", changed, task.customer_id)


async def _reminder(ctx: Context, reminder_id: int, when: date | datetime) -> Reply:
    changed = await ctx.uow.begin_change()
    reminder = await todos.remind_at(ctx.uow, reminder_id, when, ctx.moment)
    return await _done(ctx, "move_reminder", changed, reminder.customer_id)


async def _done(ctx: Context, did: str, changed: str, customer: int | None) -> Reply:
    """As the command that names what is to be moved: it can be taken back alone."""
    await ctx.uow.begin_change()
    return Reply("order.done", {"changes": changed, "did": did, "customer": customer}, Ref("inbox", ctx.inbox_id))
