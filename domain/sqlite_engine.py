"""SQLite for SQLAlchemy's asynchronous engine, without a thread: statements run where they stand (`domain.sqlite`)."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from domain.sqlite import Writer


class _AtOnce:
    """Awaited without waiting: SQLAlchemy's asynchronous engine insists that a statement awaits something."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


_AT_ONCE = _AtOnce()


class _Cursor(sqlite3.Cursor):
    """Takes all rows at once: none is left to be read when the unit has ended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, statement: str, parameters: Any = (), /) -> _Cursor:
        await_only(_AT_ONCE)
        super().execute(statement, parameters)
        self._rows = deque(super().fetchall()) if self.description else deque()
        return self

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> _Cursor:
        await_only(_AT_ONCE)
        super().executemany(statement, parameters)
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    async def _async_soft_close(self) -> None:
        """All rows have been taken."""


class _Streaming(sqlite3.Cursor):
    """Leaves rows where they are until they are asked for: an export of a million is never in memory at once."""

    def execute(self, statement: str, parameters: Any = (), /) -> _Streaming:
        await_only(_AT_ONCE)
        super().execute(statement, parameters)
        return self

    async def _async_soft_close(self) -> None:
        self.close()


class _Execution(SQLiteExecutionContext):
    def create_server_side_cursor(self) -> Any:
        connection: Any = self._dbapi_connection
        return connection.driver.cursor(_Streaming)


class _Joined:
    """What SQLAlchemy takes for a connection of its own: SQLite's, within a transaction that others begin and end."""

    isolation_level = None

    def __init__(self, driver: Callable[[], sqlite3.Connection]) -> None:
        self._driver = driver

    @property
    def driver(self) -> sqlite3.Connection:
        return self._driver()

    def cursor(self) -> sqlite3.Cursor:
        return self.driver.cursor(_Cursor)

    def begin(self) -> None:
        """It has begun."""

    def commit(self) -> None:
        """Whoever began it ends it."""

    def rollback(self) -> None:
        """Whoever began it ends it."""

    def close(self) -> None:
        """The connection is not ours."""


class _Unit(_Joined):
    """A turn at the writer for each transaction."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(lambda: writer.raw)
        self._writer = writer
        self._begun = False

    def begin(self) -> None:
        await_only(self._writer.enter())
        self._begun = True

    def commit(self) -> None:
        self._end(keep=True)

    def rollback(self) -> None:
        self._end(keep=False)

    def close(self) -> None:
        self._end(keep=False)

    def _end(self, *, keep: bool) -> None:
        if self._begun:
            self._begun = False
            await_only(self._writer.leave(keep=keep))


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's own, called from its asynchronous engine; BEGIN is ours."""

    driver = "genjin"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = _Execution

    @classmethod
    def get_pool_class(cls, url: URL) -> type[AsyncAdaptedQueuePool]:
        return AsyncAdaptedQueuePool

    def on_connect(self) -> None:  # type: ignore[override]
        """None of the functions that SQLAlchemy adds is used."""

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()


registry.register("sqlite.genjin", __name__, "Dialect")


def taking_turns(writer: Writer) -> AsyncEngine:
    """An engine whose transactions are turns at the writer, as many waiting as there are."""
    return _engine(lambda: _Unit(writer))


def joining(driver: Callable[[], sqlite3.Connection]) -> AsyncEngine:
    """An engine that works within the transaction of this connection."""
    return _engine(lambda: _Joined(driver))


def _engine(connect: Callable[[], Any]) -> AsyncEngine:
    return create_async_engine(
        "sqlite+genjin://",
        creator=connect,
        hide_parameters=True,  # people's words stay out of logs and of last_error
        pool_size=0,  # no limit: none of them is a connection by itself
    )
