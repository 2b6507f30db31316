"""Lengths of time and what is counted from now: 三个月, 半小时后, 两周内, 3到6个月, 每周一早上十点."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.numbers import plain, read
from bot.nlp.times_clock import clock
from bot.nlp.times_model import ANY_DAY, Time, head, midnight

Match: TypeAlias = "re.Match[str]"

_N = r"(?:\d{1,4}(?:\.\d)?|[零〇一二两三四五六七八九十百]{1,5}|半)"
_UNIT = (
    r"(?:个?(?:工作日|交易日)|个?小时|个?钟头|分钟|分(?=后|之后|以后|前|之内|内)|刻钟|秒钟?|"
    r"个?半?月|个?季度|个?星期|个?礼拜|周|天|日|年)"
)
_PIECE = re.compile(rf"(?P<n>{_N}) ?(?P<more>多)?(?P<half>个半)?(?P<u>{_UNIT})(?P<tail>半)?")
_RANGE = re.compile(rf"(?P<a>{_N}) ?(?:{_UNIT})? ?(?:到|至|~|-) ?(?P<b>{_N}) ?(?P<u>{_UNIT})")
_CODES = {
    "年": "Y",
    "月": "M",
    "周": "W",
    "天": "D",
    "小时": "H",
    "分钟": "M",
    "秒": "S",
    "工作日": "BD",
    "季度": "Q",
}
_AFTER = re.compile(r" ?(?:之后|以后|过后|后(?!期|台|面|续|勤|天|半|备)|开外)")
_AGO = re.compile(r" ?(?:之前|以前|前(?!台|期|面|后|半|端|景|提))")
_IN = re.compile(r"(?:(?<=^)|(?<=[，。；！？、 \n再等]))过(?=[\d一二两三四五六七八九十半])")  # 过半小时: from now
_WITHIN = re.compile(r" ?(?:之内|以内|内(?!容|部|存|衣|地))")
_COMING = re.compile(
    rf"(?P<way>未来|接下来|今后|往后|后|下|最近|近|过去|前|上|这)(?:的)?(?P<n>{_N}|几) ?(?P<u>{_UNIT})(?:之?内|以内)?"
)
_COUNTED_HEADS = frozenset("0零〇一二两三四五六七八九十百半过")
_COMING_HEADS = frozenset("未接今往后下最近过前上这")
_PAST_WAYS = frozenset(("最近", "近", "过去", "前", "上"))


_UNITS = (
    *(("工作日", "工作日"), ("交易日", "工作日"), ("小时", "小时"), ("钟头", "小时"), ("刻钟", "刻钟"), ("分", "分钟")),
    *(
        ("秒", "秒"),
        ("季度", "季度"),
        ("月", "月"),
        ("星期", "周"),
        ("礼拜", "周"),
        ("周", "周"),
        ("天", "天"),
        ("日", "天"),
    ),
    *(("年", "年"),),
)


def _unit(said: str) -> str:
    return next((unit for name, unit in _UNITS if name in said), "天")


def _amount(match: Match) -> tuple[Decimal, str]:
    unit = _unit(match["u"])
    amount = Decimal("0.5") if match["n"] == "半" else read(match["n"]) or Decimal(0)
    if match["u"].endswith("半月"):
        amount += Decimal("0.5") if match["n"] != "半" else 0
    if match["half"] or match["tail"]:
        amount += Decimal("0.5")
    return (amount * 15, "分钟") if unit == "刻钟" else (amount, unit)


def _iso(amount: Decimal, unit: str) -> str:
    if unit == "季度":
        amount, unit = amount * 3, "月"
    if amount != int(amount):
        finer = {"年": ("月", 12), "小时": ("分钟", 60), "分钟": ("秒", 60), "天": ("小时", 24)}.get(unit)
        if finer:
            amount, unit = amount * finer[1], finer[0]
        elif unit == "月":
            whole = int(amount)
            days = plain((amount - whole) * 30)
            return f"P{whole}M{days}D" if whole else f"P{days}D"
    code = _CODES[unit]
    return f"PT{plain(amount)}{code}" if unit in ("小时", "分钟", "秒") else f"P{plain(amount)}{code}"


def shift(now: datetime, amount: Decimal, unit: str) -> datetime:
    """`now` moved by so much; months and years by the calendar, the rest by the clock. Out of range stays put."""
    try:
        if unit in ("年", "月", "季度"):
            months = amount * {"年": 12, "月": 1, "季度": 3}[unit]
            moved = calendar.add_months(now.date(), int(months)) + timedelta(days=int((months - int(months)) * 30))
            return datetime.combine(moved, now.time())
        if unit == "工作日":
            return datetime.combine(calendar.add_working_days(now.date(), int(amount)), now.time())
        hours = {"周": 168, "天": 24, "小时": 1}.get(unit)
        span = (
            timedelta(hours=float(amount) * hours)
            if hours
            else timedelta(seconds=float(amount) * (60 if unit == "分钟" else 1))
        )
        return now + span
    except (ValueError, OverflowError):
        return now


def counted(norm: str, at: int, now: datetime) -> Time | None:
    """The length of time that begins at an offset, or the moment or span that it means beside 后, 前 and 内."""
    if head(norm, at) not in _COUNTED_HEADS:
        return None
    if (both := _RANGE.match(norm, at)) and (spread := _spread(both)):
        return spread
    pieces: list[tuple[Decimal, str]] = []
    lead = _IN.match(norm, at)
    end = lead.end() if lead else at
    while len(pieces) < 4 and (match := _PIECE.match(norm, end)):
        if _is_calendar(norm, match, bool(pieces)):
            break
        pieces.append(_amount(match))
        end = match.end()
        end += 1 if norm[end : end + 1] in ("零", "又") and _PIECE.match(norm, end + 1) else 0
    if not pieces:
        return None
    if lead is not None:
        fine = all(unit in ("小时", "分钟", "秒") for _, unit in pieces)
        return _point(at, end, _moved(now, pieces, 1), True, pieces[0][1]) if fine else None
    return _placed(norm, at, end, pieces, now)


def _is_calendar(norm: str, match: Match, later: bool) -> bool:
    """5日 is a day, 2015年 and 24年 years, 三月 a month: no lengths."""
    said, unit = match["n"], match["u"]
    if unit == "日":
        return _AFTER.match(norm, match.end()) is None and _WITHIN.match(norm, match.end()) is None
    if unit == "年":
        return bool(re.fullmatch(r"\d{4}|[零〇一二三四五六七八九]{2,4}|[2-9]\d", said)) and not later
    return (unit == "月" and not _AFTER.match(norm, match.end()) and not later) or (unit == "分" and later)


def _spread(match: Match) -> Time | None:
    unit = _unit(match["u"])
    low, high = read(match["a"]), read(match["b"])
    if match["u"] in ("月", "日", "年") or low is None or high is None or low >= high or unit == "刻钟":
        return None
    bounds = (_iso(low, unit), _iso(high, unit))
    return Time(start=match.start(), end=match.end(), kind="duration", bounds=bounds)


def _moved(now: datetime, pieces: list[tuple[Decimal, str]], sign: int) -> datetime:
    for amount, unit in pieces:
        now = shift(now, amount * sign, unit)
    return now


def _placed(norm: str, at: int, end: int, pieces: list[tuple[Decimal, str]], now: datetime) -> Time:
    fine = any(unit in ("小时", "分钟", "秒") for _, unit in pieces)
    unit = pieces[0][1]
    if within := _WITHIN.match(norm, end):
        stop = _moved(now, pieces, 1)
        stop = stop if fine else midnight((stop + timedelta(days=1)).date())
        return Time(start=at, end=within.end(), kind="range", begin=now, stop=stop, before=True, unit=unit, clock=fine)
    for pattern, sign in ((_AFTER, 1), (_AGO, -1)):
        if match := pattern.match(norm, end):
            return _point(at, match.end(), _moved(now, pieces, sign), fine, unit)
    if len(pieces) == 1:
        return Time(start=at, end=end, kind="duration", exact=_iso(*pieces[0]), unit=unit)
    return Time(start=at, end=end, kind="duration", exact=_joined(pieces), unit=unit)


def _point(start: int, end: int, moment: datetime, fine: bool, unit: str) -> Time:
    if fine:
        return Time(start=start, end=end, kind="datetime", begin=moment, clock=True, unit=unit)
    day = midnight(moment.date())
    return Time(start=start, end=end, kind="date", begin=day, stop=day + timedelta(days=1), unit=unit)


def _joined(pieces: list[tuple[Decimal, str]]) -> str:
    said = [_iso(amount, unit)[1:] for amount, unit in pieces]
    days = "".join(part for part in said if not part.startswith("T"))
    clock_part = "".join(part[1:] for part in said if part.startswith("T"))
    return f"P{days}" + (f"T{clock_part}" if clock_part else "")


def coming(norm: str, at: int, now: datetime) -> Time | None:
    """未来两个月, 最近三天, 前两周: a span that ends or begins now."""
    match = _COMING.match(norm, at) if norm[at : at + 1] in _COMING_HEADS else None
    ahead_of = match is not None and match["way"] == "前" and norm[at - 1 : at] == "提"  # 提前一小时 is a length
    if match is None or ahead_of or match["u"] == "日" or (match["u"] == "年" and re.fullmatch(r"\d{4}", match["n"])):
        return None
    unit = _unit(match["u"])
    amount = (
        Decimal(3) if match["n"] == "几" else Decimal("0.5") if match["n"] == "半" else read(match["n"]) or Decimal(0)
    )
    if unit == "刻钟" or match["way"] == "这" or not amount:
        return None
    fine = unit in ("小时", "分钟", "秒")
    base = now if fine else midnight(now.date())
    sign = -1 if match["way"] in _PAST_WAYS else 1
    other = shift(base, amount * sign, unit)
    first, last = (other, base) if sign < 0 else (base, other)
    return Time(start=at, end=match.end(), kind="range", begin=first, stop=last, unit=unit, before=sign > 0)


_EVERY = re.compile(
    r"(?:每|隔)(?P<n>隔|两|三|四|[2-9])?(?:个|一)?(?:(?P<work>工作日)|(?:周|星期|"
    r"礼拜)(?P<wd>[一二三四五六日天](?:[、和,，][一二三四五六日天])*)|"
    r"(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?P<md>\d{1,2}|"
    r"[一二三四五六七八九十]{1,3})[日号]|年(?P<ym>1[0-2]|[1-9]|十[一二]?|"
    r"[一二三四五六七八九])月"
    r"(?P<yd>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|月的?(?P<d>\d{1,2}|"
    r"[一二三四五六七八九十]{1,3})[日号]|(?P<u>天|日|周|星期|礼拜|月|年|小时|分钟|季度|晚|早))"
)
_DAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_FREQ = dict.fromkeys(("天", "日", "晚", "早"), "DAILY") | dict.fromkeys(("周", "星期", "礼拜"), "WEEKLY")
_FREQ |= {"月": "MONTHLY", "年": "YEARLY", "小时": "HOURLY", "分钟": "MINUTELY"}


def recurring(norm: str, at: int, now: datetime) -> Time | None:
    """每周一早上十点, 每月5号, 每两周, 每个工作日: a rule, with its next day as `begin`."""
    match = _EVERY.match(norm, at)
    if match is None:
        return None
    rule = _rule(match)
    end = match.end()
    said = clock(norm, end) or (clock(norm, end - 1) if match["u"] in ("晚", "早") else None)
    first = _first_day(match, now)
    if said is not None and said.begin is not None:
        rule += f";BYHOUR={said.begin.hour};BYMINUTE={said.begin.minute}"
        end = said.end
        first = first + (said.begin - ANY_DAY)
        first += timedelta(days=7 if match["wd"] else 1) if first <= now else timedelta()
    return Time(start=at, end=end, kind="recurrence", exact=rule, begin=first, clock=said is not None, unit="day")


def _rule(match: Match) -> str:
    every = 2 if match["n"] == "隔" or match.group().startswith("隔") else int(read(match["n"] or "一") or 1)
    step = f";INTERVAL={every}" if every > 1 else ""
    if match["work"]:
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if match["wd"]:
        return f"FREQ=WEEKLY{step};BYDAY=" + ",".join(_DAYS[c] for c in match["wd"] if c in _DAYS)
    if match["m"] or match["ym"]:
        month, day = read(match["m"] or match["ym"]), read(match["md"] or match["yd"])
        return f"FREQ=YEARLY{step};BYMONTH={month};BYMONTHDAY={day}"
    if match["d"]:
        return f"FREQ=MONTHLY{step};BYMONTHDAY={read(match['d'])}"
    if match["u"] == "季度":
        return f"FREQ=MONTHLY;INTERVAL={3 * every}"
    return f"FREQ={_FREQ[match['u']]}{step}"


def _first_day(match: Match, now: datetime) -> datetime:
    today = midnight(now.date())
    if match["wd"]:
        want = "一二三四五六日天".index(match["wd"][0]) % 7 if match["wd"][0] != "天" else 6
        return today + timedelta(days=(want - now.weekday()) % 7)
    return today
