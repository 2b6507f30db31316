"""Clocks and parts of the day: 上午十点半, 15:30, 晚上8点一刻, 下午, 下班前's 下班."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.nlp import lexicon
from bot.nlp.numbers import apart, read
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import ANY_DAY, Kind, Time

Match: TypeAlias = "re.Match[str]"

PARTS = {word: tuple(map(int, hours.split("-"))) for word, hours in lexicon.rows("day_parts")}
"""The hours that each part of the day covers."""
_PM = frozenset(
    ["下午", "午后", "傍晚", "傍黑", "擦黑", "黄昏", "晚上", "晚间", "夜里", "夜间", "深夜", "晚", "夜", "今晚"]
)
PART = "|".join(
    sorted(("".join(f"{char} ?" for char in word[:-1]) + word[-1] for word in PARTS), key=len, reverse=True)
)
_NUM = r"(?:[01]?\d|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MIN = r"(?:[0-5]?\d|[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]?|[零〇]?[一二三四五六七八九]|零)"
_SAID = Pattern(
    rf"(?P<part>{PART})?的? ?(?P<h>{_NUM}) ?(?:点(?(part)|(?!都|也|儿|意))"
    rf"(?!心|评|餐|击|水|子|缀|赞|[一二三四五六七八九](?![十分刻]))|"
    rf"时(?!间|候|期|代|段|常|长|机|效|速))(?:多?钟|整|多)? ?"
    rf"(?:(?P<half>半)|(?P<quarter>[一三13])刻|差(?P<less>{_MIN}(?=分)|一刻)分?|(?:过)?(?P<m>{_MIN}) ?(?:分钟?|"
    rf"(?![\d%点个万折成台号月人家条项倍亿千百]))(?:(?P<s>{_MIN})秒)?)?(?: ?(?P<ampm>[ap]\.?m\.?(?![a-z])))?"
)
_DIGITAL = Pattern(
    rf"(?P<part>{PART})?的? ?(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?!\d)"
    r"(?: ?(?P<ampm>[ap](?:\.?m\.?)?(?![a-z])))?"
)
_LATIN = Pattern(rf"(?P<part>{PART})?的? ?(?P<h>1[0-2]|0?[1-9]) ?(?P<ampm>[ap]\.?m\.?(?![a-z]))")
_SHORT_OF = Pattern(rf"(?P<part>{PART})?的?差(?P<less>{_MIN}|一刻)(?:分钟?)?(?:到)?(?P<h>{_NUM})点")
_HOURS = Pattern(
    rf"(?P<part>{PART})?的? ?(?P<a>{_NUM})(?:(?P<to> ?(?:到|至|~|-{{1,2}}) ?)(?P<b>{_NUM})|"
    r"(?P<next>[二三四五六七八九])) ?点(?!\d|[一二三四五六七八九]|心|评)(?P<half>半)?钟?"
)
_PART_ALONE = Pattern(rf"{PART}")
_OTHER_WORD = Pattern("[早晚](?=[点于些辈期餐饭宴报])|下午茶|夜宵")
_HEADS = frozenset(word[0] for word in PARTS) | frozenset("的 0123456789零一二两三四五六七八九十差")
_MAY_BEGIN = Pattern(rf"{PART}|(?:的 ?| )?[\d零〇一二两三四五六七八九十]{{1,4}} ?[点时:到至~ap-]|差")


def may_begin(norm: str, at: int) -> bool:
    """Whether a clock or a part of the day may begin at an offset; where not, none of the readers here finds any."""
    return norm[at : at + 1] in _HEADS and _MAY_BEGIN.match(norm, at) is not None


def clock(norm: str, at: int) -> Time | None:
    """The clock that begins at an offset, on no day in particular (the year 1)."""
    match = _clock_at(norm, at) if norm[at : at + 1] in _HEADS else None
    if match is None:
        return None
    groups = match.groupdict()
    if groups.get("m", "") and match["h"] in "零〇" and match["m"][0] in "零〇" and norm[match.end() - 1] != "分":
        return None  # 零点零一 is a number
    if (
        not groups.get("part")
        and norm[at] != "差"
        and norm[match.end() - 1] == "点"
        and norm[match.end() :][:1].isdigit()
    ):
        return None
    if groups.get("half"):
        minute = 30
    elif groups.get("quarter"):
        minute = 15 if groups["quarter"] in "一1" else 45
    else:
        minute = int(read(groups["m"]) or 0) if groups.get("m") else 0
    part, ampm = (groups.get("part") or "").replace(" ", "") or None, (groups.get("ampm") or "")[:1]
    hour, days = _hour(int(read(match["h"]) or 0), f"{ampm}m" if ampm else part)
    if hour > 23 or minute > 59:
        return None
    second = int(read(groups["s"]) or 0) if groups.get("s") else 0
    begin = ANY_DAY + timedelta(days=days, hours=hour, minutes=minute - _short(groups.get("less")), seconds=second)
    pm = None if not (part or ampm) and hour < 13 else hour >= 12
    return Time(start=at, end=match.end(), kind="time", begin=begin, clock=True, pm=pm)


def _clock_at(norm: str, at: int) -> Match | None:
    if norm[at] == "差":
        return _SHORT_OF.match(norm, at)
    return _DIGITAL.match(norm, at) or _SAID.match(norm, at) or _LATIN.match(norm, at) or _SHORT_OF.match(norm, at)


def _short(said: str | None) -> int:
    """Minutes before the hour: 差五分, 差一刻."""
    return 0 if not said else 15 if said == "一刻" else int(read(said) or 0)


def hours(norm: str, at: int) -> Time | None:
    """Two hours that share their 点: 9~11点, 下午两点到四点 has two of its own and is none; 下午七八点."""
    match = _HOURS.match(norm, at)
    if match is None:
        return None
    part = (match["part"] or "").replace(" ", "") or None
    ends = apart(match["a"] + match["next"], counts=True) if match["next"] else (read(match["a"]), read(match["b"]))
    if ends is None or (match["next"] and part is None):
        return None
    first, last = int(ends[0] or 0), int(ends[1] or 0)
    (begin, day), (stop, later) = _hour(first, part), _hour(last, part)
    stop += 24 * (later - day)
    if stop <= begin or stop > 24:
        return None
    edges = [ANY_DAY + timedelta(days=day, hours=hour) for hour in (begin, stop)]
    edges[1] += timedelta(minutes=30 if match["half"] else 0)
    pm = begin >= 12 if part else None
    return Time(start=at, end=match.end(), kind="range", begin=edges[0], stop=edges[1], clock=True, pm=pm)


def _hour(hour: int, part: str | None) -> tuple[int, int]:
    """The hour of the day, and by how many days it runs over: 晚上12点 is the next day's 0:00."""
    if hour == 24:
        return 0, 1
    if part is None or part == "am":
        return hour, 0
    if part in _PM or part == "pm":
        if hour == 12 and part not in ("pm", "下午", "午后"):
            return 0, 1
        return (hour + 12, 0) if hour < 12 else (hour, 0)
    if part in ("中午", "午间", "晌午", "正午") and hour <= 3:
        return hour + 12, 0
    if part in ("凌晨", "半夜", "大半夜", "后半夜"):
        return (0, int(part != "凌晨")) if hour == 12 else (hour + 12, 0) if 8 <= hour <= 11 else (hour, 0)
    return hour, 0


def part(norm: str, at: int) -> Time | None:
    """The part of the day that begins at an offset, as its usual hours."""
    match = _PART_ALONE.match(norm, at)
    if match is None or _OTHER_WORD.match(norm, at):
        return None
    first, last = PARTS[match.group().replace(" ", "")]
    begin = ANY_DAY + timedelta(hours=first)
    return Time(
        start=at,
        end=match.end(),
        kind="range",
        begin=begin,
        stop=ANY_DAY + timedelta(hours=last),
        fuzzy=True,
        unit=match.group(),
    )


def on(day: datetime, said: Time, start: int) -> Time:
    """A clock or a part of the day put on a day."""
    shift = day - ANY_DAY
    stop = None if said.stop is None else said.stop + shift
    kind: Kind = "datetime" if said.clock and said.stop is None else "range"
    return Time(
        start=start,
        end=said.end,
        kind=kind,
        begin=said.moment + shift,
        stop=stop,
        fuzzy=said.fuzzy,
        clock=said.clock,
        pm=said.pm,
        unit="day",
    )
