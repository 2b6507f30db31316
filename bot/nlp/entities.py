"""`genjin entities`: times, money, numbers, shares, phones and addresses in the normal form of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.nlp import contacts, money, numbers, times
from bot.nlp.doc import Doc
from bot.nlp.numbers import plain


@dataclass(frozen=True, slots=True)
class Entity:
    """One value with its place; `value` is JSON."""

    kind: str
    start: int
    end: int
    value: Any
    flags: tuple[str, ...] = ()


def entities(text: str, now: datetime) -> list[Entity]:
    """All values of a text said at `now`, from left to right; those of one family never overlap."""
    doc = Doc(text, now)
    reached = [*_of("email", contacts.find_emails(doc)), *_of("phone", contacts.find_phones(doc, abroad=True))]
    said = [Entity(t.kind, t.start, t.end, t.value) for t in times.find(doc)]
    said = [entity for entity in said if not _overlaps(entity, reached)]
    shares = [Entity("percent", f.start, f.end, plain(f.value)) for f in numbers.find_percents(doc)]
    sums = [e for e in _sums(doc) if not _overlaps(e, [*reached, *said, *shares])]
    hard = [*reached, *said, *shares]
    counts = [Entity("number", f.start, f.end, plain(f.value)) for f in numbers.find_numbers(doc)]
    counts = [entity for entity in counts if not _overlaps(entity, hard)]
    return sorted([*hard, *sums, *counts], key=lambda entity: (entity.start, entity.end))


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
