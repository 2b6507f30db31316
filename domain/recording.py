"""What a unit of work changes is written down as it is flushed: one entry for each row, from what to what.

The listener sees attributes that were assigned, not bulk statements, so business rows are locked and assigned.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import bindparam, event, inspect, update
from sqlalchemy.orm import LoaderCallableStatus, Session
from sqlalchemy.orm.exc import StaleDataError

from domain.actor import Actor, Cause
from domain.prepared import Prepared, driver_of
from domain.tables.base import Record, Row, Versioned

_SILENT = frozenset({"id", "version", "created_at"})


class Unit(Protocol):
    """What an entry says of the unit of work that made it; `audited` are those that are to be stored with it."""

    change_set: str
    now: datetime
    actor: Actor
    cause: Cause
    audited: list[dict[str, Any]]


class AuditedSession(Session):
    """A session whose flushes tell its unit of work what they changed."""

    uow: Unit | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.held: list[object] = []

    def let_go(self) -> None:
        """Forget the unit and its rows, which would refer to one another until the collector comes by."""
        self.uow = None
        self.held.clear()

    def flush(self, objects: Any = None) -> None:
        """As usual; but rows that only changed are written straight to SQLite, where that can be done."""
        if not self.written():
            super().flush(objects)

    def written(self) -> bool:
        """Whether nothing is left to write: rows that only changed are written straight to SQLite, which waits for
        nothing. False where SQLAlchemy has to do it."""
        driver, changed = driver_of(self), list(self.dirty)
        if driver is None or self.new or self.deleted or self.uow is None:
            return not (changed or self.new or self.deleted)
        for row in changed:
            self._write(driver, row)
        return True

    def _write(self, driver: sqlite3.Connection, row: Any) -> None:
        state = inspect(row)
        if changed := list(_assigned(row)):
            if self.uow is not None and isinstance(row, Record) and (changes := _changes(row)):
                self.uow.audited.append(_entry(self.uow, row, "update", changes))
            self._update(driver, row, changed)
        state._commit_all(state.dict, self.identity_map)

    def _update(self, driver: sqlite3.Connection, row: Row, changed: list[str]) -> None:
        given = {f"b_{key}": getattr(row, key) for key in changed} | {"b_row": row.id}
        if versioned := isinstance(row, Versioned):
            given["b_seen"], row.version = row.version, row.version + 1
            given["b_version"] = row.version
        if not _updating(type(row), tuple(sorted(changed)), versioned).change_bare(driver, given):
            raise StaleDataError(f"{type(row).__name__} {row.id} was changed meanwhile")


@cache
def _updating(kind: type[Row], columns: tuple[str, ...], versioned: bool) -> Prepared:
    table: Any = kind.__table__  # type: ignore[attr-defined]
    names = (*columns, "version") if versioned else columns
    statement = update(table).values({name: bindparam(f"b_{name}") for name in names})
    statement = statement.where(table.c.id == bindparam("b_row"))
    return Prepared(statement.where(table.c.version == bindparam("b_seen")) if versioned else statement)


@event.listens_for(AuditedSession, "loaded_as_persistent")
def _hold(session: AuditedSession, row: object) -> None:
    """The session itself forgets a row that nobody refers to, and would read it again."""
    session.held.append(row)


@event.listens_for(AuditedSession, "after_flush")
def _after_flush(session: AuditedSession, _context: Any) -> None:
    if (uow := session.uow) is None:
        return
    for row in session.new:
        if isinstance(row, Record):
            inserted(uow, row)
    for row in session.dirty:
        if isinstance(row, Record) and (changes := _changes(row)):
            uow.audited.append(_entry(uow, row, "update", changes))


def inserted(uow: Unit, row: Record) -> None:
    """Write down a row that is new; `_after_flush` does it for those that a flush stored."""
    uow.audited.append(_entry(uow, row, "insert", _values(row)))


def _entry(uow: Unit, row: Record, op: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "change_set": uow.change_set,
        "at": uow.now,
        "person_id": uow.actor.person_id,
        "cause_kind": uow.cause.kind,
        "cause_id": uow.cause.id,
        "kind": row.kind,
        "row_id": row.id,
        "op": op,
        "changes": changes,
    }


def _values(row: Record) -> dict[str, Any]:
    found = ((key, row.__dict__.get(key)) for key in _audited_columns(type(row)))
    return {key: [None, plain(value)] for key, value in found if value not in (None, "", [], {})}


@cache
def _audited_columns(kind: type[Record]) -> tuple[str, ...]:
    return tuple(c.key for c in inspect(kind).column_attrs if c.key not in _SILENT)


def _changes(row: Record) -> dict[str, Any]:
    """What was assigned, as the audit keeps it."""
    found: dict[str, Any] = {}
    for key, (before, after) in _assigned(row).items():
        if key not in _SILENT and (told := [plain(before), plain(after)])[0] != told[1]:
            found[key] = told
    return found


def _assigned(row: Row) -> dict[str, tuple[Any, Any]]:
    """The columns that changed since the row was read, from what to what. Only what was assigned is looked at."""
    state = inspect(row)
    both = ((key, before, state.dict.get(key)) for key, before in state.committed_state.items())
    return {
        key: (None if isinstance(before, LoaderCallableStatus) else before, after)
        for key, before, after in both
        if before != after
    }


def plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value
