"""Who somebody outside is, whom a colleague has just added: tapped, or said."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.questions import bare_name
from bot.router import Router
from domain.actor import Ref
from domain.errors import Refused
from domain.services import customers, outsiders
from domain.views import lookup
from domain.views import outside as views

router = Router("outside")


@router.action("outside.at")
async def at(ctx: Context, outsider_id: int, customer_id: int) -> Reply:
    """The customer that was picked."""
    return await _place(ctx, outsider_id, customer_id)


@router.action("outside.new")
async def new(ctx: Context, outsider_id: int) -> Reply:
    """新客户: the company that he works for by his own account."""
    view = await views.whose(ctx.uow.session, ctx.actor, ctx.moment, outsider=outsider_id)
    return await _make(ctx, outsider_id, view.company)


@router.action("outside.no")
async def no(ctx: Context, outsider_id: int) -> Reply:
    """不用管: nobody's customer."""
    await outsiders.leave_be(ctx.uow, outsider_id)
    return Reply(outsiders.WHOSE, {"outsider": outsider_id, "let_be": True}, Ref("outsider", outsider_id))


@router.answer(outsiders.QUESTION, wants="name")
async def named(ctx: Context, outsider: int) -> Reply | None:
    """The customer's name typed instead; one that is not on record is made."""
    if ctx.parsed.act not in ("name", "unknown"):
        return None
    wording = ctx.parsed.customer.text if ctx.parsed.customer else bare_name(ctx.text).removesuffix("的")
    match await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording):
        case lookup.One(customer_id):
            placed = await _place(ctx, outsider, customer_id)
        case lookup.Colleague(_, name, _, owner):
            raise Refused(f"{name}是{owner}的客户，先请他协作")
        case lookup.Nothing():
            placed = await _make(ctx, outsider, wording)
        case _:
            ctx.ask(outsiders.QUESTION, outsider=outsider)
            return Reply("plain.text", {"text": f"「{wording[:20]}」有几家像的，说全称"})
    await ctx.refresh_mine(Ref("outsider", outsider), (outsiders.WHOSE,))
    return Reply("plain.line", {"kind": placed.kind, "params": dict(placed.params)})


async def _make(ctx: Context, outsider_id: int, name: str) -> Reply:
    if not name.strip():
        raise Refused("客户名直接回我")
    registered = customers.looks_registered(name)
    made = await customers.create(ctx.uow, name, owner_id=ctx.me.id, named=registered, source="微信")
    return await _place(ctx, outsider_id, made.id)


async def _place(ctx: Context, outsider_id: int, customer_id: int) -> Reply:
    await outsiders.place(ctx.uow, outsider_id, customer_id)
    ctx.talk_about(customer_id)
    return Reply(outsiders.WHOSE, {"outsider": outsider_id}, Ref("outsider", outsider_id))
