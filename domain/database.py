"""The database: one unit of work for each write, one read-only session for each view, Core for the queues.

SQLite gets one connection that writes (`BEGIN IMMEDIATE`, so a unit is alone from its first statement) and a few
that can only read; PostgreSQL gets two pools. Nobody else makes an engine.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from config.clock import Clock
from domain import audit
from domain.actor import Actor, Cause
from domain.uow import UnitOfWork

BUSY_MS = 10_000


class Database:
    """One database. `close` it at the end."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.is_sqlite = url.startswith("sqlite:")
        self._writer = _sqlite(url, readonly=False) if self.is_sqlite else _postgresql(url, size=10)
        self._reader = _sqlite(url, readonly=True) if self.is_sqlite else _postgresql(url, size=5)
        self.after_commit: list[Callable[[frozenset[str]], None]] = []

    @asynccontextmanager
    async def unit(self, actor: Actor, cause: Cause) -> AsyncIterator[UnitOfWork]:
        """One transaction on behalf of `actor`: committed on a clean exit, else as if it had never begun."""
        async with AsyncSession(self._writer, expire_on_commit=False, autoflush=False) as session:
            uow = UnitOfWork(session, actor=actor, cause=cause, now=self.clock.now(), change_set=uuid.uuid4().hex)
            with audit.listening(session, uow):
                yield uow
                await uow.close()
                await session.commit()
        self._announce(uow.wakes)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write, for views."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            if not self.is_sqlite:
                await session.connection(execution_options={"postgresql_readonly": True})
            yield session

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction without objects, for the queues."""
        async with self._writer.begin() as connection:
            yield connection

    def engine(self) -> AsyncEngine:
        """The engine that writes: for migrations and checks."""
        return self._writer

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()

    def wake(self, *queues: str) -> None:
        """Tell whoever listens that these queues have new rows."""
        self._announce(frozenset(queues))

    def _announce(self, queues: frozenset[str]) -> None:
        if queues:
            for listener in self.after_commit:
                listener(queues)


def _sqlite(url: str, *, readonly: bool) -> AsyncEngine:
    path = url.removeprefix("sqlite:///")
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        hide_parameters=True,  # people's words stay out of logs and of last_error
        pool_size=4 if readonly else 1,
        max_overflow=0,
        pool_timeout=60,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver opens no transaction behind our back
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if readonly:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A deferred transaction that reads first and then writes fails at once when another wrote in between.
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str, *, size: int) -> AsyncEngine:
    parts = urlsplit(url)
    # asyncpg takes the socket's folder as `host`, as libpq does; SQLAlchemy hands the query through.
    address = urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(parse_qsl(parts.query)), ""))
    if parts.netloc.endswith("@") or not parts.netloc:
        address = f"postgresql+asyncpg://{parts.netloc}{parts.path}?{urlencode(parse_qsl(parts.query))}"
    return create_async_engine(address, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True)
