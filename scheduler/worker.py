"""The claim loop: take what can start now, work on many lanes at a time, keep leases alive, stop cleanly.

One `Worker` serves one queue. It sleeps until it is woken, by a commit, by another process or by the tick, and it never
claims more than it has hands for, so no lease runs out on a row that waits its turn inside the process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from config import measures, tracing
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
        self._in_hand: dict[int, Q] = {}
        self._awake = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._wakes = 0
        self._running = False
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def start(self) -> None:
        self._running = True
        loops = {"worker": self._run(), "leases": self._keep_leases()}
        self._tasks = tuple(
            asyncio.create_task(each, name=f"{n}:{self.table.__tablename__}") for n, each in loops.items()
        )

    def wake(self) -> None:
        """There may be something to claim."""
        self._wakes += 1
        self._awake.set()

    # -- rows that are handed over -----------------------------------------------------------------------------------

    def spare(self, channel: str) -> timedelta | None:
        """The lease with which a new row may be stored for this worker to `take`; None while it has no hand free."""
        if not self._running or len(self._busy) >= self._hands:
            return None
        return self._lease if self._channels is None or channel in self._channels() else None

    def take(self, row: Q) -> None:
        """Work on a row that was stored with this worker's lease."""
        if self._running:  # else its lease runs out, and somebody claims it
            self._begin(row)

    # -- the loop ----------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Finish what is in hand, take nothing new."""
        self._running = False
        self._awake.set()
        if self._tasks:
            loop, leases = self._tasks
            await loop
            await asyncio.gather(*self._busy, return_exceptions=True)
            leases.cancel()

    async def _run(self) -> None:
        while self._running:
            await self._awake.wait()
            self._awake.clear()
            try:
                while self._running and await self._claim():
                    pass
            except Exception:
                # The tick wakes us again within a second; until the database is back there is nothing to do. A server
                # that is starting or full says so in the driver's own exceptions.
                log.exception("cannot claim", extra={"queue": self.table.__tablename__})

    async def _claim(self) -> bool:
        """Claim and start what can start; False when there is nothing more, or no hand free."""
        free = self._hands - len(self._busy)
        if free <= 0:
            return False
        now = self._database.clock.now()
        async with self._database.once() as connection:
            rows = await queue.claim(
                connection,
                self.table,
                now=now,
                lease=self._lease,
                limit=free,
                channels=self._channels() if self._channels else None,
                skip=self._stale(now),
            )
        for row in rows:
            self._begin(row)
        return len(rows) == free

    def _stale(self, now: datetime) -> frozenset[int]:
        """What is in hand though its lease looks run out: the clock was moved, or the process stood still."""
        return frozenset(row.id for row in self._in_hand.values() if row.lease_until is None or row.lease_until <= now)

    def _begin(self, row: Q) -> None:
        self._in_hand[row.id] = row
        woken, crowded = self._wakes, len(self._busy) + 1 >= self._hands
        task = asyncio.create_task(self._work(row))
        self._busy.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._busy.discard(task)
            if crowded or row.followed or self._wakes != woken:
                self._awake.set()  # what stood behind it in its lane, or for want of a hand, can start

        task.add_done_callback(done)

    async def _work(self, row: Q) -> None:
        tracing.begin(row.trace, row.due_at)
        try:
            if row.leases_lost >= queue.KILLS and self._database.clock.now() - row.due_at >= queue.KILLS_WITHIN:
                await self._give_up(row)
                return
            await self._handle(row)
        except queue.LostLease:
            measures.LEASES_LOST.add(str(self.table.__tablename__))
            log.warning("lost the lease", extra={"queue": self.table.__tablename__, "row": row.id})
        except Exception:
            # The handler writes its own failures; what arrives here could not be written, and the lease will run out.
            log.exception("left unfinished", extra={"queue": self.table.__tablename__, "row": row.id})
        finally:
            if self._in_hand.get(row.id) is row:  # else its lease was lost, and it has come back under another
                del self._in_hand[row.id]

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

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            if not (rows := list(self._in_hand.values())):
                continue
            try:
                async with self._database.once() as connection:
                    until = self._database.clock.now() + self._lease
                    await queue.renew(connection, rows, until)
            except Exception:
                log.warning("cannot renew leases", extra={"queue": self.table.__tablename__})
                continue
            for row in rows:
                row.lease_until = until
