"""Working days of the company: Chinese public holidays and their make-up working days.

Years whose holidays are not announced yet are forecast by the `holidays` package, which is loaded when first needed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any

OPENS = time(9)
DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """Whether people work that day: make-up Saturdays and Sundays count, public holidays do not."""
    return bool(_year(day.year).is_working_day(day))


def working_before(day: date) -> date:
    """The last working day before `day`."""
    day -= DAY
    while not is_working(day):
        day -= DAY
    return day


def working_from(day: date) -> date:
    """`day` itself, or the first working day after it."""
    while not is_working(day):
        day += DAY
    return day


def working_after(day: date) -> date:
    """The first working day after `day`."""
    return working_from(day + DAY)


def opening(day: date, zone: tzinfo) -> datetime:
    """The moment at which that day's work begins, 09:00."""
    return datetime.combine(day, OPENS, zone)


@cache
def _year(year: int) -> Any:
    import holidays

    return holidays.country_holidays("CN", years=year)
