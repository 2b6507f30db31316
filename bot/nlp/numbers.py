"""Numbers people write: 120, 8,400, 三千五, 两万五, 一百零五万六千, 五分之一; and shares: 85折, 三成, 百分之八十.

`read` turns one figure into a Decimal; `find_numbers` and `find_percents` find them in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc

DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
DIGIT |= {"〇": 0, "两": 2, "○": 0}
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "k": 1000}
BIG = {"万": 10**4, "亿": 10**8, "w": 10**4}
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,7}|\d{1,24})(?:\.\d{1,12})?"
HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_ARABIC = re.compile(ARABIC)
_TOKEN = re.compile(rf"{ARABIC}|点|.")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or a percentage found in the text."""

    start: int
    end: int
    value: Decimal


@lru_cache(maxsize=4096)
def read(said: str) -> Decimal | None:
    """The value of one figure, or None where it is none: 5万八 is 58,000, 一百二 is 120, 一七二零 is 1,720."""
    said = said.replace(" ", "")
    if not said or said == "点":
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
            pending = value if pending is None else pending * 10 + value
        elif token in SMALL:
            section += (Decimal(1) if pending is None else pending) * SMALL[token]
            pending, last, zero = None, SMALL[token], False
        elif token in BIG:
            section += pending or 0
            total = _scaled(total, section, BIG[token])
            pending, section, last, zero = None, Decimal(0), BIG[token], False
        else:
            return None
    if pending is not None and last >= 100 and 0 < pending < 10 and not zero:
        pending = pending * last / 10
    return total + section + (pending or 0)


def _scaled(total: Decimal, section: Decimal, unit: int) -> Decimal:
    if section == 0:
        return total * unit if total else Decimal(unit)
    return (total + section) * unit if unit == BIG["亿"] else total + section * unit


def plain(value: Decimal) -> int | float:
    """A Decimal as a JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


_HAN_DECIMAL = rf"[{HAN}]{{1,40}}(?:点[零〇一二两三四五六七八九]{{1,40}})?"
_NUMBER = re.compile(
    rf"(?P<neg>负|(?<![\w\d)])-)?(?:(?P<den>{_HAN_DECIMAL}|\d{{1,9}})分之(?P<num>{_HAN_DECIMAL}|{ARABIC})"
    rf"|(?P<mix>\d{{1,8}} ?[百千万亿]"
    rf"(?:(?: ?零?\d{{1,4}} ?[百千万亿]){{1,6}}(?: ?零?\d{{1,4}})?| ?零?\d{{1,4}})(?![\d.]))"
    rf"|(?P<round>(?:\d{{1,6}}|[{HAN}](?: ?[{HAN}]){{0,15}})) ?(?:多|余|几|零几) ?(?P<by>[万亿]{{1,2}})"
    rf"|(?P<a>{ARABIC})(?P<u>(?:[百千万亿]|[kw](?![a-z])|m(?![a-z])){{0,3}})"
    rf"|(?P<h>{_HAN_DECIMAL}(?: {{1,2}}[{HAN}]{{1,40}}){{0,12}}))"
)
_M = Decimal(10**6)


def find_numbers(doc: Doc) -> Iterator[Figure]:
    """Every number; one Chinese numeral alone only where a measure word or nothing follows (三台, not 三亚)."""
    for match in _NUMBER.finditer(doc.norm):
        value = _value(match)
        if value is None or not _stands_alone(doc.norm, match):
            continue
        yield Figure(match.start(), match.end(), -value if match["neg"] else value)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["den"]:
        below, above = read(match["den"]), read(match["num"])
        return above / below if below and above is not None else None
    if match["mix"] or match["round"]:
        return read(match["mix"] or match["round"].rstrip("零") + match["by"])
    if match["a"]:
        value, units = read(match["a"]), match["u"] or ""
        if value is not None and units.endswith("m"):
            return value * _M
        return (
            read(f"{plain(value)}{units}")
            if units and value is not None and value == int(value)
            else _float(value, units)
        )
    return read(match["h"])


def _float(value: Decimal | None, units: str) -> Decimal | None:
    for unit in units:
        value = value and value * (SMALL.get(unit) or BIG.get(unit) or 1)
    return value


def _stands_alone(norm: str, match: re.Match[str]) -> bool:
    if match["round"]:
        return True
    if match["a"] or match["den"] or match["mix"]:
        return not (match.start() and (norm[match.start() - 1].isascii() and norm[match.start() - 1].isalpha()))
    said = match["h"]
    if match["neg"]:
        return True
    if all(char in BIG or char in SMALL for char in said):
        return len(norm) == len(said) > 0 and said not in ("万", "亿", "千")
    if len(said) > 1 and "点" not in said:
        return True
    after = norm[match.end() : match.end() + 1]
    return not after or after in lexicon.words("measures") or not "\u4e00" <= after <= "\u9fff"


_PART = rf"(?:[+-]?{ARABIC}[kw万亿]?|负?{_HAN_DECIMAL})"
_PERCENT = re.compile(
    rf"(?:百|佰) ?分 ?之 ?(?P<a>{_PART})|(?P<b>(?:负)?{_PART}) ?(?:%|个 ?百分点|个点)"
    rf"|(?P<c>{ARABIC}|{_HAN_DECIMAL}) ?折"
    rf"|(?P<d>{ARABIC}|{_HAN_DECIMAL}) ?成(?P<d2>[半一二三四五六七八九])?(?![立功为交本果熟长员绩都])|(?P<e>半) ?折"
    rf"|(?<![{HAN}又\d])(?P<of>[十百千万亿仟]*[千万亿仟])分之(?P<f>{_PART})"
)


_MAY_BE_SHARE = re.compile(rf"%|折|分 ?之|分点|个点|成(?<=[\d{HAN} ]成)")


def find_percents(doc: Doc) -> Iterator[Figure]:
    """百分之八十, 15%, 3个点, 85折 and 八五折 (85), 三成 (30)."""
    if not _MAY_BE_SHARE.search(doc.norm):
        return
    for match in _PERCENT.finditer(doc.norm):
        value = _percent(match)
        if value is not None:
            yield Figure(match.start(), match.end(), value)


def _percent(match: re.Match[str]) -> Decimal | None:
    if match["e"]:
        return Decimal(50)
    said = (match["a"] or match["b"] or match["c"] or match["d"] or match["f"]).replace(" ", "")
    negative = said[0] in "负-"
    value = read(said.lstrip("负-+"))
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


def share(fold: Decimal) -> Decimal:
    """The share of the price that is left at so many 折: 85, 8.5 and 85 of 八五折 are 0.85, 9 is 0.9."""
    return fold / 100 if fold >= 10 and fold == int(fold) and fold != 10 else fold / 10
