"""Commands as typed objects: what is to be done, with whom, to what; and what is missing to do it.

Rows of words/commands.txt say how each is put; words/command_needs.txt what it cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.due import due, last_day
from bot.nlp.frames import Frame
from bot.nlp.parsed import Command, ContactMention, Event, Intent, Span, Words
from bot.nlp.times_model import Time


@cache
def _table() -> tuple[tuple[str, re.Pattern[str]], ...]:
    order: dict[str, list[str]] = {}
    for pattern, kind in lexicon.rows("commands"):
        order.setdefault(kind, []).append(pattern)
    return tuple((kind, re.compile("|".join(_own_groups(patterns)))) for kind, patterns in order.items())


def _own_groups(patterns: list[str]) -> list[str]:
    """The patterns of a kind in one expression, in which a group has one name only: to, to2 -> to_0, to_1."""
    found = []
    for index, pattern in enumerate(patterns):
        found.append(re.sub(r"\(\?P<([a-z]+)\d?>", lambda m, i=index: f"(?P<{m[1]}_{i}>", pattern))  # type: ignore[misc]
    return found


@cache
def _needed() -> dict[str, tuple[str, ...]]:
    order: dict[str, list[str]] = {}
    for name, kind in lexicon.rows("command_needs"):
        order.setdefault(kind, []).append(name)
    return {kind: tuple(names) for kind, names in order.items()}


def read(doc: Doc, event: Event, *, known: str | None = None) -> Command | None:
    """The command that a message gives; `known` is its kind where the intent has told already."""
    for kind, pattern in _table():
        if known is not None and kind != known:
            continue
        match = pattern.search(doc.norm)
        if match is not None:
            return _with_needs(_command(doc, event, kind, match))
    return _with_needs(Command(kind=known, span=doc.whole.span)) if known is not None else None


def intent_of(kind: str) -> Intent:
    """What an order of this kind is besides: a fact told (华星的行业是纺织) is a note, a list asked for a query."""
    if kind.startswith("tell_"):
        return "note"
    return "query" if kind.startswith(("list_", "show_")) else "command"


def framed(doc: Doc, event: Event, frame: Frame, times: Sequence[Time]) -> Command:
    """The command that a whole message is, with what its frame names, and else what the message holds."""
    args, kind = frame.args, frame.kind
    customer = args.get("customer") or event.customer
    action = event.next_actions[0] if event.next_actions and kind in _DOING else None
    told = args.get("text")
    if action is not None and (told is None or not told.span.start <= action.span.start < told.span.end):
        action = None
    told = Words(action.text, action.span) if action is not None else told
    when = _time_of(args.get("due"), times) if kind in _DATED else None
    return _with_needs(
        Command(
            kind=kind,
            span=frame.span,
            customer=customer,
            contact=args.get("contact") or _contact(doc, event, (customer, args.get("to"))),
            to=args.get("to"),
            field=args.get("field"),
            value=args.get("value"),
            text=told,
            amount=event.amounts[0] if event.amounts else None,
            discount=event.discounts[0] if event.discounts else None,
            due=action.due if action and action.due else _due(kind, when, doc.local) if when else None,
            due_span=action.due_span if action and action.due else Span(when.start, when.end) if when else None,
        )
    )


def _due(kind: str, when: Time, now: datetime) -> date | datetime | None:
    return last_day(when, now) if kind in _UNTIL else due(when, now)


_UNTIL = ("list_tasks",)  # 这周要做什么: all until its end
_DOING = ("create_task", "assign_task")
_DATED = (*_DOING, "move_task", "move_it", "cancel_reminder", "move_reminder", "list_tasks")


def _time_of(said: Words | None, times: Sequence[Time]) -> Time | None:
    """The time of an argument, or the first one that is said."""
    return next((t for t in times if said is None or said.span.start <= t.start < said.span.end), None)


def _contact(doc: Doc, event: Event, besides: Sequence[Words | None]) -> Words | None:
    """Somebody at the customer: nobody whose name is another argument."""
    taken = [words.span for words in besides if words is not None]
    free = (c for c in event.contacts if not any(c.span.start < t.end and t.start < c.span.end for t in taken))
    found: ContactMention | None = next(free, None)
    return doc.words(found.span.start, found.span.end) if found else None


def _command(doc: Doc, event: Event, kind: str, match: re.Match[str]) -> Command:
    groups = {name.partition("_")[0]: match.span(name) for name, said in match.groupdict().items() if said}

    def words(name: str) -> Words | None:
        if name not in groups:
            return None
        found = doc.words(*groups[name])
        return found if found.text else None

    action = event.next_actions[0] if event.next_actions else None
    told = action is not None and not _NOTHING_TOLD.fullmatch(action.text)
    return Command(
        kind=kind,
        span=doc.words(*match.span()).span,
        customer=event.customer,
        contact=_contact(doc, event, (event.customer, words("to"))),
        to=words("to"),
        field=words("field"),
        value=words("value") or _given_value(doc, kind, match),
        text=Words(action.text, action.span) if action and told else words("what"),
        amount=event.amounts[0] if event.amounts else None,
        discount=event.discounts[0] if event.discounts else None,
        due=action.due if action else None,
        due_span=action.due_span if action else None,
    )


_NOTHING_TOLD = re.compile("(?:提醒|叫|喊|通知)我?(?:一下|一声)?")  # 明天十点提醒我: and of what?
_NAMED = re.compile("「(?P<name>[^」]{1,20})」|[:：](?P<told>[^，。]{1,30})")


def _given_value(doc: Doc, kind: str, match: re.Match[str]) -> Words | None:
    """客户加个字段「年用电量」: the name in the brackets."""
    if kind not in ("create_field", "create_rule", "teach", "forget"):
        return None
    named = _NAMED.search(doc.norm)
    if named is None:
        return doc.words(match.start(), match.end()) if kind in ("create_rule", "teach", "forget") else None
    return doc.words(*named.span("name" if named["name"] else "told"))


def _with_needs(command: Command) -> Command:
    have = {
        "customer": command.customer,
        "name": command.contact,
        "to": command.to,
        "field": command.field,
        "value": command.value,
        "text": command.text,
        "amount": command.amount,
        "discount": command.discount,
        "due": command.due,
    }
    return replace(command, missing=tuple(n for n in _needed().get(command.kind, ()) if have[n] is None))
