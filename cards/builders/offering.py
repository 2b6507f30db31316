"""Customers to pick from, as buttons: what each button says, and the names in full where a button has no room."""

from __future__ import annotations

from collections.abc import Sequence

from cards.budget import LABEL, LINES, LINES_LENGTH, cut
from cards.model import Lines


def labels(names: Sequence[str]) -> list[str]:
    """As much of each name as a button holds; 第1家, 第2家 where that would make two buttons alike."""
    short = [name[:LABEL] for name in names]
    return short if len(set(short)) == len(short) else [f"第{n}家" for n in range(1, len(names) + 1)]


def in_full(names: Sequence[str]) -> tuple[Lines, ...]:
    """The names that stand behind the labels, if a label does not say one whole; all of them, each in its line."""
    if all(len(name) <= LABEL for name in names) or len(names) > LINES:
        return ()
    room = (LINES_LENGTH + 1) // len(names) - 1
    counted = labels(names)[0] != names[0][:LABEL]
    return (Lines(tuple(_within(f"{n} {name}" if counted else name, room) for n, name in enumerate(names, 1))),)


def _within(name: str, room: int) -> str:
    """What tells two alike apart, the owner in brackets at the end, stays."""
    if len(name) <= room or not name.endswith(")"):
        return cut(name, room)
    head, bracket, tail = name.rpartition("(")
    return cut(head, max(room - len(tail) - 1, 4)) + bracket + tail
