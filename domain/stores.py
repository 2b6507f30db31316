"""Where the rows are: what `domain.database` needs of SQLite and of PostgreSQL, the same words for both."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain import prepared, sqlite
from domain.recording import AuditedSession
from domain.sqlite_engine import joining, taking_turns

_READERS = 4
# Seconds until the other side is asked whether it is there, between two questions, and how many are asked; and
# milliseconds for which what was sent may go without a receipt.
_SILENCE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}
_OPTIONS: dict[str, Any] = {"expire_on_commit": False, "autoflush": False}


class Writing(AsyncSession):
    """A session of a unit of work."""

    sync_session_class = AuditedSession
    sync_session: AuditedSession


class Store(Protocol):
    """One database. `writing` is a transaction that is kept on a clean exit; `engine` makes others."""

    engine: AsyncEngine

    def writing(self) -> AbstractAsyncContextManager[Writing]: ...
    def reading(self) -> AbstractAsyncContextManager[AsyncSession]: ...
    def once(self, *, first: bool = False) -> AbstractAsyncContextManager[prepared.Runs]: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Reader:
    """A connection that can only read, SQLAlchemy's way to it, and a session that is emptied after each view."""

    driver: sqlite3.Connection
    engine: AsyncEngine
    session: AsyncSession


class Sqlite:
    """One connection that writes, a few that read; prepared statements run on them without ceremony."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.file = sqlite.Writer(path)
        self.engine = taking_turns(self.file)
        self._joined = joining(lambda: self.file.raw)
        self._readers: list[_Reader] = []
        self._free = asyncio.Semaphore(_READERS)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        with prepared.translated():
            async with self.file.turn() as driver:
                session = Writing(self._joined, **_OPTIONS)
                prepared.run_bare(session, driver, holds=True)
                try:
                    yield session
                finally:
                    await _let_go(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        with prepared.translated():
            async with self._free:
                reader = self._readers.pop() if self._readers else self._new_reader()
                reader.driver.execute("BEGIN")  # one state of the database from the first statement on
                try:
                    yield reader.session
                finally:
                    await _let_go(reader.session)
                    reader.driver.rollback()
                    self._readers.append(reader)

    @asynccontextmanager
    async def once(self, *, first: bool = False) -> AsyncIterator[prepared.Runs]:
        with prepared.translated():
            async with self.file.turn(first=first) as driver:
                yield prepared.Bare(driver)

    async def close(self) -> None:
        for reader in self._readers:
            await reader.engine.dispose()
            reader.driver.close()
        self._readers.clear()
        await self._joined.dispose()
        await self.engine.dispose()
        await self.file.close()

    def _new_reader(self) -> _Reader:
        driver = sqlite.open_file(self._path, reads=True)
        engine = joining(lambda: driver)
        session = AsyncSession(engine, **_OPTIONS)
        prepared.run_bare(session, driver, holds=False)
        return _Reader(driver, engine, session)


class Postgresql:
    """Two pools; a single statement needs no transaction around it, which saves two round trips."""

    def __init__(self, url: str) -> None:
        self.engine = _pool(url, size=10)
        self._reading = _pool(url, size=5)
        self._single = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        async with Writing(self.engine, **_OPTIONS) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reading, **_OPTIONS) as session:
            await session.connection(execution_options={"postgresql_readonly": True})
            yield session

    @asynccontextmanager
    async def once(self, *, first: bool = False) -> AsyncIterator[prepared.Runs]:
        async with self._single.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()
        await self._reading.dispose()


async def _let_go(session: AsyncSession) -> None:
    """Most sessions on SQLite never had a connection of SQLAlchemy's: there is nothing to end."""
    if session.in_transaction():
        await session.close()


def _pool(url: str, *, size: int) -> AsyncEngine:
    parts = urlsplit(url)
    # asyncpg takes the socket's folder as `host`, as libpq does; SQLAlchemy hands the query through.
    address = urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(parse_qsl(parts.query)), ""))
    if parts.netloc.endswith("@") or not parts.netloc:
        address = f"postgresql+asyncpg://{parts.netloc}{parts.path}?{urlencode(parse_qsl(parts.query))}"
    engine = create_async_engine(address, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True)
    event.listen(engine.sync_engine, "checkout", _still_open)
    event.listen(engine.sync_engine, "connect", _notice_silence)
    return engine


def _notice_silence(connection: Any, _record: object) -> None:
    """A server that is gone without a word is noticed within half a minute, not in the two hours that a system takes
    by itself. A statement may still take as long as it takes."""
    wire: socket.socket | None = connection.driver_connection._transport.get_extra_info("socket")
    if wire is None or wire.family not in (socket.AF_INET, socket.AF_INET6):
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _SILENCE.items():
        if hasattr(socket, name):  # not every system has each of them
            wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _still_open(connection: Any, _record: object, _proxy: object) -> None:
    """A pooled connection that the server has closed is replaced before anybody uses it; asking costs no round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
