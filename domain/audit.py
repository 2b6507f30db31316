"""Who changed what, from what to what: one entry for each row that a unit of work changed, and the way back.

The listener sees attributes that were assigned, not bulk statements, so business rows are locked and assigned. The
entries of one unit are one change set; `revert` takes a change set back through the same rows, which is audited in
its turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, event, inspect, select, update
from sqlalchemy.orm import LoaderCallableStatus, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.errors import Refused
from domain.prepared import Prepared, driver_of
from domain.tables import AuditEntry
from domain.tables import __all__ as _names
from domain.tables.base import Record, Row, Versioned

if TYPE_CHECKING:
    from domain.uow import UnitOfWork

_SILENT = frozenset({"id", "version", "created_at"})


class Overtaken(Refused):
    """A later change stands on what is to be taken back."""

    said = "后来又改过，直接撤不了。要改哪一处，说一声就改"


def kinds() -> dict[str, type[Record]]:
    """Every audited table by its kind."""
    import domain.tables as tables

    classes = (getattr(tables, name) for name in _names)
    return {c.kind: c for c in classes if isinstance(c, type) and issubclass(c, Record)}


class AuditedSession(Session):
    """A session whose flushes tell its unit of work what they changed."""

    uow: UnitOfWork | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.held: list[object] = []

    def let_go(self) -> None:
        """Forget the unit and its rows, which would refer to one another until the collector comes by."""
        self.uow = None
        self.held.clear()

    def flush(self, objects: Any = None) -> None:
        """As usual; but rows that only changed are written straight to SQLite, where that can be done."""
        driver = driver_of(self)
        if driver is None or self.new or self.deleted or self.uow is None:
            super().flush(objects)
            return
        for row in list(self.dirty):
            self._write(driver, row)

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


def inserted(uow: UnitOfWork, row: Record) -> None:
    """Write down a row that is new; `_after_flush` does it for those that a flush stored."""
    uow.audited.append(_entry(uow, row, "insert", _values(row)))


async def revert(
    uow: UnitOfWork,
    change_set: str,
    *,
    keep: frozenset[tuple[str, int]] = frozenset(),
    own: frozenset[tuple[str, int]] = frozenset(),
    stay: frozenset[tuple[str, int]] = frozenset(),
) -> None:
    """Take a change set back: what it made is gone, what it changed is as before. `keep` names rows to leave alone,
    `own` those that were made by what is taken back as a whole, `stay` the ones of them that are still needed.

    Raises `Overtaken` where a later change set touched the same columns of the same row, unless they are derived. In
    an own row such a column stays as it is: there is nothing before it to go back to.
    """
    await uow.session.flush()
    query = select(AuditEntry).where(col(AuditEntry.change_set) == change_set).order_by(col(AuditEntry.id).desc())
    entries = [e for e in (await uow.session.execute(query)).scalars() if (e.kind, e.row_id) not in keep]
    overtaken = await _overtaken(uow, entries, own)
    for entry in entries:
        row = await uow.session.get(kinds()[entry.kind], entry.row_id)
        if row is None:
            continue
        if entry.op == "insert":
            row.gone_at = row.gone_at if (entry.kind, entry.row_id) in stay else uow.now
            continue
        for column, (before, _after) in entry.changes.items():
            if (entry.kind, entry.row_id, column) not in overtaken:
                setattr(row, column, _load(row, column, before))
    await uow.session.flush()


async def made_by(uow: UnitOfWork, change_sets: Iterable[str]) -> frozenset[tuple[str, int]]:
    """The rows that these change sets made, as (kind, id)."""
    query = select(col(AuditEntry.kind), col(AuditEntry.row_id)).where(
        col(AuditEntry.change_set).in_(list(change_sets)), col(AuditEntry.op) == "insert"
    )
    return frozenset((kind, row_id) for kind, row_id in (await uow.session.execute(query)).all())


async def maker(uow: UnitOfWork, row: Record) -> int | None:
    """The person by whom a row was put on record."""
    query = select(col(AuditEntry.person_id)).where(
        col(AuditEntry.kind) == row.kind, col(AuditEntry.row_id) == row.id, col(AuditEntry.op) == "insert"
    )
    return (await uow.session.execute(query)).scalars().first()


async def at_first(uow: UnitOfWork, row: Record, column: str) -> Any:
    """The value with which a column began: that of the inserted row, or before its first change on record."""
    query = select(AuditEntry).where(col(AuditEntry.kind) == row.kind, col(AuditEntry.row_id) == row.id)
    for entry in (await uow.session.execute(query.order_by(col(AuditEntry.id)))).scalars():
        if entry.op == "insert" or column in entry.changes:
            before, after = entry.changes.get(column, (None, None))
            return _load(row, column, after if entry.op == "insert" else before)
    return getattr(row, column)


async def _overtaken(
    uow: UnitOfWork, entries: list[AuditEntry], own: frozenset[tuple[str, int]]
) -> set[tuple[str, int, str]]:
    """The columns of own rows and the derived ones that changed after the set; `Overtaken` where any other did.

    `entries` are newest first, and only the newest of a column counts: it is what the set left there.
    """
    newest: dict[tuple[str, int, str], AuditEntry] = {}
    for entry in entries:
        for column in entry.changes if entry.op == "update" else ():
            newest.setdefault((entry.kind, entry.row_id, column), entry)
    found = set()
    for (kind, row_id, column), entry in newest.items():
        row = await uow.session.get(kinds()[kind], row_id)
        same = row is not None and _plain(getattr(row, column)) == entry.changes[column][1]
        if same or not await _changed_later(uow, entry, column):
            continue
        if (kind, row_id) not in own and column not in kinds()[kind].derived:
            raise Overtaken
        found.add((kind, row_id, column))
    return found


async def _changed_later(uow: UnitOfWork, entry: AuditEntry, column: str) -> bool:
    later = select(col(AuditEntry.changes)).where(
        col(AuditEntry.kind) == entry.kind,
        col(AuditEntry.row_id) == entry.row_id,
        col(AuditEntry.id) > entry.id,
        col(AuditEntry.change_set).not_in((entry.change_set, uow.change_set)),
    )
    return any(column in changes for changes in (await uow.session.execute(later)).scalars())


def _entry(uow: UnitOfWork, row: Record, op: str, changes: dict[str, Any]) -> dict[str, Any]:
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
    return {key: [None, _plain(value)] for key, value in found if value not in (None, "", [], {})}


@cache
def _audited_columns(kind: type[Record]) -> tuple[str, ...]:
    return tuple(c.key for c in inspect(kind).column_attrs if c.key not in _SILENT)


def _changes(row: Record) -> dict[str, Any]:
    """What was assigned, as the audit keeps it."""
    found: dict[str, Any] = {}
    for key, (before, after) in _assigned(row).items():
        if key not in _SILENT and (told := [_plain(before), _plain(after)])[0] != told[1]:
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


def _plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _load(row: Record, column: str, value: Any) -> Any:
    """The JSON value as the column wants it."""
    if not isinstance(value, str):
        return value
    kind = inspect(type(row)).column_attrs[column].columns[0].type
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
