"""Fits the tables of answers: what a whole message is (`wholes.txt`), and what a figure is (`figures.txt`).

Beside the labelled notes they learn from `tests/nlp/wholes.jsonl`, messages with the answers to some questions, and
from `tests/nlp/figures.jsonl`, messages with their figures and what each one is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pycrfsuite

from bot.nlp import amounts, contacts, numbers, times
from bot.nlp.doc import Doc
from bot.nlp.learned import figures, wholes
from bot.nlp.learned.weights import HUNDRED
from bot.nlp.money import Money
from tests.fit_spans import plain, told

Row: TypeAlias = dict[str, Any]
NOTES = Path("tests/nlp")
# Each question with what a note has in `skip` where its answer is not judged.
QUESTIONS = {
    "intent": ("intent",),
    "contact": ("activity", "activity_type"),
    "stage": ("stage",),
    "outcome": ("outcome",),
    "level": ("intent_level",),
}
_TWICE = 2  # what stands in one message alone teaches nothing
_SETTINGS = {"c1": 0.1, "c2": 0.05, "max_iterations": 100}
_SOME_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_HEAD = """\
# What was fitted on labelled messages by `python -m tests.fit`: do not edit, fit again.
# First row: the answers to each question. All others: a mark behind "=", and what it counts for answers, by their
# number in the first row, in hundredths of a natural logarithm. Marks: {marks}
"""


class Told(NamedTuple):
    """What is known of a message, or of a figure: the marks it has, and the answers to some questions."""

    marks: Collection[str]
    answers: dict[str, str]


def wholes_of(notes: Iterable[Row]) -> str:
    """The table of what these notes teach of whole messages."""
    lines = NOTES.joinpath("wholes.jsonl").read_text("utf-8").splitlines()
    rows = [Told(wholes.runs(Doc(row["text"], _SOME_DAY)), row["answers"]) for row in map(json.loads, lines)]
    rows += [Told(wholes.runs(Doc(row["text"], _SOME_DAY)), _answers(row)) for row in notes]
    return _table(rows, list(QUESTIONS), "a run of characters, ^ being an end of the text.")


def _answers(row: Row) -> dict[str, str]:
    gold, skipped = row["gold"], set(row["skip"])
    said = {
        **{question: gold[question] for question in ("intent", "stage", "outcome")},
        "contact": (gold["activity"] or {}).get("type"),
        "level": gold["intent_level"],
    }
    return {question: said[question] or wholes.NOTHING for question, of in QUESTIONS.items() if not skipped & set(of)}


def figures_of(notes: Iterable[Row]) -> str:
    """The table of what these notes teach of figures."""
    lines = NOTES.joinpath("figures.jsonl").read_text("utf-8").splitlines()
    rows = [one for row in map(json.loads, lines) for one in _listed(row["text"], row["numbers"])]
    rows += [one for row in notes if "amounts" not in row["skip"] for one in _valued(row["text"], row["gold"])]
    return _table(rows, [figures.QUESTION], "see `bot.nlp.learned.figures.marks`.")


def _listed(text: str, numbers_of: Sequence[tuple[str, str]]) -> Iterator[Told]:
    """The figures of a message with the answer that stands beside each one's words."""
    doc = Doc(text, _SOME_DAY)
    places, at = [], 0
    for said, answer in numbers_of:
        start = text.find(said, at)
        if start >= 0:
            places.append((start, start + len(said), answer))
            at = start + len(said)
    for figure in _figures(doc):
        answer = next((answer for a, b, answer in places if a < figure.end and figure.start < b), None)
        if answer:
            yield _told(doc, figure, answer)


def _valued(text: str, gold: Row) -> Iterator[Told]:
    """The figures of a note; a sum is known by its value."""
    doc, left = Doc(text, _SOME_DAY), list(gold["amounts"])
    for figure in _figures(doc):
        value = figure.value if figure.value is not None else figure.value_max
        same = next((sum_ for sum_ in left if Decimal(str(sum_["value"])) == value), None)
        if same:
            left.remove(same)
        yield _told(doc, figure, same["kind"] if same else figures.NOTHING)


def _figures(doc: Doc) -> list[Money]:
    blocked = [(t.start, t.end) for t in times.find(doc)]
    blocked += [(phone.start, phone.end) for phone in contacts.find_phones(doc)]
    blocked += [(share.start, share.end) for share in numbers.find_percents(doc)]
    return amounts.figures_of(doc, blocked)


def _told(doc: Doc, figure: Money, answer: str) -> Told:
    return Told(figures.marks(doc, figure), {figures.QUESTION: answer})


def _table(rows: Sequence[Told], questions: Sequence[str], explained: str) -> str:
    often = Counter(mark for row in rows for mark in row.marks)
    counts: dict[str, list[str]] = {}
    answers: list[str] = []
    for question in questions:
        judged = [
            (row.answers[question], [m for m in row.marks if often[m] >= _TWICE])
            for row in rows
            if question in row.answers
        ]
        found = _answered(judged)
        names = sorted(found.labels)
        for (mark, answer), weight in sorted(found.state_features.items()):
            if counted := round(weight * HUNDRED):
                counts.setdefault(mark, []).append(f"{len(answers) + names.index(answer)}:{counted}")
        answers += [f"{question}={name}" for name in names]
    lines = ["\t".join(answers), *("\t".join((mark, *counted)) for mark, counted in sorted(counts.items()))]
    return _HEAD.format(marks=explained) + "".join(f"{line}\n" for line in lines)


def _answered(rows: list[tuple[str, list[str]]]) -> Any:
    """What a logistic regression, a sequence of one label to crfsuite, makes of answers and the marks beside them."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for answer, marks in rows:
        trainer.append([["=" + plain(mark) for mark in sorted(marks)]], [answer])
    trainer.set_params(_SETTINGS)
    return told(trainer)
