"""哪几家好久没动了, 谁最久没联系了, 哪些单子卡住了: what nobody has moved for long."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.nlp.numbers import read as number
from bot.orders import Order
from bot.router import Router
from domain.errors import Refused
from domain.policy import SELLING
from domain.views.pressing import STUCK

router = Router("neglected")
_FOR = re.compile(
    r"(?P<half>半)?(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})?个?(?P<unit>天|周|星期|礼拜|月)(?!前|底|初|[一二三四五六日])"
)
_DAYS = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_MINE = re.compile("我(?!们)")


@router.order("list_stale")
async def silent(ctx: Context, order: Order) -> Reply:
    """The customers of who asks, and of his people unless he says 我; those silent for as long as he says."""
    return _listed(ctx, order, "silent", _least(order))


@router.order("list_stuck")
async def stuck(ctx: Context, order: Order) -> Reply:
    """The sales that have stood in one stage for longer than is usual."""
    return _listed(ctx, order, "stuck", _least(order) or STUCK)


@router.command("卡住的单", "看卡住的")
async def stuck_ones(ctx: Context) -> Reply | None:
    """The words of a manager's button."""
    return Reply("neglected.list", {"sort": "stuck", "least": STUCK}) if ctx.me.roles & SELLING else None


@router.action("neglected.more")
async def more(ctx: Context, offset: int, _picked: str = "") -> Reply | None:
    """更多 turns the page of the tapped card."""
    if ctx.clicked is None or ctx.clicked.kind != "neglected.list":
        return None
    return Reply("neglected.list", {**ctx.clicked.params, "offset": max(offset, 0)})


def _listed(ctx: Context, order: Order, sort: str, least: int) -> Reply:
    if not ctx.me.roles & SELLING:
        raise Refused("客户归销售跟，这个我不能给你看")
    own = _MINE.search(order.text) is not None
    return Reply("neglected.list", {"sort": sort, "least": least, "own": own})


def _least(order: Order) -> int:
    """一个月没跟, 超过10天, 本周没拜访: for how many days at least; 0 where no time is said."""
    if re.search("[这本]个?(?:周|星期|礼拜)", order.text):
        return order.local.weekday() + 1
    found = next((m for m in _FOR.finditer(order.text) if m["half"] or m["n"]), None)
    if found is None:
        return 0
    many = int(number(found["n"]) or 0) if found["n"] else 0
    return many * _DAYS[found["unit"]] + (_DAYS[found["unit"]] // 2 if found["half"] else 0)
