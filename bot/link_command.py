"""`genjin link`: says line by line which customer of a list a wording means. It needs no database."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.naming import Named, NameIndex

_MOST_ALSO = 3


@dataclass(slots=True)
class NameRow:
    """One customer of the list; unknown keys are ignored."""

    full: str
    short: str | None = None
    former: list[str] = field(default_factory=list)
    place: str | None = None


_ROW = TypeAdapter(NameRow)


class QueryRow(BaseModel):
    """One wording for one customer."""

    id: str
    query: str


def read_names(path: Path) -> NameIndex:
    """The index of a list of customers, one JSON object a line.

    Raises OSError if the file cannot be read, ValueError with the number of a line that is no customer.
    """
    gc.disable()  # nothing of the list goes while it is read
    try:
        with path.open(encoding="utf-8") as lines:
            return NameIndex(_names(lines))
    finally:
        gc.enable()


def _names(lines: Iterable[str]) -> Iterator[Named]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _ROW.validate_json(line)
        except ValidationError as error:
            raise ValueError(f"line {number}: {_why(error)}") from error
        yield Named(row.full, row.full, row.short, tuple(row.former), row.place)


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'line'}: {first['msg']}"


def answer(index: NameIndex, line: str) -> dict[str, object]:
    """The answer to one query line, ready for JSON."""
    try:
        row = QueryRow.model_validate_json(line)
    except ValidationError as error:
        return {"id": None, "error": _why(error)}
    found = index.find(row.query)
    also = [identity for identity, _, _ in found.candidates if identity != found.match]
    return {"id": row.id, "match": found.match, "score": found.score, "also": also[:_MOST_ALSO]}


def link(names: Path, queries: Iterable[str], out: TextIO) -> None:
    """Answer every query line on `out` in order, flushed line by line. Raises as `read_names` does."""
    index = read_names(names)
    for line in queries:
        if line.strip():
            out.write(json.dumps(answer(index, line), ensure_ascii=False) + "\n")
            out.flush()
