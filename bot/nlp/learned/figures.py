"""What a figure is, by the weights of `figures.txt`: somebody's budget, our price, a deal, a payment, or no sum at all.

What stands in front and behind, near and in the whole message, counts for or against each (multinomial logistic
regression): 全款16800 was paid, 24节9600 is no date, 82一件 is a price.
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
        doc, table, start, end = self._doc, answers(TABLE), figure.start, figure.end
        total = self._around + sum([table.marks.get(mark, 0) for mark in _beside(doc, figure)])
        total += sum(_counted("b", doc.pairs[max(0, start - AHEAD) : max(0, start - 1)]))
        total += sum(_counted("a", doc.pairs[end : end + BEHIND - 1]))
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
    pairs, start, end = doc.pairs, figure.start, figure.end
    return {
        *_beside(doc, figure),
        *(f"b{pair}" for pair in pairs[max(0, start - AHEAD) : max(0, start - 1)]),
        *(f"a{pair}" for pair in pairs[end : end + BEHIND - 1]),
        *(f"w{pair}" for pair in pairs[:LONGEST]),
    }


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
