"""不是它: a note that was taken over from the thread goes to the customer that it is about."""

from __future__ import annotations

from bot.context import Context
from bot.handlers.learning import learn
from bot.handlers.notes import card_of
from bot.message import Reply
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import corrections
from domain.views import lookup, placing

router = Router("moving")
_MANY = "note.recorded_many"  # the card of a whole message, which shows each of its notes where it is


@router.action("note.other")
async def other(ctx: Context, activity_id: int) -> Reply:
    """不是它: the customers written about last, or a name typed."""
    activity = await corrections.standing(ctx.uow, activity_id)
    recent = await placing.recent(ctx.uow.session, ctx.actor, limit=4)
    offered: list[JSON] = [*[i for i in recent if i != activity.customer_id][:3]]
    ctx.ask("note.move", activity_id=activity_id)
    asked = {"activity": activity_id, "inbox": activity.inbox_id or 0, "part": activity.part}
    return Reply("note.moving", {**asked, "offered": offered}, Ref("activity", activity_id))


@router.action("note.move")
async def move(ctx: Context, activity_id: int, customer_id: int) -> Reply:
    """The customer that was picked."""
    return await refile(ctx, activity_id, customer_id)


@router.answer("note.move", wants="name")
async def named(ctx: Context, activity_id: int) -> Reply | None:
    """The name typed instead; a new note or a command is not taken for one."""
    if ctx.parsed.act not in ("name", "unknown"):
        return None
    wording = ctx.parsed.customer.text if ctx.parsed.customer else ctx.text
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    if not isinstance(found, lookup.One):
        raise Refused(f"没有找到「{wording[:20]}」，这条还在原来的客户上。把客户名说全一点再试")
    return await refiled(ctx, activity_id, found.customer_id)


async def refile(ctx: Context, activity_id: int, customer_id: int) -> Reply:
    """The note under the right customer: the answer is its card, and the cards of the wrong one become it."""
    wrong = await corrections.standing(ctx.uow, activity_id)
    inbox_id, part = wrong.inbox_id, wrong.part  # the wrong note loses them
    filed = await corrections.move(ctx.uow, activity_id, customer_id, ctx.moment)
    await learn(ctx, inbox_id, part, customer_id, "corrected")
    ctx.talk_about(filed.customer_id, filed.activity_id)
    moved = await card_of(ctx, filed.activity_id)
    for row in await ctx.uow.refresh(Ref("activity", activity_id), only=ctx.me.id):
        kind, params = (row.kind, row.params) if row.kind == _MANY else (moved.kind, moved.params)
        ctx.uow.redraw(row, kind, moved.subject, **params)
    return moved


async def refiled(ctx: Context, activity_id: int, customer_id: int) -> Reply:
    """The same for a typed line, which is answered in one line."""
    wrong = await corrections.customer_of(ctx.uow, activity_id)
    await refile(ctx, activity_id, customer_id)
    right = await corrections.name_of(ctx.uow, customer_id)
    return Reply("plain.text", {"text": f"改好了：这条移到 {right}，{wrong}已还原"})
