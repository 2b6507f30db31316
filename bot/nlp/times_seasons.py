"""Seasons, from one solar term to the next: 明年夏天, 冬季, 开春, 入秋前; and 暑假, July and August."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeAlias

from bot.nlp import lunar
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time, midnight, year_of

Match: TypeAlias = "re.Match[str]"

_SEASONS = "春夏秋冬"
_ALONE = Pattern("$|[，。；！？、 ]|之?[前后]|以[前后]|[再就]|的时候|结束|开始")


def read_season(match: Match, now: datetime) -> Time | None:
    """The one that runs or comes next, unless a year is named. 春季 in front of a noun (春季新品) names no time."""
    year = year_of(match, now)
    if year is None and not _ALONE.match(match.string, match.end()):
        return None
    name = match["season"] or match["start"]
    years = (year,) if year is not None else (now.year - 1, now.year, now.year + 1)
    for of in years:
        span = _summer_holiday(of) if name is None else _season(name, of)
        if span is not None and (year is not None or _is_ahead(span, match, now.date())):
            first, stop = map(midnight, span)
            return Time(start=match.start(), end=match.end(), kind="range", begin=first, stop=stop, unit="season")
    return None


def _is_ahead(span: tuple[date, date], match: Match, today: date) -> bool:
    """开春 is the beginning of a spring, so one that has begun is over."""
    return span[0] > today if match["start"] else span[1] > today


def _season(name: str, year: int) -> tuple[date, date] | None:
    at = _SEASONS.index(name)
    first = lunar.term("立" + name, year)
    stop = lunar.term("立" + _SEASONS[(at + 1) % 4], year + (at == len(_SEASONS) - 1))
    return (first, stop) if first and stop else None


def _summer_holiday(year: int) -> tuple[date, date]:
    return date(year, 7, 1), date(year, 9, 1)
