"""The claim loop: take what can start now, work on many lanes at a time, keep leases alive, stop cleanly.

One `Worker` serves one queue. It sleeps until it is woken, by a commit, by another process or by the tick, and it never
claims more than it has hands for, so no lease runs out on a row that waits its turn inside the process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from domain import queue
from domain.database import Database
from domain.tables import Queued

log = logging.getLogger(__name__)
Q = TypeVar("Q", bound=Queued)


class Worker(Generic[Q]):
    """Claims rows of `table` and hands each to `handle`, at most `hands` at a time."""

    def __init__(
        self,
        database: Database,
        table: type[Q],
        handle: Callable[[Q], Awaitable[None]],
        *,
        lease: timedelta,
        hands: int = 16,
        channels: Callable[[], frozenset[str]] | None = None,
        give_up: Callable[[Q, str], Awaitable[None]] | None = None,
    ) -> None:
        self.table = table
        self._database = database
        self._handle = handle
        self._lease = lease
        self._hands = hands
        self._channels = channels
        self._on_give_up = give_up
        self._in_hand: set[int] = set()
        self._awake = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name=f"worker:{self.table.__tablename__}")

    def wake(self) -> None:
        self._awake.set()

    async def stop(self) -> None:
        """Finish what is in hand, take nothing new."""
        self._stopping = True
        self._awake.set()
        if self._loop is not None:
            await self._loop
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            await self._awake.wait()
            self._awake.clear()
            try:
                while not self._stopping and await self._take():
                    pass
            except (SQLAlchemyError, OSError):
                # The tick wakes us again within a second; until the database is back there is nothing to do.
                log.exception("cannot claim", extra={"queue": self.table.__tablename__})

    async def _take(self) -> bool:
        """Claim and start what can start; False when there is nothing more, or no hand free."""
        free = self._hands - len(self._busy)
        if free <= 0:
            return False
        async with self._database.begin() as connection:
            rows = await queue.claim(
                connection,
                self.table,
                now=self._database.clock.now(),
                lease=self._lease,
                limit=free,
                channels=self._channels() if self._channels else None,
                skip=frozenset(self._in_hand),  # a clock that was moved makes leases look run out
            )
        for row in rows:
            self._in_hand.add(row.id)
            task = asyncio.create_task(self._work(row))
            self._busy.add(task)
            task.add_done_callback(self._done)
        return len(rows) == free

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._awake.set()  # the next row of its lane can start, and there is a hand free

    async def _work(self, row: Q) -> None:
        keeping = asyncio.create_task(self._keep_lease(row))
        try:
            if row.leases_lost >= queue.KILLS and self._database.clock.now() - row.due_at >= queue.KILLS_WITHIN:
                await self._give_up(row)
                return
            await self._handle(row)
        except queue.LostLease:
            log.warning("lost the lease", extra={"queue": self.table.__tablename__, "row": row.id})
        except Exception:
            # The handler writes its own failures; what arrives here could not be written, and the lease will run out.
            log.exception("left unfinished", extra={"queue": self.table.__tablename__, "row": row.id})
        finally:
            keeping.cancel()
            self._in_hand.discard(row.id)

    async def _give_up(self, row: Q) -> None:
        """A row under which so many workers died is the likely reason; its lane goes on without it."""
        log.error("a row that kills its worker", extra={"queue": self.table.__tablename__, "row": row.id})
        error = f"{row.leases_lost} workers were lost on it"
        if self._on_give_up is not None:
            await self._on_give_up(row, error)
            return
        async with self._database.begin() as connection:
            now = self._database.clock.now()
            await queue.fail(connection, row, now=now, error=error, final=True)

    async def _keep_lease(self, row: Q) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                async with self._database.begin() as connection:
                    until = self._database.clock.now() + self._lease
                    if not await queue.renew(connection, row, until):
                        return
            except (SQLAlchemyError, OSError):
                log.warning("cannot renew the lease", extra={"queue": self.table.__tablename__, "row": row.id})
