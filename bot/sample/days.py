"""Days and hours around one moment: the working days before it, and times of day on them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.calendar import is_working, working_after, working_before

HOURS = tuple(range(9, 18))


@dataclass(frozen=True, slots=True)
class Days:
    """`worked` are the working days up to today, the newest last; today counts only once work has begun."""

    now: datetime
    zone: ZoneInfo
    today: date
    worked: tuple[date, ...]

    @classmethod
    def around(cls, now: datetime, zone: ZoneInfo, back: int) -> Days:
        """The working days of the last `back` days."""
        today = now.astimezone(zone).date()
        days = (today - timedelta(days=n) for n in range(back, 0, -1))
        return cls(now, zone, today, tuple(day for day in days if is_working(day)))

    def ago(self, days: int) -> date:
        """The last working day that lies at least so many days back."""
        return working_before(self.today - timedelta(days=days - 1))

    def ahead(self, working: int) -> date:
        """The working day that is so many working days ahead."""
        day = self.today
        for _ in range(working):
            day = working_after(day)
        return day

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """That time of that day, in UTC."""
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def sometime(self, chance: random.Random, day: date) -> datetime:
        """A moment in that day's working hours."""
        return self.at(day, chance.choice(HOURS), chance.randrange(60))
