"""Statements that every message passes: built once, and on SQLite compiled once and run on the bare connection.

Running a statement through SQLAlchemy costs ten times what SQLite takes for it. A `Prepared` is an ordinary statement:
what it says, and what becomes of values on their way in and out, is SQLAlchemy's, read off its compiled form. On
PostgreSQL, where the round trip is what costs, it runs as any other.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, manager_of_class
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.sqlite_engine import Dialect

_DIALECT = Dialect(paramstyle="named")
_PARAMETER = re.compile(r"(?<!:):(\w+)")
_ZONE_AT = len("2026-03-05 15:30:00.000000")
_DRIVER, _HOLDS = "driver", "holds"  # names in a session's `info`
_Convert: TypeAlias = Callable[[Any], Any]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Bare:
    """SQLite's connection within a transaction, without SQLAlchemy."""

    driver: sqlite3.Connection


Runs: TypeAlias = AsyncSession | AsyncConnection | Bare


def run_bare(session: AsyncSession, driver: sqlite3.Connection, *, holds: bool) -> None:
    """Let statements of this session, whose transaction has begun, run on SQLite's connection. `holds`: what they read
    belongs to the session, and is written back by it when it changes."""
    session.info[_DRIVER], session.info[_HOLDS] = driver, holds


def driver_of(session: Session) -> sqlite3.Connection | None:
    """SQLite's connection, where statements of this session may run on it."""
    return session.info.get(_DRIVER)


class Prepared:
    """One statement. Parameters are named as its `bindparam`s; a list as a parameter is not for it."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement

    async def all(self, on: Runs, /, **given: Any) -> list[tuple[Any, ...]]:
        """The rows: entities and values, as the statement selects or returns them."""
        driver, keeper = _bare(on)
        if driver is None:
            return [tuple(row) for row in (await _executed(on, self._statement, given)).all()]
        form = self._form
        try:
            found = driver.execute(form.sql, form.arguments(given)).fetchall()
        except sqlite3.Error as error:
            raise _translation(error, form.sql) from error
        return [form.row(values, keeper) for values in found]

    async def first(self, on: Runs, /, **given: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = await self.all(on, **given)
        return rows[0] if rows else None

    async def insert(self, on: Runs, given: Mapping[str, Any]) -> int:
        """Insert one row; its key."""
        driver, _ = _bare(on)
        if driver is None:
            return int((await _executed(on, self._statement, given)).inserted_primary_key[0])
        return int(self._run(driver, given).lastrowid or 0)

    async def change(self, on: Runs, given: Mapping[str, Any]) -> int:
        """Run an update; how many rows it hit."""
        driver, _ = _bare(on)
        if driver is None:
            return int((await _executed(on, self._statement, given)).rowcount)
        return self.change_bare(driver, given)

    def change_bare(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> int:
        """The same, on SQLite's connection."""
        return self._run(driver, given).rowcount

    async def many(self, on: Runs, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of these."""
        driver, _ = _bare(on)
        if driver is None:
            await _executed(on, self._statement, rows)
            return
        form = self._form
        try:
            driver.executemany(form.sql, [form.arguments(row) for row in rows])
        except sqlite3.Error as error:
            raise _translation(error, form.sql) from error

    def _run(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> sqlite3.Cursor:
        form = self._form
        try:
            return driver.execute(form.sql, form.arguments(given))
        except sqlite3.Error as error:
            raise _translation(error, form.sql) from error

    @cached_property
    def _form(self) -> _Form:
        return _Form(self._statement)


class _Form:
    """A statement in SQLite's words, with the ways of its values in and out."""

    def __init__(self, statement: Any) -> None:
        compiled: Any = statement.compile(dialect=_DIALECT)
        if "POSTCOMPILE" in compiled.string:
            raise ValueError(f"a list is written out with every run, so this cannot be prepared: {compiled.string}")
        constants = {name: bind for name, bind in compiled.binds.items() if bind.unique}
        self.sql = _written_out(compiled.string, constants)
        named = set(_PARAMETER.findall(self.sql))
        varying = {name: bind for name, bind in compiled.binds.items() if name in named}
        self._defaults = {name: bind.value for name, bind in varying.items() if not bind.required}
        kinds = {name: _into(bind.type) for name, bind in varying.items()}
        self._inputs = [(name, convert) for name, convert in kinds.items() if convert is not None]
        types = [each.type for each in compiled._result_columns or ()]
        outputs = [_out_of(kind) for kind in types]
        self._outputs = [(at, convert) for at, convert in enumerate(outputs) if convert is not None]
        self._parts = _parts(statement, len(types))
        self._plain = all(entity is None for entity, _, _ in self._parts)

    def arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values by name, as SQLite stores them; it leaves alone what the statement does not name."""
        values = {**self._defaults, **given}
        for name, convert in self._inputs:
            values[name] = convert(values[name])
        return values

    def row(self, values: Sequence[Any], keeper: Any) -> tuple[Any, ...]:
        """What SQLite gave, as the statement's own types; entities belong to `keeper`, or to no session."""
        if self._outputs:
            values = list(values)
            for at, convert in self._outputs:
                if values[at] is not None:
                    values[at] = convert(values[at])
        if self._plain:
            return tuple(values)
        return tuple(
            [
                values[start] if entity is None else entity.made(values[start:end], keeper)
                for entity, start, end in self._parts
            ]
        )


def _written_out(sql: str, constants: Mapping[str, Any]) -> str:
    """The statement with its constants in place. SQLite looks at a parameter where a partial index might serve, and
    then compiles the statement anew with every run, which takes ten times as long as the run."""

    def literal(found: re.Match[str]) -> str:
        value = constants[found[1]].value if found[1] in constants else None
        if isinstance(value, int):
            return str(int(value))
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else found[0]

    return _PARAMETER.sub(literal, sql)


def _into(kind: Any) -> _Convert | None:
    """What makes a value of this type one that SQLite stores: SQLAlchemy's way, but for times, which are many."""
    if isinstance(kind, UTCDateTime):
        return _stored_time
    convert: _Convert | None = kind._cached_bind_processor(_DIALECT)
    return convert


def _out_of(kind: Any) -> _Convert | None:
    if isinstance(kind, UTCDateTime):
        return _time
    convert: _Convert | None = kind._cached_result_processor(_DIALECT, None)
    return convert


@lru_cache(maxsize=256)
def _stored_time(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it: in UTC without saying so, with microseconds. One moment stands in many columns."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without its zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:_ZONE_AT]


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value + "+00:00")


def keep(keeper: Any, row: Any) -> None:
    """Let a row that is stored as it stands belong to a session: what `make_transient_to_detached` and `add` do, but
    without looking for what only related rows would need."""
    state = instance_state(row)
    state.key = (type(row), (row.id,), None)
    if state.committed_state:
        state._commit_all(state.dict)
    state.session_id = keeper.hash_key
    keeper.identity_map.add(state)
    keeper.held.append(row)


def kept(session: AsyncSession, kind: type[R], row_id: int) -> R | None:
    """The row as the session has it already, if it has."""
    return session.identity_map.get((kind, (row_id,), None))


class _Entity:
    """How a table's row becomes an object, without the constructor, which would check what the database has."""

    def __init__(self, kind: type[Any]) -> None:
        self._kind = kind
        self._manager = manager_of_class(kind)
        self._names = [attribute.key for attribute in inspect(kind).column_attrs]
        self._key = self._names.index("id")

    def __len__(self) -> int:
        return len(self._names)

    def made(self, values: Sequence[Any], keeper: Any) -> Any:
        row_id = values[self._key]
        if row_id is None:  # the other side of an outer join
            return None
        if keeper is not None and (held := keeper.identity_map.get((self._kind, (row_id,), None))) is not None:
            return held
        row = self._manager.new_instance()
        row.__dict__.update(zip(self._names, values, strict=True))
        if keeper is not None:
            keep(keeper, row)
        return row


def _parts(statement: Any, columns: int) -> list[tuple[_Entity | None, int, int]]:
    """Which columns make up an entity, and which stand alone."""
    if not getattr(statement, "is_select", False):
        return [(None, at, at + 1) for at in range(columns)]
    parts: list[tuple[_Entity | None, int, int]] = []
    at = 0
    for each in statement.column_descriptions:
        mapper = getattr(inspect(each["expr"], raiseerr=False), "mapper", None)
        entity = _Entity(mapper.class_) if mapper is not None and each["expr"] is each["entity"] else None
        parts.append((entity, at, at := at + (len(entity) if entity else 1)))
    return parts


def _bare(on: Runs) -> tuple[sqlite3.Connection | None, Any]:
    if isinstance(on, Bare):
        return on.driver, None
    if isinstance(on, AsyncSession):
        session = on.sync_session
        if (driver := session.info.get(_DRIVER)) is not None:
            return driver, session if session.info[_HOLDS] else None
    return None, None


async def _executed(on: Runs, statement: Any, given: Any) -> Any:
    if isinstance(on, Bare):
        raise TypeError("SQLite's own connection runs no built statement")
    return await on.execute(statement, given)


def _translation(error: sqlite3.Error, sql: str = "") -> BaseException:
    """The same error in SQLAlchemy's words, so that nobody has to know which way a statement went."""
    return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT)


class translated:  # noqa: N801 - reads like the functions of contextlib
    """`with translated():` errors of SQLite come out as SQLAlchemy's. Every message passes some, so it is no
    generator."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise _translation(error) from error
