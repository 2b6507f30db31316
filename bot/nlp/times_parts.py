"""A piece of a stretch: 本月第二周, 明年第九个月, 今年前五个月, 四月的最后一个星期一, 8月上半月, 下月第一个工作日."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.nlp import calendar
from bot.nlp.numbers import read
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time, midnight

STRETCHES = frozenset(("year", "half", "quarter", "month"))
"""The units of what may have such pieces."""
_ENDS = frozenset(("month-part", "quarter-part", "year-part"))  # 月底最后一天 is the last one of the month
_NAMED = frozenset(("festival", "after", "week"))  # whose days are numbered and no more: 国庆第二天, 下周第一个工作日
_SAME_DAY = Pattern(" ?的?(?:今天|今日)")
_HEADS = frozenset(" 的第前头最后末上下今")
_N = r"(?P<n>\d{1,3}|[一二两三四五六七八九十百]{1,4})"
_PIECE = Pattern(
    rf" ?的? ?(?:(?P<way>第|最后|最末|前|头|后)的? ?{_N} ?个? ?(?:(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])"
    r"|(?P<u>工作日|天|日|周|星期|礼拜|月|季度))(?!内|以内|之内|后|以后|之后)"
    r"|(?P<half>上|前|下|后)半个?(?P<of>月|年))"
)
_LAST = ("最后", "最末", "后")


def piece(norm: str, said: Time) -> Time | None:
    """`said` narrowed by what follows it, None where nothing of the kind does."""
    if norm[said.end : said.end + 1] not in _HEADS or said.begin is None:
        return None
    if said.unit in _NAMED:
        return _numbered(norm, said, said.begin)
    if (said.unit not in STRETCHES and said.unit not in _ENDS) or said.stop is None:
        return None
    match = _PIECE.match(norm, said.end)
    if match is None or (said.unit in _ENDS and match["way"] not in _LAST[:2]):
        return None
    if match["half"]:
        found = _half(match, said.begin, said.stop)
    elif match["wd"]:
        found = _weekday(match, said.begin, said.stop)
    else:
        found = _counted(match, said.begin, said.stop)
    if found is None or not said.begin <= found[0] <= said.stop:
        return None
    day = found[1] - found[0] == timedelta(days=1)
    unit = (
        "day" if day else "week" if match["u"] in ("周", "星期", "礼拜") else "month" if match["u"] == "月" else "span"
    )
    return said._replace(
        end=match.end(), kind="date" if day else "range", begin=found[0], stop=found[1], earlier=None, unit=unit
    )


def _numbered(norm: str, said: Time, first: datetime) -> Time | None:
    """国庆第二天, 节后第一个周一, 下周第一个工作日, 下周最后一天."""
    match = _PIECE.match(norm, said.end)
    if match is None or match["half"] or match["way"] not in ("第", "最后"):
        return None
    stop = first + timedelta(days=30) if said.unit == "after" else said.stop
    if (
        stop is None
        or (match["way"] == "最后" and said.unit == "after")
        or match["u"] not in (None, "天", "日", "工作日")
    ):
        return None
    found = _weekday(match, first, stop) if match["wd"] else _counted(match, first, stop)
    if found is None or not first <= found[0] < stop:
        return None
    return said._replace(end=match.end(), kind="date", begin=found[0], stop=found[1], earlier=None, unit="day")


def same_day(norm: str, said: Time, now: datetime) -> Time | None:
    """明年的今天, 上个月的今天, 下周今天: the day of `now` in a stretch that is named from it."""
    match = _SAME_DAY.match(norm, said.end) if norm[said.start] in "上下明后去前今" else None
    if match is None or said.begin is None or said.unit not in ("year", "month", "week"):
        return None
    today, first = midnight(now.date()), said.begin
    if said.unit == "week":
        day = first + timedelta(days=today.weekday())
    else:
        months = (first.year - today.year) * 12 + (first.month - today.month if said.unit == "month" else 0)
        day = midnight(calendar.add_months(today.date(), months))
    return said._replace(end=match.end(), kind="date", begin=day, stop=day + timedelta(days=1), unit="day")


def _half(match: re.Match[str], first: datetime, stop: datetime) -> tuple[datetime, datetime] | None:
    middle = first.replace(day=16) if match["of"] == "月" else midnight(calendar.first_of(first.year, first.month + 6))
    whole = (stop - first).days
    if (whole > 31) is (match["of"] == "月"):
        return None
    return (first, middle) if match["half"] in "上前" else (middle, stop)


def _weekday(match: re.Match[str], first: datetime, stop: datetime) -> tuple[datetime, datetime] | None:
    n, want = int(read(match["n"]) or 0), "一二三四五六日天".index(match["wd"]) % 7
    want = 6 if match["wd"] == "天" else want
    if match["way"] in _LAST:
        day = stop - timedelta(days=1)
        day -= timedelta(days=(day.weekday() - want) % 7 + 7 * (n - 1))
    elif match["way"] == "第":
        day = first + timedelta(days=(want - first.weekday()) % 7 + 7 * (n - 1))
    else:
        return None
    return day, day + timedelta(days=1)


def _counted(match: re.Match[str], first: datetime, stop: datetime) -> tuple[datetime, datetime] | None:
    n, unit = int(read(match["n"]) or 0), match["u"]
    if not 1 <= n <= 366:
        return None
    if unit == "工作日":
        return _working_day(match["way"], n, first, stop)
    if match["way"] in _LAST:
        edge = _moved(_last_monday(stop) + timedelta(days=7) if unit in _WEEKS else stop, unit, -n)
        return edge, _moved(edge, unit, n)
    base = first + timedelta(days=-first.weekday() % 7) if unit in _WEEKS else first
    if match["way"] == "第":
        begin = _moved(base, unit, n - 1)
        return begin, _moved(begin, unit, 1)
    return base, _moved(base, unit, n)


_WEEKS = ("周", "星期", "礼拜")


def _last_monday(stop: datetime) -> datetime:
    last = stop - timedelta(days=1)
    return last - timedelta(days=last.weekday())


def _moved(base: datetime, unit: str, n: int) -> datetime:
    if unit in _WEEKS:
        return base + timedelta(weeks=n)
    if unit in ("月", "季度"):
        return midnight(calendar.add_months(base.date(), n * (3 if unit == "季度" else 1)))
    return base + timedelta(days=n)


def _working_day(way: str, n: int, first: datetime, stop: datetime) -> tuple[datetime, datetime] | None:
    if way in _LAST:
        day = calendar.add_working_days(stop.date(), -n)
    elif way == "第":
        day = calendar.add_working_days(first.date() - timedelta(days=1), n)
    else:
        return None
    return midnight(day), midnight(day) + timedelta(days=1)
