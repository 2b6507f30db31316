"""Fits the weights of stretches, `spans.txt`: a linear-chain conditional random field over characters.

Beside the labelled notes it learns from messages with their stretches in brackets: `刚从[c:聚源阀门]出来` (c customer,
p contact, g product, r competitor, n need, w concern, t to-do), as in `tests/nlp/stretches.txt`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pycrfsuite

from bot.nlp.doc import Doc
from bot.nlp.learned import marks
from bot.nlp.learned.weights import HUNDRED

Row: TypeAlias = dict[str, Any]
KINDS = ("customer", "contact", "product", "competitor", "need", "concern", "todo")
_LETTERS = dict(zip("cpgrnwt", KINDS, strict=True))
_BRACKETS = re.compile(r"\[([cpgrnwt]):([^\[\]]+)\]")
_SOME_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_HEAD = """\
# What was fitted on labelled notes by `python -m tests.fit`: do not edit, fit again.
# First row: the kinds of stretches; label 2k is where kind k begins, 2k+1 inside of it, -1 none.
# Rows that begin with ">": what it counts that each label (none first) follows this one, in hundredths.
# All others: a mark, and what it counts for labels, in hundredths. Marks: c-1=X the character before is X; p0=XY the
# character and the next are XY; B: E: M: S: of the word in which it stands at the beginning, end, middle, or alone;
# -2: -1: 1: 2: of a word beside it; w= the word, t= its part of speech, s= its writing, other names are word lists;
# v= the last verb in front; first0, last0 the ends of the text.
"""


class Marked(NamedTuple):
    """A message, and its stretches: kind, start, end."""

    text: str
    stretches: list[tuple[str, int, int]]


def fitted(notes: Iterable[Row], messages: Iterable[str]) -> str:
    """The table that these notes teach, and these messages with brackets."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for row in notes:
        doc = Doc(row["text"], datetime.fromisoformat(row["now"]))
        _teach(trainer, doc, places(row))
    for message in map(marked, messages):
        _teach(trainer, Doc(message.text, _SOME_DAY), message.stretches)
    trainer.set_params({"c1": 0.3, "c2": 0.1, "max_iterations": 250, "feature.possible_transitions": True})
    return _HEAD + "".join(f"{line}\n" for line in _rows(told(trainer)))


def _teach(trainer: Any, doc: Doc, stretches: Iterable[tuple[str, int, int]]) -> None:
    trainer.append([[plain(mark) for mark in one] for one in marks.of_text(doc)], labels(len(doc.norm), stretches))


def marked(line: str) -> Marked:
    """A line with its brackets taken away; a line break stands in it as \\n."""
    text, at, found = "", 0, []
    line = line.replace("\\n", "\n")
    for stretch in _BRACKETS.finditer(line):
        text += line[at : stretch.start()]
        found.append((_LETTERS[stretch[1]], len(text), len(text) + len(stretch[2])))
        text, at = text + stretch[2], stretch.end()
    return Marked(text + line[at:], found)


def plain(mark: str) -> str:
    """A mark as it stands in a table of lines."""
    return mark.replace("\n", "\\n")


def places(row: Row) -> Iterator[tuple[str, int, int]]:
    """Where the stretches of a note stand that do; kind, start, end."""
    for kind, said in said_in(row["gold"]):
        if (start := row["text"].find(said)) >= 0:
            yield kind, start, start + len(said)


def labels(length: int, stretches: Iterable[tuple[str, int, int]]) -> list[str]:
    """The label of each character: B and I of a kind, or O. What stands in another one's place is left out."""
    found = ["O"] * length
    for kind, start, end in stretches:
        if set(found[start:end]) == {"O"}:
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
