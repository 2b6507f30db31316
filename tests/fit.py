"""Fits the weights of the learned reader on labelled notes: `python -m tests.fit`, or with `--check`.

The notes are those of `tests/nlp/*_notes.jsonl`. python-crfsuite fits with a penalty on each weight, so that most marks
get none; what is left is written to `bot/nlp/learned/*.txt`. `--check` fits on the one half of the notes and says how
much of the other half it finds, and nothing is written.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from bot.nlp.doc import Doc
from bot.nlp.learned import figures, spans, weights, wholes
from tests.fit_answers import NOTES, figures_of, wholes_of
from tests.fit_spans import KINDS, fitted, said_in

Row: TypeAlias = dict[str, Any]
HELD_OUT = {"unseen_notes"}  # what the fit never sees, to judge it by
TABLES = Path("bot/nlp/learned")
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


def main() -> None:
    paths = sorted(path for path in NOTES.glob("*_notes.jsonl") if path.stem not in HELD_OUT)
    notes = [row for path in paths for row in map(json.loads, path.open(encoding="utf-8"))]
    messages = NOTES.joinpath("stretches.txt").read_text("utf-8").splitlines()
    if "--check" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), notes[::2], messages)
            weights.FOLDER = Path(folder)
            print(f"fitted on {len(notes[::2])} notes, of the other {len(notes[1::2])}:")  # noqa: T201
            print(told_of(notes[1::2]))  # noqa: T201
        return
    write(TABLES, notes, messages)


def write(folder: Path, notes: list[Row], messages: list[str]) -> None:
    """All tables, as these notes teach them, and the one of stretches also from messages with brackets."""
    folder.joinpath("spans.txt").write_text(fitted(notes, messages), encoding="utf-8")
    folder.joinpath(wholes.TABLE).write_text(wholes_of(notes), encoding="utf-8")
    folder.joinpath(figures.TABLE).write_text(figures_of(notes), encoding="utf-8")


def told_of(notes: list[Row]) -> str:
    """How much of these notes the learned reader finds by itself, kind by kind, as F1 of stretches found exactly."""
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for row in notes:
        doc = Doc(row["text"], datetime.fromisoformat(row["now"]))
        gold = {
            (kind, row["text"].find(said), row["text"].find(said) + len(said)) for kind, said in said_in(row["gold"])
        }
        told = {(one.kind, one.start, one.end) for one in spans.read(doc).stretches}
        skipped = {SKIPPED.get(name, name) for name in row["skip"]}
        for counts, stretches in ((right, gold & told), (found, told), (wanted, gold)):
            counts.update(kind for kind, _, _ in stretches if kind not in skipped)
    return "\n".join(f"{kind:12} {2 * right[kind] / max(1, found[kind] + wanted[kind]):.3f}" for kind in KINDS)


if __name__ == "__main__":
    main()
