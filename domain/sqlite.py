"""SQLite as one process uses it: one connection that writes, whose commits are shared, and a few that read.

SQLite runs inside this process, so a statement is a call of some microseconds and is made where it stands; a thread
for each of them costs ten times as much as the statement. Only COMMIT waits for the disk: it runs in a thread, once
for all units that were waiting. Each unit is a savepoint of the open transaction, so one that fails takes only itself
back, and nobody is told that his unit is done before the disk has it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from config import measures

BUSY = 10.0  # seconds that a unit waits for another process to finish its own
_PAUSES = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05)
_READERS = 4
_LOST = "the database took back the transaction that this was part of"


class Writer:
    """The connection that writes. `enter` and `leave` bracket a unit: units are alone, and share commits."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._raw: sqlite3.Connection | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._unsaved: list[asyncio.Future[None]] = []
        self._saving: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")

    @property
    def raw(self) -> sqlite3.Connection:
        if self._raw is None:
            self._raw = _open(self._path)
        return self._raw

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[sqlite3.Connection]:
        """One unit: kept on a clean exit, else taken back."""
        await self.enter()
        try:
            yield self.raw
        except BaseException:
            await self.leave(keep=False)
            raise
        await self.leave(keep=True)

    async def enter(self) -> None:
        """Wait for one's turn, and begin."""
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            if not self.raw.in_transaction:
                await self._begin()
            self.raw.execute("SAVEPOINT unit")
        except BaseException:
            self._turn.release()
            raise

    async def leave(self, *, keep: bool) -> None:
        """End one's turn; returns when what was written is on the disk, or has been taken back."""
        mine: asyncio.Future[None] | None = None
        try:
            if not keep:
                self._take_back()
            else:
                self.raw.execute("RELEASE unit")
                mine = asyncio.get_running_loop().create_future()
                self._unsaved.append(mine)
            if self._waiting and self._saving is None and self._unsaved:
                # The commit waits for its turn like everybody: whoever was there before it shares it.
                self._saving = asyncio.create_task(self._save_in_turn())
            elif not self._waiting and self._saving is None:
                await self._save()
        finally:
            self._turn.release()
        if mine is not None:
            await mine

    async def close(self) -> None:
        async with self._turn:
            if self._raw is not None:  # nothing was written, and there may be no file
                await self._save()
                self._raw.close()
                self._raw = None
        self._disk.shutdown()

    async def _begin(self) -> None:
        """The lock of the file, which another process may hold for a while."""
        loop = asyncio.get_running_loop()
        until, pauses = loop.time() + BUSY, iter(_PAUSES)
        while True:
            try:
                # A transaction that reads first and then writes fails at once when another wrote in between.
                self.raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or loop.time() > until:
                    raise
                await asyncio.sleep(next(pauses, _PAUSES[-1]))
            else:
                return

    def _take_back(self) -> None:
        """Undo one unit; an error such as a full disk may have undone those before it, which then must hear of it."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK TO unit")
            self.raw.execute("RELEASE unit")
        else:
            self._tell(sqlite3.OperationalError(_LOST))

    async def _save_in_turn(self) -> None:
        async with self._turn:
            self._saving = None
            await self._save()

    async def _save(self) -> None:
        """COMMIT, in a thread; everybody who waits for it is told how it went."""
        if not self.raw.in_transaction:
            return
        if not self._unsaved:
            self.raw.rollback()
            return
        loop = asyncio.get_running_loop()
        started, saved = loop.time(), loop.run_in_executor(self._disk, self.raw.commit)
        try:
            await asyncio.shield(saved)
        except asyncio.CancelledError:
            await asyncio.wait([saved])
            self._settle(saved.exception())
            raise
        except sqlite3.Error as error:
            self._settle(error)
        else:
            measures.COMMITTING.saw(loop.time() - started)
            self._tell(None)

    def _settle(self, error: BaseException | None) -> None:
        if error is not None and self.raw.in_transaction:
            self.raw.rollback()
        self._tell(error)

    def _tell(self, error: BaseException | None) -> None:
        waiting, self._unsaved = self._unsaved, []
        if error is None:
            measures.COMMITTED.saw(len(waiting))
        for each in waiting:
            if each.done():
                continue
            if error is None:
                each.set_result(None)
            else:
                each.set_exception(sqlite3.OperationalError(str(error)))


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


class _Unit:
    """What SQLAlchemy takes for a connection of its own: a turn at the writer."""

    isolation_level = None

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._begun = False

    def cursor(self) -> sqlite3.Cursor:
        return self._writer.raw.cursor(_Cursor)

    @property
    def driver(self) -> sqlite3.Connection:
        """SQLite's own connection, to be used within one's turn."""
        return self._writer.raw

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


class _Reading(sqlite3.Connection):
    """A connection that can only read; a read transaction sees one state of the database from its first statement."""

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    @property
    def driver(self) -> sqlite3.Connection:
        return self

    def begin(self) -> None:
        self.execute("BEGIN")


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


def writing(writer: Writer) -> AsyncEngine:
    """An engine whose transactions are turns at the writer, as many waiting as there are."""
    return _engine(lambda: _Unit(writer), size=0)


def reading(path: str) -> AsyncEngine:
    """An engine that can only read."""
    return _engine(lambda: _open(path, reads=True), size=_READERS)


def _engine(connect: Callable[[], Any], *, size: int) -> AsyncEngine:
    return create_async_engine(
        "sqlite+genjin://",
        creator=connect,
        hide_parameters=True,  # people's words stay out of logs and of last_error
        pool_size=size,
        max_overflow=0 if size else -1,
        pool_timeout=60,
    )


def _open(path: str, *, reads: bool = False) -> sqlite3.Connection:
    factory = _Reading if reads else sqlite3.Connection
    connection = sqlite3.connect(
        path, timeout=BUSY, isolation_level=None, check_same_thread=False, cached_statements=512, factory=factory
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *(["query_only=ON"] if reads else [])):
        connection.execute(f"PRAGMA {pragma}")
    if not reads:
        connection.execute("PRAGMA busy_timeout=0")  # who writes waits for his turn without holding up the loop
    return connection
