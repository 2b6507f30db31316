"""When something is due by a wording about time: its day, or its moment where the text names a time of day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.nlp.times_model import Time

_VAGUE = ("week", "month", "quarter", "half", "year", "season", "after", "now", "festival")


def due(said: Time, now: datetime) -> date | datetime | None:
    """When what is planned at `now` (local, naive) is to be done, or an agreed moment is. A deadline ends with its span
    (月底前, 两周内); 下周 and 八月份 name no day, and neither does 节后."""
    if said.kind == "duration" or (said.kind == "range" and said.unit in _VAGUE and not said.before):
        return None
    if said.clock:
        moment = said.stop if said.before or (said.kind == "range" and said.begin is None) else said.begin
        return None if moment is None else _meant(said, moment, now)
    if said.before or (
        said.unit in ("month-part", "quarter-part", "year-part") and said.stop is not None and (said.stop.day == 1)
    ):
        return _deadline(said)
    return said.begin.date() if said.begin is not None else None


_NIGHT = range(1, 7)  # hours that are meant in the afternoon where people plan their work


def _meant(said: Time, moment: datetime, now: datetime) -> datetime:
    """明天三点 is at 15:00, as nobody is called on at night; 九点 without a day is the next one."""
    if said.pm is None and moment.hour in _NIGHT:
        moment += _HALF_A_DAY
    if said.kind != "time":
        return moment
    moment = datetime.combine(now.date(), moment.time())
    if moment <= now and said.pm is None and moment.hour < _NOON:
        moment += _HALF_A_DAY
    return moment if moment > now else moment + timedelta(days=1)


_NOON = 12
_HALF_A_DAY = timedelta(hours=12)


def _deadline(said: Time) -> date | None:
    """周五前 is that Friday; 月底前 and 两周内 the last day inside."""
    if said.stop is None:
        return None
    inside = (
        said.begin is not None
        or said.unit.endswith("-part")
        or said.unit in ("weekend", "half", "quarter", "season", "festival", "week")
    )
    moment = said.stop - timedelta(days=1) if inside and said.stop.time() == datetime.min.time() else said.stop
    return moment.date()


def last_day(said: Time, now: datetime) -> date | None:
    """The last day of what is meant: of 这周 its Sunday."""
    return (said.stop - timedelta(microseconds=1)).date() if said.stop is not None else due_on(said, now)


def due_on(said: Time, now: datetime) -> date | None:
    """The day alone."""
    when = due(said, now)
    return when.date() if isinstance(when, datetime) else when
