"""Numbers and days the way a colleague says them: 80万, 85折, 明天 09:00, 周五(11-27), 12-09(周三).

Money comes in fen, moments come aware, days are days of the company's zone; nothing here asks what time it is. A word
for a date is always shown with its date, so nobody has to count.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

_FEN = 100
_WAN = 10_000 * _FEN
_YI = 10_000 * _WAN
_WEEKDAYS = "一二三四五六日"
_NEAR = {0: "今天", 1: "明天", -1: "昨天"}


def money(fen: int, *, about: bool = False) -> str:
    """80万, 20.4万, 1.2亿; 3,500元 below 1万, and wherever 万 would need more than two decimals: never rounded."""
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    for unit, name in ((_YI, "亿"), (_WAN, "万")):
        if size >= unit and size * 100 % unit == 0:
            return ("约" if about else "") + sign + _plain(Decimal(size) / unit) + name
    yuan = f"{size // _FEN:,}" + (f".{size % _FEN:02d}" if size % _FEN else "")
    return ("约" if about else "") + sign + yuan + "元"


def money_range(low: int, high: int, *, about: bool = False) -> str:
    """50到60万 where the two share a unit, else 9,000元到1.2万."""
    lower, upper = money(low), money(high)
    if lower[-1] == upper[-1]:
        lower = lower[:-1]
    return ("约" if about else "") + f"{lower}到{upper}"


def change(before: str, after: str) -> str:
    """80万→68万."""
    return f"{before}→{after}"


def discount(share: Decimal) -> str:
    """What is left of the price: 0.85 is 85折, 0.9 is 9折, 0.855 is 85.5折."""
    tenths = share * 10
    if share >= 1:
        return "不打折"
    return (_plain(tenths) if tenths == tenths.to_integral_value() or tenths < 1 else _plain(share * 100)) + "折"


def percent(share: Decimal) -> str:
    """0.3 is 30%."""
    return _plain(share * 100) + "%"


def weekday(day: date) -> str:
    """周三."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def dated(day: date, today: date) -> str:
    """A day of a plan, date first: 今天, 明天, 12-02(周三), 2027-03-01."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return _NEAR[ahead]
    return f"{day:%m-%d}({weekday(day)})" if day.year == today.year else day.isoformat()


def day(that: date, today: date) -> str:
    """A day in running words: 今天, 明天, 昨天, 周五(11-27) within a week, 12-09(周三) beyond, 11-18 when past."""
    ahead = (that - today).days
    if ahead in _NEAR:
        return _NEAR[ahead]
    if that.year != today.year:
        return that.isoformat()
    if ahead < 0:
        return f"{that:%m-%d}"
    return f"{weekday(that)}({that:%m-%d})" if ahead < 8 else dated(that, today)


def deadline(that: date, today: date) -> str:
    """Until when: 12-02(周三)前, 明天前; today needs no 前."""
    return dated(that, today) + ("" if that == today else "前")


def at(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment to come: 今天 18:00, 明天 09:00, 12-01(周二) 09:00."""
    return f"{dated(_local(moment, zone).date(), _local(now, zone).date())} {time_of_day(moment, zone)}"


def when(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment that passed: 16:12 today, 昨天 16:12, 11-18 16:12."""
    that, today = _local(moment, zone).date(), _local(now, zone).date()
    clock = time_of_day(moment, zone)
    return clock if that == today else f"{day(that, today)} {clock}"


def time_of_day(moment: datetime, zone: tzinfo) -> str:
    """16:12."""
    return f"{_local(moment, zone):%H:%M}"


def lasting(time: timedelta) -> str:
    """20分钟, 4小时, 4天, 半个月: hours below two days, whole units, rounded down."""
    if time < timedelta(hours=1):
        return f"{max(int(time.total_seconds() // 60), 1)}分钟"
    if time < timedelta(days=2):
        return f"{int(time.total_seconds() // 3600)}小时"
    return "半个月" if time.days == 15 else f"{time.days}天"


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)


def _plain(number: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
