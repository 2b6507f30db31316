"""Fits the weights of stretches, `spans.txt`: a linear-chain conditional random field over characters."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pycrfsuite

from bot.nlp.doc import Doc
from bot.nlp.learned import marks
from bot.nlp.learned.weights import HUNDRED

Row: TypeAlias = dict[str, Any]
KINDS = ("customer", "contact", "product", "competitor", "need", "concern", "todo")
_HEAD = """\
# What was fitted on labelled notes by `python -m tests.fit`: do not edit, fit again.
# First row: the kinds of stretches; label 2k is where kind k begins, 2k+1 inside of it, -1 none.
# Rows that begin with ">": what it counts that each label (none first) follows this one, in hundredths.
# All others: a mark, and what it counts for labels, in hundredths. Marks: c-1=X the character before is X; p0=XY the
# character and the next are XY; B: E: M: S: of the word in which it stands at the beginning, end, middle, or alone;
# -2: -1: 1: 2: of a word beside it; w= the word, t= its part of speech, s= its writing, other names are word lists;
# v= the last verb in front; first0, last0 the ends of the text.
"""


def fitted(notes: Iterable[Row]) -> str:
    """The table that these notes teach."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for row in notes:
        doc = Doc(row["text"], datetime.fromisoformat(row["now"]))
        trainer.append([[plain(mark) for mark in one] for one in marks.of_text(doc)], labels(row, doc))
    trainer.set_params({"c1": 0.3, "c2": 0.1, "max_iterations": 250, "feature.possible_transitions": True})
    return _HEAD + "".join(f"{line}\n" for line in _rows(told(trainer)))


def plain(mark: str) -> str:
    """A mark as it stands in a table of lines."""
    return mark.replace("\n", "\\n")


def labels(row: Row, doc: Doc) -> list[str]:
    """The label of each character: B and I of a kind, or O."""
    found = ["O"] * len(doc.norm)
    for kind, said in said_in(row["gold"]):
        start = row["text"].find(said)
        end = start + len(said)
        if start >= 0 and set(found[start:end]) == {"O"}:
            found[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return found


def said_in(gold: Row) -> Iterator[tuple[str, str]]:
    """What is to be found in a note: kinds of stretches, and their words."""
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


def told(trainer: Any) -> Any:
    """The weights that it comes to."""
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder, "model"))
        trainer.train(model)
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        return tagger.info()
