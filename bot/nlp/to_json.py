"""What was understood as JSON: one message after note.schema.json, entities after their contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeAlias

from bot.nlp.entities import Entity
from bot.nlp.numbers import plain
from bot.nlp.parsed import Event, NextAction, Parsed, Span, Words

JsonObject: TypeAlias = dict[str, Any]


def entities(text: str, found: Iterable[Entity]) -> list[JsonObject]:
    """Entities as the contract spells them; `span` is `text[start:end]`."""
    rows: list[JsonObject] = []
    for item in found:
        row: JsonObject = {
            "kind": item.kind,
            "span": text[item.start : item.end],
            "start": item.start,
            "end": item.end,
            "value": item.value,
        }
        if item.flags:
            row["flags"] = list(item.flags)
        rows.append(row)
    return rows


def message(parsed: Parsed) -> JsonObject:
    """The whole message: the leading event with its spans, the others, the intent and the act."""
    body: JsonObject = {"intent": parsed.intent, "act": parsed.act, **event(parsed)}
    body["others"] = [event(other) for other in parsed.others]
    if parsed.smalltalk:
        body["smalltalk"] = parsed.smalltalk
    return body


def event(said: Event) -> JsonObject:
    """One event without an intent; `spans` are offsets in the whole message."""
    activity = said.activity
    return {
        "customer": said.customer.text if said.customer else None,
        "contacts": [{"name": c.name, "title": c.title} for c in said.contacts],
        "phones": [w.text for w in said.phones],
        "emails": [w.text for w in said.emails],
        "activity": {"type": activity.type, "date": activity.date.isoformat()} if activity else None,
        "amounts": [
            {
                "kind": a.kind,
                "value": plain(a.value),
                "value_max": None if a.value_max is None else plain(a.value_max),
                "currency": a.currency,
            }
            for a in said.amounts
        ],
        "discounts": [plain(share) for share, _ in said.discounts],
        "stage": said.stage[0] if said.stage else None,
        "outcome": said.outcome[0] if said.outcome else None,
        "intent_level": said.intent_level[0] if said.intent_level else None,
        "next_actions": [{"text": n.text, "due": due(n)} for n in said.next_actions],
        "competitors": _texts(said.competitors),
        "products": _texts(said.products),
        "needs": _texts(said.needs),
        "concerns": _texts(said.concerns),
        "spans": spans(said),
    }


def due(action: NextAction) -> str | None:
    """YYYY-MM-DD, or with THH:MM where a time of day was named."""
    if isinstance(action.due, datetime):
        return action.due.isoformat(timespec="minutes")
    return action.due.isoformat() if isinstance(action.due, date) else None


def spans(said: Event) -> dict[str, list[int]]:
    """Path of each value to [start, end)."""
    found: dict[str, list[int]] = {}

    def put(path: str, span: Span | None) -> None:
        if span is not None:
            found[path] = [span.start, span.end]

    put("customer", said.customer.span if said.customer else None)
    if said.activity:
        put("activity.type", said.activity.span)
        put("activity.date", said.activity.date_span)
    for name, value in (("stage", said.stage), ("outcome", said.outcome), ("intent_level", said.intent_level)):
        put(name, value[1] if value else None)
    lists = {
        name: getattr(said, name)
        for name in ("contacts", "phones", "emails", "amounts", "competitors", "products", "needs", "concerns")
    }
    for name, items in lists.items():
        for index, item in enumerate(items):
            put(f"{name}/{index}", item.span)
    for index, (_, span) in enumerate(said.discounts):
        put(f"discounts/{index}", span)
    for index, action in enumerate(said.next_actions):
        put(f"next_actions/{index}", action.span)
        put(f"next_actions/{index}.due", action.due_span)
    return found


def _texts(items: Iterable[Words]) -> list[str]:
    return [item.text for item in items]
