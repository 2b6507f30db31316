"""Expressions of many alternatives that cost little where none of them begins.

The engine tries every alternative at every place of a text. `gated` puts the characters with which a match may begin
in front, as one class, so that most places are passed over with one look. A `Rule` also knows the beginnings of all
that it matches, up to two characters each: whether any of them stands in a text is told without the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from threading import Lock
from typing import NamedTuple

from bot.nlp.doc import Clause, Doc
from bot.nlp.pattern import Match, Pattern

_OPENING = re.compile(r"\((?:\?:|\?P<\w+>|(?P<around>\?<?[=!]))?")
_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|[^()|]")
_TIMES = re.compile(r"[?*+]\??|\{\d*,?\d*\}\??")
_TWO = 2
_WIDEST = 30  # characters of a class that are listed one by one


_INDEX: dict[str, int] = {}  # a beginning -> the rules that it may begin, a bit each
_ADDING = Lock()
_MOST = 50_000  # pairs that are remembered: more than a company's notes have in a year, some megabytes


class _Begun(dict[str, int]):
    """Two neighbouring characters -> the rules that they may begin, worked out when they are first met."""

    def __missing__(self, pair: str) -> int:
        if len(self) >= _MOST:
            self.clear()
        bits = self[pair] = _INDEX.get(pair, 0) | _INDEX.get(pair[0], 0)
        return bits


_BEGUN = _Begun()


class Rule(Pattern):
    """A gated expression. `may` is false for texts in which it matches nothing, wherever it is looked for.

    All rules share one index of beginnings, so that a text is looked up once for all of them.
    """

    __slots__ = ("bit",)

    def __init__(self, pattern: str, said: frozenset[str] | None = None) -> None:
        """`said` are the beginnings where they are known, as those of a list of words."""
        starts = beginnings(pattern) if said is None else said
        super().__init__(_gated(pattern))
        with _ADDING:
            self.bit = _INDEX.get("", 1)
            for start in starts:
                _INDEX[start] = _INDEX.get(start, 0) | self.bit
            _INDEX[""] = self.bit << 1  # the next one's
            _BEGUN.clear()

    def may(self, doc: Doc) -> bool:
        """Whether one of its beginnings stands in the text."""
        if doc.looked_up <= self.bit:  # not at all, or before this rule was made
            _look_up(doc)
        return doc.begun & self.bit != 0

    def each(self, doc: Doc) -> Iterator[Match]:
        """Its matches in the whole text as `finditer` finds them, tried only where one of its beginnings stands."""
        if self.may(doc):
            bit, at = self.bit, 0
            for start in [place for place, bits in enumerate(doc.begun_at) if bits & bit]:
                if start >= at and (match := self.match(doc.norm, start)):
                    at = match.end()
                    yield match

    def first(self, doc: Doc) -> Match | None:
        """The first of them."""
        return next(self.each(doc), None)

    def among(self, doc: Doc, clauses: Sequence[Clause]) -> Sequence[Clause]:
        """Those of some clauses in which one of its beginnings stands."""
        if not self.may(doc):
            return ()
        begun, bit = doc.begun_in, self.bit
        return [clause for clause in clauses if begun[clause.start] & bit]


def begun(doc: Doc) -> dict[int, int]:
    """The rules that may match in each clause, as their bits, by the offset at which the clause begins."""
    if doc.looked_up != _INDEX[""]:
        _look_up(doc)
    return doc.begun_in


def _look_up(doc: Doc) -> None:
    """The one look at each place of the text, for all rules: which of them may begin in each of its clauses."""
    doc.looked_up, starts = _INDEX[""], doc.starts
    doc.begun_at = bits = [*map(_BEGUN.__getitem__, doc.pairs), _INDEX.get(doc.norm[-1:], 0)]
    told = [reduce(or_, bits[first:last]) for first, last in pairwise((0, *starts[1:], len(bits)))]
    doc.begun, doc.begun_in = reduce(or_, told), dict(zip(starts, told, strict=False))  # a text may have no clause


def gated(pattern: str) -> Pattern:
    """The same expression, tried only where one of its first characters stands; as it is where they may be any."""
    return Pattern(_gated(pattern))


def _gated(pattern: str) -> str:
    first, empty = _first_of(pattern)
    return pattern if first is None or empty or _ATOM.fullmatch(pattern) else f"(?=[{first}])(?:{pattern})"


class _Start(NamedTuple):
    """How a match may begin: one or two characters, or none; `whole` where it may end with them."""

    said: str
    whole: bool


def beginnings(pattern: str) -> frozenset[str]:
    """The first two characters of all that an expression matches, or the first where any may follow. A match that may
    begin with anything has none to tell it by, and is an error."""
    found = frozenset(start.said for start in _starts_of(pattern))
    if "" in found:
        raise ValueError(f"may begin with anything: {pattern}")
    return frozenset(said for said in found if len(said) == 1 or said[0] not in found)


def _starts_of(pattern: str) -> set[_Start]:
    return {start for branch in _branches(pattern) for start in _starts(branch)}


def _starts(branch: str) -> set[_Start]:
    """The beginnings of one branch: those that are told, and those to which the next character or group adds."""
    told: set[_Start] = set()
    growing, at = {""}, 0
    while at < len(branch) and growing:
        atom, times, at = _next(branch, at)
        opening = _OPENING.match(atom)
        if atom in ("^", "$") or (opening and opening["around"] not in (None, "?=")):
            continue
        options = _starts_of(atom[opening.end() : -1]) if opening else _one(atom)
        if opening and opening["around"]:
            told, growing = _looked_ahead(told, growing, options)
            continue
        if "" not in growing:  # one more character is asked for
            options = {_Start(option.said[:1], len(option.said) == _TWO or option.whole) for option in options}
        elif times.startswith(("*", "+", "{")):
            options |= {_Start((a.said + b.said)[:_TWO], b.whole) for a in options if a.whole for b in options}
        before = growing
        growing = set(before) if times.startswith(("?", "*", "{0", "{,")) else set()
        for said in before:
            for option in options:
                start = (said + option.said)[:_TWO]
                if len(start) == _TWO or not option.whole:
                    told.add(_Start(start, len(start) == _TWO))
                else:
                    growing.add(start)
    return told | {_Start(said, True) for said in growing}


def _looked_ahead(told: set[_Start], growing: set[str], options: set[_Start]) -> tuple[set[_Start], set[str]]:
    """再(?=跟|约): what must follow a first character is its second; 没(?=，|$) may as well stand last."""
    if any(not option.said for option in options):
        return told, growing
    second = {_Start(said + option.said[0], True) for said in growing if said for option in options}
    return told | second, growing & {""}


def _one(atom: str) -> set[_Start]:
    """A character, or those of a class; none that could be listed is a beginning that says nothing."""
    chars = _chars(atom)
    if chars is None:
        return {_Start("", False)}
    listed = _listed(chars)
    return {_Start(char, True) for char in listed} if listed else {_Start("", False)}


def _listed(inside: str) -> str:
    """The characters of a class; empty where they are too many, or not named one by one."""
    found, at = "", 0
    while at < len(inside):
        escaped = inside[at] == "\\"
        char = inside[at + escaped]
        at += 1 + escaped
        if escaped and char.isalnum() and char != "n":
            return ""
        char = "\n" if escaped and char == "n" else char
        if inside[at : at + 1] == "-" and at + 1 < len(inside):
            last = inside[at + 1]
            if last == "\\" or ord(last) - ord(char) > _WIDEST:
                return ""
            found, at = found + "".join(map(chr, range(ord(char), ord(last) + 1))), at + 2
        else:
            found += char
    return found if len(found) <= _WIDEST else ""


def _first_of(pattern: str) -> tuple[str | None, bool]:
    """The inside of a class of all characters with which a match may begin, None where it may begin with any; and
    whether it may be empty."""
    found = [_first(branch) for branch in _branches(pattern)]
    known = [chars for chars, _ in found if chars is not None]
    return "".join(known) if len(known) == len(found) else None, any(empty for _, empty in found)


def _first(branch: str) -> tuple[str | None, bool]:
    found, at = "", 0
    while at < len(branch):
        atom, times, at = _next(branch, at)
        opening = _OPENING.match(atom)
        if atom == "^" or (opening and opening["around"]):
            continue
        chars, empty = _first_of(atom[opening.end() : -1]) if opening else (_chars(atom), False)
        if chars is None:
            return None, False
        found += chars
        if not empty and not times.startswith(("?", "*", "{0", "{,")):
            return found, False
    return found, True


def _next(branch: str, at: int) -> tuple[str, str, int]:
    """The character, class or group that begins here, how often it may stand, and where what follows begins."""
    end = _atom_end(branch, at)
    times = _TIMES.match(branch, end)
    return branch[at:end], times.group() if times else "", times.end() if times else end


def _chars(atom: str) -> str | None:
    if atom.startswith("["):
        inside = atom[1:-1]
        return None if inside.startswith("^") else inside[:-1] + "\\-" if inside.endswith("-") else inside
    if atom.startswith("\\"):
        return None if atom[1] in "bBAZ" else atom
    return None if atom in ".$" else re.escape(atom)


def _branches(pattern: str) -> Iterator[str]:
    """The alternatives of an expression, not those inside of its groups."""
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield pattern[start:at]
            start = at = at + 1
        else:
            at = _atom_end(pattern, at)
    yield pattern[start:]


def _atom_end(pattern: str, at: int) -> int:
    """Where the character, class or group ends that begins here."""
    if pattern[at] != "(":
        atom = _ATOM.match(pattern, at)
        return atom.end() if atom else at + 1
    depth = 0
    while True:
        if pattern[at] in "()":
            depth += 1 if pattern[at] == "(" else -1
        at = at + 1 if pattern[at] in "()|" else _atom_end(pattern, at)
        if not depth:
            return at
