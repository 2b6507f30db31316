"""A second reading of a note by a large model, laid over the first: what it may add, and nothing else.

The first reading (`bot.nlp.pipeline`) always stands. The second one fills what is empty in it and lengthens its lists,
if its words stand in the text and overlap nothing that was read already. Figures are never the model's, and a day that
it points at is read by our own reader. What happens with a message (intent, command, outcome, promises of the other
side) is not the model's to say; it can only make a note of words that nothing was understood of, and only by a value
that stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.nlp import activity, lexicon, times
from bot.nlp.book import Book
from bot.nlp.doc import Doc, normalise
from bot.nlp.due import due
from bot.nlp.parsed import ActivityMention, ContactMention, NextAction, Parsed, Span, Stage, Words
from bot.nlp.stage import STAGES

MOST = 10  # values of a list
LONGEST = 200  # characters of a value


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)  # most companies have no model to ask


class SaidContact(_Said):
    """`title` as written, or null."""

    name: str = Field(max_length=20)
    title: str | None = Field(None, max_length=30)


class SaidAction(_Said):
    """What is to be done, and when, both as written; `when` null where no time is said."""

    text: str = Field(max_length=LONGEST)
    when: str | None = Field(None, max_length=40)


class SecondReading(_Said):
    """What the model answers: everything as it stands in the text, null or empty where the text does not say it."""

    customer: str | None = Field(None, max_length=60)
    contacts: list[SaidContact] = Field(default_factory=list, max_length=MOST)
    stage: str | None = Field(None, max_length=20)
    stage_words: str | None = Field(None, max_length=LONGEST)
    activity_words: str | None = Field(None, max_length=LONGEST)
    next_actions: list[SaidAction] = Field(default_factory=list, max_length=MOST)
    competitors: list[str] = Field(default_factory=list, max_length=MOST)
    products: list[str] = Field(default_factory=list, max_length=MOST)
    needs: list[str] = Field(default_factory=list, max_length=MOST)
    concerns: list[str] = Field(default_factory=list, max_length=MOST)


def checked(answer: Any) -> dict[str, Any] | None:
    """The model's answer in the form in which it is kept with its message; None where it is not of the schema."""
    try:
        return SecondReading.model_validate(answer).model_dump(exclude_defaults=True)
    except ValidationError:
        return None


def wanted(parsed: Parsed) -> bool:
    """Whether a second reading can add anything: to a note, or to words of which nothing was understood."""
    return (parsed.act == "note" and not parsed.others) or (
        parsed.act == "unknown" and parsed.intent in ("chitchat", "note")
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """The text in one writing, and the places that were read already."""

    text: str
    norm: str
    taken: tuple[Span, ...]

    def find(self, said: str | None, *, free: bool = True) -> Words | None:
        """Where the words stand in the text, as typed; None where they do not, or only where something was read."""
        words = normalise((said or "").strip())
        at = self.norm.find(words) if words else -1
        while at >= 0:
            span = Span(at, at + len(words))
            if not free or not any(span.start < t.end and t.start < span.end for t in self.taken):
                return Words(self.text[span.start : span.end], span)
            at = self.norm.find(words, at + 1)
        return None


def merged(parsed: Parsed, text: str, now: datetime, reading: dict[str, Any], book: Book) -> Parsed:
    """The first reading with what the second one adds; the same for the same arguments."""
    if not wanted(parsed):
        return parsed
    try:
        said = SecondReading.model_validate(reading)
    except ValidationError:
        return parsed
    here = _Text(text, normalise(text), tuple(_places(parsed)))
    doc = Doc(text, now)
    added = _names(parsed, said, here, book) | _words(parsed, said, here) | _dated(parsed, said, here, doc)
    if not added:
        return parsed
    whole = parsed if parsed.text else replace(parsed, text=text)
    if parsed.act == "note":
        return replace(whole, **added)
    return replace(whole, intent="note", act="note", **added)


def _places(parsed: Parsed) -> Iterator[Span]:
    """Where the first reading found something."""
    single = (parsed.customer, parsed.outcome_reason, parsed.source)
    yield from (words.span for words in single if words is not None)
    lists: tuple[Iterable[Any], ...] = (
        *(parsed.contacts, parsed.phones, parsed.emails, parsed.amounts, parsed.next_actions, parsed.competitors),
        *(parsed.products, parsed.needs, parsed.concerns, parsed.promises, parsed.quantities, parsed.refers),
    )
    yield from (item.span for items in lists for item in items)
    yield from (span for _, span in parsed.discounts)


def _names(parsed: Parsed, said: SecondReading, here: _Text, book: Book) -> dict[str, Any]:
    """The customer where none was found, and people beside those who were."""
    added: dict[str, Any] = {}
    firm = here.find(said.customer) if parsed.customer is None else None
    if firm is not None and len(firm.text) > 1 and normalise(firm.text) not in lexicon.words("not_names"):
        added["customer"] = firm
    known = {c.name for c in parsed.contacts} | book.colleagues
    people = []
    for person in said.contacts:
        found = here.find(person.name)
        if found is None or found.text in known or (firm is not None and _over(found.span, firm.span)):
            continue
        if normalise(found.text) in lexicon.words("not_people"):
            continue
        title = here.find(person.title, free=False)
        people.append(ContactMention(found.text, title.text if title else None, found.span))
        known |= {found.text}
    return added | ({"contacts": (*parsed.contacts, *people)} if people else {})


def _words(parsed: Parsed, said: SecondReading, here: _Text) -> dict[str, Any]:
    """Values that are words of the text: none over another one."""
    added: dict[str, Any] = {}
    taken: list[Span] = []
    for name in ("competitors", "products", "needs", "concerns"):
        found = []
        for each in getattr(said, name):
            words = here.find(each)
            if words is not None and len(words.text) > 1 and not any(_over(words.span, t) for t in taken):
                found.append(words)
                taken.append(words.span)
        if found:
            added[name] = (*getattr(parsed, name), *found)
    stage = _stage(parsed, said, here)
    return added | ({"stage": stage} if stage is not None else {})


def _stage(parsed: Parsed, said: SecondReading, here: _Text) -> tuple[Stage, Span] | None:
    """A stage short of the signature, by the words that say it."""
    words = here.find(said.stage_words, free=False)
    named = next((stage for stage in STAGES[:-1] if stage == said.stage), None)
    return (named, words.span) if parsed.stage is None and named is not None and words is not None else None


def _dated(parsed: Parsed, said: SecondReading, here: _Text, doc: Doc) -> dict[str, Any]:
    """What is to be done and how contact was made: the day, and the kind, as our own readers have them."""
    added: dict[str, Any] = {}
    if not parsed.next_actions and not parsed.promises:
        deeds = [a for each in said.next_actions if (a := _action(each, here, doc)) is not None]
        added |= {"next_actions": tuple(deeds)} if deeds else {}
    made = here.find(said.activity_words, free=False)
    kind = activity.named(made.text) if made is not None and parsed.activity is None else None
    if made is not None and kind is not None:
        added["activity"] = ActivityMention(kind, doc.today, None, made.span)
    return added


def _action(said: SaidAction, here: _Text, doc: Doc) -> NextAction | None:
    """A deed without a day where the words of its time are not in the text, or ours read no day in them."""
    words = here.find(said.text)
    if words is None or len(words.text) < 2:
        return None
    when = here.find(said.when, free=False)
    time = next((t for t in times.find(doc) if when and t.start < when.span.end and when.span.start < t.end), None)
    moment = due(time, doc.local) if time is not None else None
    if time is None or moment is None:
        return NextAction(words.text, words.span)
    return NextAction(words.text, words.span, moment, Span(time.start, time.end), time.before)


def _over(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
