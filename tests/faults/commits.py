"""Commits that fail on order: before they took place, or after, when nobody can know that they did.

SQLite's COMMIT reports a broken disk; PostgreSQL's connection is cut, at a COMMIT or a statement that commits itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine
from functools import cache
from typing import Any, Literal

import asyncpg
import pytest
from asyncpg.prepared_stmt import PreparedStatement
from asyncpg.transaction import Transaction

When = Literal["before", "after"]


class Commits:
    """Counts commits from `arm` on, and fails the n-th one."""

    def __init__(self, when: When) -> None:
        self.when = when
        self.seen = 0
        self._fails = 0

    def arm(self, number: int) -> None:
        self.seen, self._fails = 0, number

    def strikes(self) -> bool:
        """Count this commit; whether it is the one."""
        self.seen += 1
        return self.seen == self._fails

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """All connections made from now on are watched."""
        connect, commit, fetch = sqlite3.connect, Transaction.commit, PreparedStatement.fetch
        watched = cache(self._watched)

        def opened(*args: Any, factory: type[sqlite3.Connection] = sqlite3.Connection, **more: Any) -> Any:
            return connect(*args, factory=watched(factory), **more)

        async def committed(transaction: Any) -> None:
            await self._cut(transaction._connection, commit(transaction))

        async def fetched(statement: Any, *args: Any, **more: Any) -> Any:
            connection, done = statement._connection, fetch(statement, *args, **more)
            writes = not statement.get_query().lstrip().upper().startswith("SELECT")
            alone = not connection.is_in_transaction()
            return await (self._cut(connection, done) if writes and alone else done)

        patch.setattr(sqlite3, "connect", opened)
        patch.setattr(Transaction, "commit", committed)
        patch.setattr(PreparedStatement, "fetch", fetched)

    def _watched(self, factory: type[sqlite3.Connection]) -> type[sqlite3.Connection]:
        commits = self

        class Watched(factory):  # type: ignore[valid-type, misc]
            def commit(self) -> None:
                if not self.in_transaction:
                    return
                struck = commits.strikes()
                if not (struck and commits.when == "before"):
                    super().commit()
                if struck:
                    raise sqlite3.OperationalError("disk I/O error")

        return Watched

    async def _cut(self, connection: Any, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work that ends with a commit, and cut the connection before it or after it where this is the one."""
        if not self.strikes():
            return await work
        if self.when == "after":
            await work
        work.close()
        connection.terminate()
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
