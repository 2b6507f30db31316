"""What a field is to be changed to: the words of an order as the record keeps them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from bot.nlp import lexicon, times
from bot.nlp.doc import Doc, normalise
from bot.nlp.due import due, due_on
from bot.nlp.entities import entities
from domain.services.fields import Field, Value

_EDGES = " ，,。！!~:：「」\"'"
_ABOUT = re.compile("约|大概|左右|差不多|上下")
_ONLY_PART = re.compile("上午|中午|下午|早上|晚上|傍晚")  # of the day on which it was to be
_PART = re.compile("早|上午|中午|下午|傍晚|晚|夜|前|底|末")  # 后天下午 is another hour
_CLOCK = re.compile(  # 上午10点, with no day
    r"(?:早上?|清早|上午|中午|下午|傍晚|晚上?|夜里)[\d一二两三四五六七八九十]{1,3}(?:[点:：时](?:[\d一二三四五六七八九十]{1,3}分?|半|一刻|三刻|钟|整)?)"
)
_MOBILE = 11
_LENGTH = re.compile(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")


def key_of(word: str) -> str:
    """The name of a field by its word: 手机号 is mobile; empty for no field."""
    return lexicon.kinds("fields").get(normalise(word.strip(_EDGES)), "")


def read(field: Field, words: str, now: datetime) -> Value | None:
    """The value that the words give at `now` (local); None where they give none."""
    said = words.strip(_EDGES)
    match field.sort:
        case "choice":
            return chosen(field, said)
        case "money":
            found = _first(said, now, "money")
            foreign = found is None or found["currency"] != "CNY" or found["value"] is None
            return None if foreign else int(Decimal(str(found["value"])) * 100)
        case "phone":
            digits = _first(said, now, "phone")
            return str(digits) if digits and not _cut_short(str(digits)) else None
        case "email" | "code":
            kind = "email" if field.sort == "email" else "credit_code"
            value = _first(said, now, kind)
            return str(value) if value else None
        case "day":
            return day(said, now)
        case _:
            return said or None


def _cut_short(digits: str) -> bool:
    """A mobile number with a digit missing, which another kind of number may be."""
    return digits.startswith("1") and digits[1:2] in "3456789" and len(digits) != _MOBILE


def chosen(field: Field, said: str) -> str | None:
    """The one of a few values that a word means: VIP is A."""
    if said in field.choices:
        return said
    name, plain = field.column, normalise(said).removesuffix("客户").removesuffix("阶段")
    return next((v for s in (normalise(said), plain, plain[:-1]) if (v := _values(name).get(s))), None)


def outcome(said: str) -> str:
    """Whether words say that a sale is won or lost; empty where they say neither."""
    return _values("outcome").get(normalise(said), "")


@cache
def _values(field: str) -> dict[str, str]:
    named = ((word, kind.partition(" ")) for word, kind in lexicon.rows("values"))
    return {word: value for word, (of, _, value) in named if of == field}


def about(words: str) -> bool:
    """Whether a sum is said with 大概."""
    return _ABOUT.search(words) is not None


def day(words: str, now: datetime) -> date | None:
    """The day that words name."""
    doc = Doc(words, now)
    return next((d for said in times.find(doc) if (d := due_on(said, doc.local)) is not None), None)


def last_day(words: str, now: datetime) -> date | None:
    """The last day of what is named (明天, 下周, 上个月), None where the words name no day."""
    found = next(iter(times.find(Doc(words, now))), None)
    if found is None or found.kind in ("duration", "recurrence", "time"):
        return None
    edge = found.stop - timedelta(seconds=1) if found.stop is not None else found.begin
    return edge.date() if edge is not None else None


def moment(words: str, now: datetime) -> date | datetime | None:
    """The day that words name, or the local moment where they name a time of day; an ISO form is one too."""
    try:
        return datetime.fromisoformat(words) if "T" in words else date.fromisoformat(words)
    except ValueError:
        doc = Doc(words, now)
        found = [when for said in times.find(doc) if (when := due(said, doc.local)) is not None]
        return found[0] if found else None


def moved(words: str, now: datetime, was: datetime) -> date | datetime | None:
    """Another time for what was to be at `was` (all of them local and naive; midnight: on that day as a whole):
    推迟一小时 and 提前两天 count from there, 三点半 is on that day, 后天 at the same hour, all else is as said now."""
    if (by := duration(words, now)) is not None:
        return was - by if re.search("提前|早", words) else was + by
    said = next(iter(times.find(Doc(words, now))), None)
    bare = words.strip(_EDGES)
    only_clock = said is not None and (said.kind == "time" or (_CLOCK.fullmatch(bare) or _ONLY_PART.fullmatch(bare)))
    when = moment(words, datetime.combine(was.date(), time()) if only_clock else now)
    if isinstance(when, datetime) or when is None or was.time() == time() or _PART.search(words):
        return when
    return datetime.combine(when, was.time())


def duration(words: str, now: datetime) -> timedelta | None:
    """一小时, 两天: how long; None where no length is named, or one of months."""
    found = _LENGTH.fullmatch(str(_first(words, now, "duration") or ""))
    if found is None:
        return None
    weeks, days, hours, minutes = (int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes"))
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes) or None


def without_sums(words: str, now: datetime) -> str:
    """The words without the sums of money in them."""
    kept = list(words)
    for entity in entities(words, now):
        if entity.kind in ("money", "percent"):
            kept[entity.start : entity.end] = [""] * (entity.end - entity.start)
    return "".join(kept)


def _first(said: str, now: datetime, kind: str) -> Any:
    return next((entity.value for entity in entities(said, now) if entity.kind == kind), None)
