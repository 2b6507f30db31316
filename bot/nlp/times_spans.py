"""Stretches named by both their ends in one word: 1995-1997年, 1－9月份, 8月至2月, 6-8号, 9月10号，11号，12号.

Neighbouring days too: 明后天, 下周二三.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.numbers import apart, read
from bot.nlp.times_days import relative_month
from bot.nlp.times_model import Time, midnight, year_of

Match: TypeAlias = "re.Match[str]"


def _span(match: Match, first: date, stop: date, unit: str = "span") -> Time | None:
    if first >= stop:
        return None
    return Time(
        start=match.start(), end=match.end(), kind="range", begin=midnight(first), stop=midnight(stop), unit=unit
    )


def read_years(match: Match, now: datetime) -> Time | None:
    """1995-1997年, 从2016到2018: to the end of the last year."""
    return _span(match, date(int(match["ya"]), 1, 1), date(int(match["yb"]) + 1, 1, 1))


def read_months(match: Match, now: datetime) -> Time | None:
    """1-9月, 8月至2月: over the turn of the year where the second is the smaller."""
    return _months(match, now, int(read(match["ma"]) or 0), int(read(match["mb"]) or 0))


def read_neighbouring_months(match: Match, now: datetime) -> Time | None:
    """七八月份, 十一二月: two months, next year's where both are over."""
    ends = apart(match["months"], counts=True)
    if ends is None:
        return None
    first, last = int(ends[0]), int(ends[1])
    if year_of(match, now) is None and last < now.month:
        return _months(match, now.replace(year=now.year + 1, day=1), first, last)
    return _months(match, now, first, last)


def _months(match: Match, now: datetime, first: int, last: int) -> Time | None:
    year = year_of(match, now) or now.year
    if not (1 <= first <= 12 and 1 <= last <= 12) or first == last:
        return None
    begin, stop = calendar.first_of(year, first), calendar.first_of(year + (last < first), last + 1)
    return _span(match, begin, stop)


def read_days(match: Match, now: datetime) -> Time | None:
    """3月6-8号, 6到8号, 10号、11号、12号: the days from the first to the last, without a month those to come."""
    days = [int(read(said) or 0) for said in re.findall(r"\d+|[一二三四五六七八九十廿]+", match["days"])]
    if days != sorted(set(days)) or (len(days) > 2 and days[-1] - days[0] != len(days) - 1):
        return None
    return _days(match, now, days[0], days[-1])


def read_neighbours(match: Match, now: datetime) -> Time | None:
    """五六号, 二十七八号, 3月十五六号: two days."""
    ends = apart(match["days"], counts=True)
    return _days(match, now, int(ends[0]), int(ends[1])) if ends else None


def _days(match: Match, now: datetime, first: int, last: int) -> Time | None:
    groups = match.groupdict()
    try:
        if groups.get("rm"):
            begin = relative_month(groups["rm"], now).replace(day=first)
        elif groups.get("m"):
            month, year = int(read(groups["m"]) or 0), year_of(match, now)
            begin = date(year or now.year, month, first)
            if year is None and begin + timedelta(days=last - first) < now.date():
                begin = date(now.year + 1, month, first)
        else:
            begin = now.date().replace(day=first)
            if begin.replace(day=last) < now.date():
                begin = calendar.add_months(begin, 1).replace(day=first)
        return _span(match, begin, begin.replace(day=last) + timedelta(days=1))
    except ValueError:
        return None


_NAMES_BEFORE = frozenset("李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗宋谢唐韩曹许邓冯小晓志建文光永国春海东")  # 李明后天
_BESIDE = {"今明": (0, 2), "明后": (1, 3), "今明后": (0, 3)}


def read_days_beside(match: Match, now: datetime) -> Time | None:
    """今明两天, 明后天, 今明后三天: the days from the first to the last."""
    if match["both"] == "明后" and match.start() and match.string[match.start() - 1] in _NAMES_BEFORE:
        return None
    first, stop = _BESIDE[match["both"]]
    return _span(match, now.date() + timedelta(days=first), now.date() + timedelta(days=stop))


def read_weekdays(match: Match, now: datetime) -> Time | None:
    """下周二三, 周四五: two weekdays side by side; without a week those to come."""
    first, last = (7 if said in "日天" else int(read(said) or 0) for said in match["wds"])
    if last != first + 1:
        return None
    which = match["which"] or ""
    monday = calendar.monday(now.date()) + timedelta(weeks=which.count("下") - which.count("上"))
    begin = monday + timedelta(days=first - 1)
    if not which and begin <= now.date():
        begin += timedelta(weeks=1)
    return _span(match, begin, begin + timedelta(days=2))
