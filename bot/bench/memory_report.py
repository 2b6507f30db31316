"""What `genjin bench memory` found, and against the bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.bench.figures import Bar, at_most, table, verdicts

HELD_MB, GROWS_MB, READY_S = 220.0, 20.0, 2.5
ENOUGH = 20_000  # notes below which what fills up once looks like growth
Figures = Mapping[str, Any]


def slope(notes: Sequence[float], megabytes: Sequence[float]) -> float:
    """Bytes a note: the straight line that comes nearest to what was held."""
    middle, height = sum(notes) / len(notes), sum(megabytes) / len(megabytes)
    over = sum((x - middle) ** 2 for x in notes)
    rises = sum((x - middle) * (y - height) for x, y in zip(notes, megabytes, strict=True))
    return round(rises / over * 1024 * 1024, 1) if over else 0.0


def bars(found: Figures) -> list[Bar]:
    reached = []
    for line in found["flat"]:
        name = line["database"]
        reached.append(at_most(f"{name}: memory while serving", max(line["held_mb"]), HELD_MB, " MB"))
        if line["notes"] >= ENOUGH:
            grows = line["bytes_a_note"] * 100_000 / 1024 / 1024
            reached.append(at_most(f"{name}: grows over 100,000 notes", grows, GROWS_MB, " MB"))
        said = ", ".join(line["loaded"]) or "not loaded"
        reached.append(Bar(f"{name}: jieba and pypinyin are not loaded", said, not line["loaded"]))
    for line in found["starts"]:
        name = f"{line['database']}, {line['activities']} activities"
        reached.append(at_most(f"{name}: ready", line["ready_s"], READY_S, " s"))
    return reached


def text(found: Figures, reached: list[Bar]) -> str:
    parts = [_flat(found), _starts(found), *found["without"], verdicts(reached)]
    return "\n\n".join(part for part in parts if part)


def _flat(found: Figures) -> str:
    head = ("memory", "ready", "first", "most", "last", "notes", "bytes a note", "modules", "missing")
    rows = [
        (
            line["database"],
            f"{line['ready_mb']} MB",
            *[f"{held} MB" for held in (line["held_mb"][0], max(line["held_mb"]), line["held_mb"][-1])],
            line["notes"],
            line["bytes_a_note"],
            line["modules"],
            line["missing"],
        )
        for line in found["flat"]
    ]
    return table(head, rows) if rows else ""


def _starts(found: Figures) -> str:
    head = ("start", "activities", "listens", "ready", "CPU until then", "first ack", "first answer", "then holds")
    rows = [
        (
            line["database"],
            line["activities"],
            *[f"{line[name]} s" for name in ("listens_s", "ready_s", "ready_cpu_s", "acknowledged_s", "answered_s")],
            f"{line['held_mb']} MB",
        )
        for line in found["starts"]
    ]
    return table(head, rows) if rows else ""
