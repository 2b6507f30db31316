"""When something is due by a wording about time: its day, or its moment where the text names a time of day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.nlp.times_model import Time

_VAGUE = ("week", "month", "quarter", "half", "year", "after", "now", "festival")


def due(said: Time) -> date | datetime | None:
    """A deadline ends with its span (月底前, 两周内); 下周 and 八月份 name no day, and neither does 节后."""
    if said.kind == "duration" or (said.kind == "range" and said.unit in _VAGUE and not said.before):
        return None
    if said.clock:
        return said.stop if said.before or (said.kind == "range" and said.begin is None) else said.begin
    if said.before or (
        said.unit in ("month-part", "quarter-part", "year-part") and said.stop is not None and (said.stop.day == 1)
    ):
        return _deadline(said)
    return said.begin.date() if said.begin is not None else None


def _deadline(said: Time) -> date | None:
    """周五前 is that Friday; 月底前 and 两周内 the last day inside."""
    if said.stop is None:
        return None
    inside = (
        said.begin is not None
        or said.unit.endswith("-part")
        or said.unit in ("weekend", "half", "quarter", "festival", "week")
    )
    moment = said.stop - timedelta(days=1) if inside and said.stop.time() == datetime.min.time() else said.stop
    return moment.date()


def last_day(said: Time) -> date | None:
    """The last day of what is meant: of 这周 its Sunday."""
    return (said.stop - timedelta(microseconds=1)).date() if said.stop is not None else due_on(said)


def due_on(said: Time) -> date | None:
    """The day alone."""
    when = due(said)
    return when.date() if isinstance(when, datetime) else when
