"""When to remind: before a promise is due, an hour on, tomorrow, next Monday; all on working days, in local time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from config.calendar import opening, working_after, working_before
from domain.when import Local

AHEAD = timedelta(minutes=30)
HOUR = timedelta(hours=1)
CLOSES = time(17)
EVENING = time(18)
ASKS = time(10)


def reminding(due_on: date | None, due_at: datetime | None, local: Local) -> datetime | None:
    """When to remind of a promise: half an hour before a moment; for a day 09:00 of the working day before it, or of
    the day itself, or today 17:00, whichever is still ahead."""
    if due_at is not None:
        return next((m for m in (due_at - AHEAD, due_at) if m > local.now), None)
    if due_on is None:
        return None
    moments = [opening(working_before(due_on), local.zone), opening(due_on, local.zone)]
    if due_on == local.today:
        moments.append(datetime.combine(due_on, CLOSES, local.zone))
    return next((m for m in moments if m > local.now), None)


def at_work(local: Local) -> datetime:
    """Now, where people are at work; else 09:00 of the next working day."""
    begins = opening(working_after(local.today - timedelta(days=1)), local.zone)
    if begins > local.now:
        return begins
    return local.now if local.local.time() <= EVENING else opening(working_after(local.today), local.zone)


def following(local: Local) -> datetime:
    """When to ask what came of something: in two working days at 10:00."""
    return datetime.combine(working_after(working_after(local.today)), ASKS, local.zone)


def in_an_hour(local: Local) -> datetime:
    """An hour on; what would be after 18:00 waits for 09:00 of the next working day."""
    later = local.local + HOUR
    if later.date() == local.today and later.time() <= EVENING:
        return later
    return opening(working_after(local.today), local.zone)


def next_day(due_at: datetime, local: Local) -> datetime:
    """The next working day, at the time of day that the reminder had."""
    clock = due_at.astimezone(local.zone).time()
    return datetime.combine(working_after(local.today), clock, local.zone)


def next_monday(local: Local) -> datetime:
    """Monday 09:00, or the first working day after it."""
    monday = local.today + timedelta(days=6 - local.today.weekday())
    return opening(working_after(monday), local.zone)
