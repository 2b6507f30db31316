"""Commits that fail on order: before they took place, or after, when nobody can know that they did.

SQLite's COMMIT reports a broken disk; PostgreSQL's connection is cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Literal

import asyncpg
import pytest
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
        connect, commit = sqlite3.connect, Transaction.commit
        watched = cache(self._watched)

        def opened(*args: Any, factory: type[sqlite3.Connection] = sqlite3.Connection, **more: Any) -> Any:
            return connect(*args, factory=watched(factory), **more)

        async def ended(transaction: Any) -> None:
            await self._cut(transaction, commit)

        patch.setattr(sqlite3, "connect", opened)
        patch.setattr(Transaction, "commit", ended)

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

    async def _cut(self, transaction: Any, commit: Callable[[Any], Awaitable[None]]) -> None:
        struck = self.strikes()
        if not (struck and self.when == "before"):
            await commit(transaction)
        if struck:
            transaction._connection.terminate()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
