"""A phone number that is on record nowhere: whose is it?"""

from __future__ import annotations

from bot.context import Context
from bot.handlers.customers import LONGEST, SHORTEST, called, create, customer_card
from bot.message import Reply
from bot.router import Router
from domain.services import customers

router = Router("phones")


@router.action("phone.at")
async def phone_of_customer(ctx: Context, phone: str, customer_id: int) -> None:
    """华星精工的: whose, is the next line."""
    await called(ctx, customer_id)
    ctx.ask("phone.name", phone=phone, customer=customer_id)
    ctx.say("谁的？名字直接回我")


@router.answer("phone.name", wants="person")
async def phone_named(ctx: Context, phone: str, customer: int) -> Reply | None:
    name = ctx.parsed.contacts[0].name if ctx.parsed.contacts else ctx.text
    if not name or len(name) > 10 or ctx.parsed.activity is not None:
        return None
    await called(ctx, customer)
    title = ctx.parsed.contacts[0].title if ctx.parsed.contacts else None
    contact = await customers.contact(ctx.uow, customer, name, title or "", phone)
    return customer_card(ctx, customer, contact.id)


@router.answer("phone.his", wants="person")
async def phone_of_his(ctx: Context, phone: str, customer: int) -> Reply | None:
    """钱总的, typed behind 这是谁的电话？: somebody at the customer that was talked about."""
    named = ctx.parsed.contacts and ctx.parsed.customer is None
    return await phone_named(ctx, phone, customer) if named else None


@router.action("phone.new")
async def phone_of_new(ctx: Context, phone: str) -> None:
    """新客户: its name and whose phone it is are the next line."""
    ctx.ask("phone.new", phone=phone)
    ctx.say("客户和联系人直接回我，比如：恒力机械 王芳")


@router.answer("phone.new", wants="name")
async def phone_of_new_named(ctx: Context, phone: str) -> Reply | None:
    said, _, rest = ctx.text.partition(" ")
    wording = ctx.parsed.customer.text if ctx.parsed.customer is not None else said
    if not SHORTEST <= len(wording) <= LONGEST or ctx.parsed.activity is not None:
        return None
    reply = await create(ctx, wording)
    customer_id = int(str(reply.params["customer"]))
    await called(ctx, customer_id)
    name = ctx.parsed.contacts[0].name if ctx.parsed.contacts else rest.strip()[:10]
    contact = await customers.contact(ctx.uow, customer_id, name, phone=phone)
    return customer_card(ctx, customer_id, contact.id)


@router.action("phone.keep")
async def phone_kept(_ctx: Context, phone: str) -> Reply:
    """先存着."""
    return Reply("phone.whose", {"phone": phone, "customer": None, "kept": True})
