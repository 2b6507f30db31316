"""Expressions of many alternatives that cost little where none of them begins.

The engine tries every alternative at every place of a text. `gated` puts the characters with which a match may begin
in front, as one class, so that most places are passed over with one look. A `Rule` also knows the beginnings of all
that it matches, up to two characters each: whether any of them stands in a text is told without the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from threading import Lock

from bot.nlp.doc import Clause, Doc
from bot.nlp.openings import beginnings, behind_first
from bot.nlp.pattern import Match, Pattern

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
        super().__init__(behind_first(pattern))
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
            bit, at, norm, begun_at = self.bit, 0, doc.norm, doc.begun_at
            for said, first, last in doc.stretches:
                if said & bit:
                    for start, here in enumerate(begun_at[first:last], first):
                        if here & bit and start >= at and (match := self.match(norm, start)):
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
    doc.stretches = [(reduce(or_, bits[a:b]), a, b) for a, b in pairwise((0, *starts[1:], len(bits)))]
    told = [said for said, _, _ in doc.stretches]
    doc.begun, doc.begun_in = reduce(or_, told), dict(zip(starts, told, strict=False))  # a text may have no clause


def gated(pattern: str) -> Pattern:
    """The same expression, tried only where one of its first characters stands; as it is where they may be any."""
    return Pattern(behind_first(pattern))
