"""Money as it is said: 50万, 120w, 3.5k, 小100万, 五六十万, 10-15万, 1.2个亿, 两千来万, 8,400美元, ￥500, 不超过15个W.

`find` gives each figure with its bounds; which role it has in the note (budget, quote) is for `amounts` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.numbers import ARABIC, BIG, DIGIT, HAN, SMALL, read

_SUM_HAN = f"[{HAN}]{{1,30}}(?:点[零一二三四五六七八九]{{1,6}}[百千万亿]{{1,2}})?"
_UNIT = r"(?:千万|百万|十万|个亿|个w|个万|[万亿千百wk])"
_THINGS = "个|台|套|吨|件|公斤|斤|箱|瓶|米|平|人|位|张|年|月|天|把|份|块|辆|间|户|亩|次|期|路|对|双|只|包|盒"
_ABOUT = r"(?:大概|大约|差不多|约|估计|小|将近|近|接近)"


@dataclass(frozen=True, slots=True)
class Money:
    """Figures in the currency's own unit. `value` None: only an upper limit is known (不超过15万)."""

    start: int
    end: int
    value: Decimal | None
    value_max: Decimal | None = None
    currency: str = "CNY"
    about: bool = False
    marked: bool = True  # a currency or 万, 亿, w, k is written: money whatever stands around it


@cache
def _pattern() -> re.Pattern[str]:
    signs = lexicon.either("currencies")
    word = rf"(?:{signs})"
    figure = rf"(?:{ARABIC}|{_SUM_HAN})"
    tail = rf"(?P<tail>[一二三四五六七八九1-9](?![\d.一二三四五六七八九十百千万亿]|{_THINGS}))?"
    digit = r"[一二三四五六七八九壹贰叁肆伍陆柒捌玖\d]"
    one = rf"(?:{ARABIC} ?(?P<u1>{_UNIT}{{0,3}}){tail}|{_SUM_HAN}(?:个亿|个w|个万)?|几[十百千]?[万亿])"
    first = "".join(sorted({mark[0] for mark in lexicon.words("currencies")}))
    return re.compile(
        rf"(?=[\d{HAN}几不最控低大差约估小将近接{re.escape(first)} ])(?:"
        rf"(?P<under>不(?:能)?超过?|不到|最多|不高于|控制在|低于)?(?P<about>{_ABOUT})?(?P<pre>{word})? ?"
        rf"(?P<low>{figure} ?{_UNIT}{{0,2}}) ?(?:{word})? ?(?:到|至|~|-{{1,2}}) ?(?:{word})?(?P<high>{one})"
        rf"(?P<rsuf> ?{word})?"
        rf"|(?P<under2>不(?:能)?超过?|不到|最多|不高于|控制在|低于)?(?P<about2>{_ABOUT})?(?P<pre2>{word})? ?"
        rf"(?P<one>{one.replace('u1', 'u2').replace('tail', 'tail2')})"
        rf"(?P<more>[来多几余](?P<u3>{_UNIT}?))?(?P<ssuf> ?{word})?"
        rf"(?P<jiao>(?P<j>{digit})[角毛](?:(?P<f>{digit})分)?)?)"
    )


_AFTER = re.compile(r" ?(?:左右|上下|以内|之内|以下|封顶|整|正|出头)")
_BEFORE_ABOUT = re.compile(r"(?:大概|大约|差不多|约|估计|也就|将近)(?:是|在|有)?$")
_LARGE = frozenset("万亿wk")
_PAIR = re.compile(r"([一二两三四五六七八九])([一二两三四五六七八九])([十百千]?)(?P<u>万亿|[万亿]?)")


def find(doc: Doc) -> Iterator[Money]:
    """Every figure that may be money, marked or bare, from left to right; bare ones still need a word about money."""
    for match in _pattern().finditer(doc.norm):
        said = _range(match) if match["high"] else _single(match)
        if said is not None and not _is_count(doc.norm, said):
            yield _with_limits(doc.norm, match, said)


def _range(match: re.Match[str]) -> Money | None:
    mark = _mark(match["pre"], match["rsuf"])
    low_said, high_said = match["low"].strip(), match["high"]
    high = read(_flat(high_said))
    low = read(_flat(low_said))
    if high is None or low is None:
        return None
    scale = _trailing_unit(high_said)
    large = _trailing_unit(high_said, BIG)
    if large > 1 and _trailing_unit(low_said, BIG) == 1 and low < high / large:
        low *= large
    elif _trailing_unit(low_said) == 1 and scale > 1 and low < 1000:
        low *= scale
    marked = bool(mark) or scale >= 10**4 or high_said[-1:] in "kw"
    if low >= high or not marked:
        return None
    start = match.start("pre") if match["pre"] else match.start("low")
    return Money(start, match.end(), low, high, _currency(mark), bool(match["about"]))


def _single(match: re.Match[str]) -> Money | None:
    mark = _mark(match["pre2"], match["ssuf"])
    said = match["one"].strip()
    pair = _PAIR.fullmatch(said)
    top: Decimal | None = None
    if pair and (pair[3] or pair["u"]) and read(pair[1]) < read(pair[2]):  # type: ignore[operator]
        value, top = read(pair[1] + said[2:]), read(said[1:])
    else:
        value = Decimal(10) ** 5 if said == "几十万" else read(_flat(said))
    if value is None or not any(char.isdigit() or char in DIGIT or char in "十几" for char in said):
        return None
    if match["more"]:
        unit = match["u3"] or ""
        scale = _trailing_unit(unit) if unit else 1
        value *= scale
        top = None if match["more"][0] == "来" else (value + _step(said) * scale)
    if match["jiao"]:
        value += Decimal(read(match["j"]) or 0) / 10 + Decimal(read(match["f"] or "零") or 0) / 100
    written = said + (match["u3"] or "")
    marked = bool(mark) or not _LARGE.isdisjoint(written)
    start = match.start("pre2") if match["pre2"] else match.start("one")
    about = bool(match["about2"]) or bool(match["more"])
    return Money(start, match.end(), value, top, _currency(mark), about, marked)


def _step(said: str) -> Decimal:
    """The size of the last place of a round figure: 100 of 三百, 10 of 20."""
    value = read(_flat(said)) or Decimal(1)
    step = Decimal(1)
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _flat(said: str) -> str:
    return said.replace("个", "").replace(" ", "").replace("k", "千").replace("w", "万")


def _trailing_unit(said: str, units: Mapping[str, int] = SMALL | BIG) -> int:
    """What the units at the end multiply by: 10,000 of 五十万 where only the large ones count."""
    scale = 1
    for char in reversed(_flat(said)):
        unit = units.get(char)
        if unit is None:
            break
        scale *= unit
    return scale


def _mark(before: str | None, behind: str | None) -> str | None:
    """港币两千元 is in Hong Kong dollars: what stands in front says more than 元 behind."""
    return before if before and _currency(behind) == "CNY" else behind or before


def _currency(mark: str | None) -> str:
    return lexicon.kinds("currencies")[mark.strip()] if mark else "CNY"


def _is_count(norm: str, said: Money) -> bool:
    """A number of things or a piece of a longer token, not money: 5万台, 3个月, SN120w8."""
    before, after = norm[said.start - 1 : said.start], norm[said.end : said.end + 2]
    if before and (before in ".#" or (before.isascii() and before.isalnum())):
        return True
    if after[:1].isascii() and after[:1].isalnum():
        return True
    if said.marked and norm[said.end - 1] in "元块圆币":
        return False
    return after.startswith(("%", "折", "号")) or bool(_counted().match(norm, said.end))


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(f" ?(?:{lexicon.either('counted')})")


def _with_limits(norm: str, match: re.Match[str], said: Money) -> Money:
    after = _AFTER.match(norm, said.end)
    word = after.group().strip() if after else ""
    about = (
        said.about
        or word in ("左右", "上下", "出头")
        or bool(_BEFORE_ABOUT.search(norm, max(0, said.start - 6), said.start))
    )
    limited = bool(match["under"] or match["under2"]) or word in ("以内", "之内", "以下", "封顶")
    if limited and said.value_max is None:
        said = replace(said, value=None, value_max=said.value)
    end = after.end() if after and word in ("整", "正") else said.end
    return said if (about, end) == (said.about, said.end) else replace(said, about=about, end=end)
