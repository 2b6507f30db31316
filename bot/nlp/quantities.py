"""How much of what: 12台蒸烤箱, 床垫要换三百张, 精梳棉8吨. Prices (6.8万一台) and times are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.nlp import lexicon, numbers
from bot.nlp.doc import Doc
from bot.nlp.parsed import Quantity, Span, Words
from bot.nlp.pattern import Pattern

_GAP = 6  # characters between goods and the figure behind them: 床垫要换三百张
_APPOSED = Pattern("，(?:大概|大约|差不多|估计|总共|一共|合计|共)?(?:要|有|是)?")  # 保温板，大概三千平
_NOT_AHEAD = Pattern(r"(?:每|[/第块元万]|按|单|一周|一个月)$")


@cache
def _counted() -> Pattern:
    own, beside = (lexicon.either("units", kind) for kind in ("own", "beside"))
    figure = rf"{numbers.ARABIC}(?:万|千|百|w)?|[{numbers.HAN}]{{1,8}}"
    return Pattern(
        rf"(?=[\d{numbers.HAN}])(?<![\d.a-z{numbers.HAN}])(?P<low>{figure})(?:(?:到|至|-|~)(?P<high>{figure}))?[多来余]?(?!尾款)(?:(?P<own>{own})|(?P<beside>{beside}))"
    )


def find(
    doc: Doc, products: Sequence[Words], taken: Sequence[tuple[int, int]], begin: int, stop: int
) -> list[Quantity]:
    """Quantities of [begin, stop) from left to right; `taken` are the places of times, sums, shares and phones."""
    found = []
    for match in _counted().finditer(doc.norm, begin, stop):
        start, end = match.span()
        low = match["low"]
        ends = numbers.apart(low, counts=True) if not match["high"] else None
        value, top = ends or (numbers.read(low), numbers.read(match["high"]) if match["high"] else None)
        if (
            value is None
            or any(start < b and a < end for a, b in taken)
            or _NOT_AHEAD.search(doc.norm, max(0, start - 3), start)
        ):
            continue
        if match["low"] in "一1" and doc.norm[end : end + 1].isdigit():
            continue  # 一台380 is a price
        goods = _beside(doc, products, start, end)
        if (goods is None and match["beside"]) or (match["low"] in "一1" and (goods is None or not match["own"])):
            continue
        unit = match["own"] or match["beside"]
        found.append(Quantity(value, unit, Span(start, end), goods, top))
    return found


def _beside(doc: Doc, products: Sequence[Words], start: int, end: int) -> Words | None:
    """The goods right behind the figure, or before it with a verb at most between them."""
    for words in products:
        gap = doc.norm[end : words.span.start]
        if words.span.start >= end and gap in ("", "的", " "):
            return words
    for words in products:
        gap = doc.norm[words.span.end : start]
        if words.span.end <= start and (
            _APPOSED.fullmatch(gap) or (len(gap) <= _GAP and not re.search("[，。；！？、\\n]", gap))
        ):
            return words
    return None
