"""补全称: the registered name of a customer that was made from a note."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.questions import bare_name
from bot.router import Router
from domain.actor import Ref
from domain.errors import Refused
from domain.naming import normal
from domain.services import customers
from domain.views import lookup

router = Router("fullname")
SHORTEST, LONGEST = 4, 40  # characters of a registered name


@router.action("customer.fullname")
async def ask(ctx: Context, customer_id: int) -> None:
    """The next line typed is the name; no other question."""
    await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    ctx.ask("customer.fullname", customer_id=customer_id)
    ctx.say("全称直接回我")


@router.answer("customer.fullname", wants="registered", lasting=True)
async def is_called(ctx: Context, customer_id: int) -> Reply | None:
    """The registered name, unless the line is plainly something else, or somebody's already."""
    name = bare_name(ctx.text)
    if not SHORTEST <= len(name) <= LONGEST:
        return None
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, name)
    if isinstance(found, (lookup.One, lookup.Colleague)) and found.customer_id != customer_id:
        taken = await lookup.option(ctx.uow.session, ctx.actor, found.customer_id)
        if normal(taken.full) == normal(name):
            raise Refused(f"「{name}」已经在记录里，{f'{taken.owner}负责' if taken.owner else '在公海'}")
    customer = await customers.rename(ctx.uow, customer_id, name)
    if ctx.last_note is not None:
        await ctx.uow.refresh(Ref("activity", ctx.last_note), only=ctx.me.id)
    return Reply("plain.text", {"text": f"改好了：全称 {customer.name}"})
