"""The answer to the one question that a command may ask, and the way back of what a command did."""

from __future__ import annotations

from bot import orders
from bot.context import TOPIC, Context
from bot.message import Reply
from bot.questions import Wants, answers, bare
from bot.router import Router, StaleButton
from bot.taps import changeable
from cards.answers import UNPICKED, unpack
from cards.picked import Picked
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import orders as done
from domain.views import orders as views

router = Router("ordering")
NOTHING = Picked()
LONGEST = 60  # characters of an answer that is kept while the next question is open
_WANTS: dict[str, Wants] = {
    "customer": "name",
    "person": "person",
    "contact": "person",
    "deal": "pick",
    "task": "pick",
    "reminder": "pick",
    "value": "value",
    "choice": "choice",
    "time": "time",
    "amount": "amount",
}


@router.answer("order.fill")
async def typed(ctx: Context, inbox: int, slot: str, sort: str, given: dict[str, str]) -> Reply | None:
    """The answer in the next line; a line that is something else is none."""
    wants = _WANTS.get(sort, "value")
    if answers(ctx.parsed, ctx.text, wants=wants) != "taken":
        return None
    named = ctx.parsed.customer if sort == "customer" else None
    said = named.text if named is not None else bare(ctx.text, wants=wants)
    kinds = ("order.ask", "order.ask_several")
    await ctx.uow.refresh(Ref("inbox", inbox), only=ctx.me.id, kinds=kinds, answer=said[:20])
    return await _go_on(ctx, inbox, {**given, slot: said[:LONGEST].lstrip("#")})


@router.action("order.fill")
async def tapped(ctx: Context, inbox_id: int, given: str, slot: str, answer: str) -> Reply | None:
    """The answer that was picked."""
    try:
        before = unpack(given)
    except ValueError:
        raise StaleButton from None
    return await _go_on(ctx, inbox_id, {**before, slot: answer})


@router.action("order.fill_several")
async def filled(ctx: Context, inbox_id: int, given: str, picked: Picked = NOTHING) -> Reply | None:
    """What was picked from several lists at once; a list that was left as it stood has picked nothing."""
    try:
        before = unpack(given)
    except ValueError:
        raise StaleButton from None
    answers = {name: picked.one(name) for name in picked.answers}
    if not answers or any(answer in (None, UNPICKED) for answer in answers.values()):
        raise Refused("还有没选的。每一项都选一个，或者一句话直接说")
    return await _go_on(ctx, inbox_id, before | {name: str(answer) for name, answer in answers.items()})


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


async def undo_last(ctx: Context) -> Reply | None:
    """The last order of the sender: taken back at once, unless a colleague saw it or it was a while ago."""
    last = await done.last(ctx.uow)
    if last is None:
        return None
    subject, changes = Ref("inbox", last.inbox_id), str(last.params["changes"])
    if ctx.uow.now - last.at > TOPIC:
        ctx.say("半小时内没有新的，最近办的是这件。要撤就点「撤销」")
        return Reply("order.done", last.params, subject)
    if await views.seen_by_others(ctx.uow.session, changes):
        return Reply("order.undo_ask", last.params, subject)
    undo_set = await done.undo(ctx.uow, changes)
    at = ctx.uow.now.isoformat()
    now: dict[str, JSON] = {"undone": at, "undo_set": undo_set}
    rows = await ctx.uow.refresh(subject, only=ctx.me.id, kinds=(done.DONE,), undone=at, undo_set=undo_set)
    if not any(changeable(row, ctx.uow.now) for row in rows):
        return None if rows else Reply("order.done", {**last.params, **now}, subject)
    return Reply("plain.line", {"kind": "order.done", "params": {**last.params, **now}})
