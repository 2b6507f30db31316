"""Days of the Chinese year: festivals, the official holidays with their make-up days, months and weeks as spans.

Weeks begin on Monday. Lunar festivals and official holidays come from the `holidays` package, loaded when first needed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.nlp import lexicon

_LUNAR = {
    "spring": ("Chinese New Year (Spring Festival)", 0),
    "eve": ("Chinese New Year (Spring Festival)", -1),
    "lantern": ("Chinese New Year (Spring Festival)", 14),
    "qingming": ("Tomb-Sweeping Day", 0),
    "dragon": ("Dragon Boat Festival", 0),
    "autumn": ("Mid-Autumn Festival", 0),
}
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


@cache
def festival(name: str, year: int) -> date | None:
    """The day of a festival in a year, None where nobody knows it."""
    rule = lexicon.kinds("festivals").get(name)
    if rule is None or not 1902 <= year <= 2099:
        return None
    if rule in _LUNAR:
        label, shift = _LUNAR[rule]
        days = sorted(day for day, said in _china(year).items() if label in str(said) and "observed" not in str(said))
        return days[0] + timedelta(days=shift) if days else None
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
