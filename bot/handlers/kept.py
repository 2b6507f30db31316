"""周报交了, 方案发了, about nobody who is named: the to-do that this keeps says which one it is."""

from __future__ import annotations

from bot.context import Context
from bot.drafts import drafts
from bot.message import Reply
from bot.router import Router
from domain.actor import Ref
from domain.services import tasks, todos

router = Router("kept")
_LONGEST = 30  # characters; what is longer tells of somebody


@router.act("note", "unknown")
async def kept(ctx: Context) -> Reply | None:
    """The one open to-do, or reminder, about no customer that the words keep is done; None where they may mean one."""
    read = ctx.parsed
    if len(ctx.text) > _LONGEST or read.customer is not None or read.contacts or read.others:
        return None
    day = ctx.message.sent_at.astimezone(ctx.moment.zone).date()
    _, draft = drafts(read, ctx.message.text, day, ctx.moment.zone)[0]
    me = ctx.actor.require_person()
    for deed in draft.done:
        fits = await tasks.matching_open(ctx.uow.session, me, None, deed.text)
        reminders = [] if fits else await todos.reminders_kept(ctx.uow, deed.text)
        if len(reminders) == 1:
            await tasks.done(ctx.uow, reminders[0])
            return Reply("plain.line", {"kind": "reminder.set", "params": {"reminder": reminders[0]}})
        if len(fits) != 1 or fits[0].customer_id is not None:
            continue
        changed = await ctx.uow.begin_change()
        await todos.finish(ctx.uow, fits[0].id)
        await tasks.refresh_today(ctx.uow, ctx.moment)
        await ctx.uow.begin_change()
        params = {"changes": changed, "did": "complete_task", "customer": None}
        return Reply("order.done", params, Ref("inbox", ctx.inbox_id))
    return None
