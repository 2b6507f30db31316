"""What a figure is, by the weights of `figures.txt`: somebody's budget, our price, a deal, a payment, or no sum at all.

What stands in front and behind, near and in the whole message, counts for or against each (multinomial logistic
regression): 全款16800 is a sum without its unit, and the 24 of 24节9600 is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, cast

from bot.nlp.doc import Doc
from bot.nlp.lazy import lazy
from bot.nlp.learned.weights import HALVES, answers
from bot.nlp.money import Money
from bot.nlp.parsed import AmountKind

TABLE = "figures.txt"
QUESTION = "figure"
NOTHING = "-"  # it is no sum of money
AHEAD, BEHIND = 20, 12  # characters that are looked at
TOUCHING = (1, 2, 3, 4)  # how many of them are looked at as they stand beside the figure
LONGEST = 120  # characters of the message of which the pairs count


class Told(NamedTuple):
    """What was learned of a figure: the likeliest kind of sum, how likely it is, and how likely it is none at all."""

    kind: AmountKind
    chance: float
    none: float


class Figures:
    """The figures of a message; what its words count for all of them is added up once."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc

    @lazy
    def _around(self) -> int:
        return HALVES + sum(_counted("w", self._doc.pairs[:LONGEST]))

    def told(self, figure: Money) -> Told:
        """What a figure of the message is."""
        table, (ahead, behind) = answers(TABLE), _near(self._doc, figure)
        total = self._around + sum([table.marks.get(mark, 0) for mark in _beside(self._doc, figure)])
        total += sum(_counted("b", ahead)) + sum(_counted("a", behind))
        told = table.chances(QUESTION, total)
        none = told.pop(NOTHING)
        kind = max(told, key=lambda answer: told[answer])
        return Told(cast(AmountKind, kind), told[kind], none)


def _counted(place: str, pairs: Sequence[str]) -> list[int]:
    known = _pairs()[place]
    return [known[pair] for pair in known.keys() & set(pairs)]


@cache
def _pairs() -> dict[str, dict[str, int]]:
    """What each pair counts, by where it stands."""
    marks = answers(TABLE).marks
    return {place: {mark[1:]: told for mark, told in marks.items() if mark[0] == place} for place in "wba"}


def marks(doc: Doc, figure: Money) -> set[str]:
    """All that counts: `<` in front and `>` behind, `b` and `a` a pair near it there, `w` a pair anywhere, `u` how it
    ends, `s` how many digits it has, and `m` how it stands in its thought."""
    ahead, behind = _near(doc, figure)
    return {
        *_beside(doc, figure),
        *(f"b{pair}" for pair in ahead),
        *(f"a{pair}" for pair in behind),
        *(f"w{pair}" for pair in doc.pairs[:LONGEST]),
    }


def _near(doc: Doc, figure: Money) -> tuple[list[str], list[str]]:
    """The pairs of characters in front of a figure and behind it."""
    start, end = figure.start, figure.end
    return doc.pairs[max(0, start - AHEAD) : max(0, start - 1)], doc.pairs[end : end + BEHIND - 1]


def _beside(doc: Doc, figure: Money) -> set[str]:
    norm, start, end = doc.norm, figure.start, figure.end
    ahead, behind = f"^{norm[max(0, start - AHEAD) : start]}", f"{norm[end : end + BEHIND]}$"
    value = figure.value if figure.value is not None else figure.value_max
    clause = doc.clause_at(start)
    return {
        *[f"<{ahead[-size:]}" for size in TOUCHING],
        *[f">{behind[:size]}" for size in TOUCHING],
        f"u{'0' if norm[end - 1].isdigit() else norm[end - 1]}",
        f"s{len(str(int(value or 0)))}{'.' if value and value % 1 else ''}",
        f"m{figure.marked:d}{clause.start == start:d}{clause.end == end:d}",
    }
