"""Questions about one customer (华星怎么样了, 他电话多少), and what goes on with the last one: 那华兴呢, 那明天呢."""

from __future__ import annotations

import re
from datetime import date

from bot import recent, values
from bot.context import Context
from bot.handlers import leaning
from bot.handlers.customers import by_person, by_wording, customer_card
from bot.handlers.help import NO_FIGURES
from bot.message import Reply
from bot.nlp.parsed import Words
from bot.router import Router
from domain.actor import Ref
from domain.views import lookup

router = Router("asking")
# What the customer's card answers. Sums over many customers, and whose turn it is, are other questions.
_ABOUT_ONE = re.compile(
    r"怎么样|咋样|如何|情况|进展|进度|到哪|跟到|电话|手机|联系方式|号码|微信|上次|最近|之前|聊|谈|说|资料|信息|是谁|哪些人|联系人|待办|阶段"
    r"|多大|没做|没办|什么|啥|同意|答应|回复|答复|消息|结果|动静|签|批|需求|产品|生日|下一步|怎么回事|预算|报价|多少钱|多大|什么时候|竞品|对手|顾虑|担心|合同|到期|尾款|回款|欠|差多少|在哪|金额"
)
_MANY = re.compile(r"哪些客户|哪几家|几家|多少家|谁的|排名|业绩|总共|一共|所有|全部|我的客户|平均|漏斗")
_SHORT = 8  # characters
_BEFORE_TODAY = "待办只列今天和以后的，以前的看客户的时间线：说客户名就行"
_SHOWN = frozenset({"customer.360", "customer.timeline", "customer.which"})
_LISTS = frozenset({"today", "todo.list"})
_RECORDED = frozenset({"note.recorded", "note.recorded_many", "win.private", "task.closed"})


@router.act("unknown")
async def about_one(ctx: Context) -> Reply | None:
    """The card of the customer that is named, or that the words point at in what was talked about."""
    if ctx.parsed.follow_up is not None and (reply := await _goes_on(ctx, ctx.parsed.follow_up)) is not None:
        return reply
    if ctx.parsed.intent != "query" or not _ABOUT_ONE.search(ctx.text) or _MANY.search(ctx.text):
        return None
    if ctx.parsed.contacts:
        return await by_person(ctx, ctx.parsed.contacts[0].name)
    if ctx.parsed.customer is not None:
        return await by_wording(ctx, ctx.parsed.customer.text) if await _known(ctx, ctx.parsed.customer.text) else None
    return await _pointed_at(ctx)


async def _pointed_at(ctx: Context) -> Reply | None:
    """他, 这家, 那单: of the customer that was talked about within thirty minutes."""
    kinds = {r.kind for r in ctx.parsed.refers} & {"person", "customer", "deal", "last"}
    if len(ctx.text) <= _SHORT:  # 还差多少 can only be about what was just talked about
        kinds = kinds or {"customer"}
    if not kinds or ctx.topic is None:
        return None
    several = await leaning.together(ctx, ctx.topic, ctx.inbox_id)
    if several:
        return Reply("customer.which", {"wording": "", "customers": list(several)})
    option = await lookup.option(ctx.uow.session, ctx.actor, ctx.topic)
    there = await leaning.people(ctx, ctx.topic, ctx.message, ctx.inbox_id) if "person" in kinds else ()
    hits = await lookup.people_called(ctx.uow.session, ctx.actor, there[0], ctx.topic) if len(there) == 1 else []
    return customer_card(ctx, option.customer_id, hits[0].contact_id if hits else None)


async def _goes_on(ctx: Context, instead: Words) -> Reply | None:
    """那华兴呢 after a customer's card: the other's; 那上个月呢 after a question about figures: the same answer;
    那明天呢 after what is to be done: what is to be done until then."""
    said = await recent.told(ctx)
    last = next((card for card in said if card.kind in _SHOWN | _RECORDED | _LISTS or card.kind == "plain.text"), None)
    if last is None:
        return None
    if last.kind in _LISTS and (until := values.last_day(instead.text, ctx.moment.local)) is not None:
        return _to_do(ctx, until)
    if last.kind == "plain.text":
        return Reply("plain.text", {"text": NO_FIGURES}) if last.params.get("text") == NO_FIGURES else None
    if ctx.parsed.contacts:
        return await by_person(ctx, ctx.parsed.contacts[0].name, at=await _visible_topic(ctx))
    return await by_wording(ctx, instead.text) if await _known(ctx, instead.text) else None


def _to_do(ctx: Context, until: date) -> Reply:
    if until < ctx.moment.today:
        return Reply("plain.text", {"text": _BEFORE_TODAY})
    return Reply("todo.list", {"day": until.isoformat()}, Ref("todo", ctx.me.id))


async def _visible_topic(ctx: Context) -> int | None:
    found = await lookup.by_ids(ctx.uow.session, ctx.actor, [ctx.topic]) if ctx.topic is not None else []
    return found[0].customer_id if found and found[0].visible else None


async def _known(ctx: Context, wording: str) -> bool:
    """Whether a customer of that name is on record: a question about another one is not for its card."""
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    return isinstance(found, (lookup.One, lookup.Colleague, lookup.Several))
