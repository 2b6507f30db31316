"""What a whole message is, by the weights of `wholes.txt`: a note or an order, which contact it reports, which stage.

Each run of up to three characters counts for or against each answer to a question; the likeliest answer is taken
(multinomial logistic regression). Which run counted most for it is its evidence.
"""

from __future__ import annotations

from operator import add
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.learned.weights import HALVES, WIDTH, answers, field
from bot.nlp.parsed import Span

TABLE = "wholes.txt"
EDGE = "^"
LONGEST = 400  # characters that are looked at: a field holds no more
NOTHING = "-"  # the answer that there is none


class Whole(NamedTuple):
    """What all runs of a text count together."""

    doc: Doc
    known: set[str]  # those that count
    total: int

    def answer(self, question: str) -> tuple[str, float]:
        """The likeliest answer to a question, and how likely it is, from 0 to 1."""
        return answers(TABLE).answer(question, self.total)

    def of(self, question: str, *, least: float) -> str | None:
        """The answer to a question where it is at least so likely."""
        answer, chance = self.answer(question)
        return answer if chance >= least else None

    def words(self, question: str, answer: str) -> Span | None:
        """The run of characters that counts most for an answer; the whole text where none does, and
        None where it has nothing but marks."""
        table, doc, norm = answers(TABLE), self.doc, self.doc.norm[:LONGEST]
        told_of, shifts = table.asked[question]
        label = shifts[told_of.index(answer)] // WIDTH
        found = [(-field(table.marks[run] + HALVES, label), norm.find(run), len(run)) for run in self.known]
        for weight, start, size in sorted(found):
            if weight < 0 and start >= 0 and doc.span(start, start + size) == (start, start + size):
                return Span(start, start + size)
        return doc.whole.span if doc.whole.text else None


def read(doc: Doc) -> Whole:
    """A text with what it counts for all answers."""
    marks = answers(TABLE).marks
    known = marks.keys() & runs(doc)
    return Whole(doc, known, HALVES + sum([marks[run] for run in known]))


def runs(doc: Doc) -> set[str]:
    """All that a text has of one to three neighbouring characters, its ends being characters too."""
    norm = doc.norm[:LONGEST]
    two = [f"{EDGE}{norm[:1]}", *doc.pairs[: max(0, len(norm) - 1)], f"{norm[-1:]}{EDGE}"]
    return {EDGE, *norm, *two, *map(add, two, f"{norm[1:]}{EDGE}")}
