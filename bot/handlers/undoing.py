"""撤销 typed: what was done last is taken back, be it a note, a command, a reminder or a request."""

from __future__ import annotations

from bot.context import TOPIC, Context
from bot.handlers import approvals, notes, ordering, tasks
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from domain.errors import Refused
from domain.services import corrections, latest
from domain.services.latest import Latest

router = Router("undoing")


@router.act("undo")
@router.command("撤销", "撤回", "撤销上一条")
async def undo_last(ctx: Context) -> Reply | None:
    """The last thing of this sitting at once; an older one is shown, and a tap away."""
    last = await latest.latest(ctx.uow, ctx.last_note)
    if last is None:
        raise Refused("没有可以撤销的记录")
    if last.what == "note":
        return await notes.undo_last(ctx, last.row_id)
    if ctx.uow.now - last.at > TOPIC and last.what != "order":
        raise Refused("半小时内没有可以撤的。要撤哪件，在那张卡片上点")
    return await _undo(ctx, last)


@router.command("恢复", "撤错了", "别撤了", "取消撤销")
async def nothing_to_restore(_ctx: Context) -> Reply:
    """恢复 where no card of this sitting has that button (`bot.taps` has taken all others)."""
    return Reply("plain.text", {"text": "半小时内没有撤过什么，不用恢复"})


@router.order("undo_note")
async def undo_named(ctx: Context, order: Order) -> Reply | None:
    """撤销刚才华星那条记录: the sender's newest note about a customer, whoever the talk is of."""
    customer = await order.any_customer("撤哪家的记录？")
    newest = await corrections.recent(ctx.uow, limit=1, about=customer.customer_id)
    if not newest:
        raise Refused(f"{customer.name}没有你记的可撤")
    return await notes.undo_typed(ctx, newest[0])


async def _undo(ctx: Context, last: Latest) -> Reply | None:
    """Cards of reminders and requests change where they stand; a line says it too."""
    if last.what == "order":
        return await ordering.undo_last(ctx)
    undo = tasks.drop if last.what == "reminder" else approvals.withdraw
    reply = await undo(ctx, last.row_id)
    return Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)})
