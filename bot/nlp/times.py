"""Times people say: 下周三, 月底前, 上午十点半, 国庆后.

`find` returns each expression with its span and what it means at the moment of the message. A day without a time of
day stays a day: nothing is invented. Weeks start on Monday, so on Sunday 下周一 is tomorrow.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.numbers import read
from bot.nlp.pattern import Pattern
from bot.nlp.times_clock import PARTS, clock, hours, may_begin, on, part
from bot.nlp.times_days import Match
from bot.nlp.times_days_table import readers
from bot.nlp.times_model import ANY_DAY, Time, midnight
from bot.nlp.times_offsets import coming, counted
from bot.nlp.times_parts import piece, same_day
from bot.nlp.times_rules import often, recurring

_FIRST = "0-9零〇一二两俩仨三四五六七八九十百千廿半每隔逢自从差"
_START = Pattern(
    f"[{_FIRST}{lexicon.heads('time_starts')}{lexicon.heads('festivals')}{''.join({w[0] for w in PARTS})}]"
)
_START_LATIN = Pattern(
    rf"{_START.source}|(?<![a-z])(?:by |before |on |next )*(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?<![a-z])(?:by |before |on |next )+(?:mon|tue|wed|thu|fri|sat|sun)|"
    r"(?<![a-z])(?:today|tomorrow|yesterday)|(?<![a-z])(?:by |before |on |until )*"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? (?=\d)"
)
_SHIFTS = tuple("班宵市景校")
_ALL_NIGHT = ("连", "熬")
_SIZED, _SIZE = ("大", "小", "肥", "长"), Pattern("[一两二三1-3]号")
_NUMERALS = frozenset("0123456789零〇一二两俩仨三四五六七八九十")
_NOT_AFTER = Pattern(r"(?:.?[\d./]|\d:)$")  # 15:30, but 日期:3月5日
_BEFORE = Pattern(
    r" ?(?:及|或)?(?:之前|以前|前(?!台|期|面|后|半|端|景|提(?![交供出货醒报示升高])|往|去|来|几|两|三|天|一天)|"
    r"为止|截止|止)"
)
_AFTER = Pattern(r" ?(?:及|或)?(?:之后|以后|过后|后(?!期|台|面|续|勤|天|半|备|来|悔)|起|开始|以来|至今)")
_DAY_BESIDE = Pattern(r" ?(?P<side>前|后)(?P<n>一|两|三)天")
_UP_TO = Pattern(r"至|到|")
_UNTIL = Pattern(r"(?:截止|截至|直到|截)(?:到|至|于)? ?")
_IN = Pattern(r" ?(?:之内|以内|内(?!容|部|存|衣|地))")
_OFF_WORK = Pattern(r" ?(?:下班|收工|打烊)(?:之?前|以前)")
_TO = Pattern(r" ?(?:到|至|~|--?|ー|和(?=.{1,14}之间)) ?")
_IDIOM = Pattern("一天到晚|从早到晚|一年到头|三天两头|一时半会|一日千里|早晚(?=会|要|得|都)")
_NOW = Pattern(r"现在|此刻|目前|当前|刚刚")
_DE = Pattern(r"t(?=\d\d:)| at | ?(?:的|，)? ?")
_THIS_HOUR = Pattern(" ?的?(?:这个?时候|这会儿?|这个点(?!心)|此时|此刻)")


_LINKED = frozenset(" 到至~-ー和")  # what a wording may begin with that _TO matches
_LIMITS = frozenset(" 下收打之以内及或前为截止过后起开至")  # ... that _BEFORE, _AFTER, _IN or _OFF_WORK match


_NO_DAY = frozenset("点时:半小分刻秒钟个工")  # behind a number: a clock or a length of time, never a day


@cache
def _followers() -> dict[str, frozenset[str]]:
    """What must follow a character at which a wording may begin; characters without an entry need nothing."""
    numerals = "0123456789零〇一二两俩仨三四五六七八九十百几半 "
    found = {char: set(said.replace("N", numerals)) for char, said in lexicon.rows("time_starts")}
    for word in (*lexicon.words("festivals"), *PARTS):
        if word[0] not in found and (word[0] in _NUMERALS or word in PARTS):
            continue
        found.setdefault(word[0], set()).update((word[1:2], " "))
    return {char: frozenset(after) for char, after in found.items() if char not in PARTS}


@cache
def _numbered() -> Pattern:
    """A number as it begins a wording about time: 3月, 两个, 15:; any other is not tried with all wordings."""
    words = [word for word in (*lexicon.words("festivals"), *PARTS) if word[0] in _NUMERALS]
    units = "年月日号点时:./~到至个半多周星礼天小分刻秒工交季钟ー·・aphm-"
    han = "零〇一二两俩仨三四五六七八九十百千万廿"
    return Pattern(rf"\d{{8}}(?!\d)|\d{{4}} \d|廿|\d{{4}}[与和跟]\d|[\d{han}]{{1,16}} ?[{units}]|{'|'.join(words)}")


def find(doc: Doc) -> list[Time]:
    """All wordings about time from left to right, none overlapping another."""
    norm, now, followers = doc.norm, doc.local, _followers()
    found: list[Time] = []
    at, start = 0, _START_LATIN if doc.latin else _START
    while match := start.search(norm, at):
        at = match.start()
        char = norm[at]
        after = followers.get(char)
        if after is not None and norm[at + 1 : at + 2] not in after:
            at += 1
            continue
        if char in _NUMERALS and not _numbered().match(norm, at) and char not in "一三":
            at += 1
            continue
        if char in "早晚夜" and (norm[at + 1 : at + 2] in _SHIFTS or norm[at - 1 : at] in _ALL_NIGHT):
            at += 1
            continue  # 补一场夜班, 连夜调
        if norm[at - 1 : at] in _SIZED and _SIZE.match(norm, at):
            at += 1
            continue  # 大一号的
        if char in "一从三早" and (idiom := _IDIOM.match(norm, at)):
            at = idiom.end()
            continue
        said = None if at and _inside_number(norm, at, found[-1].end if found else 0) else _whole(norm, at, now)
        if said is None:
            at += 1
            continue
        found.append(_same_day(norm, found[-1], said, now) if found else said)
        at = said.end
    return found


_PART_FIRST = Pattern("上午|中午|下午|傍晚|晚上|晚")
_FAR = 20  # characters in which a day goes on


def _same_day(norm: str, before: Time, said: Time, now: datetime) -> Time:
    """明天一早飞成都，下午见毛总: the afternoon of the day whose morning was just named."""
    if not (before.fuzzy or before.clock) or before.before or said.begin is None or before.begin is None:
        return said
    days = before.begin.date() - now.date()
    between = norm[before.end : said.start]
    if (
        days <= timedelta()
        or said.begin.date() != now.date()
        or not _PART_FIRST.match(norm, said.start)
        or len(between) > _FAR
        or _ENDED.search(between)
        or said.begin + days <= before.begin
    ):
        return said
    return said._replace(begin=said.begin + days, stop=said.stop + days if said.stop else None)


_ENDED = Pattern("[。；！？\\n]|今天|现在|刚")


def _inside_number(norm: str, at: int, after: int) -> bool:
    """The 4 of 12.4, the 四 of 一百五十四: no wording begins there."""
    if norm[at].isdigit():
        return _NOT_AFTER.match(norm, max(0, at - 2), at) is not None
    before = norm[at - 2 : at - 1] if norm[at - 1] in "零〇" else norm[at - 1]
    return at > after and norm[at] in _NUMERALS and before != "" and before in "十百千万亿"


def _whole(norm: str, at: int, now: datetime) -> Time | None:
    """One wording with what belongs to it: its clock, the other end of a span, 前, 后, 内, 截止到."""
    if norm[at] in "截直" and (until := _UNTIL.match(norm, at)):
        return _until(norm, until, now)
    said = (_since(norm, at, now) if norm[at] in "自从" else None) or _body(norm, at, now)
    return _closed(norm, said, now) if said is not None and said.begin is not None and said.unit == "after" else said


def _body(norm: str, at: int, now: datetime) -> Time | None:
    first = _single(norm, at, now)
    if first is None:
        return None
    if first.kind in ("duration", "recurrence"):
        return first
    joint = _TO.match(norm, first.end) if norm[first.end : first.end + 1] in _LINKED else None
    base = first.moment if first.kind == "date" else now
    if joint and (second := _single(norm, joint.end(), base, first)) and second.kind not in ("duration", "recurrence"):
        joined = _joined(first, second, now)
        return joined or _limited(norm, _settled(first, now), now)
    return _limited(norm, _settled(first, now), now)


def _closed(norm: str, said: Time, now: datetime) -> Time:
    """2010年之后2018年之前, 5月26日起至5月29日止: open to one side, and closed by what follows at once."""
    joint = _UP_TO.match(norm, said.end)
    second = _body(norm, joint.end(), now) if joint and joint.end() < len(norm) else None
    if second is None or second.kind not in ("date", "datetime", "range") or second.stop is None:
        return said
    stop = second.stop if second.kind != "datetime" else second.begin
    ended = joint is not None and joint.group().strip() in ("至", "到") and norm[second.end - 1] == "止"
    if not ended and (joint is None or joint.group() or not second.before or second.begin is not None):
        return said
    if stop is None or said.begin is None or stop <= said.begin:
        return said
    if ended:
        stop += timedelta(days=1)
    return said._replace(end=second.end, stop=stop, unit="span")


def _until(norm: str, until: re.Match[str], now: datetime) -> Time | None:
    """截止到2018年: open to the past, to the end of what is named."""
    said = _body(norm, until.end(), now) if until.end() < len(norm) else None
    if said is None or said.kind in ("duration", "recurrence") or said.begin is None or said.unit == "after":
        return None
    stop = said.begin if said.clock else said.stop
    return said._replace(start=until.start(), kind="range", begin=None, stop=stop, before=True, fuzzy=False)


def _since(norm: str, at: int, now: datetime) -> Time | None:
    """自2018年以来, 从周一开始: the word belongs to the wording behind it."""
    said = _body(norm, at + 1, now) if at + 1 < len(norm) and _START.match(norm, at + 1) else None
    return said._replace(start=at) if said is not None and said.unit in ("after", "span") else None


def _single(norm: str, at: int, now: datetime, left: Time | None = None) -> Time | None:
    """A day with its clock, a clock, a length of time, or a rule; the longest that begins here."""
    if at >= len(norm):
        return None
    char = norm[at]
    number = _numbered().match(norm, at) if char in _NUMERALS else None
    if number is None and char in _NUMERALS:
        return None
    if char in "每隔逢单双" and (rule := recurring(norm, at, now)):
        return rule
    if char in "天工周星礼" and (rule := often(norm, at, now)):
        return rule
    if char in "现此目当刚" and (match := _NOW.match(norm, at)):
        return Time(start=at, end=match.end(), kind="datetime", begin=now, unit="now")
    then = norm[number.end() - 1 if number is not None else at + 1 :][:1]
    best = None if number is not None and then in _NO_DAY else _day(norm, at, then, now)
    if best is not None and (narrow := same_day(norm, best, now) or piece(norm, best)):
        best = narrow
    for other in (counted(norm, at, now), coming(norm, at, now)):
        if other is not None and (best is None or other.end > best.end):
            best = other
    if best is not None and best.kind == "date":
        best = _with_clock(norm, best, now)
    if not may_begin(norm, at):
        return best
    said = hours(norm, at) or clock(norm, at)
    if said is not None and (best is None or said.end > best.end):
        return _after(left, said)
    return best if best is not None else part(norm, at)


def _after(left: Time | None, said: Time) -> Time:
    """A clock at the end of a span: on the day of its beginning, and in the same half of the day."""
    if left is None or left.begin is None or not left.clock:
        return said
    if left.pm and said.pm is None and said.moment.hour < 12:
        said = said._replace(begin=said.moment + timedelta(hours=12), pm=True)
    if left.kind == "datetime":
        return on(midnight(left.begin.date()), said, said.start)
    return said


def _day(norm: str, at: int, then: str, now: datetime) -> Time | None:
    best: Time | None = None
    for pattern, reader in readers(norm[at], then):
        match = pattern.match(norm, at)
        if match and (best is None or match.end() > best.end) and (said := reader(match, now)):
            best = said
    return best


def _with_clock(norm: str, day: Time, now: datetime) -> Time:
    """下周三 + 下午三点; 今晚 and 明早 carry their part of the day themselves."""
    tail = norm[day.end - 1]
    if tail in "早晚晨":
        said = clock(norm, day.end - 1) or part(norm, day.end - 1)
        if said is not None:
            return on(day.moment, said, day.start)
    if hour := _THIS_HOUR.match(norm, day.end):
        begin = datetime.combine(day.moment.date(), now.time())
        return day._replace(end=hour.end(), kind="datetime", begin=begin, stop=None, clock=True, pm=now.hour >= _NOON)
    gap = _DE.match(norm, day.end)
    at = gap.end() if gap and gap.group() != "，" else day.end
    said = (hours(norm, at) or clock(norm, at) or part(norm, at)) if may_begin(norm, at) else None
    if said is None or (
        said.fuzzy and norm[at : at + 1] in "早晚夜" and norm[at : said.end + 1] in ("晚点", "早点", "晚于", "早于")
    ):
        return day
    both = on(day.moment, said, day.start)
    if day.earlier is not None and said.begin is not None:
        both = both._replace(earlier=day.earlier + (said.begin - ANY_DAY))
    return both


def _settled(said: Time, now: datetime) -> Time:
    """A part of the day without a day is today's; a clock with its half of the day too, any other stays a clock."""
    if said.begin is None or said.begin.year > 1:
        return said
    today = midnight(now.date())
    if said.fuzzy:
        return on(today, said, said.start)
    return on(today, said, said.start) if said.pm is not None else said


def _joined(first: Time, second: Time, now: datetime) -> Time | None:
    """X到Y, where an end without a day takes the other's; None where the end would not lie behind the beginning."""
    if first.begin is None or second.begin is None:
        return None
    if first.moment.year == 1 and second.clock:
        first = on(midnight(now.date()), first, first.start)
    if second.moment.year == 1 and first.moment.year > 1:
        second = on(midnight(first.moment.date()), second, second.start)
    stop = second.begin if second.clock and second.kind != "range" else second.stop
    if second.unit == "festival" and second.begin is not None:
        stop = second.begin + timedelta(days=1)
    if stop is None or first.moment.year == 1 or second.moment.year == 1:
        return None
    if stop <= first.moment and second.earlier is None and first.earlier is not None:
        first = first._replace(begin=first.earlier)
    if stop <= first.moment:
        return None
    return Time(
        start=first.start, end=second.end, kind="range", begin=first.begin, stop=stop, clock=second.clock, unit="span"
    )


def _limited(norm: str, said: Time, now: datetime) -> Time:
    """前, 内, 后 behind a wording make it an open span; 下班前 is a deadline on that day."""
    if norm[said.end : said.end + 1] not in _LIMITS:
        return said
    if (
        said.begin is not None
        and said.begin.year == 1
        and (_BEFORE.match(norm, said.end) or _AFTER.match(norm, said.end))
    ):
        said = on(midnight(now.date()), said, said.start)
    if off := _OFF_WORK.match(norm, said.end):
        day = said.begin or now
        stop = midnight(day.date()) + timedelta(hours=18)
        return said._replace(end=off.end(), kind="range", begin=None, stop=stop, before=True, clock=False, unit="off")
    if inside := _IN.match(norm, said.end):
        return said._replace(end=inside.end(), before=True)
    if (beside := _DAY_BESIDE.match(norm, said.end)) and said.kind == "date" and said.begin is not None:
        days = int(read(beside["n"]) or 0) * (1 if beside["side"] == "后" else -1)
        begin = said.begin + timedelta(days=days)
        return said._replace(end=beside.end(), begin=begin, stop=begin + timedelta(days=1), earlier=None, unit="day")
    if before := None if said.unit == "span" else _BEFORE.match(norm, said.end):
        edge = said.stop if not said.clock and said.unit != "festival" and _fuzzy_end(said) else said.begin
        if said.fuzzy and edge is not None and edge.hour == _NOON - 1:
            edge += timedelta(hours=1)
        return said._replace(end=before.end(), kind="range", begin=None, stop=edge, before=True)
    if after := _AFTER.match(norm, said.end):
        first = said.begin if said.clock else _next(norm, said, after)
        later = said._replace(end=after.end(), kind="range", begin=first, stop=None, unit="after")
        return piece(norm, later) or later
    return said


_NOON = 12  # 中午 begins before it, and 中午前 ends with it


def _fuzzy_end(said: Time) -> bool:
    """月底前, 月前, 本周前 take in the end of the stretch; 周五前 and 2015年前 end where it begins."""
    return said.unit.endswith("-part") or said.unit in ("weekend", "half", "quarter")


def _next(norm: str, said: Time, after: Match) -> datetime | None:
    from_it = (
        norm[after.start() : after.end()].strip()[-1:] in ("起", "始", "来", "今") or norm[after.start()] in "及或"
    )
    return said.begin if from_it or said.stop is None else said.stop
