"""The likeliest division of a text into stretches, by the weights: 跟同济口腔的吴主任 has a customer and a contact.

Most characters speak for no label, and there the one way to go on is taken. Where some do, the best way to each of
their labels is kept (Viterbi 1967).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from bot.nlp.doc import Doc
from bot.nlp.learned import sums
from bot.nlp.learned.weights import FULL, HALF, HALVES, HUNDRED, WIDTH, field, load, packed

_NONE = -1
_ENDLESS = 1 << 60
_HOPE = 250  # hundredths by which the beginning of a stretch may be behind none and still be looked at
_BEHIND = 3 * HUNDRED  # how far an open stretch may fall behind none before it is given up


class Stretch(NamedTuple):
    """[start, end) of the text is of a `kind`; `sure` says how much likelier than none, in natural logarithms."""

    kind: str
    start: int
    end: int
    sure: float


_Done: TypeAlias = "tuple[_Way, int, int] | None"  # the way that was closed last, its label, and where it ended
# The best way to a label at some character: its weight, where its open stretch began, what it weighed before, and
# what it closed. By the label; plain tuples, as a text takes hundreds of them.
_Way: TypeAlias = tuple[int, int, int, _Done]
_Ways: TypeAlias = dict[int, _Way]


class Learned(NamedTuple):
    """The stretches of a text from left to right, and the sums of weights that tell how likely any other one is."""

    stretches: list[Stretch]
    totals: list[int]

    def of(self, kind: str) -> list[Stretch]:
        """The stretches of a kind."""
        return [stretch for stretch in self.stretches if stretch.kind == kind]

    def inside(self, start: int, end: int) -> Learned:
        """What begins in [start, end)."""
        return self._replace(stretches=[stretch for stretch in self.stretches if start <= stretch.start < end])

    def sure(self, kind: str, start: int, end: int) -> float:
        """How much likelier than none it is that [start, end) is a stretch of a kind, in natural logarithms."""
        if start >= end:
            return 0.0
        weights = load()
        label = 2 * weights.kinds.index(kind)
        follows, inside = weights.follows, label + 1
        told = field(self.totals[start] + HALVES, label) + (follows[_NONE][label] if start else 0)
        if end - start > 1:
            shift = WIDTH * inside
            told += sum([((total + HALVES) >> shift & FULL) - HALF for total in self.totals[start + 1 : end]])
            told += follows[label][inside] + (end - start - 2) * follows[inside][inside]
        if end < len(self.totals):
            told += follows[inside if end - start > 1 else label][_NONE]
        return told / HUNDRED

    def begin(self, kind: str, start: int, end: int, cuts: Iterable[int]) -> int:
        """Where between `start` and `end` a stretch of a kind most likely begins that ends there, of these cuts."""
        return max(
            (at for at in (start, *cuts) if start <= at < end - 1 or at == start),
            key=lambda at: self.sure(kind, at, end),
        )


def read(doc: Doc) -> Learned:
    """What was learned, applied to a text."""
    totals = sums.of_text(doc)
    found = [one._replace(start=start, end=end) for one in _stretches(totals) for start, end in [doc.span(*one[1:3])]]
    return Learned([one for one in found if one.start < one.end], totals)


def _stretches(totals: list[int]) -> list[Stretch]:
    if not totals:
        return []
    rise, high = _raised()
    ways: _Ways = {_NONE: (0, 0, 0, None)}
    raised = [total + HALVES for total in totals]
    # What it counts to begin at a character and to go on at the next one.
    told = [
        total + (behind >> WIDTH) + rise & high for total, behind in zip(totals, [*raised[1:], HALVES], strict=True)
    ]
    for at, (lifted, begins) in enumerate(zip(raised, told, strict=True)):
        if not at:
            ways |= {label: (field(lifted, label), 0, 0, None) for label in _labels(begins)}
        elif begins or len(ways) > 1:
            ways = _next(ways, at, lifted, _labels(begins) if begins else ())
    last = max(ways, key=lambda label: ways[label][0])
    return _told(_closed(ways[last], last, len(totals)), len(totals))


def _told(done: _Done, length: int) -> list[Stretch]:
    """The stretches that were closed, from left to right."""
    weights, found = load(), list[Stretch]()
    while done is not None:
        (weight, begun, before, earlier), label, end = done
        sure = (weight - before + (weights.follows[label][_NONE] if end < length else 0)) / HUNDRED
        found.append(Stretch(weights.kinds[label // 2], begun, end, sure))
        done = earlier
    return found[::-1]


@cache
def _raised() -> tuple[int, int]:
    """What a sum is raised by, and the bits that are set then for each kind that may begin."""
    weights = load()
    begins = range(0, 2 * len(weights.kinds), 2)
    gained = {label: weights.follows[_NONE][label] + weights.follows[label][label + 1] for label in begins}
    return packed({label: _HOPE + gained[label] for label in begins}), packed(dict.fromkeys(begins, HALF))


def _labels(told: int) -> list[int]:
    """The labels whose highest bit is set."""
    found = []
    while told:
        lowest = told & -told
        found.append((lowest.bit_length() - 1) // WIDTH)
        told ^= lowest
    return found


def _next(ways: _Ways, at: int, lifted: int, begins: Sequence[int]) -> _Ways:
    """The best ways at the next character: to none, further inside of what is open, and to what may begin there."""
    follows = load().follows
    none, came = _best(ways, follows, _NONE) if len(ways) > 1 else (ways[_NONE][0], _NONE)
    found: _Ways = {_NONE: (none, 0, 0, _closed(ways[came], came, at))}
    for label, (weight, begun, before, done) in ways.items():
        if label != _NONE:
            inside = label | 1
            weight += follows[label][inside] + (lifted >> (WIDTH * inside) & FULL) - HALF
            if weight > none - _BEHIND and (inside not in found or found[inside][0] < weight):
                found[inside] = (weight, begun, before, done)
    for label in begins:
        weight, came = _best(ways, follows, label)
        weight += (lifted >> (WIDTH * label) & FULL) - HALF
        found[label] = (weight, at, ways[came][0], _closed(ways[came], came, at))
    return found


def _best(ways: _Ways, follows: dict[int, dict[int, int]], label: int) -> tuple[int, int]:
    """The greatest weight with which a label may follow one of the ways, and that way's label."""
    best, came = -_ENDLESS, _NONE
    for before, way in ways.items():
        weight = way[0] + follows[before][label]
        if weight > best:
            best, came = weight, before
    return best, came


def _closed(way: _Way, label: int, at: int) -> _Done:
    """What was closed when a way goes on with another label: its open stretch too, where it has one."""
    return way[3] if label == _NONE else (way, label, at)
