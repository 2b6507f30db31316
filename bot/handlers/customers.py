"""A name alone, and what can be done from a customer's card."""

from __future__ import annotations

from decimal import Decimal

from bot.context import Context
from bot.message import Reply
from bot.nlp.parsed import Amount
from bot.orders import Order
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import NotFound
from domain.naming import normal
from domain.policy import SELLING
from domain.services import colleagues, customers
from domain.views import lookup
from domain.views.lookup import ContactHit

router = Router("customers")
SHORTEST, LONGEST = 2, 60
_LONGEST_NAME = 6  # characters of the whole name of a person
_IN_PLACE = frozenset({"customer.which", "customer.unknown", "customer.timeline"})
_ABOUT = "大概约差不多左右 ，,、：:"


# -- a name alone ------------------------------------------------------------------------------------------------------


@router.act("name")
async def by_name(ctx: Context) -> Reply | None:
    """华星精工, 张总, 13800138000."""
    if ctx.parsed.phones:
        return await _by_phone(ctx, ctx.parsed.phones[0].text)
    if ctx.parsed.contacts:
        return await by_person(ctx, ctx.parsed.contacts[0].name)
    wording = ctx.parsed.customer.text if ctx.parsed.customer is not None else ctx.text
    return await by_wording(ctx, wording)


@router.command("准备一下", "帮我准备一下", "准备下", "帮我准备下")
async def prepare(ctx: Context) -> Reply | None:
    """What is known of the customer that was talked about, before a visit; None where none was."""
    return customer_card(ctx, ctx.topic) if ctx.topic is not None else None


@router.act("unknown")
async def by_whole_name(ctx: Context) -> Reply | None:
    """王建国: a line that is nothing but the name of somebody on record; 华星钱到了没 shows what is known. None for any
    other."""
    read = ctx.parsed
    if read.intent == "query" and read.customer is not None and read.command is None and not read.follow_up:
        match await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, read.customer.text):
            case lookup.One(customer_id) | lookup.Colleague(customer_id):
                return customer_card(ctx, customer_id)
    name = ctx.text.strip("。！!？?~ ")
    if not 2 <= len(name) <= _LONGEST_NAME:
        return None
    hits = await lookup.people_in(ctx.uow.session, ctx.actor, name)
    return _of_hits(ctx, [hit for hit in hits if hit.name == name], name)


async def by_wording(ctx: Context, wording: str) -> Reply:
    """The card of the customer that the wording means, or the question which."""
    match await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording):
        case lookup.One(customer_id) | lookup.Colleague(customer_id):
            return customer_card(ctx, customer_id)
        case lookup.Several(options):
            return _which("", [o.customer_id for o in options])
        case _:
            return Reply("customer.unknown", {"wording": wording[:LONGEST], "customers": []})


async def by_person(ctx: Context, mention: str, at: int | None = None) -> Reply:
    """张总: of one customer its card with his phone on top; of several the question which, unless he is one of those at
    the customer `at`."""
    customer: int | None = None
    if ctx.parsed.customer is not None:
        found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, ctx.parsed.customer.text)
        if not isinstance(found, lookup.One):
            return await by_wording(ctx, ctx.parsed.customer.text)
        customer = found.customer_id
    hits = await lookup.people_called(ctx.uow.session, ctx.actor, mention, customer)
    hits = [hit for hit in hits if hit.customer_id == at] or hits
    if not hits and customer is not None:
        return customer_card(ctx, customer)
    return _of_hits(ctx, hits, mention) or Reply("plain.text", {"text": f"你的客户里没有{mention}"})


async def _by_phone(ctx: Context, digits: str) -> Reply:
    hits = await lookup.by_phone(ctx.uow.session, ctx.actor, digits)
    if not hits and ctx.topic is not None:
        ctx.ask("phone.his", phone=digits, customer=ctx.topic)
    return _of_hits(ctx, hits, "") or Reply("phone.whose", {"phone": digits, "customer": ctx.topic})


def _of_hits(ctx: Context, hits: list[ContactHit], mention: str) -> Reply | None:
    places = list(dict.fromkeys(hit.customer_id for hit in hits))
    if not places:
        return None
    return customer_card(ctx, places[0], hits[0].contact_id) if len(places) == 1 else _which(mention, places)


def _which(wording: str, places: list[int]) -> Reply:
    return Reply("customer.which", {"wording": wording, "customers": list(places[:10])})


def customer_card(ctx: Context, customer_id: int, contact_id: int | None = None) -> Reply:
    ctx.talk_about(customer_id)
    params: dict[str, JSON] = {"customer": customer_id}
    if contact_id is not None:
        params["contact"] = contact_id
    return Reply("customer.360", params, Ref("customer", customer_id))


@router.order("show_customer")
async def show(ctx: Context, order: Order) -> Reply:
    """华星怎么样了, 看看华星."""
    return customer_card(ctx, (await order.any_customer("看哪家？")).customer_id)


async def _nobody(ctx: Context, order: Order) -> Reply | None:
    """周总电话多少, of somebody who is at no customer: a colleague, or nobody."""
    wording = order.words("contact")
    if not wording or order.given or order.command.customer is not None:
        return None
    if await lookup.people_called(ctx.uow.session, ctx.actor, wording):
        return None
    colleague = any(wording in (p.name, p.called) for p in await colleagues.active(ctx.uow.session))
    said = f"{wording}是同事，我只记客户的联系方式" if colleague else f"你的客户里没有{wording}"
    return Reply("plain.text", {"text": said})


# What may be asked of somebody: its word, where it is kept, and how it is told.
_ASKED: tuple[tuple[str, lookup.Kept, str], ...] = (
    ("电话", "mobile", "13800138000"),
    ("手机", "mobile", "13800138000"),
    ("号码", "mobile", "13800138000"),
    ("联系方式", "mobile", "13800138000"),
    ("微信", "wechat", "是zhang01"),
    ("邮箱", "email", "是zhang@huaxing.com"),
    ("生日", "birthday", "是3月5号"),
)


_ON_CARD = ("mobile", "wechat")


@router.order("show_contact")
async def show_contact(ctx: Context, order: Order) -> Reply:
    """张总电话多少: his customer's card with him on top; nobody's is not asked about."""
    if (nobody := await _nobody(ctx, order)) is not None:
        return nobody
    customer = await order.customer("哪家的？")
    contact = await order.contact(customer, "谁的电话？")
    card = customer_card(ctx, customer.customer_id, contact.contact_id)
    asked = next((each for each in _ASKED if each[0] in order.text), None)
    if asked is None:
        return card
    words, column, sample = asked
    here = await lookup.kept(ctx.uow.session, ctx.actor, contact.contact_id, column)
    if here is None or (here and column in _ON_CARD):
        return card
    lacks = f"还没记。有了说「{contact.name}{words}{sample}」"
    return Reply("plain.text", {"text": f"{customer.name} {contact.name}的{words}{f'：{here}' if here else lacks}"})


# -- from the card -----------------------------------------------------------------------------------------------------


@router.action("customer.open")
async def look(ctx: Context, customer_id: int) -> Reply | None:
    """看客户: in place of the question that led here, else beside the card, which stays the record."""
    await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    reply = customer_card(ctx, customer_id)
    if ctx.clicked is not None and ctx.clicked.kind in _IN_PLACE:
        return reply
    ctx.send(reply)
    return None


@router.action("customer.timeline")
async def history(ctx: Context, customer_id: int, page: int = 0) -> Reply | None:
    """时间线, ten at a time; 更多 turns the page in place."""
    reply = Reply("customer.timeline", {"customer": customer_id, "page": page}, Ref("customer", customer_id))
    if ctx.clicked is not None and ctx.clicked.kind == "customer.timeline":
        return reply
    ctx.send(reply)
    return None


@router.action("note.start")
async def start_note(ctx: Context, customer_id: int) -> None:
    """记一笔: what is said next is about this customer."""
    name = await called(ctx, customer_id)
    ctx.talk_about(customer_id)
    ctx.say(f"{name}怎么样了？直接说")


@router.command("记一笔", "记跟进")
async def start_typed(ctx: Context) -> Reply | None:
    """The label of that button where no card has it: of the customer who is talked about, else whose it is follows."""
    if not ctx.me.roles & SELLING:
        return None
    if ctx.topic is None:
        return Reply("plain.text", {"text": "见了谁、说了什么，直接说，带上客户名就行"})
    await start_note(ctx, ctx.topic)
    return None


@router.action("deal.new")
async def start_deal(ctx: Context, customer_id: int) -> None:
    """建商机: the next line makes it."""
    await called(ctx, customer_id)
    ctx.talk_about(customer_id)
    ctx.ask("deal.new", customer=customer_id)
    ctx.say("产品和大概金额直接说")


@router.answer("deal.new", wants="amount")
async def make_deal(ctx: Context, customer: int) -> Reply | None:
    """MES 大概50万; a line that tells of a contact is a note and none of this."""
    parsed = ctx.parsed
    amount = parsed.amounts[0] if parsed.amounts else None
    if parsed.activity is not None or parsed.contacts or not (amount or parsed.products):
        return None
    if parsed.products:
        product = parsed.products[0].text
    else:
        product = ctx.text[: amount.span.start].strip(_ABOUT) if amount is not None else ""
    about = amount is not None and amount.about
    await customers.open_deal(ctx.uow, customer, product, _fen(amount), about=about)
    return customer_card(ctx, customer)


@router.action("customer.create")
async def create(ctx: Context, wording: str) -> Reply:
    """新建一家: under the name that was said; tapped twice, it is there once."""
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    if isinstance(found, (lookup.One, lookup.Colleague)) and normal(found.name) == normal(wording):
        return customer_card(ctx, found.customer_id)
    named = customers.looks_registered(wording)
    made = await customers.create(ctx.uow, wording, owner_id=ctx.me.id, named=named)
    return customer_card(ctx, made.id)


@router.action("customer.alike")
async def alike(ctx: Context, wording: str) -> Reply | None:
    """找像的."""
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    if isinstance(found, (lookup.Several, lookup.Alike)):
        return _which("", [o.customer_id for o in found.options])
    if isinstance(found, (lookup.One, lookup.Colleague)):
        return customer_card(ctx, found.customer_id)
    ctx.say("没有像的，新建一家就行")
    return None


async def called(ctx: Context, customer_id: int) -> str:
    """How the customer is called; `NotFound` where the actor may not write to it."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if not option.visible:
        raise NotFound
    return option.name


def _fen(amount: Amount | None) -> int | None:
    return int(amount.value * Decimal(100)) if amount is not None and amount.currency == "CNY" else None
