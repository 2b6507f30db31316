"""What a wording about time means, before and after its neighbours have had their say."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal, NamedTuple, TypeAlias

from bot.nlp.numbers import read

Kind: TypeAlias = Literal["date", "datetime", "time", "range", "duration", "recurrence"]
Value: TypeAlias = "str | list[str | None]"


class Time(NamedTuple):
    """A wording about time with its place. Moments are local and naive. A tuple, as a note makes a dozen.

    `begin` and `stop` bound what is meant, half open; None is an open edge. `earlier` is the same wording read as past
    (a bare weekday, a month-day without a year). `before` says that a word made it a deadline (之前, 内). `whole` is
    the stretch that a deadline wording names (周五 of 周五前). `fuzzy` is a part of a day without a clock (下午).
    """

    start: int
    end: int
    kind: Kind
    begin: datetime | None = None
    stop: datetime | None = None
    earlier: datetime | None = None
    before: bool = False
    fuzzy: bool = False
    clock: bool = False  # an hour is named
    exact: str | None = None  # the value of a duration or a recurrence
    bounds: tuple[str | None, str | None] | None = None  # of a duration span
    unit: str = ""  # of an offset or a calendar span: day, week, month, year, quarter
    pm: bool | None = None  # whether a word says which half of the day a clock means

    @property
    def day(self) -> date | None:
        """The one day that is meant, else None."""
        if self.begin is None or (self.kind not in ("date", "datetime") and not self.fuzzy):
            return None
        return self.begin.date()

    @property
    def moment(self) -> datetime:
        """Where it begins; a wording without a beginning has none and gives the day that is no day."""
        return self.begin if self.begin is not None else ANY_DAY

    @property
    def value(self) -> Value:
        """The normal form of the contract of entities."""
        if self.bounds is not None:
            return list(self.bounds)
        if self.exact is not None:
            return self.exact
        if self.kind == "date" and self.begin is not None:
            return self.begin.date().isoformat()
        if self.kind == "datetime" and self.begin is not None:
            return self.begin.isoformat(timespec="seconds")
        if self.kind == "time" and self.begin is not None:
            return self.begin.time().isoformat(timespec="seconds")
        return [_edge(self.begin), _edge(self.stop)]


def _edge(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat(timespec="seconds")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


_YEARS = {"明": 1, "来": 1, "次": 1, "翌": 1, "下": 1, "后": 2, "去": -1, "上": -1, "前": -2}


def year_of(match: re.Match[str], now: datetime) -> int | None:
    """The year that the groups `y` (2026, 二零二六, 26) or `ry` (明年) name, None where none is named."""
    groups = match.groupdict()
    if relative := groups.get("ry"):
        far = 3 if relative[1:2] == "后" else -3
        return now.year + (far if relative[0] == "大" else _YEARS.get(relative[0], 0))
    said = groups.get("y")
    if not said:
        return None
    year = int(read(said) or 0)
    if len(said) == 2 and year < 100:
        year += 2000 if year + 2000 <= now.year + 10 else 1900
    return year if 1 <= year <= 9000 else None


ANY_DAY = midnight(date(1, 1, 1))  # a clock or a part of the day that is on no day yet
