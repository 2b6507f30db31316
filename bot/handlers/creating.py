"""新建客户, 加联系人, 建商机, 登记回款: something new on record by saying so."""

from __future__ import annotations

import re

from bot import values
from bot.context import Context
from bot.drafts import drafts
from bot.handlers import notes
from bot.handlers.customers import customer_card
from bot.handlers.placing import Place
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from cards import words as said
from domain.errors import Refused
from domain.naming import normal
from domain.policy import SELLING
from domain.services import customers, payments
from domain.services.fields import FIELDS
from domain.views import lookup

router = Router("creating")
LONGEST = 60  # characters of a new customer's name
_NAMED = re.compile(r"(?:客户|公司|单位|线索)[：:，,\s]*(?P<name>[^，,。；;：:]{2,60})")
_PRODUCT = re.compile(
    r"(?:商机|机会)[：:，,\s]*(?:(?:名称|名字|项目名)?(?:就?叫做?|是|为|[：:])[：:，,\s]*)?(?P<what>.*)", re.DOTALL
)
_SAID_OF = re.compile(r"^(?:联系人|联络人|对接人|电话|手机|号码|来源|客户|叫|是|的)+|(?:先生|女士|的|是)$")
_PHONE = re.compile(r"[\d\s-]{7,}")
_AROUND = re.compile(r"联系人|联络人|对接人|电话|手机|[：:，,。\s]")
_SUMS = re.compile(r"(?:金额|预算|大概|大约|约|差不多|左右|产品)")


# -- a customer --------------------------------------------------------------------------------------------------------


@router.order("create_customer", "create_lead")
async def customer(ctx: Context, order: Order) -> Reply:
    """新建客户 远山茶业，联系人王芳: once, whoever has it; one that is alike is asked about."""
    if not ctx.me.roles & SELLING:
        raise Refused("新客户由销售来建")
    name = _name(order)
    if not name:
        raise order.asks("value", "value", "叫什么？全称或平时的叫法都行")
    if order.given.get("same") != "new" and (known := await _known(ctx, order, name)) is not None:
        theirs = not (await lookup.option(ctx.uow.session, ctx.actor, known)).visible
        return (
            customer_card(ctx, known) if theirs or not _tells_more(order, name) else await _story_of(ctx, order, known)
        )
    await order.begin()
    source = order.parsed.source.text if order.parsed.source else ""
    full = customers.looks_registered(name)
    made = await customers.create(ctx.uow, name, owner_id=ctx.me.id, named=full, source=source)
    if order.command.kind == "create_lead":
        made.status = "线索"
    for index, contact in enumerate(order.parsed.contacts[:1]):
        phone = order.parsed.phones[index].text if order.parsed.phones else ""
        await customers.contact(ctx.uow, made.id, contact.name, contact.title or "", phone)
    if _tells_more(order, name):
        return await _story_of(ctx, order, made.id, new=True)
    return await order.done("customer", made.id, note="归你负责" if full else "归你负责 · 待补全称")


def _tells_more(order: Order, name: str) -> bool:
    """Whether more is said of the new customer than who it is: 做传感器的，要两台样机."""
    read, _, behind = order.parsed, *order.text.partition(name)[1:]
    known = [read.source.text] if read.source else []
    known += [each.text for each in read.phones] + [each.name for each in read.contacts[:1]]
    pieces = (_SAID_OF.sub("", piece) for piece in re.split(r"[，,。；;：:\s]+", behind))
    return any(len(piece) > 1 and not any(each in piece for each in known) for piece in pieces)


async def _story_of(ctx: Context, order: Order, customer_id: int, *, new: bool = False) -> Reply:
    """What is told beside the name is a note; of a `new` customer in the same change, so that 撤销 takes back both."""
    day = order.message.sent_at.astimezone(ctx.moment.zone).date()
    _, draft = drafts(order.parsed, order.message.text, day, ctx.moment.zone)[0]
    place = Place(customer_id, new=new)
    filed = await notes.file(ctx, place, draft, order.message, order.inbox_id, 0)
    await order.settle()
    return notes.answer_of([filed], order.inbox_id)


def _name(order: Order) -> str:
    """The new name: as answered, as understood, else what stands behind the word."""
    if answered := order.given.get("value"):
        return answered[:LONGEST]
    found = _NAMED.search(order.text)
    if order.command.customer is not None:
        return order.command.customer.text[:LONGEST]
    return found["name"].strip()[:LONGEST] if found else ""


async def _known(ctx: Context, order: Order, name: str) -> int | None:
    """The customer of that name that is on record, or the one of those alike that was picked."""
    if (picked := order.picked("same")) is not None:
        return picked
    match await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, name):
        case lookup.One(customer_id, called) | lookup.Colleague(customer_id, called):
            option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
            if normal(name) in (normal(called), normal(option.full)):
                return customer_id
            offered = [customer_id]
        case lookup.Several(options) | lookup.Alike(options):
            offered = [o.customer_id for o in options[:3]]
        case _:
            return None
    raise order.asks("same", "customer", "是不是已经有的这家？", offered=offered, choices=[("new", "是新的")])


# -- what hangs on it --------------------------------------------------------------------------------------------------


@router.order("create_contact")
async def contact(ctx: Context, order: Order) -> Reply:
    """给华星加个联系人李工，电话139…: a person at a customer; who is there already gets what is new."""
    at = await order.customer("哪家的联系人？")
    answered = order.given.get("contact", "")
    phone = order.parsed.phones[0].text if order.parsed.phones else ""
    if answered:
        phone = str(values.read(FIELDS["mobile"], answered, order.local) or phone)
    name = _AROUND.sub("", _PHONE.sub("", answered or order.words("contact")))
    if not name:
        raise order.asks("contact", "value", "联系人叫什么？有电话一起说")
    title = next((c.title for c in order.parsed.contacts if c.title and c.name == name), None) or ""
    await order.begin()
    await customers.contact(ctx.uow, at.customer_id, name, title, phone)
    return await order.done("contact", at.customer_id)


@router.order("create_opportunity")
async def deal(ctx: Context, order: Order) -> Reply:
    """给华星建个商机，MES 50万."""
    at = await order.customer("哪家的商机？")
    words = order.given.get("text") or _behind(order, at)
    fen = values.read(FIELDS["amount"], words, order.local)
    product = _product(order, words) if words else ""
    if not product and fen is None:
        raise order.asks("text", "value", "产品和大概金额直接说")
    await order.begin()
    amount = fen if isinstance(fen, int) else None
    await customers.open_deal(ctx.uow, at.customer_id, product, amount, about=values.about(words))
    return await order.done("deal", at.customer_id)


def _behind(order: Order, at: lookup.Option) -> str:
    """What is said of the sale: behind 商机, without the customer's name."""
    found = _PRODUCT.search(order.text)
    words = found["what"] if found else ""
    named = order.command.customer.text if order.command.customer else at.name
    return words.replace(named, "", 1).strip(" ，,：:。的")


def _product(order: Order, words: str) -> str:
    """The product: what is known for one, else what is left without the sum."""
    known = next((p.text for p in order.parsed.products if p.text in words), "")
    return known or _SUMS.sub("", values.without_sums(words, order.local)).strip(" ，,：:。的")[:80]


async def payment(ctx: Context, order: Order) -> Reply:
    """登记宏图首付20.4万: on the planned payment that it means."""
    at = await order.customer("哪家的回款？")
    label = order.words("value") if order.words("value") not in ("回款", "收款", "到款") else ""
    fen = values.read(FIELDS["amount"], order.given.get("amount") or order.text, order.local)
    plan = await payments.planned(ctx.uow, at.customer_id)
    row = payments.meant(plan, label, fen if isinstance(fen, int) else None)
    if fen is None and row is not None:
        fen = row.amount
    if not isinstance(fen, int):
        raise order.asks("amount", "amount", "到了多少？比如「20万」")
    await order.begin()
    left = await payments.receive(ctx.uow, at.customer_id, row, label, fen)
    lines = [f"还差 {said.money(left)}"] if left else (["这家的款收齐了"] if left == 0 and row is not None else [])
    return await order.done("payment", at.customer_id, lines=list(lines))
