"""把华星转给李明, 领明达机电, 放回公海, 共享给李明: whose a customer is, said in words."""

from __future__ import annotations

from bot.context import Context
from bot.handlers import decisions, leaving
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from domain.errors import Refused
from domain.policy import SELLING
from domain.services import ownership
from domain.services.people import Known
from domain.views import placing

router = Router("owning")


@router.order("transfer")
async def transfer(ctx: Context, order: Order) -> Reply | None:
    """To a colleague, with what was promised there; 转交李总 with one request open means the request."""
    if order.command.customer is None and not order.given and (passed := await decisions.hand_on_typed(ctx)):
        return passed
    if (left := await leaving.transfer(ctx, order)) is not None:
        return left
    if await order.nobodys():  # 把合同转给法务
        return None
    customer, to = await order.at_once(order.any_customer("转哪家？"), order.colleague("转给谁？"))
    _require_selling(to)
    others = [i for i in ctx.names.mentioned(order.words("value")) if i != customer.customer_id]
    await order.begin()
    for each in (customer.customer_id, *others):
        await ownership.transfer(ctx.uow, each, to.id)
    return await order.done("transfer", customer.customer_id, others=len(others))


@router.order("claim", "list_pool")
async def claim(ctx: Context, order: Order) -> Reply | None:
    """Out of the pool, by whoever says it first; 公海有哪些客户 offers what is there."""
    there = await placing.pool(ctx.uow.session, ctx.actor)
    if not there and order.command.kind == "list_pool":
        raise Refused("公海里没有客户")
    customer = await order.customer_of("领哪家？", there, only=True)
    await order.begin()
    await ownership.claim(ctx.uow, customer.customer_id)
    return await order.done("claim", customer.customer_id)


@router.order("release")
async def release(ctx: Context, order: Order) -> Reply | None:
    """Into the pool, with what was to be done there called off."""
    customer = await order.any_customer("放哪家？")
    await order.begin()
    await ownership.release(ctx.uow, customer.customer_id)
    return await order.done("release", customer.customer_id)


@router.order("share")
async def share(ctx: Context, order: Order) -> Reply | None:
    """A colleague works on it too."""
    customer, to = await order.at_once(order.any_customer("共享哪家？"), order.colleague("共享给谁？"))
    _require_selling(to)
    await order.begin()
    await ownership.share(ctx.uow, customer.customer_id, to.id)
    return await order.done("share", customer.customer_id)


@router.order("unshare")
async def stop_sharing(ctx: Context, order: Order) -> Reply | None:
    """Not any more."""
    customer, to = await order.at_once(order.any_customer("哪家不共享了？"), order.colleague("不共享给谁了？"))
    await order.begin()
    await ownership.stop_sharing(ctx.uow, customer.customer_id, to.id)
    return await order.done("unshare", customer.customer_id)


def _require_selling(to: Known) -> None:
    if not to.roles & SELLING:
        raise Refused(f"{to.called}不跟客户，换一位销售或经理")
