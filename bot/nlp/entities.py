"""`genjin entities`: times, money, numbers, shares, phones and addresses in the normal form of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from bot.nlp import contacts, counts, marks, money, numbers, times
from bot.nlp.doc import Doc
from bot.nlp.numbers import plain
from bot.nlp.pattern import Pattern


class Entity(NamedTuple):
    """One value with its place; `value` is JSON."""

    kind: str
    start: int
    end: int
    value: Any
    flags: tuple[str, ...] = ()


def entities(text: str, now: datetime) -> list[Entity]:
    """All values of a text said at `now`, from left to right; those of one family never overlap."""
    doc = Doc(text, now)
    named = [Entity(mark.kind, mark.start, mark.end, mark.value) for mark in marks.find(doc)]
    reached = [*_of("email", contacts.find_emails(doc)), *_of("phone", contacts.find_phones(doc, abroad=True))]
    reached = [*named, *(entity for entity in reached if not _overlaps(entity, named))]
    said = [Entity(t.kind, t.start, t.end, t.value) for t in times.find(doc)]
    said = [entity for entity in said if not _overlaps(entity, reached)]
    shares = [Entity("percent", f.start, f.end, plain(f.value)) for f in numbers.find_percents(doc)]
    sums = [e for e in _sums(doc) if not _overlaps(e, [*reached, *said, *shares])]
    figures = [Entity("number", f.start, f.end, plain(f.value)) for f in counts.find_numbers(doc)]
    hard = [*reached, *(e for e in said if not _FIGURES.fullmatch(doc.norm, e.start, e.end)), *_closed(doc, shares)]
    figures = [entity for entity in figures if not _overlaps(entity, hard)]
    return sorted([*reached, *said, *shares, *sums, *figures], key=lambda entity: (entity.start, entity.end))


_FIGURES = Pattern("[\\d/ 零一二三四五六七八九十廿]+")  # 1/2 and 十一 may be days, and may be numbers


def _closed(doc: Doc, shares: Iterable[Entity]) -> Iterator[Entity]:
    """The shares in which no number is named beside: 85折 is no 85, but the 80 of 百分之80 is said."""
    return (share for share in shares if "百" not in doc.norm[share.start : share.end])


def _of(kind: str, found: Iterable[contacts.Reach]) -> list[Entity]:
    return [Entity(kind, item.start, item.end, item.value) for item in found]


def _sums(doc: Doc) -> Iterator[Entity]:
    for item in money.find(doc):
        if item.marked:
            value = {
                "value": None if item.value is None else plain(item.value),
                "value_max": None,
                "currency": item.currency,
            }
            value["value_max"] = None if item.value_max is None else plain(item.value_max)
            yield Entity("money", item.start, item.end, value, ("about",) if item.about else ())


def _overlaps(entity: Entity, others: Iterable[Entity]) -> bool:
    return any(entity.start < other.end and other.start < entity.end for other in others)
