"""What wordings about days mean: 明天, 下周三, 3月6日, 月底, 下个季度, 国庆, 节后第一天.

Each reader gets the match of its wording (`times_days_table`) and gives its meaning, None where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.numbers import read
from bot.nlp.times_model import Time, midnight, year_of

Match: TypeAlias = "re.Match[str]"
Reader: TypeAlias = Callable[[Match, datetime], "Time | None"]


def _int(said: str) -> int:
    return int(read(said.replace("廿", "二十")) or 0)


def _time_of(match: Match, day: date, earlier: date | None = None, unit: str = "day") -> Time:
    begin = midnight(day)
    past = midnight(earlier) if earlier else None
    return Time(
        start=match.start(),
        end=match.end(),
        kind="date",
        begin=begin,
        stop=begin + timedelta(days=1),
        earlier=past,
        unit=unit,
    )


def _span(match: Match, first: date, stop: date, unit: str) -> Time:
    return Time(
        start=match.start(), end=match.end(), kind="range", begin=midnight(first), stop=midnight(stop), unit=unit
    )


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_month_day(match: Match, now: datetime) -> Time | None:
    """3月6日, 明年3月6号, 2026年3月6日: without a year the next one to come."""
    month, day, year = _int(match["m"]), _int(match["d"]), year_of(match, now)
    if year is not None:
        fixed = _safe(year, month, day)
        return _time_of(match, fixed) if fixed else None
    return _on_weekday(match, _next_of(match, now, month, day))


def _on_weekday(match: Match, said: Time | None) -> Time | None:
    """10月12号，星期一: the weekday beside a date says which year is meant."""
    groups = match.groupdict()
    wd = groups.get("wa") or groups.get("wb")
    if not wd or said is None or said.begin is None or said.earlier is None:
        return said
    want = 6 if wd in "日天" else _int(wd) - 1
    if said.begin.weekday() == want or said.earlier.weekday() != want:
        return said
    return said._replace(begin=said.earlier, stop=said.earlier + timedelta(days=1), earlier=None)


def _next_of(match: Match, now: datetime, month: int, day: int) -> Time | None:
    this = _safe(now.year, month, day)
    if this is None:
        later = _safe(now.year + 4 - now.year % 4, month, day)
        return _time_of(match, later) if later else None
    if this >= now.date():
        return _time_of(match, this, _safe(now.year - 1, month, day))
    later = _safe(now.year + 1, month, day)
    return _time_of(match, later or this, this)


def read_iso(match: Match, now: datetime) -> Time | None:
    day = _safe(int(match[1]), int(match[2]), int(match[3]))
    return _time_of(match, day) if day else None


def read_slash(match: Match, now: datetime) -> Time | None:
    return _next_of(match, now, int(match["m"]), int(match["d"]))


def read_day_first(match: Match, now: datetime) -> Time | None:
    """13.5.2015, 3-7-2017: with dots and strokes the day comes first."""
    year = int(match["y2"])
    year += 0 if year > 99 else 2000 if year + 2000 <= now.year + 20 else 1900
    day = _safe(year, int(match["m"]), int(match["d"]))
    return _time_of(match, day) if day else None


def read_american(match: Match, now: datetime) -> Time | None:
    year = int(match["y2"])
    year += 0 if year > 99 else 2000 if year + 2000 <= now.year + 20 else 1900
    day = _safe(year, int(match["m"]), int(match["d"]))
    return _time_of(match, day) if day else None


def relative_month(said: str, now: datetime) -> date:
    shift = said.count("下") - said.count("上")
    return calendar.first_of(now.year, now.month + shift)


def read_day_of_month(match: Match, now: datetime) -> Time | None:
    """下个月5号, and 5号 alone: this month's, or next month's where that has passed."""
    day = _int(match["d"])
    if match.groupdict().get("rm"):
        first = relative_month(match["rm"], now)
        fixed = _safe(first.year, first.month, day)
        return _time_of(match, fixed) if fixed else None
    this = _safe(now.year, now.month, day)
    if this and this >= now.date():
        before = calendar.first_of(now.year, now.month - 1)
        return _time_of(match, this, _safe(before.year, before.month, day))
    after = calendar.first_of(now.year, now.month + 1)
    later = _safe(after.year, after.month, day)
    return _time_of(match, later, this) if later else None


def _cut(match: Match, first: date, stop: date, unit: str) -> Time:
    """底, 初, 中旬 of a month, a quarter or a year; without one of them the whole."""
    part = match.groupdict().get("part")
    if not part:
        return _span(match, first, stop, unit)
    if unit == "month":
        tenth, twentieth = first.replace(day=11), first.replace(day=21)
        edges = {
            "初": (first, first.replace(day=6)),
            "上旬": (first, tenth),
            "中": (tenth, twentieth),
            "中旬": (tenth, twentieth),
        }
        edges |= {
            "下旬": (twentieth, stop),
            "底": (stop - timedelta(days=6), stop),
            "末": (stop - timedelta(days=6), stop),
        }
        return _span(match, *edges[part], "month-part")
    if part in ("底", "末"):
        return _span(match, calendar.first_of(stop.year, stop.month - 1), stop, f"{unit}-part")
    if part == "中" and unit in ("year", "quarter"):
        middle = calendar.first_of(first.year, first.month + (5 if unit == "year" else 1))
        return _span(match, middle, calendar.first_of(middle.year, middle.month + 1), unit)
    if part in ("初", "伊始"):
        return _span(match, first, calendar.first_of(first.year, first.month + 1), f"{unit}-part")
    return _span(match, first, stop, f"{unit}-part")


def read_month(match: Match, now: datetime) -> Time | None:
    """八月份, 明年9月, 上个月底: a month, or its beginning, middle or end."""
    groups = match.groupdict()
    if groups.get("rm"):
        first = relative_month(groups["rm"], now)
    else:
        month, year = _int(match["m"]), year_of(match, now)
        first = calendar.first_of(now.year if year is None else year, month)
    return _cut(match, first, calendar.first_of(first.year, first.month + 1), "month")


def read_bare_part(match: Match, now: datetime) -> Time:
    first = calendar.first_of(now.year, now.month)
    if match["of"] == "年":
        return _cut(match, date(now.year, 1, 1), date(now.year + 1, 1, 1), "year")
    if match["of"] == "季":
        first = calendar.first_of(now.year, (now.month - 1) // 3 * 3 + 1)
        return _cut(match, first, calendar.first_of(first.year, first.month + 3), "quarter")
    return _cut(match, first, calendar.first_of(first.year, first.month + 1), "month")


def read_year_span(match: Match, now: datetime) -> Time | None:
    year = year_of(match, now)
    if year is None:
        return None
    half = match.groupdict().get("half")
    if half:
        return _half(match, year)
    return _cut(match, date(year, 1, 1), date(year + 1, 1, 1), "year")


def _half(match: Match, year: int) -> Time:
    start = 1 if match["half"] in ("上半年", "前半年") else 7
    return _span(match, date(year, start, 1), calendar.first_of(year, start + 6), "half")


def read_half(match: Match, now: datetime) -> Time:
    """上半年, 下半月, 前半周: the halves of what runs; 上个半年 is the one that is over."""
    first_half = match["half"] in "上前"
    if match["of"] == "周":
        monday, day = calendar.monday(now.date()), timedelta(days=1)
        return (
            _span(match, monday, monday + 3 * day, "span")
            if first_half
            else _span(match, monday + 3 * day, monday + 7 * day, "span")
        )
    if match["of"] == "月":
        first = calendar.first_of(now.year, now.month)
        middle, stop = first.replace(day=16), calendar.first_of(now.year, now.month + 1)
        return _span(match, first, middle, "span") if first_half else _span(match, middle, stop, "span")
    month = 1 if first_half else 7
    if match["turn"]:
        month = (1 if now.month < 7 else 7) + (-6 if first_half else 6)
    begin = calendar.first_of(now.year, month)
    return _span(match, begin, calendar.first_of(begin.year, begin.month + 6), "half")


def read_quarter(match: Match, now: datetime) -> Time | None:
    """三季度, Q1, 明年Q1, 下季度, 本季度末."""
    said = match["q"]
    year = year_of(match, now) or now.year
    if said[0] in "本这上下":
        first = calendar.first_of(now.year, (now.month - 1) // 3 * 3 + 1 + {"上": -3, "下": 3}.get(said[0], 0))
    else:
        number = _int(re.sub(r"[第q季度个]", "", said))
        if not 1 <= number <= 4:
            return None
        first = calendar.first_of(year, number * 3 - 2)
    return _cut(match, first, calendar.first_of(first.year, first.month + 3), "quarter")


_RELATIVE = {"本": 0, "今": 0, "明": 1, "后": 2, "昨": -1, "前": -2, "当": 0, "隔": 1, "次": 1, "翌": 1}


def read_relative_day(match: Match, now: datetime) -> Time:
    said = match.group()
    far = 2 + said.count("大")
    shift = far * (1 if "后" in said else -1) if said[0] == "大" else _RELATIVE[said[0]]
    return _time_of(match, now.date() + timedelta(days=shift))


def read_weekday(match: Match, now: datetime) -> Time | None:
    """下周三 is the Wednesday of next week; 周三 alone the next one to come: of today one says 今天."""
    said = match["wd"]
    weekday = 7 if said in "日天末" else _int(said)
    which = match["which"] or ""
    if not 1 <= weekday <= 7:
        return None
    base = calendar.monday(now.date()) + timedelta(days=weekday - 1)
    if which:
        weeks = which.count("下") - which.count("上")
        return _time_of(match, base + timedelta(weeks=weeks))
    if base <= now.date():
        return _time_of(match, base + timedelta(weeks=1), base)
    return _time_of(match, base, base - timedelta(weeks=1))


def read_working_day(match: Match, now: datetime) -> Time:
    """下个工作日: by the official calendar."""
    return _time_of(match, calendar.add_working_days(now.date(), 1 if match["which"] == "下" else -1))


_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SOON = 120  # days to a date that is then meant to come: who speaks of the past names a month gone by
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_english(match: Match, now: datetime) -> Time | None:
    """by Friday, tomorrow, Dec 9: what a salesperson types who writes in English."""
    if relative := match["rel"]:
        return _time_of(match, now.date() + timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[relative]))
    if month := match["month"]:
        dated = _next_of(match, now, _MONTHS.index(month) + 1, int(match["date"]))
        if dated is None:
            return None
        near = dated.moment.date() - now.date() < timedelta(days=_SOON)
        said = dated._replace(earlier=None) if near else dated
    else:
        days = (_ENGLISH.index((match["en"] or match["abbr"])[:3]) - now.weekday()) % 7
        said = _time_of(match, now.date() + timedelta(days=days), now.date() + timedelta(days=days - 7))
    if match["after"]:
        said = _time_of(match, now.date() + timedelta(days=days + 7 * (now.weekday() + days < 7)))
    if match.group().startswith(("by", "before")):
        return said._replace(kind="range", begin=None, stop=said.begin, before=True)
    return said


def read_week(match: Match, now: datetime) -> Time:
    which = match["which"]
    first = calendar.monday(now.date()) + timedelta(weeks=which.count("下") - which.count("上"))
    if match["end"]:
        return _span(match, first + timedelta(days=5), first + timedelta(days=7), "weekend")
    return _span(match, first, first + timedelta(weeks=1), "week")


def read_weekend(match: Match, now: datetime) -> Time:
    first = calendar.monday(now.date()) + timedelta(days=5)
    return _span(match, first, first + timedelta(days=2), "weekend")
