"""Which of the sender's to-dos or reminders is meant by 第二个, 2, 那个, 华星那件, 华星那个报价, or its own words."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Protocol

from bot.context import Context
from domain.views import lookup

_DIGITS = "一二三四五六七八九十"
_NTH = re.compile(rf"(?:把|将)?第?(?P<number>(?<=第)[{_DIGITS}]|\d{{1,2}})(?:个|件|条|项)?")
_THAT = re.compile(r"(?:把|将)?(?:刚才|刚刚|上面|我)*(?:的)?[这那](?:个|件|条|事|件事)?(?:的)?")
_THEIRS = re.compile(r"(?P<who>[^，。]{2,12}?)(?:的?[这那](?:个|份|件)|的)(?P<what>[^，。]{2,8})")  # 华星那个报价
_OF = re.compile(r"(?:的)?(?:[这那](?:个|件|条|边)?(?:的)?)?$")


def is_place(words: str) -> bool:
    """第二个: a place in a list and nothing else."""
    return _NTH.fullmatch(words) is not None


class Lister(Protocol):
    """Those that words mean, in the order of their list; all of them, or all of a customer's, where there are none."""

    def __call__(self, words: str, /, *, customer_id: int | None = None) -> Awaitable[list[int]]: ...


async def among(ctx: Context, words: str, lister: Lister) -> list[int]:
    """The ids that may be meant: one where it is clear."""
    if (nth := _NTH.fullmatch(words)) is not None:
        number = int(nth["number"]) if nth["number"].isdigit() else _DIGITS.index(nth["number"]) + 1
        return (await lister(""))[number - 1 : number]
    if _THAT.fullmatch(words):
        here = await lister("", customer_id=ctx.topic) if ctx.topic is not None else []
        return here or await lister("")
    if (theirs := _THEIRS.fullmatch(words)) is not None:
        whose = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, theirs["who"])
        if isinstance(whose, lookup.One):  # that both name the customer tells nothing
            return await lister(theirs["what"], customer_id=whose.customer_id)
    about = _OF.sub("", words) or words
    found = await lister(about)
    if found or not words:
        return found
    customer = ctx.names.find(about).match
    return await lister("", customer_id=int(customer)) if customer is not None else []
