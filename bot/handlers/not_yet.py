"""Commands whose subject comes later: an honest answer with what can be done instead, and never a note."""

from __future__ import annotations

import re

from bot.context import Context
from bot.handlers import notes
from bot.message import Reply
from bot.orders import Order, again
from bot.router import Router
from cards.builders.not_yet import KINDS
from domain.actor import JSON, Ref
from domain.services import corrections, todos
from domain.services.todos import Deed
from domain.views import help as help_views

router = Router("not_yet")
_A_NOTE = re.compile(r"记录|拜访|跟进|[这那刚]条|那笔|上一条|刚才")


@router.order(*(kind for kind in KINDS if kind != "delete"))
async def not_yet(ctx: Context, order: Order) -> Reply:
    """What it is, kept, with the next best."""
    return await _instead(ctx, order)


@router.order("delete")
async def delete(ctx: Context, order: Order) -> Reply:
    """把今天的拜访记录删了: undoing is what is meant, and a tap away; all else stays on record."""
    last = await corrections.last(ctx.uow, ctx.last_note)
    if last is None or not _A_NOTE.search(order.text):
        return await _instead(ctx, order)
    ctx.say("最近一条是这个，要删就点「撤销」")
    return await notes.card_of(ctx, last)


async def _instead(ctx: Context, order: Order) -> Reply:
    params: dict[str, JSON] = {"inbox": order.inbox_id, "order": order.command.kind}
    if (named := await help_views.about(ctx.uow.session, ctx.actor, ctx.names, order.text)) is not None:
        params["customer"] = named[0]
    return Reply("order.not_yet", params, Ref("inbox", order.inbox_id))


@router.action("todo.keep")
async def keep(ctx: Context, inbox_id: int) -> Reply | None:
    """记成待办: the words as they were, to be done by oneself; tapped twice, it is there once."""
    order = await again(ctx, inbox_id, {})
    if order is None:
        return None
    await order.begin()
    await todos.note(ctx.uow, Deed(text=order.text[:200]), ctx.moment)
    return await order.done("task")
