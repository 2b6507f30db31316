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
_HOPE = 250  # hundredths by which the beginning of a stretch may be behind none and still be looked at
_BEHIND = 4 * HUNDRED  # how far an open stretch may fall behind none before it is given up


class Stretch(NamedTuple):
    """[start, end) of the text is of a `kind`; `sure` says how much likelier than none, in natural logarithms."""

    kind: str
    start: int
    end: int
    sure: float


_Done: TypeAlias = "tuple[_Way, int, int] | None"  # the way that was closed last, its label, and where it ended
# The best way to a label at some character: its weight, where its open stretch began, what it weighed before, and
# what it closed. Plain tuples, as a text takes hundreds of them.
_Way: TypeAlias = tuple[int, int, int, _Done]
_Open: TypeAlias = dict[int, _Way]  # by the label


class Learned(NamedTuple):
    """The stretches of a text from left to right, and the sums of weights that tell how likely any other one is."""

    stretches: list[Stretch]
    totals: list[int]

    def of(self, kind: str) -> list[Stretch]:
        """The stretches of a kind."""
        return [stretch for stretch in self.stretches if stretch.kind == kind]

    def exactly(self, kind: str, start: int, end: int) -> float | None:
        """How sure the stretch of a kind is that begins and ends there; None where there is none."""
        return next((one.sure for one in self.stretches if one[:3] == (kind, start, end)), None)

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
    raised = [total + HALVES for total in totals]
    # What it counts to begin at a character and to go on at the next one.
    told = [
        total + (behind >> WIDTH) + rise & high for total, behind in zip(totals, [*raised[1:], HALVES], strict=True)
    ]
    free: _Way = (0, 0, 0, None)
    open_ways: _Open = {label: (field(raised[0], label), 0, 0, None) for label in _labels(told[0])}
    for at in range(1, len(totals)):
        if open_ways or told[at]:
            free, open_ways = _next(free, open_ways, at, raised[at], _labels(told[at]) if told[at] else ())
    last = max(open_ways, key=lambda label: open_ways[label][0], default=_NONE)
    if last == _NONE or open_ways[last][0] <= free[0]:
        return _told(free[3], len(totals))
    return _told((open_ways[last], last, len(totals)), len(totals))


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


class _Steps(NamedTuple):
    """What it counts, by the label that is open, to be over and to go on; and where the field of going on begins."""

    over: list[int]
    on: list[int]
    shift: list[int]


@cache
def _steps() -> _Steps:
    follows = load().follows
    labels = range(2 * len(load().kinds))
    return _Steps(
        [follows[label][_NONE] for label in labels],
        [follows[label][label | 1] - HALF for label in labels],
        [WIDTH * (label | 1) for label in labels],
    )


def _next(free: _Way, open_ways: _Open, at: int, lifted: int, begins: Sequence[int]) -> tuple[_Way, _Open]:
    """The best ways at the next character: to none, further inside of what is open, and to what may begin there."""
    (over, on, shift), none, came = _steps(), free[0], _NONE
    for label, way in open_ways.items():
        if (weight := way[0] + over[label]) > none:
            none, came = weight, label
    found: _Open = {}
    least = none - _BEHIND
    for label, (weight, begun, before, done) in open_ways.items():
        weight += on[label] + (lifted >> shift[label] & FULL)
        inside = label | 1
        if weight > least and (inside not in found or found[inside][0] < weight):
            found[inside] = (weight, begun, before, done)
    for label in begins:
        found[label] = _begun(free, open_ways, at, label, (lifted >> (WIDTH * label) & FULL) - HALF)
    return free if came == _NONE else (none, 0, 0, (open_ways[came], came, at)), found


def _begun(free: _Way, open_ways: _Open, at: int, label: int, own: int) -> _Way:
    """The best way to a stretch that begins here: behind nothing, or right behind what is open."""
    follows = load().follows
    best, before, done = free[0] + follows[_NONE][label], free[0], free[3]
    for other, way in open_ways.items():
        if (weight := way[0] + follows[other][label]) > best:
            best, before, done = weight, way[0], (way, other, at)
    return (best + own, at, before, done)
