"""Days and months of the lunar calendar: 腊月二十三, 正月初八, 农历十月, 闰四月, 初八.

八月十五 is one of them, 8月15号 is not.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.nlp import lunar
from bot.nlp.numbers import read
from bot.nlp.times_model import Time, midnight, year_of

Match: TypeAlias = "re.Match[str]"

_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def read_lunar_day(match: Match, now: datetime) -> Time | None:
    """A day of a lunar month: only where a word says so (农历, 正月, 初, 廿), and 十五 without 号."""
    said = match["ld"]
    number = int(read(re.sub("^初", "", said).replace("廿", "二十")) or 0)
    year, leap = year_of(match, now), bool(match["leap"])
    lunar_word = match["cal"] or match["cal2"] or leap or match["lm"] in _MONTHS or said[0] in "初廿"
    if not lunar_word and (said != "十五" or year is not None):
        return None
    month = _MONTHS.get(match["lm"]) or int(read(match["lm"]) or 0)
    if year is not None:
        day = lunar.day(year, month, number, leap=leap)
        return _time_of(match, day) if day else None
    days = (lunar.day(now.year + shift, month, number, leap=leap) for shift in (-2, -1, 0, 1, 2, 3))
    return _nearest(match, [day for day in days if day], now)


def read_bare_lunar_day(match: Match, now: datetime) -> Time | None:
    """初八, 廿一: of this lunar month or the next; 大年初三 of the first month."""
    number = int(read(match["ld"].removeprefix("初").replace("廿", "二十")) or 0)
    at = lunar.month_of(now.date())
    if at is None:
        return None
    if match["new"]:
        days = [lunar.day(at[0] + shift, 1, number) for shift in (0, 1)]
    else:
        months = [at[0] * 12 + at[1] - 1 + shift for shift in (-1, 0, 1)]
        days = [lunar.day(month // 12, month % 12 + 1, number) for month in months]
    return _nearest(match, [day for day in days if day], now)


def read_lunar_month(match: Match, now: datetime) -> Time | None:
    """农历十月, 闰四月, 腊月底: the month that is not over yet."""
    month = _MONTHS.get(match["lm"]) or int(read(match["lm"]) or 0)
    if not (match["cal"] or match["leap"] or match["lm"] in _MONTHS):
        return None
    year, leap = year_of(match, now), bool(match["leap"])
    years = (year,) if year is not None else (now.year - 1, now.year, now.year + 1, now.year + 2)
    spans = [span for of in years if (span := lunar.month(of, month, leap=leap))]
    span = next((span for span in spans if year is not None or span[1] > now.date()), None)
    if span is None:
        return None
    first, stop = _part(match["part"] or "", *span)
    unit = "month-part" if match["part"] else "month"
    return Time(
        start=match.start(), end=match.end(), kind="range", begin=midnight(first), stop=midnight(stop), unit=unit
    )


def _part(part: str, first: date, stop: date) -> tuple[date, date]:
    tenth, twentieth = first + timedelta(days=10), first + timedelta(days=20)
    if part in ("底", "末"):
        return stop - timedelta(days=6), stop
    return {"初": (first, tenth), "上旬": (first, tenth), "中旬": (tenth, twentieth), "下旬": (twentieth, stop)}.get(
        part, (first, stop)
    )


def _nearest(match: Match, days: list[date], now: datetime) -> Time | None:
    ahead = next((day for day in sorted(days) if day >= now.date()), None)
    past = next((day for day in sorted(days, reverse=True) if day < now.date()), None)
    return _time_of(match, ahead, past) if ahead else None


def _time_of(match: Match, day: date, earlier: date | None = None) -> Time:
    begin = midnight(day)
    return Time(
        start=match.start(),
        end=match.end(),
        kind="date",
        begin=begin,
        stop=begin + timedelta(days=1),
        earlier=midnight(earlier) if earlier else None,
        unit="day",
    )
