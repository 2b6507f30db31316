"""Fits the weights of the learned reader on labelled notes: `python -m tests.fit`, or with `--check`.

The notes are those of `tests/nlp/*_notes.jsonl`. A conditional random field is fitted by python-crfsuite with a
penalty on each weight, so that most marks get none; what is left is written to `bot/nlp/learned/*.txt`.
`--check` fits on the one half of the notes and says how much of the other half it finds, and nothing is written.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pycrfsuite

from bot.nlp.doc import Doc
from bot.nlp.learned import marks, spans, weights, wholes
from bot.nlp.learned.weights import HUNDRED

Row: TypeAlias = dict[str, Any]
NOTES = Path("tests/nlp")
HELD_OUT = {"unseen_notes"}  # what the fit never sees, to judge it by
TABLES = Path("bot/nlp/learned")
KINDS = ("customer", "contact", "product", "competitor", "need", "concern", "todo")
# The kinds by the names that the notes have for them.
SKIPPED = {
    "contacts": "contact",
    "products": "product",
    "competitors": "competitor",
    "needs": "need",
    "concerns": "concern",
    "next_actions": "todo",
    "next_text": "todo",
}
_HEAD = """\
# What was fitted on labelled notes by `python -m tests.fit`: do not edit, fit again.
# First row: the kinds of stretches; label 2k is where kind k begins, 2k+1 inside of it, -1 none.
# Rows that begin with ">": what it counts that each label (none first) follows this one, in hundredths.
# All others: a mark, and what it counts for labels, in hundredths. Marks: c-1=X the character before is X; p0=XY the
# character and the next are XY; B: E: M: S: of the word in which it stands at the beginning, end, middle, or alone;
# -2: -1: 1: 2: of a word beside it; w= the word, t= its part of speech, s= its writing, other names are word lists;
# v= the last verb in front; first0, last0 the ends of the text.
"""


def main() -> None:
    paths = sorted(path for path in NOTES.glob("*_notes.jsonl") if path.stem not in HELD_OUT)
    notes = [row for path in paths for row in map(json.loads, path.open(encoding="utf-8"))]
    if "--check" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), notes[::2])
            weights.FOLDER = Path(folder)
            print(f"fitted on {len(notes[::2])} notes, of the other {len(notes[1::2])}:")  # noqa: T201
            print(told_of(notes[1::2]))  # noqa: T201
        return
    write(TABLES, notes)


def write(folder: Path, notes: list[Row]) -> None:
    """Both tables, as these notes teach them."""
    folder.joinpath("spans.txt").write_text(fitted(notes), encoding="utf-8")
    folder.joinpath("wholes.txt").write_text(fitted_wholes(notes), encoding="utf-8")


def told_of(notes: list[Row]) -> str:
    """How much of these notes the learned reader finds by itself, kind by kind, as F1 of stretches found exactly."""
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for row in notes:
        doc = Doc(row["text"], datetime.fromisoformat(row["now"]))
        gold = {(kind, row["text"].find(said), row["text"].find(said) + len(said)) for kind, said in _said(row["gold"])}
        told = {(one.kind, one.start, one.end) for one in spans.read(doc).stretches}
        skipped = {SKIPPED.get(name, name) for name in row["skip"]}
        for counts, stretches in ((right, gold & told), (found, told), (wanted, gold)):
            counts.update(kind for kind, _, _ in stretches if kind not in skipped)
    return "\n".join(f"{kind:12} {2 * right[kind] / max(1, found[kind] + wanted[kind]):.3f}" for kind in KINDS)


def fitted(notes: Iterable[Row]) -> str:
    """The table that these notes teach."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for row in notes:
        doc = Doc(row["text"], datetime.fromisoformat(row["now"]))
        trainer.append([[_plain(mark) for mark in one] for one in marks.of_text(doc)], labels(row, doc))
    trainer.set_params({"c1": 0.3, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True})
    return _HEAD + "".join(f"{line}\n" for line in _rows(_told(trainer)))


def _plain(mark: str) -> str:
    return mark.replace("\n", "\\n")


def labels(row: Row, doc: Doc) -> list[str]:
    """The label of each character: B and I of a kind, or O."""
    found = ["O"] * len(doc.norm)
    for kind, said in _said(row["gold"]):
        start = row["text"].find(said)
        end = start + len(said)
        if start >= 0 and set(found[start:end]) == {"O"}:
            found[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return found


def _said(gold: Row) -> Iterator[tuple[str, str]]:
    if gold["customer"]:
        yield "customer", gold["customer"]
    for contact in gold["contacts"]:
        yield "contact", contact["name"]
    for kind, name in zip(KINDS[2:6], ("products", "competitors", "needs", "concerns"), strict=True):
        yield from ((kind, said) for said in gold[name])
    yield from (("todo", action["text"]) for action in gold["next_actions"])


def _rows(told: Any) -> Iterator[str]:
    names = ["O", *(f"{place}-{kind}" for kind in KINDS for place in "BI")]
    yield "\t".join(("kinds", *KINDS))
    still = told.transitions.get(("O", "O"), 0.0)
    for before in names:
        counts = (round((told.transitions.get((before, after), 0.0) - still) * HUNDRED) for after in names)
        yield "\t".join((">", str(names.index(before) - 1), *map(str, counts)))
    counts: dict[str, list[str]] = {}
    for (mark, label), weight in sorted(told.state_features.items()):
        if counted := round(weight * HUNDRED):
            counts.setdefault(mark, []).append(f"{names.index(label) - 1}:{counted}")
    for mark, counted in sorted(counts.items()):
        yield "\t".join((mark, *counted))


QUESTIONS = {
    "intent": ("intent",),
    "contact": ("activity", "activity_type"),
    "stage": ("stage",),
    "outcome": ("outcome",),
}
_TWICE = 2  # what stands in one note alone teaches nothing
_WHOLE_HEAD = """\
# What was fitted on labelled notes by `python -m tests.fit`: do not edit, fit again.
# First row: the answers to each question. All others: a run of characters behind "=", ^ being an end of the text, and
# what it counts for answers, by their number in the first row, in hundredths of a natural logarithm.
"""


def fitted_wholes(notes: Iterable[Row]) -> str:
    """The table of what these notes teach of whole messages."""
    read = [(row, wholes.runs(Doc(row["text"], datetime.fromisoformat(row["now"])))) for row in notes]
    often = Counter(run for _, runs in read for run in runs)
    counts: dict[str, list[str]] = {}
    answers: list[str] = []
    for question, skips in QUESTIONS.items():
        judged = [(row, runs) for row, runs in read if not set(skips) & set(row["skip"])]
        told = _answered(
            [(_answer(row["gold"], question), [r for r in runs if often[r] >= _TWICE]) for row, runs in judged]
        )
        names = sorted(told.labels)
        for (run, answer), weight in sorted(told.state_features.items()):
            if counted := round(weight * HUNDRED):
                counts.setdefault(run, []).append(f"{len(answers) + names.index(answer)}:{counted}")
        answers += [f"{question}={name}" for name in names]
    lines = ["\t".join(answers), *("\t".join((run, *counted)) for run, counted in sorted(counts.items()))]
    return _WHOLE_HEAD + "".join(f"{line}\n" for line in lines)


def _answer(gold: Row, question: str) -> str:
    if question == "contact":
        return (gold["activity"] or {}).get("type") or wholes.NOTHING
    return gold[question] or wholes.NOTHING


def _answered(rows: list[tuple[str, list[str]]]) -> Any:
    """What a logistic regression, a sequence of one label to crfsuite, makes of answers and the runs beside them."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for answer, runs in rows:
        trainer.append([["=" + _plain(run) for run in sorted(runs)]], [answer])
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": 100})
    return _told(trainer)


def _told(trainer: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder, "model"))
        trainer.train(model)
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        return tagger.info()


if __name__ == "__main__":
    main()
