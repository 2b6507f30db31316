"""Festivals and what is counted from them: 国庆, 明年春节, 国庆期间, 节后, 年前, 国庆回来第一天."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time, midnight, year_of

Match: TypeAlias = "re.Match[str]"

_LATELY = 120  # days for which 年前 still means before the last new year, and 年后 since it
_WEATHER = frozenset(
    (
        "大雪",
        "小雪",
        "雨水",
        "小满",
        "大寒",
        "小寒",
        "大暑",
        "小暑",
        "白露",
        "谷雨",
        "立春",
        "立夏",
        "惊蛰",
        "芒种",
        "霜降",
    )
)
_OF_DAYS = Pattern("节气|前|后|当天|那天|之")
_ELEVENTH = Pattern("十一(?:[之以]?[前后]|期间|假期|长假|黄金周|放假|回来|那)")


def read_festival(match: Match, now: datetime) -> Time | None:
    """国庆: the next one to come, with the last one as the other reading; 明年春节 is that year's. 国庆期间 is its
    days off. `stop` is the end of the days off."""
    name = match["f"]
    if name in _WEATHER and not (match.end() == len(match.string) or _OF_DAYS.match(match.string, match.end())):
        return None
    if name == "十一" and not (len(match.string) == 2 or _ELEVENTH.match(match.string, match.start("f"))):
        return None
    year = year_of(match, now)
    if year is not None:
        return _of_year(match, name, year)
    last, this = calendar.festival(name, now.year - 1), calendar.festival(name, now.year)
    if this is None:
        return None
    if this >= now.date():
        return _of_year(match, name, now.year, last)
    return _of_year(match, name, now.year + 1, this)


def _of_year(match: Match, name: str, year: int, earlier: date | None = None) -> Time | None:
    day, off = calendar.festival(name, year), calendar.holiday(name, year)
    if day is None or off is None:
        return None
    past = midnight(earlier) if earlier else None
    all_of_it = match.groupdict().get("off")
    first = midnight(off[0] if all_of_it else day)
    return Time(
        start=match.start(),
        end=match.end(),
        kind="range" if all_of_it else "date",
        begin=first,
        stop=midnight(off[1]),
        earlier=past,
        unit="festival",
    )


def read_first_day_back(match: Match, now: datetime) -> Time | None:
    """国庆回来第一天, 节后第一天, 年后上班第一天: the first working day after the holiday."""
    name = match["f"] or ("春节" if match["way"] in ("年", "完年") else None)
    off = _around(name, now) if name else _next_holiday(now)
    if off is None:
        return None
    day = midnight(calendar.working_day_from(off[1]))
    return Time(start=match.start(), end=match.end(), kind="date", begin=day, stop=day + timedelta(days=1), unit="day")


def read_around(match: Match, now: datetime) -> Time | None:
    """节前, 节后; 年前, 年后, 过完年 go by the Spring Festival."""
    if match.start() and match.string[match.start() - 1] in _PART_OF_WORD[match["of"][-1]]:
        return None
    off = _around("春节", now, _LATELY) if match["of"][-1] == "年" else _next_holiday(now)
    if off is None:
        return None
    if (match["side"] or "后")[-1] == "前":
        name = "春节" if match["of"][-1] == "年" else None
        day = calendar.festival(name, off[1].year) if name else off[0]
        stop = midnight(day or off[0])
        return _open(match, None, stop)
    return _open(match, midnight(off[1]), None)


_PART_OF_WORD = {
    "年": frozenset(
        "几多半数今明去后前当本整每来同青少中老壮成周学财往历上下这百千万零〇一二两三四五六七八九十0123456789 元个内"
    ),
    "节": frozenset("环细季调情章音关礼枝骨时字小佳"),
}


def _open(match: Match, begin: datetime | None, stop: datetime | None) -> Time:
    return Time(
        start=match.start(),
        end=match.end(),
        kind="range",
        begin=begin,
        stop=stop,
        before=begin is None,
        unit="festival" if begin is None else "after",
    )


def _around(name: str, now: datetime, lately: int = 9) -> tuple[date, date] | None:
    """The days off of a festival: the last ones where they began lately, else the next."""
    known = [off for year in (now.year - 1, now.year, now.year + 1) if (off := calendar.holiday(name, year))]
    last = [off for off in known if timedelta() <= now.date() - off[0] < timedelta(days=lately)]
    return next(iter([*last, *(off for off in known if off[1] > now.date())]), None)


def _next_holiday(now: datetime) -> tuple[date, date] | None:
    """The holiday that runs, or the next one."""
    known = (calendar.holiday(name, year) for name in calendar.OFF for year in (now.year, now.year + 1))
    return min((off for off in known if off and off[1] > now.date()), default=None)


def off_work(match: Match, now: datetime) -> Time:
    """下班前, without a day: today's."""
    stop = midnight(now.date()) + timedelta(hours=18)
    return _open(match, None, stop)._replace(unit="off")
