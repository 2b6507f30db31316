"""What finance says without a card at hand: 宏图的票开了, 宏图首付到了; what it asks, and what waits for an invoice."""

from __future__ import annotations

import re

from bot.context import Context
from bot.handlers import creating
from bot.handlers.invoices import done, passed_on
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from domain.actor import JSON, Address, Ref
from domain.policy import SELLING
from domain.services import people
from domain.views import invoices as views
from domain.views.invoices import Waiting

router = Router("finance")
_MADE = re.compile(
    r"(?:发?票|专票|普票)(?:都|也|已经?|刚)*(?:给[^，。]{0,6})?(?:开|寄|做|弄)(?:好|完|出|过|掉|给[^，。]{0,6})?(?:来|去)?(?:了|$)|(?:已|已经|刚|都)开(?:好|完|出)?了?(?:发?票|专票|普票)|开(?:好|完|出)?了(?:发?票|专票|普票)"
    r"|^(?:[^，。]{0,12}的?)?(?:已经?|都)?开(?:好|完)了[。！]?$"
)
_NOT_MADE = re.compile("没|未|还差|[?？吗么]|什么时候|明天|下周|等")
_OF_MONEY = re.compile("款|钱|账|票|合同|付|首付|抬头|税号|全称|多少|欠|差")
_LOOKS_UP = re.compile("(?:抬头|税号|全称|合同|开票信息)$|(?:票|款|账)[^，。]{0,4}(?:了没有?|没)$")
_LACKS = re.compile("(?:缺|少|没有?|没给|还差)(?:一?个|了)?(?:税号|抬头|全称|开户行|账号|地址|开票信息|合同)")
_LONGEST = 20  # characters of a name
_PAID = re.compile(r"到账|到了|收到|打过来|打来|付了|付款|回款|打款|首付|尾款|余款|定金|货款|预付")


@router.act("note", "unknown")
async def told(ctx: Context) -> Reply | None:
    """宏图的票开了 closes the to-do; 宏图首付到账了19.8万 goes to whoever has the customer, and who files it."""
    if "finance" not in ctx.me.roles:
        return None
    if _MADE.search(ctx.text) and not _NOT_MADE.search(ctx.text):
        return await _made_out(ctx)
    if _LACKS.search(ctx.text) and (lacking := await _lacks(ctx)) is not None:
        return lacking
    if ctx.parsed.intent == "query":
        return await asked(ctx)
    if _LOOKS_UP.search(ctx.text) and (shown := await asked(ctx)) is not None:
        return shown
    told = ctx.parsed.intent == "note" and _PAID.search(ctx.text) is not None
    return await pass_on(ctx) if told else None


@router.act("name")
async def asked(ctx: Context) -> Reply | None:
    """金穗食品, 金穗合同多少: what finance may know of a customer that bought; None for who may see more of it."""
    if "finance" not in ctx.me.roles or ctx.me.roles & SELLING:
        return None
    found = await _meant(ctx) if ctx.parsed.customer is not None or _OF_MONEY.search(ctx.text) else None
    if found is None and ctx.parsed.customer is None and len(ctx.text) <= _LONGEST:
        found = await _bought(ctx, ctx.text)
    return None if found is None else _account(ctx, found)


def _account(ctx: Context, customer_id: int) -> Reply:
    ctx.talk_about(customer_id)
    return Reply("account.card", {"customer": customer_id}, Ref("customer", customer_id))


async def _meant(ctx: Context) -> int | None:
    """The customer that bought who is named, else the one whose card or invoice was there last."""
    if ctx.parsed.customer is not None:
        return await _bought(ctx, ctx.parsed.customer.text)
    return ctx.topic if ctx.topic is not None and await views.seller(ctx.uow.session, ctx.topic) is not None else None


async def _bought(ctx: Context, wording: str) -> int | None:
    found = ctx.names.find(wording).match
    return int(found) if found is not None and await views.seller(ctx.uow.session, int(found)) is not None else None


async def _lacks(ctx: Context) -> Reply | None:
    """金穗缺税号: the words go to whoever asked for its invoice."""
    found = await _meant(ctx)
    waiting = [each for each in await views.waiting(ctx.uow.session, ctx.me.id) if each.customer_id == found]
    return await passed_on(ctx, waiting[0].task_id) if waiting else None


async def _made_out(ctx: Context) -> Reply | None:
    """The to-do that is meant; of several it is asked whose."""
    waiting = await views.waiting(ctx.uow.session, ctx.me.id)
    if not waiting:
        return Reply("plain.text", {"text": "没有等你开的票"})
    if ctx.parsed.customer is not None:
        found = ctx.names.find(ctx.parsed.customer.text).match
        waiting = tuple(each for each in waiting if each.customer_id == found)
        if not waiting:
            return Reply("plain.text", {"text": f"没有{ctx.parsed.customer.text[:20]}的票等你开"})
    if len({each.customer_id for each in waiting}) > 1:
        ctx.ask("invoice.whose")
        return Reply("plain.text", {"text": f"哪家的开好了？等你开的：{_named(waiting)}"})
    ctx.talk_about(waiting[0].customer_id)
    return await done(ctx, waiting[0].task_id)


@router.answer("invoice.whose", wants="name")
async def whose(ctx: Context) -> Reply | None:
    """The customer whose invoice is made out."""
    said = ctx.parsed.customer.text if ctx.parsed.customer is not None else ctx.text
    found = ctx.names.find(said).match
    mine = [each for each in await views.waiting(ctx.uow.session, ctx.me.id) if each.customer_id == found]
    return await done(ctx, mine[0].task_id) if mine else None


async def to_make_out(ctx: Context, *, alone: bool) -> Reply | None:
    """What stands beside the to-dos of who makes out invoices; `alone` where he has no other: a single one as its
    card."""
    if "finance" not in ctx.me.roles:
        return None
    waiting = await views.waiting(ctx.uow.session, ctx.me.id)
    if not waiting:
        return None
    if alone and len(waiting) == 1:
        return Reply("invoice.request", {"task": waiting[0].task_id}, Ref("task", waiting[0].task_id))
    said = f"等你开票的 {len(waiting)} 张：{_named(waiting)}。开好一张说「{waiting[0].customer}的票开了」"
    return Reply("plain.text", {"text": said})


def _named(waiting: tuple[Waiting, ...]) -> str:
    return "、".join(dict.fromkeys(each.customer for each in waiting))


@router.order("record_payment")
async def payment(ctx: Context, order: Order) -> Reply | None:
    """登记宏图首付20.4万: whoever sells files it himself."""
    return await pass_on(ctx) or await creating.payment(ctx, order)


async def pass_on(ctx: Context) -> Reply | None:
    """The words about a customer that bought, to its owner; None where they are not finance's, or not about one."""
    if "finance" not in ctx.me.roles or ctx.me.roles & SELLING:
        return None
    found = await _meant(ctx)
    owner = await views.seller(ctx.uow.session, found) if found is not None else None
    if owner is None or found is None:
        return None
    ctx.talk_about(found)
    offered: list[JSON] = [found]
    ctx.uow.tell(
        Address.person(owner),
        "note.received",
        key=f"handed-{ctx.inbox_id}-0",
        inbox=ctx.inbox_id,
        part=0,
        offered=offered,
        wording=ctx.me.called,
    )
    called = (await people.names(ctx.uow.session, {owner}))[owner].called
    said = ctx.parsed.customer.text if ctx.parsed.customer is not None else await views.called(ctx.uow.session, found)
    return Reply("plain.text", {"text": f"原话转给{called}了，由他记到{said[:20]}"})
