"""How numbers are written: 120, 8,400, 三千五, 两万五, 一百零五万六千; and shares: 85折, 三成, 百分之八十.

`read` turns one figure into a Decimal; `find_percents` finds shares in a text, `counts` the other numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.pattern import Pattern

DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
DIGIT |= {"〇": 0, "两": 2, "俩": 2, "仨": 3, "○": 0}
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "k": 1000}
BIG = {"万": 10**4, "亿": 10**8, "兆": 10**12, "w": 10**4}
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,7}|\d{1,24})(?:\.\d{1,12})?"
HAN = "零〇一二两俩三四五六七八九十廿卅百千万亿兆壹贰叁肆伍陆柒捌玖拾佰仟"
_ARABIC = Pattern(ARABIC)
_TOKEN = Pattern(rf"{ARABIC}|点|.")
_NEIGHBOURS = Pattern("[一二两三四五六七八][两二三四五六七八九]")
_APART = Pattern(
    "(?P<head>(?:[一二两三四五六七八九]?[十百千万亿])*)(?P<low>[一二两三四五六七八])(?P<high>[两二三四五六七八九])"
    "(?P<unit>[十百千]?)(?P<large>个?亿|个?[万w]|)"
)


class Figure(NamedTuple):
    """A number or a percentage found in the text."""

    start: int
    end: int
    value: Decimal


LARGEST = Decimal(10**20)  # more than anybody counts, and well within what a Decimal divides


@lru_cache(maxsize=4096)
def apart(said: str, *, counts: bool = False) -> tuple[Decimal, Decimal] | None:
    """The two ends of a figure in which two neighbours stand for what lies between them: 五六十万, 十五六, 一百二三十,
    一万七八; where it `counts` something 三四 too. None where it is one figure."""
    match = _APART.fullmatch(_plainly(said))
    if match is None:
        return None
    head, unit, large = match["head"], match["unit"], match["large"].removeprefix("个")
    step = DIGIT[match["high"]] - DIGIT[match["low"]]
    if not (head or unit or large or counts) or not (step == 1 or (step == 2 and match["low"] == "三" and not head)):
        return None  # 二八, 三五 behind a figure: digits one by one
    if head and not _below(unit, large, head[-1]):
        return None
    if large and not unit and head[-1:] in ("百", "千"):  # 一百五六万: as 一百五 is 150
        low, high = ((read(head + match[end]) or 0) * BIG[large] for end in ("low", "high"))
        return Decimal(low), Decimal(high)
    low, high = (read(head + match[end] + unit + large) or Decimal(0) for end in ("low", "high"))
    return low, high


def _below(unit: str, large: str, above: str) -> bool:
    """Whether the units behind are smaller than the one in front: 一百五六十, 一千二三百万."""
    if above in BIG:
        return SMALL.get(unit, 1) * BIG.get(large, 1) < BIG[above]
    return SMALL.get(unit, 1) < SMALL[above]


def _plainly(said: str) -> str:
    return said.replace(" ", "").replace("廿", "二十").replace("卅", "三十")


@lru_cache(maxsize=4096)
def read(said: str) -> Decimal | None:
    """The value of one figure, or None where it is none: 5万八 is 58,000, 一百二 is 120, 一七二零 is 1,720. What
    means a span (五六十万) is for `apart`."""
    said = _plainly(said)
    if not said or said == "点" or (_NEIGHBOURS.search(said) and apart(said)):
        return None
    if _ARABIC.fullmatch(said):
        return Decimal(said.replace(",", ""))
    whole, point, rest = said.partition("点")
    digits = rest.rstrip("百千万亿")
    if point and digits and all(c in DIGIT or c.isdigit() for c in digits):
        return _float(_with_fraction(whole, digits), rest[len(digits) :])
    return _sum(said)


def _with_fraction(whole: str, rest: str) -> Decimal | None:
    head = _sum(whole) if whole else Decimal(0)
    digits = "".join(str(DIGIT.get(c, c)) for c in rest)
    return None if head is None else Decimal(f"{head}.{digits}") if head == int(head) else None


def _sum(said: str) -> Decimal | None:
    total = section = Decimal(0)
    pending: Decimal | None = None
    last, zero = 1, False
    for token in _TOKEN.findall(said):
        if token in ("零", "〇") and section + total > 0 and pending is None:
            zero = True
        elif token in DIGIT or token[0].isdigit():
            value = Decimal(DIGIT[token]) if token in DIGIT else Decimal(token.replace(",", ""))
            zero = zero or token[0] == "0"
            pending = value if pending is None else pending * 10 + value
        elif token in SMALL:
            section += (pending or Decimal(1)) * SMALL[token]
            pending, last, zero = None, SMALL[token], False
        elif token in BIG:
            section += pending or 0
            total = _scaled(total, section, BIG[token])
            pending, section, last, zero = None, Decimal(0), BIG[token], False
        else:
            return None
        if total + section + (pending or 0) > LARGEST:
            return None
    if pending is not None and last >= 100 and 0 < pending < 10 and not zero:
        pending = pending * last / 10
    return total + section + (pending or 0)


def _scaled(total: Decimal, section: Decimal, unit: int) -> Decimal:
    if section == 0:
        return total * unit if total else Decimal(unit)
    if unit == BIG["兆"]:
        return (total + section) * unit
    above = total % BIG["兆"] if unit == BIG["亿"] else Decimal(0)  # 三万亿: what stands in front of 亿 counts in it
    return total - above + (above + section) * unit if unit == BIG["亿"] else total + section * unit


def plain(value: Decimal) -> int | float:
    """A Decimal as a JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


_S = " ?"
_DIGITS = "零〇一二三四五六七八九"
_FINE = rf"[{_DIGITS}\d壹贰叁肆伍陆柒捌玖]"
_SPACED = rf"[{HAN}](?: ?[{HAN}]){{0,39}}(?: ?点 ?{_FINE}(?: ?{_FINE}){{0,12}})?"
_PART = rf"(?:(?:负|(?<![\w)%])[+-])?{ARABIC}(?: ?[kw万亿](?![a-z]))?|负?{_SPACED})"
_PERCENT = Pattern(
    rf"(?=[{HAN}\d负+半对-])(?:(?<![{HAN}\d/])[百佰] ?分 ?之 {{0,2}}(?P<a>{_PART})"
    rf"|(?P<b>{_PART}) {{0,4}}(?:%|个? ?百 ?分 ?点|个点)"
    rf"|(?<!波)(?P<c>{ARABIC}|\d \d|{_SPACED}) ?折(?![叠腾旧扣算磨]|不挠)"
    rf"|(?P<d>{ARABIC}|{_SPACED}) ?成(?: ?(?P<d2>[半一二三四五六七八九](?![个台套年月天])))?"
    rf"(?!不变|[立功为交本果熟长员绩都品分效])|(?P<e>[半对] ?折|(?<![一二三四五六七八九十\d])半价)"
    rf"|(?P<g>[一两二三四五六七八九])个半点|(?P<m>{ARABIC}) ?‰"
    rf"|(?<![{HAN}又\d])(?P<of>[十百千万亿仟]*[千万亿仟]) ?分 ?之 ?(?P<f>{_PART}))"
)
_URL = Pattern(r"https?:\S+|www\.\S+")
_MAY_BE_SHARE = Pattern(rf"[%‰]|半[价点]|折|分 ?之|分 ?点|个点|成(?<=[\d{HAN} ]成)")


def find_percents(doc: Doc) -> Iterator[Figure]:
    """百分之八十, 15%, 3个点, 85折 and 八五折 (85), 三成 (30); not those in the address of a page."""
    if not _MAY_BE_SHARE.search(doc.norm):
        return
    links = [match.span() for match in _URL.finditer(doc.norm)] if "/" in doc.norm or "www" in doc.norm else []
    for match in _PERCENT.finditer(doc.norm):
        value = _percent(match)
        if value is not None and not any(first <= match.start() < last for first, last in links):
            yield Figure(match.start(), match.end(), value)


def _percent(match: re.Match[str]) -> Decimal | None:
    if match["e"]:
        return Decimal(50)
    if match["g"]:
        return Decimal(DIGIT[match["g"]]) + Decimal("0.5")
    if match["m"]:
        return Decimal(match["m"].replace(",", "")) / 10
    said = (match["a"] or match["b"] or match["c"] or match["d"] or match["f"]).replace(" ", "")
    negative = said[0] in "负-"
    said = said.lstrip("负-+")
    value = _float(read(said[:-1]), said[-1]) if said[-1] in "kw" else read(said)
    if value is None:
        return None
    if match["c"]:
        value = share(value) * 100
    elif match["d"]:
        value *= 10
        value += 5 if match["d2"] == "半" else DIGIT.get(match["d2"], 0) if match["d2"] else 0
    elif match["f"]:
        value = value * 100 / (read(match["of"]) or 1)
    return -value if negative else value


def _float(value: Decimal | None, units: str) -> Decimal | None:
    for unit in units:
        value = value and value * (SMALL.get(unit) or BIG.get(unit) or 1)
    return value


def share(fold: Decimal) -> Decimal:
    """The share of the price that is left at so many 折: 85, 8.5 and 85 of 八五折 are 0.85, 9 is 0.9."""
    return fold / 100 if fold >= 10 and fold == int(fold) and fold != 10 else fold / 10
