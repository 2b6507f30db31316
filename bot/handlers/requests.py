"""批了没, 撤回申请, 改成95折再提, 理由是…: what the asker of a discount says about his requests."""

from __future__ import annotations

import re
from datetime import timedelta

from bot import recent
from bot.context import TOPIC, Context
from bot.handlers import approvals
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from cards import words
from cards.builders.approval_words import sale
from domain.actor import Ref
from domain.errors import Refused
from domain.services import approvals as services
from domain.services import latest
from domain.services.approvals import Request
from domain.views import approvals as views
from domain.views.approvals import OwnRequest

router = Router("requests")
LATELY = timedelta(days=30)  # how far back a decided request is still asked about
A_DAY = timedelta(days=1)  # for which a refusal is answered with another discount
ADDED = "补到申请上了，批的人看得到"
_LONGEST = 60  # characters of an answer to the approver; what is longer is a story of its own
_STATES = {"approved": "批了", "refused": "没批", "withdrawn": "撤回了"}
_ASKED = re.compile(r"申请|审批|流程|折|特价")
_REASON = re.compile(
    r"(?:(?:申请|这次|主要|补充)?(?:的)?(?:理由|原因|补充)(?:一下|一句|一点|说明)?(?:就?是|，|：|:|,)|"
    r"再?(?:加|补)(?:充|上)?(?:一?句|一下|一点|个理由|一条)(?:，|：|:|,)|因为|主要是(?=.{2})|毕竟)\s*"
)
_AGAIN = re.compile(r"[再重](?:新)?[提申报]")
# What stands around another discount: 那就95折, 改成95折再提, 还是9折吧.
_AROUND = re.compile(
    r"(?:好的?|行吧?|嗯+|可以|ok|那|就|我|还是|不对|错了|不是|应该是?|再|重新|帮我|给我|麻烦|[，, ])*"
    r"(?:改|换|调|按|报|提|申请|是|要|打|给)*(?:一下|成|为|到|个)*"
    r"(?:吧|了|再|重新|提|报|交|申请|上去|一次|一下|试试|行不行|可以吗|行吗|呢|[，,。！!？? ])*"
)


@router.order("show_requests")
async def shown(ctx: Context, order: Order) -> Reply | None:
    """批了没, 我的申请: the one that is meant, on its card; of several a line each. None where he asked for nothing."""
    own = await _own(ctx, order)
    waiting = [each for each in own if each.state == "waiting"]
    about = [each for each in waiting if each.customer_id == ctx.topic] if _one(order) else []
    if about or len(waiting) == 1:
        return _looked_at(ctx, (about or waiting)[-1])
    if waiting:
        lines = "\n".join(f"{n}. {_line(each)}" for n, each in enumerate(waiting[:10], 1))
        return Reply("plain.text", {"text": f"在等的 {len(waiting)} 件：\n{lines}"})
    if own:
        return _looked_at(ctx, own[-1])
    named = order.command.customer is not None
    if not named and not _ASKED.search(order.text):
        return None  # 同意了吗 may be about anybody
    return Reply("plain.text", {"text": "你最近没有提过申请。要提就说「华星申请85折」"})


@router.order("withdraw_request")
async def withdrawn(ctx: Context, order: Order) -> Reply | None:
    """撤回申请: the one that waits; of several that of the customer who is named or talked about."""
    waiting = [each for each in await _own(ctx, order) if each.state == "waiting"]
    about = [each for each in waiting if each.customer_id == ctx.topic]
    if not waiting:
        raise Refused("没有在等的申请，不用撤")
    if len(waiting) > 1 and about:
        waiting = about[-1:]
    if len(waiting) > 1:
        customer = await order.customer_of("撤哪家的申请？", [each.customer_id for each in waiting])
        waiting = [each for each in waiting if each.customer_id == customer.customer_id][-1:]
    if not waiting:
        raise Refused("这家没有在等的申请，不用撤")
    reply = await approvals.withdraw(ctx, waiting[0].id)
    return Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)})


@router.act("note", "correct", "unknown")
async def put_right(ctx: Context) -> Reply | None:
    """那就95折, or 理由是…, right behind a request or its refusal: it is about that."""
    if ctx.parsed.customer is not None or ctx.message.in_group:
        return None
    if _other_discount(ctx):
        return await _ask_anew(ctx)
    if (asked := await _asked_back(ctx)) is not None and await services.add(ctx.uow, asked, ctx.text):
        return Reply("plain.text", {"text": ADDED})
    reason = _REASON.match(ctx.text)
    if reason is None or len(ctx.text) == reason.end() or (request := await _just_asked(ctx)) is None:
        return None
    if not await services.add(ctx.uow, request, ctx.text[reason.end() :]):
        return None
    return Reply("plain.text", {"text": ADDED})


async def _own(ctx: Context, order: Order) -> tuple[OwnRequest, ...]:
    """His requests of late, the oldest first; those of the customer who is named, if one is."""
    own = await views.own(ctx.uow.session, ctx.actor, ctx.uow.now - LATELY)
    if order.command.customer is None and "customer" not in order.given:
        return own
    customer = await order.customer()
    return tuple(each for each in own if each.customer_id == customer.customer_id)


def _looked_at(ctx: Context, request: OwnRequest) -> Reply:
    """On its card; what is said next is about it."""
    ctx.talk_about(request.customer_id)
    return _card(request.id)


def _one(order: Order) -> bool:
    """批了没 means the last one; 我的申请 and 那几个 mean all."""
    return not re.search("我的|几|些|都|哪", order.text)


def _other_discount(ctx: Context) -> bool:
    """Whether the line says another discount and nothing else."""
    if len(ctx.parsed.discounts) != 1:
        return False
    span = ctx.parsed.discounts[0][1]
    said = ctx.message.text
    return _AROUND.fullmatch((said[: span.start] + said[span.end :]).strip()) is not None


async def _ask_anew(ctx: Context) -> Reply | None:
    request = await _just_withdrawn(ctx) or await _just_asked(ctx) or await _just_refused(ctx)
    if request is None:
        return None
    customer_id, product = await services.origin(ctx.uow, request)
    discount = int(ctx.parsed.discounts[0][0] * services.WHOLE)
    asked = Request(customer_id=customer_id, discount=discount, text=ctx.text, product=product, inbox_id=ctx.inbox_id)
    ctx.talk_about(customer_id)
    return _card(await services.ask(ctx.uow, asked, ctx.moment))


async def _just_asked(ctx: Context) -> int | None:
    """The request that waits, if nothing else was done since, in this sitting; of several that talked about."""
    last = await latest.latest(ctx.uow, ctx.last_note)
    if last is None or last.what != "request" or ctx.uow.now - last.at > TOPIC:
        return None
    own = await views.own(ctx.uow.session, ctx.actor, ctx.uow.now - TOPIC)
    about = [each.id for each in own if each.state == "waiting" and each.customer_id == ctx.topic]
    return about[-1] if about else last.row_id


async def _asked_back(ctx: Context) -> int | None:
    """The request about which the approver's words are the last thing that he was told: his line answers them."""
    read, told = ctx.parsed, await recent.told(ctx)
    newest = next(iter(told), None)
    if newest is None or newest.kind != "approval.question" or len(ctx.text) > _LONGEST:
        return None
    apart = read.contacts or read.next_actions or (read.activity is not None and read.activity.type != "other")
    return None if apart or read.act == "correct" else int(newest.params["approval_id"])


async def _just_refused(ctx: Context) -> int | None:
    """The request whose refusal is the last card that he got."""
    told = await recent.told(ctx, A_DAY)
    newest = next((card for card in told if not card.kind.startswith(("plain.", "smalltalk."))), None)
    if newest is None or newest.kind != "approval.refused":
        return None
    return int(newest.params["approval_id"])


async def _just_withdrawn(ctx: Context) -> int | None:
    """再提一次 75折: the request of the customer of this conversation that he took back last."""
    own = await views.own(ctx.uow.session, ctx.actor, ctx.uow.now - TOPIC) if _AGAIN.search(ctx.text) else ()
    last = next((each for each in reversed(own) if each.customer_id == ctx.topic), None)
    return last.id if last is not None and last.state == "withdrawn" else None


def _card(approval_id: int) -> Reply:
    return Reply("approval.sent", {"approval_id": approval_id}, Ref("approval", approval_id))


def _line(each: OwnRequest) -> str:
    what = f"{sale(each.customer, each.product)} {words.discount(each.discount)}"
    return f"{what}，" + (_STATES.get(each.state) or f"等{each.approver.called}")
