"""How a request is spoken of, on whosever card: its name, its money, its times."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from cards import words
from cards.budget import TITLE, cut
from cards.registry import Moment
from domain.views.approvals import ApprovalView

# The person who decided, as the state and the second line name it.
DONE = {"approved": "同意", "refused": "驳回", "withdrawn": "撤回"}
_RIVAL = re.compile(r"^(?:竞争)?对手(?P<who>[^，,。；]{1,12}?)报价?(?P<price>[^，,。；]+)")


def name(view: ApprovalView) -> str:
    """华星ERP二期."""
    return sale(view.customer, view.product)


def sale(customer: str, product: str) -> str:
    """Customer and product in one word; a space only between Latin letters."""
    latin = customer[-1:].isascii() and product[:1].isascii() and product
    return f"{customer}{' ' if latin else ''}{product}"


def off(view: ApprovalView) -> str:
    """85折."""
    return words.discount(view.discount)


def title(head: str, view: ApprovalView) -> str:
    """待你审批 · 华星ERP二期 85折: the state word and the discount stay whole, what is between gives way."""
    room = TITLE - len(f"{head} ·  {off(view)}")
    return f"{head} · {cut(name(view), room)} {off(view)}"


def brief(head: str, view: ApprovalView, tail: str = "") -> str:
    """批了 · 华星85折."""
    room = TITLE - len(f"{head} · {off(view)}{tail}")
    return f"{head} · {cut(view.customer, room)}{off(view)}{tail}"


def until(view: ApprovalView, moment: Moment) -> str:
    """今天 18:00 前, or 过了 18:00."""
    if view.deadline_at <= moment.now:
        return f"过了 {words.when(view.deadline_at, moment.now, moment.zone)}"
    return f"{words.at(view.deadline_at, moment.now, moment.zone)} 前"


def when(that: datetime | None, moment: Moment) -> str:
    return words.when(that or moment.now, moment.now, moment.zone)


def held(time: timedelta) -> str:
    """4 小时."""
    return re.sub(r"(\d+)", r"\1 ", words.lasting(time))


def price(view: ApprovalView) -> str:
    """80万→68万; empty where no amount is on record."""
    if view.amount_before is None or view.amount_after is None:
        return ""
    return words.change(words.money(view.amount_before), words.money(view.amount_after))


def rival(reason: str) -> str:
    """用友 报70万, where the reason is a competitor's price."""
    found = _RIVAL.match(reason)
    return f"{found['who'].strip()} 报{found['price'].strip()}" if found else ""
