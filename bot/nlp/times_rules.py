"""Rules of repetition: 每周一早上十点, 每月5号, 隔周三, 每周一三五, 每季度, 每月底."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.numbers import read
from bot.nlp.pattern import Pattern
from bot.nlp.times_clock import clock
from bot.nlp.times_model import ANY_DAY, Time, midnight

Match: TypeAlias = "re.Match[str]"

_WD = "[一二三四五六日天1-7]"
_WEEK = "(?:周|星期|礼拜)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|[一二三四五六七八九十]{1,3})"
_MONTH = "(?P<{}>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
_N = r"(?P<n>[1-9]\d?|[一两二三四五六七八九十]{1,2}|半|隔)"
_EVERY = Pattern(
    rf"(?P<how>每隔|每逢|每|隔|逢)(?:{_N}? ?个?(?:"
    rf"(?P<work>工作日)|{_WEEK}的?(?P<office>工作日)"
    rf"|{_WEEK}(?P<from>{_WD})(?:到|至|-|~){_WEEK}?(?P<to>{_WD})"
    rf"|{_WEEK}(?P<wd>{_WD}(?:(?:[、和,，及跟]?{_WEEK}|[、和,，及跟])?{_WD}(?![个周月年天]))*)|(?P<end>周末)"
    rf"|{_MONTH.format('m')}(?P<md>{_DAY})[日号]|年的?{_MONTH.format('ym')}(?P<yd>{_DAY})[日号]"
    rf"|月的?(?P<d>{_DAY}[日号]?(?:[、和,，及跟]{_DAY}[日号]?)*)(?<=[日号])|月的?(?:月)?(?P<last>底|末|最后一天)"
    rf"|月的?(?:第?(?P<nth>[一二三四1-4])|(?P<rear>最后一))个{_WEEK}(?P<nwd>{_WD})"
    rf"|(?P<u>小时|钟头|分钟|季度|季|天|日|周|星期|礼拜|月|年|晚|早)(?!末|会|报)"
    rf"(?:(?<=[周期拜])的?{_WEEK}(?P<uwd>{_WD}))?)|(?P<wend>{_WEEK}末))"
)
_ODD = Pattern(rf"(?:每逢|每|逢)?(?P<parity>[单双])周的?{_WEEK}?(?P<wd>{_WD})")
_DAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_DAYS |= dict(zip("1234567", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQ = dict.fromkeys(("天", "日", "晚", "早"), "DAILY") | dict.fromkeys(("周", "星期", "礼拜"), "WEEKLY")
_FREQ |= {"月": "MONTHLY", "年": "YEARLY", "小时": "HOURLY", "钟头": "HOURLY", "分钟": "MINUTELY"}
_HALF = {
    "年": "MONTHLY;INTERVAL=6",
    "月": "DAILY;INTERVAL=15",
    "小时": "MINUTELY;INTERVAL=30",
    "天": "HOURLY;INTERVAL=12",
}
_BARE = frozenset("天日早晚")


def recurring(norm: str, at: int, now: datetime) -> Time | None:
    """A rule that begins at an offset, with its next day as `begin`."""
    if norm[at] in "每逢单双" and (odd := _ODD.match(norm, at)):
        return _every_other(odd, now)
    match = _EVERY.match(norm, at)
    if match is None or _single_time(match):
        return None
    rule = _rule(match)
    if rule is None:
        return None
    end = match.end()
    gap = end + (norm[end : end + 1] in ("的", "，", " "))
    said = (clock(norm, end - 1) if match["u"] in ("晚", "早") else None) or clock(norm, gap)
    first = _first_day(match, now)
    if said is not None and said.begin is not None:
        rule += f";BYHOUR={said.begin.hour};BYMINUTE={said.begin.minute}"
        end = said.end
        first = first + (said.begin - ANY_DAY)
        first += timedelta(days=7 if match["wd"] else 1) if first <= now else timedelta()
    return Time(start=at, end=end, kind="recurrence", exact=rule, begin=first, clock=said is not None, unit="day")


_OFTEN = Pattern(
    rf"(?P<daily>天天)|{_WEEK}一(?:到|至|-|~){_WEEK}?五(?:的?每天|天天)|(?<![个下上两\d一二三四五六七八九十])工作日(?!期)"
)


def often(norm: str, at: int, now: datetime) -> Time | None:
    """天天下午两点, 工作日早上九点, 周一到周五每天五点半: only the clock behind them tells such rules."""
    match = _OFTEN.match(norm, at)
    said = clock(norm, match.end() + (norm[match.end() : match.end() + 1] == "的")) if match else None
    if match is None or said is None or said.begin is None:
        return None
    rule = "FREQ=DAILY" if match["daily"] else "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    first = midnight(now.date()) + (said.begin - ANY_DAY)
    while first <= now or not (match["daily"] or calendar.is_working(first.date())):
        first += timedelta(days=1)
    rule += f";BYHOUR={said.begin.hour};BYMINUTE={said.begin.minute}"
    return Time(start=at, end=said.end, kind="recurrence", exact=rule, begin=first, clock=True, unit="day")


def _every_other(match: Match, now: datetime) -> Time:
    """每逢单周周一: every second week, by the weeks of the calendar, which ISO 8601 numbers."""
    day = _DAYS[match["wd"]]
    first = midnight(now.date()) + timedelta(days=(_WEEKDAYS.index(day) - now.weekday()) % 7)
    if first.isocalendar().week % 2 != (match["parity"] == "单"):
        first += timedelta(weeks=1)
    rule = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
    return Time(start=match.start(), end=match.end(), kind="recurrence", exact=rule, begin=first, unit="day")


def _single_time(match: Match) -> bool:
    """隔天 and 隔日 are the next day, 隔三天 is a length; 逢 goes with days that have a name."""
    how, unit = match["how"], match["u"]
    if how == "隔":
        return unit in _BARE or match["n"] == "半"
    return how in ("逢", "每逢") and unit is not None


def _interval(match: Match) -> int:
    """Every so many: 隔周 and 每隔一周 are every second week, 每隔三天 every third day."""
    said = match["n"]
    if said == "隔" or (match["how"] in ("隔", "每隔") and said in (None, "一", "1")):
        return 2
    return int(read(said or "一") or 1)


def _rule(match: Match) -> str | None:
    if match["n"] == "半":
        return f"FREQ={_HALF[match['u']]}" if match["u"] in _HALF else None
    every = _interval(match)
    step = f";INTERVAL={every}" if every > 1 else ""
    if match["work"] or match["office"]:
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if match["end"] or match["wend"]:
        return f"FREQ=WEEKLY{step};BYDAY=SA,SU"
    if days := _weekdays(match):
        return f"FREQ=WEEKLY{step};BYDAY=" + ",".join(days)
    if match["m"] or match["ym"]:
        month, day = read(match["m"] or match["ym"]), read(match["md"] or match["yd"])
        return f"FREQ=YEARLY{step};BYMONTH={month};BYMONTHDAY={day}"
    return _monthly(match, step) or _plain(match["u"], every, step)


def _plain(unit: str, every: int, step: str) -> str:
    if unit in ("季度", "季"):
        return f"FREQ=MONTHLY;INTERVAL={3 * every}"
    return f"FREQ={_FREQ[unit]}{step}"


def _monthly(match: Match, step: str) -> str | None:
    if match["d"]:
        days = (str(read(day)) for day in re.findall(_DAY, match["d"]))
        return f"FREQ=MONTHLY{step};BYMONTHDAY={','.join(days)}"
    if match["rear"]:
        return f"FREQ=MONTHLY{step};BYDAY=-1{_DAYS[match['nwd']]}"
    if match["nth"]:
        return f"FREQ=MONTHLY{step};BYDAY={read(match['nth'])}{_DAYS[match['nwd']]}"
    return f"FREQ=MONTHLY{step};BYMONTHDAY=-1" if match["last"] else None


def _weekdays(match: Match) -> list[str]:
    if match["from"]:
        first, last = (_WEEKDAYS.index(_DAYS[match[edge]]) for edge in ("from", "to"))
        return [_WEEKDAYS[day % 7] for day in range(first, last + 1 if last >= first else last + 8)]
    return list(dict.fromkeys(_DAYS[char] for char in match["wd"] or match["uwd"] or "" if char in _DAYS))


def _first_day(match: Match, now: datetime) -> datetime:
    today = midnight(now.date())
    if days := _weekdays(match):
        return today + timedelta(days=min((_WEEKDAYS.index(day) - now.weekday()) % 7 for day in days))
    return today
