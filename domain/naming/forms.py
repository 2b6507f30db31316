"""The parts of a company's name: [place][brand][trades][(place)][company form].

江苏华星精工股份有限公司 is 江苏 | 华星 | 精工 | 股份有限公司. A name of which nothing is left beside place and trades
(中国石油) has no brand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from domain.naming.words import COUNTRY, provinces, trades

_LEGAL = (
    "集团股份有限公司", "集团有限责任公司", "集团有限公司", "股份有限公司", "有限责任公司", "股份公司", "有限公司",
)  # fmt: skip
_INFORMAL = ("总公司", "公司")
_OPEN, _CLOSE = "([<{【《「『〔〈", ")]>}】》」』〕〉"
_BRACKETS = str.maketrans(_OPEN + _CLOSE, "(" * len(_OPEN) + ")" * len(_CLOSE))
_UNBRACKETED = {ord("("): None, ord(")"): None}
_DUST = re.compile(r"[^\w()&+.]|_")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_AFTER_PLACE = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市", "区", "县")
_MARKS = frozenset(mark[0] for mark in _AFTER_PLACE)
_DISTRICT = re.compile(
    "(?:工业园区|高新技术产业开发区|经济技术开发区|经济开发区|高新区|经开区|开发区|新区|保税区|自贸区|[\u4e00-\u9fff]{2}[区县镇])"
)
_AT_ONCE = (0,)
_PLAIN = re.compile("[\u4e00-\u9fff]+")
"""A name that is its own normal form, as most are."""


class Parts(NamedTuple):
    """A name taken apart. `core` has lost place and form; `named` has lost the form alone."""

    named: str
    core: str
    places: tuple[str, ...]
    form: str
    legal: bool


def tidy(name: str) -> str:
    """One width, one case, one kind of bracket; without spaces, quotes and other punctuation."""
    if _PLAIN.fullmatch(name):
        return name
    return _DUST.sub("", unicodedata.normalize("NFKC", name).lower().translate(_BRACKETS))


def normal(name: str) -> str:
    """The form in which names are compared: `tidy`, and without brackets."""
    return name if _PLAIN.fullmatch(name) else tidy(name).translate(_UNBRACKETED).strip(".")


@lru_cache(maxsize=1 << 12)
def split(name: str) -> Parts:
    """Take a name apart. What is in brackets stays part of it unless it is a place."""
    text = tidy(name)
    inner: tuple[str, ...] = ()
    if "(" in text:
        text, inner = _without_bracketed_places(text)
        text = normal(text)
    form, legal = _form(text)
    named = text[: len(text) - len(form)] if form else text
    core, front = without_place(named)
    return Parts(named=named, core=core, places=(*front, *inner), form=form, legal=legal)


def looks_registered(name: str) -> bool:
    """Whether a name ends like a registered one: 有限公司 and the like."""
    return split(name).legal


def _without_bracketed_places(text: str) -> tuple[str, tuple[str, ...]]:
    places: list[str] = []
    for inner in _BRACKETED.findall(text):
        rest, found = without_place(inner, least=0)
        if found and not rest:
            places += found
            text = text.replace(f"({inner})", "", 1)
    return text, tuple(places)


def _form(text: str) -> tuple[str, bool]:
    for form in _LEGAL:
        if text.endswith(form):
            return form, True
    return next((form for form in _INFORMAL if text.endswith(form)), ""), False


def without_place(name: str, *, least: int = 2) -> tuple[str, tuple[str, ...]]:
    """The name behind its places and those places: 江苏省苏州市华星 -> 华星, (江苏, 苏州).

    At least `least` characters that are not all trades are left, or the place belongs to the name.
    """
    found: list[str] = []
    while place := _place(name):
        rest = _unmarked(name[len(place) :])
        if len(rest) < least or (least and only_trades(rest)):
            break
        found.append(place)
        name = rest
    return name, tuple(found)


def _place(name: str) -> str:
    """The longest place that the name begins with."""
    for place in _places().get(name[:2], ()):
        if name.startswith(place):
            return place
    return ""


def starts(text: str) -> tuple[int, ...]:
    """Where names may begin that a normal text holds: at its start and behind each place that it begins with."""
    if text[:2] not in _places():
        return _AT_ONCE
    found, rest = [0], text
    while place := _place(rest):
        rest = _unmarked(rest[len(place) :])
        found.append(len(text) - len(rest))
    return tuple(found)


def place_ends(text: str) -> list[int]:
    """Where the places end that a normal text begins with, districts not counted: 广州|白云区万珑."""
    found, rest = [], text
    while place := _place(rest):
        rest = rest[len(place) :]
        found.append(len(text) - len(_without_mark(rest)))
        rest = _unmarked(rest)
    return found


def _without_mark(rest: str) -> str:
    """What follows a place without 省, 市, 区."""
    if rest[:1] in _MARKS:
        return rest.removeprefix(next((mark for mark in _AFTER_PLACE if rest.startswith(mark)), ""))
    return rest


def _unmarked(rest: str) -> str:
    """What follows a place without 省, 市, 区 and without the district behind it: 市白云区万珑 -> 万珑."""
    rest = _without_mark(rest)
    district = _DISTRICT.match(rest)
    return rest[district.end() :] if district and len(rest) > district.end() + 1 else rest


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Places by their first two characters, longest first."""
    return _by_head(provinces(), 2)


@cache
def _trades() -> dict[str, tuple[str, ...]]:
    """Words for trades by their first character."""
    return _by_head(trades(), 1)


def _by_head(words: Iterable[str], length: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(words, key=len, reverse=True):
        found[word[:length]] = (*found.get(word[:length], ()), word)
    return found


_MOST_TRADES = 60  # characters; what is longer is a paste, and each place in front of it would cost a look at all of it


def only_trades(text: str) -> bool:
    """水务集团: nothing but words for a trade, so that nobody is named by it."""
    return not text or (len(text) <= _MOST_TRADES and text[0] in _trades() and 0 in _trades_from(text))


def _trades_from(text: str) -> set[int]:
    """Where one can begin so that only words for a trade follow; the end is such a place."""
    begins, known = {len(text)}, _trades()
    for i in range(len(text) - 2, -1, -1):
        for word in known.get(text[i], ()):
            if i + len(word) in begins and text.startswith(word, i):
                begins.add(i)
                break
    return begins


@lru_cache(maxsize=1 << 12)
def stem(core: str) -> str:
    """What tells this company from others: 华星 of 华星精工. Empty where only trades and places would be left."""
    begins = _trades_from(core)
    if 0 in begins:
        return ""
    found = core[: min(i for i in begins if i >= 2)] if len(core) > 2 else core
    return "" if found in provinces() or found in trades() else found


def brand(name: str) -> str:
    """The name without company form, place and words for the trade; empty if nothing is left."""
    return stem(split(name).core)


def one_place(words: str) -> str | None:
    """江苏 of 江苏省: the place on record in the form of the table, None if it is not known."""
    rest, found = without_place(normal(words), least=0)
    return found[-1] if found and not rest else None


def agree(said: frozenset[str], own: frozenset[str]) -> bool:
    """Whether all places that are said fit a company in its own: a city fits its province, not another city."""
    return all(_fits(place, own) for place in said)


def _fits(place: str, own: frozenset[str]) -> bool:
    province = provinces()[place]
    if place in own or (place == province and any(provinces()[other] == place for other in own)):
        return True
    others = [other for other in own if provinces()[other] == province]
    return place != COUNTRY and others == [province]
