"""What salespeople write most, by its value: the cases of said/*.txt, each with its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.nlp.entities import entities
from tests.nlp.support import NOW, ZONE

FOLDER = Path(__file__).parent / "said"
TIMES = ("date", "datetime", "time", "range")


def cases() -> Iterator[tuple[str, str, str, str, datetime]]:
    """(text, span, kind, value, now) of each line; `now` of a file is the last one named above the line."""
    for path in sorted(FOLDER.glob("*.txt")):
        now = NOW
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("now "):
                now = datetime.fromisoformat(line[4:]).replace(tzinfo=ZONE)
            elif line and not line.startswith("#"):
                text, span, kind, value = line.split(" | ")
                yield text, text if span == "=" else span, kind, value, now


def found(text: str, span: str, kind: str, now: datetime) -> list[Any]:
    """The values of the family of `kind` that stand exactly at `span`."""
    family = TIMES if kind in TIMES else (kind,)
    at = text.index(span)
    mine = [e for e in entities(text, now) if e.kind in family and e.start < at + len(span) and e.end > at]
    return [e.value for e in mine]


def wanted(kind: str, value: str) -> list[Any]:
    """The value of a line in the normal form of the contract; none for `-`."""
    if value == "-":
        return []
    if kind == "money":
        figures, _, currency = value.partition(" ")
        low, dots, high = figures.partition("..")
        return [{"value": _figure(low), "value_max": _figure(high) if dots else None, "currency": currency or "CNY"}]
    if kind == "range" or (kind == "duration" and ".." in value):
        return [[edge or None for edge in value.split("..")]]
    return [json.loads(value) if kind in ("percent", "number") else value]


def _figure(said: str) -> float | None:
    return json.loads(said) if said else None


@pytest.mark.parametrize(
    ("text", "span", "kind", "value", "now"), [pytest.param(*case, id=f"{case[2]}-{case[0]}") for case in cases()]
)
def test_what_is_said_has_its_value(text: str, span: str, kind: str, value: str, now: datetime) -> None:
    assert found(text, span, kind, now) == wanted(kind, value)
