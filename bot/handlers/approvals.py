"""华星ERP二期申请85折: asking the superior for a discount, and what the asker does with his request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.called import names_no_other
from bot.context import Context
from bot.handlers import leaning
from bot.message import Reply
from bot.nlp.parsed import Parsed
from bot.orders import Order
from bot.router import Router
from domain import policy
from domain.actor import Ref
from domain.naming.decide import SURE
from domain.services import approvals
from domain.services.approvals import WHOLE, Request
from domain.views import approvals as views
from domain.views import lookup, placing

router = Router("approvals")
OFFERED = 5
_LONGEST_NAME = 12
_BEFORE_NAME = re.compile(r"^(?:帮我|替我|我想|我要|想给|请|给|替|为)+")


@router.act("apply")
async def apply(ctx: Context) -> Reply | None:
    """Send the request to the superior, or ask for the one thing that is missing."""
    return await _apply(ctx, ctx.parsed, ctx.text, ctx.inbox_id)


@router.answer("approval.discount", wants="amount")
async def how_much(ctx: Context, inbox_id: int, customer_id: int) -> Reply | None:
    """The discount typed after 打几折？; that of another customer is a request of its own."""
    if not ctx.parsed.discounts or not await names_no_other(ctx, customer_id):
        return None
    message, parsed = await ctx.said(inbox_id)
    text = f"{message.text.strip()} {ctx.text}"
    return await _submit(ctx, customer_id, _share(ctx.parsed), parsed, text, inbox_id)


@router.action("approval.whose")
async def picked(ctx: Context, inbox_id: int, customer_id: int) -> Reply | None:
    """The customer picked from those that were offered."""
    message, parsed = await ctx.said(inbox_id)
    return await _for_customer(ctx, customer_id, parsed, message.text.strip(), inbox_id)


@router.answer("approval.whose", wants="name")
async def named(ctx: Context, inbox_id: int) -> Reply | None:
    """The customer's name typed after 哪家的？"""
    message, parsed = await ctx.said(inbox_id)
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, ctx.text)
    return await _found(ctx, found, ctx.text, parsed, message.text.strip(), inbox_id)


async def _apply(ctx: Context, parsed: Parsed, text: str, inbox_id: int) -> Reply | None:
    wording = parsed.customer.text if parsed.customer else ""
    for said in _wordings(parsed, text):
        if ctx.names.find(said).score >= SURE:
            wording = said
            break
    if wording:
        found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
        return await _found(ctx, found, wording, parsed, text, inbox_id)
    if ctx.topic is not None and not await leaning.together(ctx, ctx.topic, inbox_id):
        return await _for_customer(ctx, ctx.topic, parsed, text, inbox_id)
    return _whose(ctx, inbox_id, await placing.recent(ctx.uow.session, ctx.actor))


def _wordings(parsed: Parsed, text: str) -> Iterator[str]:
    """What may be the customer's name: as understood, else how the words begin (华星ERP二期), the longest first."""
    if parsed.customer:
        yield parsed.customer.text
    for words in (*(p.text for p in parsed.products), _BEFORE_NAME.sub("", text)):
        for end in range(min(len(words), _LONGEST_NAME), 1, -1):
            yield words[:end]


async def _found(
    ctx: Context, found: lookup.Resolved, wording: str, parsed: Parsed, text: str, inbox_id: int
) -> Reply | None:
    match found:
        case lookup.One():
            return await _for_customer(ctx, found.customer_id, parsed, text, inbox_id, wording)
        case lookup.Colleague():
            raise policy.NotYours(found.name, found.owner)
        case lookup.Several() | lookup.Alike():
            return _whose(ctx, inbox_id, [o.customer_id for o in found.options if o.visible][:OFFERED])
        case _:
            ctx.ask("approval.whose", inbox_id=inbox_id)
            return Reply("plain.text", {"text": f"没有「{wording}」这家客户，客户名直接回我"})


def _whose(ctx: Context, inbox_id: int, offered: list[int]) -> Reply:
    ctx.ask("approval.whose", inbox_id=inbox_id)
    if not offered:
        return Reply("plain.text", {"text": "哪家的折扣？客户名直接回我"})
    return Reply("approval.whose", {"inbox": inbox_id, "offered": list(offered)})


async def _for_customer(
    ctx: Context, customer_id: int, parsed: Parsed, text: str, inbox_id: int, wording: str = ""
) -> Reply | None:
    if not parsed.discounts:
        ctx.ask("approval.discount", inbox_id=inbox_id, customer_id=customer_id)
        return Reply("plain.text", {"text": "打几折？直接说，比如「85折」"})
    return await _submit(ctx, customer_id, _share(parsed), parsed, text, inbox_id, wording)


async def _submit(
    ctx: Context, customer_id: int, discount: int, parsed: Parsed, text: str, inbox_id: int, wording: str = ""
) -> Reply:
    product = parsed.products[0].text.removeprefix(wording) if parsed.products else ""
    product = product or await leaning.product_of(ctx, parsed, customer_id, inbox_id)
    asked = Request(
        customer_id=customer_id,
        discount=discount,
        text=text,
        product=product.strip(),
        reason=parsed.reason.text if parsed.reason else "",
        inbox_id=inbox_id,
    )
    approval_id = await approvals.ask(ctx.uow, asked, ctx.moment)
    ctx.talk_about(customer_id)
    return _sent(approval_id)


def _share(parsed: Parsed) -> int:
    return int(parsed.discounts[0][0] * WHOLE)


def _sent(approval_id: int, how: str = "") -> Reply:
    return Reply("approval.sent", {"approval_id": approval_id, "how": how}, Ref("approval", approval_id))


# -- the asker's buttons ---------------------------------------------------------------------------------------------


@router.action("approval.add")
async def more(ctx: Context, approval_id: int) -> Reply:
    """补一句: the next line goes onto the approver's card."""
    ctx.ask("approval.add", approval_id=approval_id)
    return _sent(approval_id, "add")


@router.answer("approval.add", wants="words")
async def added(ctx: Context, approval_id: int) -> Reply:
    done = await approvals.add(ctx.uow, approval_id, ctx.text)
    return Reply("plain.text", {"text": "补上了" if done else "这张已经有结果了，没补上"})


@router.action("approval.nudge")
async def nudge(ctx: Context, approval_id: int) -> Reply:
    """催一下: once in two hours."""
    return _sent(approval_id, "" if await approvals.nudge(ctx.uow, approval_id) else "nudged")


@router.command("催一下", "催一催", "催催")
async def nudge_typed(ctx: Context) -> Reply:
    """The same in words, where no card with that button is at hand."""
    waiting = await views.asked_by(ctx.uow.session, ctx.actor)
    if len(waiting) == 1:
        return await nudge(ctx, waiting[0])
    said = f"有 {len(waiting)} 件在等，在那张卡上点「催一下」" if waiting else "没有在等的申请"
    return Reply("plain.text", {"text": said})


@router.order("urge")
async def urge(ctx: Context, order: Order) -> Reply:
    """催一下华星的审批: the request that is open there; anything else is what a reminder is for."""
    waiting = await views.asked_by(ctx.uow.session, ctx.actor)
    named = order.command.customer
    if waiting and named is not None:
        customer = await order.customer()
        waiting = [i for i in waiting if (await approvals.origin(ctx.uow, i))[0] == customer.customer_id]
    if len(waiting) == 1:
        return await nudge(ctx, waiting[0])
    if waiting:
        return Reply("plain.text", {"text": f"有 {len(waiting)} 件在等，在那张卡上点「催一下」"})
    return Reply("plain.text", {"text": "没有在等的申请。要催别人，我到时候提醒你：「明天九点提醒我催合同」"})


@router.action("approval.withdraw")
async def withdraw(ctx: Context, approval_id: int) -> Reply:
    """撤回: unless it is decided already."""
    tapped = ctx.clicked.id if ctx.clicked else None
    done = await approvals.withdraw(ctx.uow, approval_id, tapped=tapped)
    return _sent(approval_id, "" if done else "late")


@router.action("approval.again")
async def again(ctx: Context, approval_id: int) -> Reply:
    """改了再提: the next line names another discount."""
    await approvals.origin(ctx.uow, approval_id)
    ctx.ask("approval.again", approval_id=approval_id)
    return Reply("approval.refused", {"approval_id": approval_id, "how": "again"}, Ref("approval", approval_id))


@router.answer("approval.again", wants="amount")
async def asked_again(ctx: Context, approval_id: int) -> Reply | None:
    if not ctx.parsed.discounts or ctx.parsed.customer is not None:
        return None
    customer_id, product = await approvals.origin(ctx.uow, approval_id)
    asked = Request(
        customer_id=customer_id,
        discount=_share(ctx.parsed),
        text=ctx.text,
        product=product,
        reason=ctx.parsed.reason.text if ctx.parsed.reason else "",
        inbox_id=ctx.inbox_id,
    )
    ctx.talk_about(customer_id)
    return _sent(await approvals.ask(ctx.uow, asked, ctx.moment))


@router.action("approval.leave")
async def leave(ctx: Context, approval_id: int) -> Reply:
    """先不提: the refusal is closed."""
    await approvals.origin(ctx.uow, approval_id)
    return Reply("approval.refused", {"approval_id": approval_id, "how": "left"}, Ref("approval", approval_id))
