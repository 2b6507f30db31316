"""Days of the Chinese year: festivals, the official holidays with their make-up days, months and weeks as spans.

Weeks begin on Monday. Official holidays come from the `holidays` package, loaded when first needed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.nlp import lexicon, lunar

OFF = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
"""The festivals with days off."""
DAY = timedelta(days=1)


@cache
def _china(year: int) -> Any:
    import holidays

    return holidays.country_holidays("CN", years=year, language="en_US")


def first_of(year: int, month: int) -> date:
    """The first day of a month; months outside 1..12 run over into the years beside."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(min(max(year, 1), 9998), month, 1)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month."""
    start = first_of(day.year, day.month + months)
    last = (first_of(start.year, start.month + 1) - DAY).day
    return start.replace(day=min(day.day, last))


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def nth_weekday(year: int, month: int, n: int, weekday: int) -> date | None:
    """The n-th Monday (weekday 1) ... Sunday (7) of a month, None where the month has fewer."""
    start = first_of(year, month)
    day = start + timedelta(days=(weekday - 1 - start.weekday()) % 7 + 7 * (n - 1))
    return day if day.month == start.month else None


def _lunar(year: int, month: int, day: int) -> date | None:
    """The day of a lunar festival in a year; what falls in its last months is that of the lunar year that ends then."""
    if day == 0:
        new_year = lunar.day(year, month, 1)
        return new_year - DAY if new_year else None
    found = lunar.day(year - (month > 10), month, day)
    return found if found is None or found.year == year else lunar.day(year, month, day)


@cache
def festival(name: str, year: int) -> date | None:
    """The day of a festival in a year, None where nobody knows it."""
    rule = lexicon.kinds("festivals").get(name)
    if rule is None or not 1902 <= year <= 2099:
        return None
    kind, _, rest = rule.partition("-")
    if kind == "term":
        return lunar.term(rest, year)
    if kind == "lunar":
        return _lunar(year, *map(int, rest.split("-")))
    month, _, rest = rule.partition("-")
    if rest.startswith("w"):
        n, weekday = rest[1:].split("-")
        return nth_weekday(year, int(month), int(n), int(weekday))
    return date(year, int(month), int(rest))


def is_working(day: date) -> bool:
    """Whether offices are open: official holidays and make-up days included."""
    return bool(_china(day.year).is_working_day(day)) if 1952 <= day.year <= 2099 else day.weekday() < 5


def working_day_from(day: date) -> date:
    """The first working day that is not before `day`."""
    for _ in range(15):
        if is_working(day):
            return day
        day += DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """So many working days on (or back, where negative); at most a year's worth is counted."""
    step = DAY if count > 0 else -DAY
    for _ in range(min(abs(count), 250)):
        day += step
        while not is_working(day):
            day += step
    return day


@cache
def holiday(name: str, year: int) -> tuple[date, date] | None:
    """The days off around a festival as [first, stop): from its first free day to the first working day after it;
    the day itself for a festival without days off."""
    day = festival(name, year)
    if day is None:
        return None
    if not _gives_days_off(name):
        return day, day + DAY
    first = day
    while first.year == year and not is_working(first - DAY) and (day - first).days < 4:
        first -= DAY
    return first, working_day_from(day + DAY)


@cache
def _days_off() -> frozenset[str]:
    return frozenset(lexicon.kinds("festivals")[name] for name in OFF)


def _gives_days_off(name: str) -> bool:
    return lexicon.kinds("festivals").get(name) in _days_off()
