"""How much a delivery hurries: what can wait lets what cannot go first, where not everything may go at once."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class Urgency(IntEnum):
    """The smaller, the sooner."""

    ANSWER = 0  # somebody looks at the chat: an answer to what he just typed, a change of a card
    PUSH = 1  # what a colleague or the clock brings
    NEWS = 2  # what a group reads when it has time


def urgency_of(row: dict[str, Any], me: int | None, *, news: bool = False) -> Urgency:
    """Of an addressed outbox row, written by a unit in which the person `me` acts (None: nobody on record). `news` is
    for a group's reading, wherever that is."""
    if news:
        return Urgency.NEWS
    asked = row["cause_kind"] == "inbox" and (row["person_id"] == me or row["recipient"].startswith("group:"))
    return Urgency.ANSWER if asked or row["mode"] == "update" else Urgency.PUSH
