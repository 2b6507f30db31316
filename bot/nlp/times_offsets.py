"""Lengths of time and what is counted from now: 三个月, 半小时后, 两周内, 3到6个月, 每周一早上十点."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from bot.nlp import calendar
from bot.nlp.numbers import apart, plain, read
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time, midnight

Match: TypeAlias = "re.Match[str]"

_HAN = "零〇一二两俩仨三四五六七八九十百千"
_N = rf"(?:\d{{1,5}}(?:\.\d{{1,2}})?万?|[{_HAN}]{{1,6}}万?(?:点[一二三四五六七八九]{{1,2}}(?=分|小|个|天|年))?|半)"
_UNIT = (
    r"(?:个?(?:工作日|交易日)|个?小时|个?钟头|分半钟?|分钟|分(?=后|之后|以后|前|之内|内)|刻钟|秒钟?|"
    r"个?半?月|个?季度|个?星期|个?礼拜|周年|周|天|日|年|(?:h|hrs?|hours?|mins?)(?![a-z]))"
)
_PIECE = Pattern(rf"(?P<n>{_N}) ?(?P<more>个?[多来])?(?P<half>个半)?(?P<u>{_UNIT})(?P<tail>半(?!个?月)|多(?!少))?")
_MINUTES = Pattern(rf"(?P<n>{_N})(?P<more>)(?P<half>)(?P<u>分)(?P<tail>)(?!之|数|店|公司|期|红|成|店|部|钱|队|管|散)")
_HOURS = Pattern(rf"(?P<n>{_N})(?P<more>)(?P<half>)(?P<u>时)(?P<tail>)(?!间|候|期|代|段|常|长|机|效|速)")
_AND = Pattern(r" ?(?:零|又|余|外加|加|，)?(?:又)? ?")
_RANGE = Pattern(
    rf"(?P<a>{_N}) ?(?:{_UNIT})? ?(?:到|至|~|-{{1,2}}|或者?) ?(?P<b>{_N}) ?(?P<u>{_UNIT})|"
    rf"(?P<both>(?:[一二三四五六七八九]?[十百])*[一二两三四五六七八][两二三四五六七八九][十百]?)(?P<pu>{_UNIT})"
)
_SPOKEN = Pattern("个把(?P<about>月|星期|礼拜|小时|钟头)|十天半个?月")
_BOUNDS = Pattern(r"(?:及|或)?(?P<way>以上|以下)")
_AT_MOST = Pattern("(?:不(?:能|得)?超过?|不到|不足|最多|顶多|至多|少于|短于)$")
_AT_LEAST = Pattern("(?:(?<!不)(?<!不能)(?<!不得)超过|至少|起码|最少|不少于|不低于|多于)$")
_UP_TO = Pattern(rf"(?P<b>{_N}) ?(?P<u>{_UNIT})(?:及|或)?以下")
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
_AFTER = Pattern(r" ?(?:之后|以后|过后|后(?!期|台|面|续|勤|天|半|备)|开外)")
_AGO = Pattern(r" ?(?:之前|以前|前(?!台|期|面|后|半|端|景|提))")
_IN = Pattern(r"(?:(?<=^)|(?<=[，。；！？、 \n再等]))过(?=[\d一二两三四五六七八九十半])")  # 过半小时: from now
_WITHIN = Pattern(r" ?(?:之内|以内|内(?!容|部|存|衣|地))")
_COMING = Pattern(
    rf"(?P<way>未来|接下来|今后|往后|(?<![最延推])后|下|最近|近|过去|前|上|这)的? ?"
    rf"(?P<n>{_N}|几|个) ?(?P<u>{_UNIT})(?:之?内|以内)?"
)
_COUNTED_HEADS = frozenset("0123456789零〇一二两俩仨三四五六七八九十百千半过几个")
_COMING_HEADS = frozenset("未接今往后下最近过前上这")
_PAST_WAYS = frozenset(("最近", "近", "过去", "前", "上"))
_TILL_NOW = frozenset(("最近", "近", "过去"))
_CYCLES = frozenset(("前", "上", "后", "下"))
_COUNTING = frozenset("两俩仨")  # of things, never of the months of a year
_FEW = Pattern(rf"几(?P<u>{_UNIT})(?:之|以)?内")


_UNITS = (
    *(
        ("周年", "年"),
        ("工作日", "工作日"),
        ("交易日", "工作日"),
        ("小时", "小时"),
        ("钟头", "小时"),
        ("刻钟", "刻钟"),
        ("分", "分钟"),
    ),
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
    *(("年", "年"), ("时", "小时"), ("m", "分钟"), ("h", "小时")),
)


def _unit(said: str) -> str:
    return next((unit for name, unit in _UNITS if name in said), "天")


def _amount(match: Match) -> tuple[Decimal, str]:
    unit = _unit(match["u"])
    amount = Decimal("0.5") if match["n"] == "半" else read(match["n"]) or Decimal(0)
    if match["u"].endswith("半月"):
        amount += Decimal("0.5") if match["n"] != "半" else 0
    if match["half"] or match["tail"] == "半" or match["u"].startswith("分半"):
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
    if norm[at] not in _COUNTED_HEADS:
        return None
    if norm[at] == "几":
        return _few(norm, at, now)
    if match := _SPOKEN.match(norm, at):
        return _spoken(match)
    if norm[at] == "个":
        return None
    if (both := _RANGE.match(norm, at)) and (spread := _spread(both)):
        return spread
    pieces: list[tuple[Decimal, str]] = []
    lead = _IN.match(norm, at)
    end = lead.end() if lead else at
    following = end
    while len(pieces) < 6 and (match := _PIECE.match(norm, following) or _finer(norm, following, pieces)):
        if _is_calendar(norm, match, bool(pieces)):
            break
        pieces.append(_amount(match))
        end = match.end()
        joint = _AND.match(norm, end)
        following = joint.end() if joint and "，" not in joint.group() else end
    if not pieces:
        return None
    if lead is not None:
        fine = all(unit in ("小时", "分钟", "秒") for _, unit in pieces)
        if pieces[0][1] == "天" and norm[lead.end()] == "两":
            return None  # 过两天: some day or other
        return _point(at, end, _moved(now, pieces, 1), fine, pieces[0][1])
    return _placed(norm, at, end, pieces, now)


def _finer(norm: str, at: int, pieces: list[tuple[Decimal, str]]) -> Match | None:
    """8天20时, 1小时20分: 时 and 分 are lengths only behind a larger one."""
    if not pieces:
        return None
    return _HOURS.match(norm, at) or (_MINUTES.match(norm, at) if pieces[-1][1] == "小时" else None)


def _is_calendar(norm: str, match: Match, later: bool) -> bool:
    """5日 is a day, 2015年 and 24年 years, 三月 a month: no lengths."""
    said, unit = match["n"], match["u"]
    if match["half"] or match["more"]:
        return False
    if unit == "日":
        return _AFTER.match(norm, match.end()) is None and _WITHIN.match(norm, match.end()) is None
    if unit == "年":
        return bool(re.fullmatch(r"\d{4}|[零〇一二三四五六七八九]{2,4}|[2-9]\d", said)) and not later
    return unit == "月" and said not in _COUNTING and not _AFTER.match(norm, match.end()) and not later


def _spoken(match: Match) -> Time:
    """个把月, 十天半个月: a length that nobody counts out."""
    if match["about"]:
        return Time(
            start=match.start(), end=match.end(), kind="duration", exact=_iso(Decimal(1), _unit(match["about"]))
        )
    return Time(start=match.start(), end=match.end(), kind="duration", bounds=("P10D", "P15D"))


def _spread(match: Match) -> Time | None:
    said, both = match["u"] or match["pu"], match["both"]
    unit = _unit(said)
    low, high = (apart(both, counts=True) or (None, None)) if both else (read(match["a"]), read(match["b"]))
    of_calendar = said in ("月", "日") or (said == "年" and not (both and len(both) > 2))  # 三五年, 3到5月
    if of_calendar or low is None or high is None or low >= high or unit == "刻钟":
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
    if len(pieces) == 1 and (limit := _BOUNDS.match(norm, end)):
        return _bounded(norm, at, limit, _iso(*pieces[0]))
    if within := _WITHIN.match(norm, end):
        stop = _moved(now, pieces, 1)
        stop = stop if fine else midnight((stop + timedelta(days=1)).date())
        return Time(start=at, end=within.end(), kind="range", begin=now, stop=stop, before=True, unit=unit, clock=fine)
    for pattern, sign in ((_AFTER, 1), (_AGO, -1)):
        if match := pattern.match(norm, end):
            return _point(at, match.end(), _moved(now, pieces, sign), fine, unit)
    if len(pieces) == 1:
        said = _iso(*pieces[0])
        if bounds := _bounds_before(norm, at, said):
            return Time(start=at, end=end, kind="duration", bounds=bounds, unit=unit)
        return Time(start=at, end=end, kind="duration", exact=said, unit=unit)
    return Time(start=at, end=end, kind="duration", exact=_joined(pieces), unit=unit)


def _bounds_before(norm: str, at: int, said: str) -> tuple[str | None, str | None] | None:
    """不超过三个月, 至少半年."""
    if _AT_MOST.search(norm, max(0, at - 4), at):
        return None, said
    return (said, None) if _AT_LEAST.search(norm, max(0, at - 4), at) else None


def _bounded(norm: str, at: int, limit: Match, said: str) -> Time:
    """三十年以上, 3年以上7年以下."""
    if limit["way"] == "以下":
        return Time(start=at, end=limit.end(), kind="duration", bounds=(None, said))
    top = _UP_TO.match(norm, limit.end())
    high = _iso(read(top["b"]) or Decimal(0), _unit(top["u"])) if top else None
    return Time(start=at, end=top.end() if top else limit.end(), kind="duration", bounds=(said, high))


def _few(norm: str, at: int, now: datetime) -> Time | None:
    """几天内, 几个月之内: three of them; 几天 alone is no length that one could store."""
    match = _FEW.match(norm, at)
    if match is None:
        return None
    stop = shift(now, Decimal(3), _unit(match["u"]))
    fine = _unit(match["u"]) in ("小时", "分钟", "秒")
    stop = stop if fine else midnight((stop + timedelta(days=1)).date())
    return Time(
        start=at, end=match.end(), kind="range", begin=now, stop=stop, before=True, unit=_unit(match["u"]), clock=fine
    )


def _point(start: int, end: int, moment: datetime, fine: bool, unit: str) -> Time:
    if fine:
        return Time(start=start, end=end, kind="datetime", begin=moment, clock=True, unit=unit)
    day = midnight(moment.date())
    return Time(start=start, end=end, kind="date", begin=day, stop=day + timedelta(days=1), unit=unit)


def _joined(pieces: list[tuple[Decimal, str]]) -> str:
    sizes = list(_CODES)
    ranked = sorted(pieces, key=lambda piece: sizes.index(piece[1]))
    said = [_iso(amount, unit)[1:] for amount, unit in ranked]
    days = "".join(part for part in said if not part.startswith("T"))
    clock_part = "".join(part[1:] for part in said if part.startswith("T"))
    return f"P{days}" + (f"T{clock_part}" if clock_part else "")


def coming(norm: str, at: int, now: datetime) -> Time | None:
    """未来两个月, 最近三天: a span that ends or begins now; 前两周, 下三个月 are whole ones of the calendar."""
    match = _COMING.match(norm, at) if norm[at : at + 1] in _COMING_HEADS else None
    if match is None or _is_no_span(norm, match):
        return None
    unit, way = _unit(match["u"]), match["way"]
    few = {"几": Decimal(3), "半": Decimal("0.5"), "个": Decimal(1)}
    amount = few[match["n"]] if match["n"] in few else read(match["n"]) or Decimal(0)
    if unit == "刻钟" or way == "这" or not amount:
        return None
    sign = -1 if way in _PAST_WAYS else 1
    fine = unit in ("小时", "分钟", "秒")
    if way in _CYCLES and amount == int(amount) and unit != "工作日" and match["n"] != "个":
        base = _floor(now, unit)
        base = shift(base, Decimal(1), unit) if sign > 0 else base
    else:
        base = now if fine else midnight(now.date())
    other = shift(base, amount * sign, unit)
    first, last = (other, now if way in _TILL_NOW else base) if sign < 0 else (base, other)
    return Time(start=at, end=match.end(), kind="range", begin=first, stop=last, unit=unit, before=sign > 0)


def _is_no_span(norm: str, match: Match) -> bool:
    """提前一小时 is a length, 下个月 a month, 上半年 half a year."""
    said, at = match["n"], match.start()
    if match["way"] == "前" and norm[at - 1 : at] == "提":
        return True
    if said == "个" and match["u"] not in ("小时", "钟头"):
        return True
    if said == "半" and match["way"] in _CYCLES:
        return True
    return match["u"] == "日" or (match["u"] == "年" and re.fullmatch(r"\d{4}", said) is not None)


def _floor(now: datetime, unit: str) -> datetime:
    """Where the hour, day, week, month or year that runs began."""
    if unit in ("小时", "分钟", "秒"):
        return now.replace(minute=0 if unit == "小时" else now.minute, second=now.second if unit == "秒" else 0)
    day = now.date()
    if unit == "周":
        day = calendar.monday(day)
    elif unit != "天":
        month = {"月": day.month, "季度": (day.month - 1) // 3 * 3 + 1}.get(unit, 1)
        day = calendar.first_of(day.year, month)
    return midnight(day)
