"""Orders that are a whole message: 把华星的金额改成60万, 让李明周五前给华星发合同, 我的待办.

What was found in the message becomes one letter each, so that the rows of words/order_frames.txt say how an order is
put and not what it is about: 把C的金额改成M. A note hardly ever fits such a row from its first word to its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Protocol

from bot.nlp import lexicon
from bot.nlp.book import Wordings
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Span, Words

LONGEST = 80  # characters of an order; what is longer tells a story
_TO_A_COLLEAGUE, _SAYS_NOTHING = "COLLEAGUE", "-"  # of order_cues.txt
_MACRO = re.compile(r"\{([A-Z]+)\}")
_DROPPED = frozenset(map(ord, " \n\t　「」『』“”\"'《》【】"))
_WRITING: dict[int, str | None] = {**dict.fromkeys(_DROPPED), **dict.fromkeys(map(ord, ":：，,、;；"), "，")}
_EDGES = "。！!~… \n"

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """An order and its arguments, each with its place in the text."""

    kind: str
    span: Span
    args: dict[str, Words]


class Spanned(Protocol):
    """A value with its place."""

    @property
    def span(self) -> Span: ...


class Placed(Protocol):
    """A mention with its place."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Named(Protocol):
    """What was found in a message, before it is cut into events."""

    @property
    def orgs(self) -> Sequence[Placed]: ...
    @property
    def times(self) -> Sequence[Placed]: ...
    @property
    def people(self) -> Sequence[Placed]: ...
    @property
    def phones(self) -> Sequence[Spanned]: ...
    @property
    def emails(self) -> Sequence[Spanned]: ...
    @property
    def amounts(self) -> Sequence[Spanned]: ...
    @property
    def discounts(self) -> Sequence[tuple[object, Span]]: ...


def of(doc: Doc, found: Named, names: frozenset[str]) -> Frame | None:
    """The order that a message is from its first word to its last, in a company of people with these names."""
    if not (kinds := may_be(doc, names)):
        return None
    mentions = (("C", found.orgs), ("T", found.times), ("P", found.people))
    places = {letter: [(each.start, each.end) for each in which] for letter, which in mentions}
    values = (("N", found.phones), ("E", found.emails), ("M", found.amounts))
    places |= {letter: [(each.span.start, each.span.end) for each in which] for letter, which in values}
    places |= {"D": [(span.start, span.end) for _, span in found.discounts], "K": colleagues(doc, names)}
    return read(doc, kinds, [(letter, places[letter]) for letter in "CNEMDTKP"])


def may_be(doc: Doc, names: frozenset[str]) -> frozenset[str]:
    """The kinds of order that a message may be, in a company of these people: a cheap look, for most messages are
    notes."""
    if len(doc.norm) > LONGEST:
        return frozenset()
    found: frozenset[str] = frozenset()
    for match in _cue().each(doc):
        found |= _kinds_of(match.group())
    if _TO_A_COLLEAGUE in found:
        found -= {_TO_A_COLLEAGUE}
        found |= _kinds_of(_TO_A_COLLEAGUE) if colleagues(doc, names) else frozenset()
    return found


def read(doc: Doc, kinds: frozenset[str], found: Sequence[tuple[str, Sequence[Place]]]) -> Frame | None:
    """The order of one of these kinds that the whole message is. `found` are the places of what it names, by the letter
    that stands for them; of two that overlap the first one stands."""
    end = len(doc.norm.rstrip(_EDGES))
    parts = list(_parts(_standing(found), end))
    said = "".join(letter or doc.norm[start:stop].translate(_WRITING) for letter, start, stop in parts)
    starts = sorted({0, _lead(said)}, reverse=True)
    for _, kind, pattern in sorted(chain.from_iterable(_frames()[kind] for kind in kinds)):
        match = next((fits for at in starts if (fits := pattern.fullmatch(said, at))), None)
        if match is not None:
            places = _places(doc, parts)
            args = {name: _words(doc, places, *_span(said, match, name)) for name in match.groupdict() if match[name]}
            return Frame(kind, doc.whole.span, {name: words for name, words in args.items() if words.text})
    return None


def _span(said: str, match: re.Match[str], name: str) -> Place:
    """The place of an argument; of what is to be done, without the times at its ends: 周五前给华星发合同."""
    start, end = match.span(name)
    if name == "text":
        while start < end and said[start] in "T，":
            start += 1
        while end > start and said[end - 1] in "T，":
            end -= 1
    return start, end


def colleagues(doc: Doc, names: frozenset[str]) -> list[Place]:
    """Where colleagues are named: 李明, and 小李 where somebody is called 李."""
    return list(_called(names).places(doc)) if names else []


@lru_cache(maxsize=4)
def _called(names: frozenset[str]) -> Wordings:
    nicknames = {f"{form}{name[0]}" for name in names if name for form in "小老"}
    return Wordings({*names, *nicknames})


@cache
def _cue() -> Rule:
    return Rule(lexicon.either("order_cues"), lexicon.beginnings("order_cues"))


@cache
def _kinds_of(cue: str) -> frozenset[str]:
    """All kinds that a cue speaks for, with those of the shorter cues inside of it."""
    named = [(word, kinds.split(",")) for word, kinds in lexicon.rows("order_cues") if word in cue]
    if any(_SAYS_NOTHING in kinds for _, kinds in named):
        return frozenset()
    return frozenset(kind for _, kinds in named for kind in kinds)


@cache
def _frames() -> dict[str, list[tuple[int, str, re.Pattern[str]]]]:
    """The rows of each kind, with their numbers: of all rows that are tried the first that fits wins."""
    macros = {"FIELD": lexicon.either("fields")}
    found: dict[str, list[tuple[int, str, re.Pattern[str]]]] = {}
    for number, (said, kind) in enumerate(lexicon.rows("order_frames")):
        if said.startswith("@"):
            macros[said[1:]] = _with(kind, macros)
        else:
            pattern = re.compile(f"(?:{_with(said, macros)}){macros['TAIL']}")
            found.setdefault(kind, []).append((number, kind, pattern))
    return found


def _lead(said: str) -> int:
    """Where the order begins behind 请, 帮我 and the like."""
    match = _led().match(said)
    return match.end() if match else 0


@cache
def _led() -> re.Pattern[str]:
    return re.compile(next(kind for said, kind in lexicon.rows("order_frames") if said == "@LEAD"))


def _with(said: str, macros: dict[str, str]) -> str:
    return _MACRO.sub(lambda match: macros[match[1]], said)


def _standing(found: Sequence[tuple[str, Sequence[Place]]]) -> list[tuple[int, int, str]]:
    """What is named, from left to right, none overlapping another."""
    kept: list[tuple[int, int, str]] = []
    for letter, places in found:
        for start, end in places:
            if start < end and not any(start < stop and begin < end for begin, stop, _ in kept):
                kept.append((start, end, letter))
    return sorted(kept)


def _parts(standing: list[tuple[int, int, str]], end: int) -> Iterator[tuple[str, int, int]]:
    """The message cut into what is named, with its letter, and the words between, with none."""
    at = 0
    for start, stop, letter in standing:
        if start >= end:
            break
        yield "", at, start
        yield letter, start, stop
        at = stop
    yield "", at, end


def _places(doc: Doc, parts: Sequence[tuple[str, int, int]]) -> list[Place]:
    """The place in the text of each character of the frame."""
    places: list[Place] = []
    for letter, start, stop in parts:
        if letter:
            places.append((start, stop))
        else:
            places.extend((at, at + 1) for at in range(start, stop) if ord(doc.norm[at]) not in _DROPPED)
    return places


def _words(doc: Doc, places: list[Place], start: int, end: int) -> Words:
    return doc.words(places[start][0], places[end - 1][1]) if start < end else doc.words(0, 0)
