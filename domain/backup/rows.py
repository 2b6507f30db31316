"""Rows as a backup has them: the same lines for the same rows on either engine, page by page, and back again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

import domain.tables  # noqa: F401 - fills the metadata
from domain.backup.archive import Sum, encode

PAGE = 2_000  # rows in memory at a time
VERSIONS = "alembic_version"  # where a database keeps its revision; no table of ours
Sort: TypeAlias = Literal["moment", "day", "flag", "json", "plain"]
Convert = Callable[[Any], Any]

_SORTS: tuple[tuple[type, Sort], ...] = ((DateTime, "moment"), (Date, "day"), (Boolean, "flag"), (JSON, "json"))


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's columns in the order of the database, and what each holds. Every table has a whole number `id`."""

    name: str
    columns: dict[str, Sort]


def tables() -> list[str]:
    """The tables of this release, by name."""
    return sorted(SQLModel.metadata.tables)


def layouts(connection: Connection, names: Iterable[str]) -> dict[str, Layout]:
    """How these tables look in this database, whatever its schema is."""
    inspector = inspect(connection)
    return {name: Layout(name, {c["name"]: _sort(c["type"]) for c in inspector.get_columns(name)}) for name in names}


def _sort(kind: object) -> Sort:
    return next((sort for known, sort in _SORTS if isinstance(kind, known)), "plain")


async def lines(connection: AsyncConnection, layout: Layout) -> AsyncIterator[tuple[int, bytes]]:
    """The table's rows by key, as (how many, their lines), some thousand at a time."""
    # The driver of PostgreSQL would unpack JSON by itself.
    unpacks = connection.dialect.name == "postgresql"
    names = ", ".join(
        f'CAST("{column}" AS TEXT)' if sort == "json" and unpacks else f'"{column}"'
        for column, sort in layout.columns.items()
    )
    page = text(f'SELECT {names} FROM "{layout.name}" WHERE id > :after ORDER BY id LIMIT {PAGE}')  # noqa: S608
    key = list(layout.columns).index("id")
    ways = [(at, _TO_FILE[sort]) for at, sort in enumerate(layout.columns.values()) if sort != "plain"]
    after = -(2**63)
    while rows := (await connection.execute(page, {"after": after})).all():
        after = rows[-1][key]
        yield len(rows), "".join(f"{encode(_changed(row, ways))}\n" for row in rows).encode()


async def total(connection: AsyncConnection, layout: Layout) -> Sum:
    """What is in the table now."""
    digest, count = sha256(), 0
    async for more, page in lines(connection, layout):
        digest.update(page)
        count += more
    return Sum(count, digest.hexdigest())


def values(batch: list[bytes], layout: Layout, columns: tuple[str, ...], *, engine: str) -> list[tuple[Any, ...]]:
    """Lines of a backup as the driver of this engine takes them."""
    table = _TO_SQLITE if engine == "sqlite" else _TO_POSTGRESQL
    ways = [(at, table[sort]) for at, name in enumerate(columns) if (sort := layout.columns[name]) in table]
    return [tuple(_changed(row, ways)) for row in json.loads(b"[" + b",".join(batch) + b"]")]


def _changed(row: Iterable[Any], ways: list[tuple[int, Convert]]) -> list[Any]:
    changed = list(row)
    for at, convert in ways:
        if changed[at] is not None:
            changed[at] = convert(changed[at])
    return changed


def _moment(value: str | datetime) -> str:
    """SQLite keeps `2026-11-25 08:00:00.000000`, which is UTC."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    return f"{value[:10]}T{value[11:]}Z"


def _day(value: str | date) -> str:
    return value if isinstance(value, str) else value.isoformat()


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_escaped = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def _json(value: str) -> str:
    """The text with sorted keys; half a character, which UTF-8 cannot spell, stays an escape."""
    body = json.loads(value)
    said = _canonical(body)
    try:
        said.encode()
    except UnicodeEncodeError:
        return _escaped(body)
    return said


_TO_FILE: dict[Sort, Convert] = {"moment": _moment, "day": _day, "flag": bool, "json": _json}
_TO_SQLITE: dict[Sort, Convert] = {"moment": lambda said: said[:-1].replace("T", " "), "flag": int}
_TO_POSTGRESQL: dict[Sort, Convert] = {"moment": datetime.fromisoformat, "day": date.fromisoformat}
