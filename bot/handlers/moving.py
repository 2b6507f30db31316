"""不是它: a note that was taken over from the thread goes to the customer that it is about."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import corrections
from domain.views import lookup, placing

router = Router("moving")


@router.action("note.other")
async def other(ctx: Context, activity_id: int) -> Reply:
    """不是它: the customers written about last, or a name typed."""
    activity = await corrections.of_writer(ctx.uow, activity_id)
    recent = await placing.recent(ctx.uow.session, ctx.actor, limit=4)
    offered: list[JSON] = [*[i for i in recent if i != activity.customer_id][:3]]
    ctx.ask("note.move", activity_id=activity_id)
    asked = {"activity": activity_id, "inbox": activity.inbox_id or 0, "part": activity.part}
    return Reply("note.moving", {**asked, "offered": offered}, Ref("activity", activity_id))


@router.action("note.move")
async def move(ctx: Context, activity_id: int, customer_id: int) -> Reply:
    """The customer that was picked."""
    return await _moved(ctx, activity_id, customer_id)


@router.answer("note.move")
async def named(ctx: Context, activity_id: int) -> Reply | None:
    """The name typed instead; a new note or a command is not taken for one."""
    if ctx.parsed.act not in ("name", "unknown"):
        return None
    wording = ctx.parsed.customer.text if ctx.parsed.customer else ctx.text
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    if not isinstance(found, lookup.One):
        raise Refused(f"没有找到「{wording[:20]}」，这条还在原来的客户上。把客户名说全一点再试")
    return await _moved(ctx, activity_id, found.customer_id)


async def _moved(ctx: Context, activity_id: int, customer_id: int) -> Reply:
    filed = await corrections.move(ctx.uow, activity_id, customer_id, ctx.moment)
    ctx.talk_about(filed.customer_id, filed.activity_id)
    return Reply("note.recorded", {"activity": filed.activity_id}, Ref("activity", filed.activity_id))
