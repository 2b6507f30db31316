"""Money as it is said: 50万, 120w, 3.5k, 小100万, 五六十万, 10-15万, 1.2个亿, 两千来万, 三块五, 8,400美元, 不超过15个W.

`find` gives each figure with its bounds; which role it has in the note (budget, quote) is for `amounts` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.numbers import ARABIC, BIG, DIGIT, HAN, SMALL, apart, read
from bot.nlp.pattern import Pattern

_UNIT = r"(?:千万|百万|十万|个亿|个w|个万|[万亿千百wk])"
_THINGS = (
    "个|台|套|吨|件|公斤|斤|箱|瓶|米|平|人|位|张|年|月|天|把|份|块|辆|间|户|亩|次|期|路|对|双|只|包|盒|柜|组|桶|卷|"
    "支|根|格|片|床|扇|艘|架|盆|筐|幅|页|本|册|餐|桌|车|节|课|场|晚|方|票|单"
)
_D = r"[一二三四五六七八九壹贰叁肆伍陆柒捌玖\d]"


class Money(NamedTuple):
    """Figures in the currency's own unit. `value` None: only an upper limit is known (不超过15万)."""

    start: int
    end: int
    value: Decimal | None
    value_max: Decimal | None = None
    currency: str = "CNY"
    about: bool = False
    marked: bool = True  # a currency or 万, 亿, w, k is written: money whatever stands around it


_SUFFIX_ONLY = frozenset(("元", "圆", "块", "块钱", "刀", "欧"))  # words that stand behind their figure alone


@cache
def _one() -> Pattern:
    """One sum: sign, figure, what makes it vague, unit, currency, small change."""
    words = lexicon.either("currencies")
    signs = "|".join(sorted(map(re.escape, lexicon.words("currencies") - _SUFFIX_ONLY), key=len, reverse=True))
    tail = rf"(?P<tail>[一二三四五六七八九1-9](?![\d.一二三四五六七八九十百千万亿]|{_THINGS}))?"
    mixed = r"\d{1,8} ?[百千万亿](?: ?零?\d{1,4} ?[百千万亿]{1,2}){1,4}(?:零?\d{1,4}(?![\d.]))?"
    han = rf"[{HAN}]{{1,30}}(?:点[零一二三四五六七八九]{{1,6}}[百千万亿]{{1,2}})?(?:个亿|个w|个万)?"
    some = r"[几数](?:[十百千]{1,2}[万亿]?|[万亿])|[百千万]把|百八十(?:万|(?=块))|百十来?(?:万|(?=块))|半个?亿"
    figure = rf"{some}|{mixed}|{ARABIC} ?(?!kw|kv|kp)(?:{_UNIT}{{0,3}}){tail}|{han}"
    change = (
        rf"(?P<change>(?P<zero>[零〇])?(?P<j>{_D})(?:(?P<of>[角毛分])(?:(?P<f>{_D})分?)?"
        rf"|(?![\d{HAN}.个台套年月天]|{_THINGS})|(?=一[{_THINGS.replace('|', '')}])))"
    )
    return Pattern(
        rf"(?P<pre>{signs})? ?(?P<one>{figure})(?P<more>个?[来多几余](?P<u>{_UNIT}?))?"
        rf"(?: ?(?P<suf>{words})(?![元派洲式姆冠普美旦宵儿])(?:(?<=[元块圆]){change}|又(?P<cents>{_D}{{1,2}})美分)?)?"
    )


@cache
def _first() -> Pattern:
    """Where a sum may begin: a numeral alone (一下, 两边) is passed over."""
    signs = "".join(sorted({mark[0] for mark in lexicon.words("currencies") - _SUFFIX_ONLY}))
    after = "".join(sorted({word[0] for word in lexicon.words("currencies")})) + "几个来多余把点角毛分到至~"
    return Pattern(rf"\d|[{re.escape(signs)}]|[{HAN}几数半](?=[{HAN}\d {re.escape(after)}-])")


_TO = Pattern(r" ?(?:到|至|~|-{1,2}) ?")
_AFTER = Pattern(r" ?(?:左右|上下|以内|之内|以下|封顶|整|正|出头)")
_BEFORE_ABOUT = Pattern(r"(?:大概|大约|差不多|约|估计|也就|将近|接近|近|小|好)(?:是|在|有)?$")
_BEFORE_UNDER = Pattern(
    r"(?<!不)(?:不(?:能)?超过?|不到|(?:最多|顶多|至多)(?:能?给到?|出到?|到)?|不高于|(?:控制|压)在|低于|少于)"
    r"(?:大概|大约|差不多|约)?$"
)
_ROUND = Pattern(r"(?:[上近过破超]|超过|突破)$")
_LARGE = frozenset("万亿兆wk")
_SOME = Pattern(r"[几数](?P<u>[十百千]{0,2}[万亿]?)")
_THOUSAND = Pattern(r"\d+千\d")  # 1千5, as nobody counts things
_PRICED = Pattern("[一每/，。；左]|多一|$")
_CENTS = Pattern(
    rf"(?<![{HAN}\d.元块])(?:(?P<j>{_D}|两)[毛角](?:(?P<f>{_D})分?)?|(?P<c>[{HAN}]{{1,3}}|\d{{1,2}})分)(?P<money>钱)?"
)


def find(doc: Doc) -> Iterator[Money]:
    """Every figure that may be money, marked or bare, from left to right; bare ones still need a word about money."""
    norm, at, one, first = doc.norm, 0, _one(), _first()
    while start := first.search(norm, at):
        at = start.start()
        left = one.match(norm, at)
        if left is None:
            at += 1
            continue
        said, at = _at(norm, left)
        if said is not None and not _is_count(norm, said):
            yield _with_limits(norm, said)
    if "毛" in norm or "角" in norm or "分" in norm:
        yield from _small_change(norm)


def _small_change(norm: str) -> Iterator[Money]:
    """九毛八一个, 五毛五, 三角钱, 1分钱: alone, or where what follows says that it is a sum."""
    for match in _CENTS.finditer(norm):
        if match["money"] or match.group() == norm or (match["j"] and _PRICED.match(norm, match.end())):
            tenths, cents = read(match["j"] or "零"), read(match["c"] or match["f"] or "零")
            yield Money(match.start(), match.end(), (tenths or Decimal(0)) / 10 + (cents or Decimal(0)) / 100)


def _at(norm: str, left: re.Match[str]) -> tuple[Money | None, int]:
    """The sum or the span that begins here, and where to go on."""
    joint = _TO.match(norm, left.end())
    right = _one().match(norm, joint.end()) if joint else None
    if right is not None and (both := _range(left, right)):
        return both, right.end()
    if left["pre"] is None and left["suf"] is None and _LARGE.isdisjoint(left.group()) and _is_thing(norm, left.end()):
        return None, left.end()  # 12月, 3台: the most frequent by far
    return _single(norm, left), left.end()


def _range(left: re.Match[str], right: re.Match[str]) -> Money | None:
    mark = _mark(left["pre"] or left["suf"] or right["pre"], right["suf"])
    low, high = _value(left), _value(right)
    if high is None or low is None or left["more"] or right["more"]:
        return None
    low_said, high_said = left["one"], right["one"]
    scale = _trailing_unit(high_said)
    large = _trailing_unit(high_said, BIG)
    if large > 1 and _trailing_unit(low_said, BIG) == 1 and low < high / large:
        low *= large
    elif _trailing_unit(low_said) == 1 and scale > 1 and low < 1000 and not left["suf"]:
        low *= scale
    marked = bool(mark) or scale >= 10**4 or high_said[-1:] in "kw"
    if low >= high or not marked:
        return None
    start = left.start("pre") if left["pre"] else left.start("one")
    return Money(start, right.end(), low, high, _currency(mark))


def _value(match: re.Match[str]) -> Decimal | None:
    value = read(_flat(match["one"]))
    return None if value is None else value + _change(match)


def _change(match: re.Match[str]) -> Decimal:
    """What stands behind 块: 三块五, 三块五毛八, 三块四分, 三块零四."""
    if match["cents"]:
        return Decimal(read(match["cents"]) or 0) / 100
    if not match["change"]:
        return Decimal(0)
    first = Decimal(read(match["j"]) or 0)
    if match["of"] == "分" or match["zero"]:
        return first / 100
    return first / 10 + Decimal(read(match["f"] or "零") or 0) / 100


def _single(norm: str, match: re.Match[str]) -> Money | None:
    mark = _mark(match["pre"], match["suf"])
    said = match["one"].strip()
    start = match.start("pre") if match["pre"] else match.start("one")
    more = match["more"] or ""
    bounds = _bounds(said) or _round(norm, said, start)
    if bounds is None or (said == "万一" and not mark):
        return None
    value, top = bounds
    if more:
        scale = _trailing_unit(match["u"] or "")
        value *= scale
        top = top * scale if top else None if "来" in more else value + _step(said) * scale
    written = said + (match["u"] or "")
    marked = bool(mark) or not _LARGE.isdisjoint(written) or _THOUSAND.fullmatch(said) is not None
    about = bool(more) or "把" in said or said.startswith("百十") or top is not None
    return Money(start, match.end(), value + _change(match), top, _currency(mark), about and not apart(said), marked)


@lru_cache(maxsize=4096)
def _bounds(said: str) -> tuple[Decimal, Decimal | None] | None:
    """What a figure amounts to by itself, with its upper end where it has one."""
    return _vague(said) or _figure(said)


def _vague(said: str) -> tuple[Decimal, Decimal | None] | None:
    """几十万, 千把, 百八十, 百十来万, 半亿."""
    if some := _SOME.fullmatch(said):
        unit = Decimal(_trailing_unit(some["u"]))
        return unit, unit * 10
    if said[-1] == "把":
        return Decimal(_trailing_unit(said[:-1])), None
    if said.startswith("百八十"):
        unit = Decimal(_trailing_unit(said[3:]) if said[3:] else 1)
        return unit * 80, unit * 100
    if said.startswith("百十"):
        return Decimal(100 * (10**4 if said[-1] == "万" else 1)), None
    return (Decimal(5 * 10**7), None) if said in ("半亿", "半个亿") else None


def _figure(said: str) -> tuple[Decimal, Decimal | None] | None:
    if ends := apart(said):
        return ends
    value = read(_flat(said))
    if value is None:
        return None
    if _no_numeral(said):
        return None
    if len(said) == 2 and said[0] == "百" and said[1] not in "万亿":
        return None
    return value, None


def _no_numeral(said: str) -> bool:
    """Units alone: 万, 千万; 百万 may be said of one."""
    return said[:1] != "百" and not any(char.isdigit() or char in DIGIT or char == "十" for char in said)


def _round(norm: str, said: str, start: int) -> tuple[Decimal, Decimal | None] | None:
    """上亿, 过万, 近千万: a unit alone is a figure behind such a word."""
    if len(said) > 2 or said[-1] not in "万亿" or not _no_numeral(said):
        return None
    value = read(_flat(said)) if _ROUND.search(norm, max(0, start - 2), start) else None
    return None if value is None else (value, None)


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
    if (
        after[:1].isascii()
        and after[:1].isalnum()
        and not (norm[said.end - 1] == " " and not norm[said.start].isdigit())
    ):
        return True
    if norm[said.end - 1] == "块" and _TOGETHER.match(norm, said.start):
        return True
    if said.marked and norm[said.end - 1] in "元块圆币":
        return False
    return _is_thing(norm, said.end)


def _is_thing(norm: str, end: int) -> bool:
    """Whether what follows a figure says that something is counted, numbered or cut by it."""
    if _BEHIND_SUM.match(norm, end):
        return False
    return norm.startswith(("%", "折", "号", "火急"), end) or (
        _counted().match(norm, end) is not None and not norm.startswith("成交", end)
    )


_TOGETHER = Pattern("一块[去来跟做吃看聊谈干弄走办商研讨推儿]")
# 50万本周到, 20万年底付: what follows is a day, and not what is counted.
_BEHIND_SUM = Pattern(" ?(?:本[周月年季次]|年[底前后内初终]|月[底初中]|周[一二三四五六日天末]|次[日月年])")


@cache
def _counted() -> Pattern:
    return Pattern(f" ?(?:{lexicon.either('counted')})")


def _with_limits(norm: str, said: Money) -> Money:
    after = _AFTER.match(norm, said.end)
    word = after.group().strip() if after else ""
    ahead = max(0, said.start - 8)
    about = said.about or word in ("左右", "上下", "出头") or bool(_BEFORE_ABOUT.search(norm, ahead, said.start))
    limited = bool(_BEFORE_UNDER.search(norm, ahead, said.start)) or word in ("以内", "之内", "以下", "封顶")
    if limited and said.value_max is None:
        said = said._replace(value=None, value_max=said.value)
    end = after.end() if after and word in ("整", "正") else said.end
    return said if (about, end) == (said.about, said.end) else said._replace(about=about, end=end)
