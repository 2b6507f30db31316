"""What a whole message is, by the weights of `wholes.txt`: a note or an order, which contact it reports, which stage.

Each run of up to three characters counts for or against each answer to a question; the likeliest answer is taken
(multinomial logistic regression). Which run counted most for it is its evidence.
"""

from __future__ import annotations

from functools import cache
from math import exp
from operator import add
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.learned.weights import FULL, HALVES, HUNDRED, WIDTH, field, packed, rows
from bot.nlp.parsed import Span

EDGE = "^"
LONGEST = 400  # characters that are looked at: a field holds no more
NOTHING = "-"  # the answer that there is none


class Whole(NamedTuple):
    """What all runs of a text count together."""

    doc: Doc
    total: int

    def answer(self, question: str) -> tuple[str, float]:
        """The likeliest answer to a question, and how likely it is, from 0 to 1."""
        answers, shifts = _questions()[question]
        told = [self.total >> shift & FULL for shift in shifts]
        best = max(told)
        return answers[told.index(best)], 1 / sum([exp((weight - best) / HUNDRED) for weight in told])

    def of(self, question: str, *, least: float) -> str | None:
        """The answer to a question where it is at least so likely."""
        answer, chance = self.answer(question)
        return answer if chance >= least else None

    def words(self, question: str, answer: str) -> Span | None:
        """The run of characters that counts most for an answer; None where the text has nothing but marks."""
        weights, doc = _load(), self.doc
        label, length = weights.fields[question][answer], min(len(doc.norm), LONGEST)
        places = ((start, start + size) for start in range(length) for size in (1, 2, 3))
        runs = [place for place in places if place[1] <= length and doc.span(*place) == place]
        told = {run: field(weights.runs.get(doc.norm[slice(*run)], 0) + HALVES, label) for run in runs}
        return Span(*max(runs, key=lambda run: told[run])) if runs else None


def read(doc: Doc) -> Whole:
    """A text with what it counts for all answers."""
    known = _load().runs
    return Whole(doc, HALVES + sum([known[run] for run in known.keys() & runs(doc)]))


def runs(doc: Doc) -> set[str]:
    """All that a text has of one to three neighbouring characters, its ends being characters too."""
    norm = doc.norm[:LONGEST]
    two = [f"{EDGE}{norm[:1]}", *doc.pairs[: max(0, len(norm) - 1)], f"{norm[-1:]}{EDGE}"]
    return {EDGE, *norm, *two, *map(add, two, f"{norm[1:]}{EDGE}")}


class _Weights(NamedTuple):
    fields: dict[str, dict[str, int]]  # the field of each answer to each question
    runs: dict[str, int]


@cache
def _load() -> _Weights:
    """The table: questions and answers first; then run by run, behind `=`."""
    lines = rows("wholes.txt")
    fields: dict[str, dict[str, int]] = {}
    for label, (question, _, answer) in enumerate(cell.partition("=") for cell in lines[0]):
        fields.setdefault(question, {})[answer] = label
    told = {
        run[1:].replace("\\n", "\n"): packed({int(a): int(b) for a, _, b in (cell.partition(":") for cell in cells)})
        for run, *cells in lines[1:]
    }
    return _Weights(fields, told)


@cache
def _questions() -> dict[str, tuple[list[str], list[int]]]:
    """The answers to each question, and where their fields begin."""
    return {
        question: (list(answers), [WIDTH * label for label in answers.values()])
        for question, answers in _load().fields.items()
    }
