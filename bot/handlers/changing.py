"""把华星的阶段改成报价, 李工电话改成…, 华星行业是纺织, 把华星标成丢单: one thing on record is changed by saying so."""

from __future__ import annotations

from dataclasses import replace

from bot import values
from bot.asks import Asks
from bot.context import Context
from bot.drafts import draft as draft_of
from bot.handlers import corrections, notes
from bot.handlers.placing import Place
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from domain.errors import Refused
from domain.services import customers, fields
from domain.services.fields import FIELDS, Field
from domain.views.lookup import Option

router = Router("changing")
_OFFERED = 5
_HOW = {
    "money": "比如「60万」",
    "phone": "手机是 11 位",
    "email": "比如 li@huaxing.com",
    "code": "18 位，数字和大写字母",
    "day": "比如「12月20号」",
}
_KINDS = {"change_stage": "stage", "change_level": "level", "rename": "name"}


@router.order("change_field", "tell_field", "change_stage", "change_level", "rename")
async def change(ctx: Context, order: Order) -> Reply | None:
    """The field by its word, and then of whom it is."""
    key = _KINDS.get(order.command.kind) or values.key_of(order.words("field"))
    if order.command.kind == "rename" and not customers.looks_registered(order.words("value")):
        key = "short_name"
    if key == "amount" and _means_the_note(ctx, order):
        return await corrections.correct(ctx)
    field = FIELDS.get(key)
    if field is None:
        return None
    of = {"customer": _of_customer, "contact": _of_contact, "deal": _of_deal}[field.of]
    return await of(ctx, order, field)


def _means_the_note(ctx: Context, order: Order) -> bool:
    """把金额改成60万, right behind a note: the note is what was wrong."""
    return order.command.customer is None and not order.given and ctx.last_note is not None


async def _of_customer(ctx: Context, order: Order, field: Field) -> Reply:
    customer = await order.customer()
    value = _value(ctx, order, field, customer)
    await order.begin()
    await fields.change_customer(ctx.uow, customer.customer_id, field, value)
    return await order.done("change", customer.customer_id)


async def _of_contact(ctx: Context, order: Order, field: Field) -> Reply:
    customer = await order.customer()
    contact = await order.contact(customer, f"改谁的{field.label}？")
    value = _value(ctx, order, field, customer)
    await order.begin()
    await fields.change_contact(ctx.uow, contact.contact_id, field, value)
    return await order.done("change", customer.customer_id, lines=[f"{customer.name} {contact.name}"])


async def _of_deal(ctx: Context, order: Order, field: Field) -> Reply:
    """Of the one open sale, of the one that is named, or of the one that is picked; a stage begins one."""
    customer = await order.customer()
    value = _value(ctx, order, field, customer)
    deals = await _deals(ctx, order, customer)
    if not deals and field.column != "stage" and field.column != "amount":
        raise Refused(f"{customer.name}还没有商机。先说「给{customer.name}建个商机」")
    await order.begin()
    if not deals:
        deals = [(await customers.open_deal(ctx.uow, customer.customer_id, "", None, about=False)).id]
    await fields.change_deal(ctx.uow, deals[0], field, value, about=values.about(order.words("value")))
    return await order.done("change", customer.customer_id)


async def _deals(ctx: Context, order: Order, customer: Option) -> list[int]:
    """The sale that is meant; asked for where there are several."""
    if (picked := order.picked("deal")) is not None:
        return [picked]
    product = order.words("text") or (order.parsed.products[0].text if order.parsed.products else "")
    deals = await fields.open_deals(ctx.uow, customer.customer_id, product)
    if len(deals) > 1:
        raise order.asks("deal", "deal", "哪个商机？", offered=deals[:_OFFERED], about=customer.customer_id)
    return deals


def _value(ctx: Context, order: Order, field: Field, customer: Option) -> fields.Value:
    """What it is changed to; asked for where it is missing, or is none."""
    words = order.words("value")
    value = values.read(field, words, ctx.moment.local) if words else None
    if value is None:
        raise _asks_value(order, field, customer, words)
    return value


def _asks_value(order: Order, field: Field, customer: Option, words: str) -> Asks:
    question = f"{field.label}改成什么？"
    if field.choices:
        choices = [(choice, f"{choice}类" if field.column == "level" else choice) for choice in field.choices]
        return order.asks("value", "choice", question, choices=choices, about=customer.customer_id)
    how = _HOW.get(field.sort, "")
    wrong = f"「{words[:20]}」不像{field.label}，" if words else ""
    return order.asks("value", "value", f"{wrong}{question}直接说{f'，{how}' if how else ''}")


# -- the end of a sale -------------------------------------------------------------------------------------------------


@router.order("close")
async def close(ctx: Context, order: Order) -> Reply | None:
    """把华星标成丢单: the sale is lost; a win needs what was signed."""
    customer = await order.customer("哪家的单？")
    end = values.outcome(order.words("value"))
    if not end:
        choices = [("赢单", "赢了"), ("丢单", "丢了")]
        raise order.asks("value", "choice", "赢了还是丢了？", choices=choices, about=customer.customer_id)
    if end == "won":
        return await _won(ctx, order, customer)
    deals = await _deals(ctx, order, customer)
    if not deals:
        raise Refused(f"{customer.name}没有进行中的商机")
    await order.begin()
    await fields.lose(ctx.uow, deals[0])
    reply = await order.done("lost", customer.customer_id, lines=["丢在哪？说一句我记上"])
    ctx.ask("smalltalk.why")
    return reply


async def _won(ctx: Context, order: Order, customer: Option) -> Reply:
    """What was signed makes it a win like any that is told: contract, payments, invoice and cheer."""
    told = order.given.get("text", "")
    if not told and order.command.amount is not None:
        span = order.command.amount.span
        told = order.message.text[span.start : span.end]
    if not told:
        raise order.asks("text", "amount", "签了多少？怎么付也可以一起说，比如「68万，首付30%下月5号前付」")
    words = f"{customer.name}签了，合同{told}"
    read = ctx.reader.read(replace(order.message, text=words), ctx.names)
    draft = draft_of(read, words, order.local.date(), ctx.moment.zone, whole=True)
    said = order.text if told in order.text else f"{order.text}，{told}"
    filed = await notes.file(
        ctx, Place(customer.customer_id), replace(draft, text=said), order.message, order.inbox_id, 0
    )
    await order.settle()
    return notes.answer_of([filed], order.inbox_id)


@router.order("contact_left")
async def left(ctx: Context, order: Order) -> Reply:
    """把王芳标成离职: no one to call any more; what was said stays."""
    customer = await order.customer("哪家的联系人？")
    contact = await order.contact(customer, "谁离职了？")
    await order.begin()
    await fields.leave(ctx.uow, contact.contact_id)
    return await order.done("left", customer.customer_id, lines=[f"{contact.name} 不再出现在电话和提醒里"])


# -- one's own ---------------------------------------------------------------------------------------------------------


@router.order("change_me")
async def change_me(ctx: Context, order: Order) -> Reply:
    """我的手机改成…, 我改名叫…"""
    word, words = order.words("field"), order.words("value")
    mobile = values.read(FIELDS["mobile"], words, ctx.moment.local)
    named = "名" in word or (not word and mobile is None)
    value = words.strip() if named else mobile
    if not value:
        raise order.asks("value", "value", "改成什么名字？" if named else "改成哪个号码？手机是 11 位")
    await order.begin()
    await fields.change_person(ctx.uow, **({"name": str(value)} if named else {"mobile": str(value)}))
    return await order.done("change")
