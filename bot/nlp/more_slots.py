"""The slots beside the contract's own, as JSON: promises, quantities, terms, reasons, scores, birthdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from bot.nlp.numbers import plain
from bot.nlp.parsed import Event, PaymentTerm, Span


def of(said: Event) -> dict[str, Any]:
    """Each slot under its name; a list that is empty and a value that is unknown are there too."""
    return {
        "promises": [{"text": p.text, "by": p.by.text if p.by else None, "due": _moment(p.due)} for p in said.promises],
        "quantities": [
            {
                "value": plain(q.value),
                "value_max": None if q.value_max is None else plain(q.value_max),
                "unit": q.unit,
                "of": q.of.text if q.of else None,
            }
            for q in said.quantities
        ],
        "payment_terms": [
            *(_part(term) for term in said.payment_terms),
            *({"label": way.text, "days": way.days} for way in said.payment_ways),
        ],
        "outcome_reason": said.outcome_reason.text if said.outcome_reason else None,
        "satisfaction": [{"scale": s.scale, "value": plain(s.value)} for s in said.satisfaction],
        "birthdays": [
            {"who": b.who.text if b.who else None, "year": b.year, "month": b.month, "day": b.day, "lunar": b.lunar}
            for b in said.birthdays
        ],
        "source": said.source.text if said.source else None,
        "moods": [mood for mood, _ in said.moods],
    }


def _part(term: PaymentTerm) -> dict[str, Any]:
    return {
        "label": term.label,
        "share": None if term.share is None else plain(term.share),
        "value": None if term.value is None else plain(term.value),
        "due": _moment(term.due),
        "condition": term.condition,
    }


def _moment(said: date | datetime | None) -> str | None:
    if isinstance(said, datetime):
        return said.isoformat(timespec="minutes")
    return said.isoformat() if said is not None else None


def spans(said: Event) -> Iterator[tuple[str, Span | None]]:
    """Where each value stands, by its path."""
    for index, promise in enumerate(said.promises):
        yield f"promises/{index}", promise.span
        yield f"promises/{index}.by", promise.by.span if promise.by else None
        yield f"promises/{index}.due", promise.due_span
    for index, quantity in enumerate(said.quantities):
        yield f"quantities/{index}", quantity.span
        yield f"quantities/{index}.of", quantity.of.span if quantity.of else None
    for index, term in enumerate([*(t.span for t in said.payment_terms), *(w.span for w in said.payment_ways)]):
        yield f"payment_terms/{index}", term
    yield "outcome_reason", said.outcome_reason.span if said.outcome_reason else None
    for index, score in enumerate(said.satisfaction):
        yield f"satisfaction/{index}", score.span
    for index, day in enumerate(said.birthdays):
        yield f"birthdays/{index}", day.span
        yield f"birthdays/{index}.who", day.who.span if day.who else None
    yield "source", said.source.span if said.source else None
    for index, (_, span) in enumerate(said.moods):
        yield f"moods/{index}", span
