"""The database: one unit of work for each write, one read-only session for each view, Core for the queues.

SQLite gets one connection that writes, at which units take turns, and a few that can only read (`domain.sqlite`);
PostgreSQL gets two pools. Nobody else makes an engine.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from config.clock import Clock
from domain import audit, prepared, sqlite
from domain.actor import Actor, Cause
from domain.uow import UnitOfWork


class _Writing(AsyncSession):
    """A session of a unit of work."""

    sync_session_class = audit.AuditedSession
    sync_session: audit.AuditedSession


class Database:
    """One database. `close` it at the end."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.is_sqlite = url.startswith("sqlite:")
        if self.is_sqlite:
            path = url.removeprefix("sqlite:///")
            self._file = sqlite.Writer(path)
            self._writer, self._reader = sqlite.writing(self._file), sqlite.reading(path)
        else:
            self._writer, self._reader = _postgresql(url, size=10), _postgresql(url, size=5)
            self._single = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        self.after_commit: list[Callable[[frozenset[str]], None]] = []

    @asynccontextmanager
    async def unit(self, actor: Actor, cause: Cause) -> AsyncIterator[UnitOfWork]:
        """One transaction on behalf of `actor`: committed on a clean exit, else as if it had never begun."""
        async with _Writing(self._writer, expire_on_commit=False, autoflush=False) as session:
            uow = UnitOfWork(session, actor=actor, cause=cause, now=self.clock.now(), change_set=uuid.uuid4().hex)
            session.sync_session.uow = uow
            await self._run_bare(session, holds=True)
            yield uow
            await uow.close()
            await session.commit()
        self._announce(uow.wakes)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write, for views."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            if self.is_sqlite:
                await self._run_bare(session, holds=False)
            else:
                await session.connection(execution_options={"postgresql_readonly": True})
            yield session

    async def _run_bare(self, session: AsyncSession, *, holds: bool) -> None:
        """Begin, and let prepared statements run without ceremony where the database is in this process."""
        if self.is_sqlite:
            connection = await (await session.connection()).get_raw_connection()
            unit: Any = connection.dbapi_connection
            prepared.run_bare(session, unit.driver, holds=holds)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction without objects, for the queues."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def once(self) -> AsyncIterator[prepared.Runs]:
        """For one prepared statement, which is a transaction by itself: on PostgreSQL that saves two round trips."""
        if self.is_sqlite:
            async with self._file.turn() as driver:
                yield prepared.Bare(driver)
        else:
            async with self._single.connect() as connection:
                yield connection

    def engine(self) -> AsyncEngine:
        """The engine that writes: for migrations and checks."""
        return self._writer

    def loosen(self) -> None:
        """Before anything else: rows may point at what is not there, as while a migration makes a table anew."""
        if self.is_sqlite:
            self._file.raw.execute("PRAGMA foreign_keys=OFF")

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()
        if self.is_sqlite:
            await self._file.close()

    def wake(self, *queues: str) -> None:
        """Tell whoever listens that these queues have new rows."""
        self._announce(frozenset(queues))

    def _announce(self, queues: frozenset[str]) -> None:
        if queues:
            for listener in self.after_commit:
                listener(queues)


def _postgresql(url: str, *, size: int) -> AsyncEngine:
    parts = urlsplit(url)
    # asyncpg takes the socket's folder as `host`, as libpq does; SQLAlchemy hands the query through.
    address = urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(parse_qsl(parts.query)), ""))
    if parts.netloc.endswith("@") or not parts.netloc:
        address = f"postgresql+asyncpg://{parts.netloc}{parts.path}?{urlencode(parse_qsl(parts.query))}"
    engine = create_async_engine(address, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True)
    event.listen(engine.sync_engine, "checkout", _still_open)
    return engine


def _still_open(connection: Any, _record: object, _proxy: object) -> None:
    """A pooled connection that the server has closed is replaced before anybody uses it; asking costs no round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
