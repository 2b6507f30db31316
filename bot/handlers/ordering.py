"""The answer to the one question that a command may ask, and the way back of what a command did."""

from __future__ import annotations

from bot import orders
from bot.context import Context
from bot.message import Reply
from bot.questions import Wants, answers
from bot.router import Router, StaleButton
from cards.answers import unpack
from domain.actor import JSON, Ref
from domain.services import orders as done
from domain.views import orders as views

router = Router("ordering")
_WANTS: dict[str, Wants] = {
    "customer": "name",
    "person": "person",
    "contact": "person",
    "deal": "value",
    "task": "value",
    "reminder": "value",
    "value": "value",
    "time": "time",
    "amount": "amount",
}


@router.answer("order.fill")
async def typed(ctx: Context, inbox: int, slot: str, sort: str, given: dict[str, str]) -> Reply | None:
    """The answer in the next line; a line that is something else is none."""
    if answers(ctx.parsed, ctx.text, wants=_WANTS.get(sort, "value")) != "taken":
        return None
    said = ctx.parsed.customer.text if sort == "customer" and ctx.parsed.customer else ctx.text
    await ctx.uow.refresh(Ref("inbox", inbox), only=ctx.me.id, kinds=("order.ask",), answer=said[:20])
    return await _go_on(ctx, inbox, {**given, slot: said[:60]})


@router.action("order.fill")
async def tapped(ctx: Context, inbox_id: int, given: str, slot: str, answer: str) -> Reply | None:
    """The answer that was picked."""
    try:
        before = unpack(given)
    except ValueError:
        raise StaleButton from None
    return await _go_on(ctx, inbox_id, {**before, slot: answer})


async def _go_on(ctx: Context, inbox_id: int, given: dict[str, str]) -> Reply | None:
    order = await orders.again(ctx, inbox_id, given)
    return None if order is None else await orders.carry_out(ctx, order)


# -- the way back ------------------------------------------------------------------------------------------------------


@router.action("order.undo")
async def undo(ctx: Context, change_set: str) -> Reply:
    """撤销: at once, unless a colleague has seen a consequence: then it says first what would be taken back."""
    if await views.seen_by_others(ctx.uow.session, change_set):
        return Reply("order.undo_ask", _params(ctx, change_set), _subject(ctx))
    return await undo_all(ctx, change_set)


@router.action("order.undo_all")
async def undo_all(ctx: Context, change_set: str) -> Reply:
    """都撤."""
    if _params(ctx, change_set).get("undone"):
        return _card(ctx, change_set)
    undo_set = await done.undo(ctx.uow, change_set)
    return _card(ctx, change_set, undone=ctx.uow.now.isoformat(), undo_set=undo_set)


@router.action("order.keep")
async def keep(ctx: Context, change_set: str) -> Reply:
    """先不撤: the card as it was."""
    return _card(ctx, change_set, undone=None)


@router.action("order.restore")
async def restore(ctx: Context, change_set: str, undo_set: str) -> Reply:
    """恢复: as it was before 撤销."""
    await done.restore(ctx.uow, change_set, undo_set)
    return _card(ctx, change_set, undone=None)


def _card(ctx: Context, change_set: str, **more: JSON) -> Reply:
    return Reply("order.done", {**_params(ctx, change_set), **more}, _subject(ctx))


def _params(ctx: Context, change_set: str) -> dict[str, JSON]:
    """What the tapped card was drawn with; enough to draw one where none was tapped."""
    known = ctx.clicked is not None and ctx.clicked.params.get("changes") == change_set
    return dict(ctx.clicked.params) if known and ctx.clicked is not None else {"changes": change_set}


def _subject(ctx: Context) -> Ref | None:
    clicked = ctx.clicked
    return Ref("inbox", clicked.subject_id) if clicked is not None and clicked.subject_id is not None else None


async def undo_last(ctx: Context, last: done.Last) -> Reply:
    """撤销 typed, where the last thing done was an order: its card, taken back, or the question whether it is meant."""
    changes = str(last.params["changes"])
    if await views.seen_by_others(ctx.uow.session, changes):
        return Reply("order.undo_ask", last.params, Ref("inbox", last.inbox_id))
    undo_set = await done.undo(ctx.uow, changes)
    more: dict[str, JSON] = {"undone": ctx.uow.now.isoformat(), "undo_set": undo_set}
    return Reply("order.done", {**last.params, **more}, Ref("inbox", last.inbox_id))
