"""What was understood as JSON: one message after note.schema.json, entities after their contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeAlias

from bot.nlp import more_slots
from bot.nlp.entities import Entity
from bot.nlp.numbers import plain
from bot.nlp.parsed import Command, ContactMention, Event, Parsed, Span, Words

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
    if parsed.command:
        body["command"] = command(parsed.command)
    body["refers"] = [reference.kind for reference in parsed.refers]
    body["follow_up"] = parsed.follow_up.text if parsed.follow_up else None
    for index, reference in enumerate(parsed.refers):
        body["spans"][f"refers/{index}"] = [reference.span.start, reference.span.end]
    if parsed.follow_up:
        body["spans"]["follow_up"] = [parsed.follow_up.span.start, parsed.follow_up.span.end]
    body["others"] = [event(other) for other in parsed.others]
    if parsed.smalltalk:
        body["smalltalk"] = parsed.smalltalk
    return body


def event(said: Event) -> JsonObject:
    """One event without an intent; `spans` are offsets in the whole message."""
    activity = said.activity
    return {
        "customer": said.customer.text if said.customer else None,
        "contacts": [_contact(c) for c in said.contacts],
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
        "next_actions": [{"text": n.text, "due": moment(n.due)} for n in said.next_actions],
        "competitors": _texts(said.competitors),
        "products": _texts(said.products),
        "needs": _texts(said.needs),
        "concerns": _texts(said.concerns),
        **more_slots.of(said),
        "spans": spans(said),
    }


def _contact(said: ContactMention) -> JsonObject:
    row: JsonObject = {"name": said.name, "title": said.title}
    if said.role:
        row["role"] = said.role[0]
    if said.attitude:
        row["attitude"] = said.attitude[0]
    return row


def moment(said: date | datetime | None) -> str | None:
    """YYYY-MM-DD, or with THH:MM where a time of day was named."""
    if isinstance(said, datetime):
        return said.isoformat(timespec="minutes")
    return said.isoformat() if said is not None else None


def command(said: Command) -> JsonObject:
    """A command with the arguments that were named, the names of those that are missing, and where each stands."""
    places: dict[str, list[int]] = {"kind": [said.span.start, said.span.end]}
    row: JsonObject = {"kind": said.kind}
    for name in ("customer", "contact", "to", "field", "value", "text"):
        words: Words | None = getattr(said, name)
        if words is not None:
            row[name] = words.text
            places[name] = [words.span.start, words.span.end]
    if said.amount:
        row["amount"] = plain(said.amount.value)
        places["amount"] = [said.amount.span.start, said.amount.span.end]
    if said.discount:
        row["discount"] = plain(said.discount[0])
        places["discount"] = [said.discount[1].start, said.discount[1].end]
    if said.due:
        row["due"] = moment(said.due)
        places |= {"due": [said.due_span.start, said.due_span.end]} if said.due_span else {}
    return {**row, "missing": list(said.missing), "spans": places}


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
    for index, contact in enumerate(said.contacts):
        put(f"contacts/{index}.role", contact.role[1] if contact.role else None)
        put(f"contacts/{index}.attitude", contact.attitude[1] if contact.attitude else None)
    for path, place in more_slots.spans(said):
        put(path, place)
    return found


def _texts(items: Iterable[Words]) -> list[str]:
    return [item.text for item in items]
