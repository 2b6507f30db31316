"""Small facts: how it is paid, why a sale was won or lost, satisfaction, birthdays, where a customer comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Literal

from bot.nlp import introduced, lexicon, numbers
from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule, gated
from bot.nlp.parsed import Birthday, PaymentWay, Satisfaction, Span, Words
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person

_MAY_BE_PAID = Pattern("[付款结账汇票信承租]")
_MAY_BE_SCORE = Rule("满意|分|星|nps|推荐|差评")
_MAY_BE_BIRTHDAY = Rule("生日|过生|寿辰|出生")


@cache
def _any(name: str) -> Pattern:
    return gated("|".join(word for word, _ in lexicon.rows(name)))


def ways(doc: Doc, start: int, end: int) -> tuple[PaymentWay, ...]:
    """How it is paid: 账期60天, 货到付款, 按年付."""
    found: list[PaymentWay] = []
    if not _MAY_BE_PAID.search(doc.norm, start, end):
        return ()
    for match in _any("terms").finditer(doc.norm, start, end):
        days = next((said for said in match.groups() if said), None)
        if not re.search("(?:不是|不做|不接受|没说|没提)$", doc.norm[max(start, match.start() - 4) : match.start()]):
            words = doc.words(*match.span())
            found.append(PaymentWay(words.text, words.span, int(days) if days else None))
    return tuple(found)


_PLAIN_REASON = Pattern(
    r"[\u4e00-\u9fff]{0,2}(?:价格|价钱|关系|服务|交期|账期|资质|品牌|质量|售后|功能|案例|预算)[\u4e00-\u9fff]{0,10}"
)
_ENDS = Pattern("[，。；！？\n]")


def reason(doc: Doc, clauses: Sequence[Clause], outcome: Span | None) -> Words | None:
    """Why it was won or lost: behind 因为, 输在, 说; or a clause about price and the like beside the outcome."""
    if outcome is None:
        return None
    for match in _any("reasons").finditer(doc.norm, clauses[0].start, clauses[-1].end):
        stop = _ENDS.search(doc.norm, match.end())
        end = min(stop.start() if stop else len(doc.norm), clauses[-1].end)
        inside = match.start() <= outcome.start < end
        if end - match.end() >= 2 and not inside and not _any("outcomes").search(doc.norm, match.end(), end):
            said = doc.words(match.end(), end)
            return said if said.text else None  # 嫌((: nothing but brackets
    for clause in clauses:
        plain = _PLAIN_REASON.fullmatch(doc.norm, clause.start, clause.end)
        if plain and not clause.start <= outcome.start < clause.end and not re.search(r"\d", plain.group()):
            return doc.words(clause.start, clause.end)
    return None


_NUMBER = r"(?P<{0}>\d{{1,3}}(?:\.\d)?|[零一二两三四五六七八九十])"
_CSAT = Pattern(
    rf"(?:满意度|评分|评价|打分|打了|给了|给我们|评了)(?:是|为|[:：]|调查|回访|评分|打了|给了|我们)*{_NUMBER.format('score')}(?:分|星)(?:好评|差评)?"
)
_NPS = Pattern(rf"(?:nps|推荐(?:意愿|度|值))(?:是|为|[:：]|打了|给了|评分)* ?{_NUMBER.format('score')}分?")
_PERCENT = Pattern(rf"满意(?:度|率)(?:是|为|[:：]|达到|有)*{_NUMBER.format('score')}%")
_WORDS = Pattern(r"(?P<five>五星好评|非常满意)|(?P<one>差评|非常不满意)")


def satisfaction(doc: Doc, start: int, end: int) -> tuple[Satisfaction, ...]:
    """Scores that the customer gave: 满意度4分, NPS 9, 满意率96%; a figure outside of its scale is none."""
    if not _MAY_BE_SCORE.may(doc):
        return ()
    found: list[Satisfaction] = []
    scales: tuple[tuple[Literal["csat", "nps", "percent"], Pattern, int], ...] = (
        ("percent", _PERCENT, 100),
        ("nps", _NPS, 10),
        ("csat", _CSAT, 5),
    )
    for scale, pattern, top in scales:
        for match in pattern.finditer(doc.norm, start, end):
            value = numbers.read(match["score"])
            fits = value is not None and (1 if scale == "csat" else 0) <= value <= top
            if (
                value is not None
                and fits
                and not any(s.span.start < match.end() and match.start() < s.span.end for s in found)
            ):
                found.append(Satisfaction(scale, value, Span(match.start(), match.end())))
    if not found and (said := _WORDS.search(doc.norm, start, end)):
        found.append(Satisfaction("csat", Decimal(5 if said["five"] else 1), Span(said.start(), said.end())))
    return tuple(found)


_BIRTHDAY = Pattern(
    r"(?:生日|过生|寿辰|出生(?:日期|于)?)(?:是|在|为|[:：])?(?:他|她)?(?:每年)?(?:的)?(?P<lunar>农历|阴历|旧历)?(?:公历|阳历|新历)?"
    r"(?:(?P<year>(?:19|20)\d\d)[年./-])?(?P<month>\d{1,2}|正|腊|冬|十[一二]?|[一二三四五六七八九])(?:月|[./-])"
    r"(?P<day>\d{1,2}|初[一二三四五六七八九十]|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|[一二三四五六七八九])[日号]?"
)
_AHEAD = Pattern(
    r"(?P<lunar>农历|阴历)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?(?:是|，)?(?:[\u4e00-\u9fff]{1,4})?(?:的)?(?:过)?生日"
)
_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def birthdays(doc: Doc, start: int, end: int, folk: Sequence[Person]) -> tuple[Birthday, ...]:
    """储总生日是农历八月初八, 6月3号汪姐生日: a day that no year has is none."""
    if not _MAY_BE_BIRTHDAY.may(doc):
        return ()
    match = _BIRTHDAY.search(doc.norm, start, end) or _AHEAD.search(doc.norm, start, end)
    if match is None:
        return ()
    month, day = _MONTHS.get(match["month"]) or _figure(match["month"]), _figure(match["day"])
    if not 1 <= month <= 12 or not 1 <= day <= (30 if match["lunar"] else _DAYS[month - 1]):
        return ()
    lunar = bool(match["lunar"]) or "初" in match["day"] or "廿" in match["day"] or match["month"] in "正腊"
    near = [p for p in folk if start <= p.start < match.end()]
    who = doc.words(near[-1].start, near[-1].end) if near else None
    year = int(match["year"]) if "year" in match.groupdict() and match["year"] else None
    return (Birthday(month, day, Span(match.start(), match.end()), who, year, lunar),)


_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _figure(said: str) -> int:
    """12, 十二, 初八, 廿三; 0 where it is no number."""
    said = said.removeprefix("初")
    value = numbers.read("二十" + said[1:] if said.startswith("廿") else said)
    return int(value) if value is not None else 0


@cache
def _source() -> Rule:
    known = "|".join(word for word, _ in lexicon.rows("sources"))
    return Rule(rf"(?<![做建改上办参加去])(?P<what>{known})")


def source(doc: Doc, start: int, end: int) -> Words | None:
    """Where the customer comes from: 展会, 老客户介绍, 抖音, 宏图王经理介绍."""
    match = _source().search(doc.norm, start, end) if _source().may(doc) else None
    if match is None:
        return introduced.source(doc, start, end)
    return doc.words(*match.span("what"))
