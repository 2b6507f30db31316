"""Who changed what, from what to what, as `domain.recording` wrote it down, and the way back.

The entries of one unit are one change set; `revert` takes a change set back through the same rows, which is audited
in its turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.errors import Refused
from domain.recording import plain
from domain.tables import AuditEntry
from domain.tables import __all__ as _names
from domain.tables.base import Record
from domain.uow import UnitOfWork


class Overtaken(Refused):
    """A later change stands on what is to be taken back."""

    said = "后来又改过，直接撤不了。要改哪一处，说一声就改"


def kinds() -> dict[str, type[Record]]:
    """Every audited table by its kind."""
    import domain.tables as tables

    classes = (getattr(tables, name) for name in _names)
    return {c.kind: c for c in classes if isinstance(c, type) and issubclass(c, Record)}


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
    await uow.flush()
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
    await uow.flush()


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
        same = row is not None and plain(getattr(row, column)) == entry.changes[column][1]
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


def _load(row: Record, column: str, value: Any) -> Any:
    """The JSON value as the column wants it."""
    if not isinstance(value, str):
        return value
    kind = inspect(type(row)).column_attrs[column].columns[0].type
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
