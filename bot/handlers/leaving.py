"""Who gets the customers of a colleague who has left: tapped on the card, or said."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from domain.actor import JSON, Ref
from domain.services import colleagues, leaving
from domain.services import orders as changes

router = Router("leaving")
_WHOSE = re.compile(
    r"^(?:请?把)?(?P<left>.{1,8}?)的(?:所有|全部)?客户(?:都|全部?|先)?(?:转交?|移交|交接?|分)?给(?P<to>.{1,8})$"
)
_GIVEN = re.compile(r"^(?:就|都|全|先|全部)*(?:转交?|移交|交接?|分)?给?(?P<to>.{1,8}?)(?:吧|就行|好了|接手?|跟)*$")
_TAIL = "。！!，, "


@router.action("left.give")
async def give(ctx: Context, person_id: int, to: int) -> Reply:
    """交给他: the colleague who was picked."""
    return await _hand_over(ctx, person_id, to)


@router.action("left.mine")
async def mine(ctx: Context, person_id: int, _picked: int = 0) -> Reply:
    """都给我, whoever is picked on the card."""
    return await _hand_over(ctx, person_id, ctx.me.id)


@router.action("left.later")
async def later(ctx: Context, person_id: int, _picked: int = 0) -> Reply:
    """以后再说: asked again tomorrow."""
    await leaving.put_off(ctx.uow, person_id)
    return Reply(leaving.OFFER, {"person": person_id, "did": "later"}, Ref("person", person_id))


@router.action("left.undo")
async def undo(ctx: Context, person_id: int, change_set: str) -> Reply:
    """撤销: back to who has left, and the question stands again."""
    await changes.undo(ctx.uow, change_set)
    return Reply(leaving.OFFER, {"person": person_id}, Ref("person", person_id))


@router.answer(leaving.QUESTION)
async def said(ctx: Context, person: int) -> Reply | None:
    """交给小林, 都给我: the answer in words."""
    matched = _GIVEN.match(ctx.text.strip(_TAIL))
    to = await _colleague(ctx, matched["to"]) if matched else None
    return None if to is None else await _in_words(ctx, person, to)


@router.act("note", "unknown", "name")
async def whose(ctx: Context) -> Reply | None:
    """李明的客户都交给小林, long after the question."""
    return await in_words(ctx) if "客户" in ctx.text else None


async def transfer(ctx: Context, order: Order) -> Reply | None:
    """The same where it was understood as an order."""
    return None if order.given else await in_words(ctx)


async def in_words(ctx: Context) -> Reply | None:
    """Whose customers go to whom, if the words say so of somebody who has left."""
    matched = _WHOSE.match(ctx.text.strip(_TAIL))
    if matched is None or (left := await leaving.gone_called(ctx.uow, matched["left"])) is None:
        return None
    to = await _colleague(ctx, matched["to"])
    return None if to is None else await _in_words(ctx, left, to)


async def _in_words(ctx: Context, left: int, to: int) -> Reply:
    """What was said instead of tapped: the open card shows it where it can still change, and one line says it."""
    done = await _hand_over(ctx, left, to)
    params = {name: value for name, value in done.params.items() if name != "person"}
    subject = Ref("person", left)
    if await ctx.refresh_mine_with(subject, (leaving.OFFER,), params):
        return Reply("plain.line", {"kind": done.kind, "params": dict(done.params)})
    return done


async def _hand_over(ctx: Context, person_id: int, to: int) -> Reply:
    handed = await leaving.hand_over(ctx.uow, person_id, to)
    if not handed.customers:
        return Reply(leaving.OFFER, {"person": person_id}, Ref("person", person_id))
    params: dict[str, JSON] = {"person": person_id, "did": handed.changes, "to": to, "handed": handed.customers}
    return Reply(leaving.OFFER, params, Ref("person", person_id))


async def _colleague(ctx: Context, wording: str) -> int | None:
    if wording == "我":
        return ctx.me.id
    found = colleagues.called(await colleagues.active(ctx.uow.session), wording.removesuffix("吧"))
    return found[0].id if len(found) == 1 else None
