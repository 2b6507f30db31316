"""The database: one unit of work for each write, one read-only session for each view, Core for the queues.

Whether that is SQLite or PostgreSQL is `domain.stores`' concern; nobody else makes an engine.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from config.clock import Clock
from domain.actor import Actor, Cause
from domain.leasing import Hands
from domain.prepared import Runs
from domain.stores import Postgresql, Sqlite, Store
from domain.tables import Outbox, Queued
from domain.uow import UnitOfWork


class Database:
    """One database. `close` it at the end."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.is_sqlite = url.startswith("sqlite:")
        self._store: Store = Sqlite(url.removeprefix("sqlite:///")) if self.is_sqlite else Postgresql(url)
        self.hands: dict[type[Queued], Hands] = {}  # who works on new rows at once, where this process does
        self.mirrors = False  # whether some messenger shows tasks in a list or calendar of its own
        self.after_commit: list[Callable[[frozenset[str]], None]] = []

    @asynccontextmanager
    async def unit(self, actor: Actor, cause: Cause) -> AsyncIterator[UnitOfWork]:
        """One transaction on behalf of `actor`: committed on a clean exit, else as if it had never begun."""
        async with self._store.writing() as session:
            now, hands = self.clock.now(), self.hands.get(Outbox) if self.is_sqlite else None
            uow = UnitOfWork(
                session,
                actor=actor,
                cause=cause,
                now=now,
                change_set=uuid.uuid4().hex,
                hands=hands,
                mirrors=self.mirrors,
            )
            session.sync_session.uow = uow
            try:
                yield uow
                await uow.close()
            finally:
                session.sync_session.let_go()
        if hands is not None and uow.leased is not None:
            hands.take(uow.leased)
        self._announce(uow.wakes)

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that cannot write, for views."""
        return self._store.reading()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction without objects, for the queues."""
        async with self._store.engine.begin() as connection:
            yield connection

    def once(self, *, first: bool = False) -> AbstractAsyncContextManager[Runs]:
        """For one prepared statement, which is a transaction by itself, and may go before units that wait."""
        return self._store.once(first=first)

    def engine(self) -> AsyncEngine:
        """The engine that writes: for migrations and checks."""
        return self._store.engine

    def loosen(self) -> None:
        """Before anything else: rows may point at what is not there, as while a migration makes a table anew."""
        if isinstance(self._store, Sqlite):
            self._store.file.raw.execute("PRAGMA foreign_keys=OFF")

    async def close(self) -> None:
        await self._store.close()

    def wake(self, *queues: str) -> None:
        """Tell whoever listens that these queues have new rows."""
        self._announce(frozenset(queues))

    def _announce(self, queues: frozenset[str]) -> None:
        if queues:
            for listener in self.after_commit:
                listener(queues)
