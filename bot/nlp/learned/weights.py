"""The weights of the tables beside this file: how strongly each mark speaks for each label or answer.

One number holds the weights of a mark for all labels, side by side in fields of `WIDTH` bits, so that one addition
adds them all. A weight counts against that of no label at all, which is 0 by that; hundredths of a natural logarithm.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import exp
from typing import NamedTuple

WIDTH = 20
HALF = 1 << (WIDTH - 1)
FULL = (1 << WIDTH) - 1
HALVES = sum(HALF << (WIDTH * label) for label in range(32))  # no field of a sum raised by it borrows from the next
HUNDRED = 100


class Weights(NamedTuple):
    """`kinds` of stretches; their labels are 2k where kind k begins, 2k + 1 inside of it, and -1 for none.

    `marks` are the packed weights of each mark. `follows[a][b]` is what it counts that label b follows a, against 0
    for none behind none."""

    kinds: tuple[str, ...]
    marks: dict[str, int]
    follows: dict[int, dict[int, int]]


def packed(values: dict[int, int]) -> int:
    """Weights by label as one number; the sum of such numbers holds the sums of their weights."""
    return sum(value << (WIDTH * label) for label, value in values.items())


def field(lifted: int, label: int) -> int:
    """The weight of a label in a sum that was raised by `HALVES`."""
    return (lifted >> (WIDTH * label) & FULL) - HALF


FOLDER: Traversable = files("bot.nlp.learned")  # where the tables are; others are judged by another one


def rows(name: str) -> list[list[str]]:
    """The lines of a table, cut at tabs; `#` begins a comment."""
    text = FOLDER.joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def load() -> Weights:
    """The table of stretches: their kinds, for each label a row of what follows it, then mark by mark."""
    lines = rows("spans.txt")
    kinds = tuple(lines[0][1:])
    labels = 2 * len(kinds)
    follows = {int(row[1]): dict(enumerate(map(int, row[2:]), -1)) for row in lines[1 : labels + 2]}
    marks: dict[str, int] = {}
    for mark, *weights in lines[labels + 2 :]:
        told = {int(label): int(value) for label, _, value in (weight.partition(":") for weight in weights)}
        none = told.pop(-1, 0)
        if none:
            told = {label: told.get(label, 0) - none for label in range(labels)}
        marks[mark.replace("\\n", "\n")] = packed(told)
    return Weights(kinds, marks, follows)


class Answers(NamedTuple):
    """A table of answers: to each question its answers in their order and where their fields begin, and what each
    mark counts for all of them."""

    asked: dict[str, tuple[list[str], list[int]]]
    marks: dict[str, int]

    def answer(self, question: str, total: int) -> tuple[str, float]:
        """The likeliest answer to a question by a sum of marks raised by `HALVES`, and its chance, from 0 to 1."""
        answers, shifts = self.asked[question]
        told = [total >> shift & FULL for shift in shifts]
        best = max(told)
        return answers[told.index(best)], 1 / sum([exp((weight - best) / HUNDRED) for weight in told])

    def chances(self, question: str, total: int) -> dict[str, float]:
        """How likely each answer is; together they make 1."""
        answers, shifts = self.asked[question]
        told = [total >> shift & FULL for shift in shifts]
        best = max(told)
        weights = [exp((weight - best) / HUNDRED) for weight in told]
        whole = sum(weights)
        return {answer: weight / whole for answer, weight in zip(answers, weights, strict=True)}


@cache
def answers(name: str) -> Answers:
    """A table of answers: questions and answers first; then mark by mark, behind `=`."""
    lines = rows(name)
    asked: dict[str, tuple[list[str], list[int]]] = {}
    for label, (question, _, answer) in enumerate(cell.partition("=") for cell in lines[0]):
        told, shifts = asked.setdefault(question, ([], []))
        told.append(answer)
        shifts.append(WIDTH * label)
    marks = {
        mark[1:].replace("\\n", "\n"): packed({int(a): int(b) for a, _, b in (cell.partition(":") for cell in cells)})
        for mark, *cells in lines[1:]
    }
    return Answers(asked, marks)
