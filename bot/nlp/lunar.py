"""The lunar calendar and the solar terms: 腊月二十三, 闰四月, 八月十五, 冬至.

Years from 1901 to 2099; beyond them None.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from bot.nlp import lexicon

TERMS = (
    *("小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至"),
    *("小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至"),
)
_J2000 = date(2000, 1, 1).toordinal()  # the epoch of the formula is its noon
_BEIJING = 8 / 24 - 70 / 86400  # from the time of the formula to the wall clock, in days


class _Year(NamedTuple):
    begin: date
    leap: int
    long: str


@cache
def _years() -> dict[int, _Year]:
    found = {}
    for said, rule in lexicon.rows("lunar_years"):
        begin, leap, long = rule.split()
        found[int(said)] = _Year(date.fromisoformat(f"{said}-{begin}"), int(leap), long)
    return found


def month(year: int, number: int, *, leap: bool = False) -> tuple[date, date] | None:
    """A month of a lunar year as [first, stop)."""
    of = _years().get(year)
    if of is None or not 1 <= number <= 12 or (leap and of.leap != number):
        return None
    index = number - 1 + (leap or 0 < of.leap < number)
    begin = of.begin + timedelta(days=sum(29 + int(long) for long in of.long[:index]))
    return begin, begin + timedelta(days=29 + int(of.long[index]))


def day(year: int, number: int, of_month: int, *, leap: bool = False) -> date | None:
    """The day of month `number` of a lunar year; None where that month has no such day."""
    span = month(year, number, leap=leap)
    if span is None or not 1 <= of_month <= (span[1] - span[0]).days:
        return None
    return span[0] + timedelta(days=of_month - 1)


def month_of(today: date) -> tuple[int, int] | None:
    """The lunar year and month of a day; a leap month counts as the month before it."""
    for year in (today.year, today.year - 1):
        of = _years().get(year)
        if of is None or today < of.begin:
            continue
        ends = list(accumulate((29 + int(long) for long in of.long), initial=0))[1:]
        index = min(bisect_right(ends, (today - of.begin).days), len(ends) - 1)
        return year, index + 1 - (0 < of.leap <= index)
    return None


@cache
def term(name: str, year: int) -> date | None:
    """The day of a solar term, from the sun's longitude; at most some minutes off, so a term at midnight may err."""
    if name not in TERMS or not 1901 <= year <= 2099:
        return None
    index = TERMS.index(name)
    at = date(year, 1, 5).toordinal() + index * 15.2184 - _J2000 - 0.5
    for _ in range(6):
        at += ((285 + 15 * index - _longitude(at) + 180) % 360 - 180) * 365.2422 / 360
    return date.fromordinal(math.floor(at + _BEIJING + 0.5) + _J2000)


def _longitude(days: float) -> float:
    """The sun's apparent longitude in degrees so many days after 2000-01-01 12:00, to a hundredth of a degree."""
    t = days / 36525
    mean = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * math.sin(mean) + (0.019993 - 0.000101 * t) * math.sin(2 * mean)
    centre += 0.000289 * math.sin(3 * mean)
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360
