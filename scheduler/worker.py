"""The claim loop: take what can start now, work on many lanes at a time, keep leases alive, stop cleanly.

One `Worker` serves one queue. It sleeps until it is woken, by a commit, by another process or by the tick. Where one
process serves a queue alone, some rows more than it has hands for stand by, their leases kept alive: they are begun in
the order in which they came, without a claim for each. Where several do, it claims no more than it has hands for.

Behind a row that is done it looks at its lane alone. Looking at all lanes takes the longer the longer they are, so
where that is slow it is done seldom: a queue that has grown long is worked off as fast as a short one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from config import measures, tracing
from domain import queue
from domain.database import Database
from domain.tables import Queued

log = logging.getLogger(__name__)
Q = TypeVar("Q", bound=Queued)
LONG = 0.01  # seconds that a look at all lanes may take before it is made seldom
SELDOM = 10  # times as long as it took


class Worker(Generic[Q]):
    """Claims rows of `table` and hands each to `handle`, at most `hands` at a time; up to `standing_by` others are
    leased already."""

    def __init__(
        self,
        database: Database,
        table: type[Q],
        handle: Callable[[Q], Awaitable[None]],
        *,
        lease: timedelta,
        hands: int = 16,
        standing_by: int = 0,
        channels: Callable[[], frozenset[str]] | None = None,
        give_up: Callable[[Q, str], Awaitable[None]] | None = None,
    ) -> None:
        self.table = table
        self._database = database
        self._handle = handle
        self._lease = lease
        self._hands = hands
        self._most = hands + standing_by
        self._batch = max(1, standing_by // 2)  # room for so many is made before others are claimed
        self._channels = channels
        self._on_give_up = give_up
        self._in_hand: dict[int, Q] = {}
        self._standing_by: deque[Q] = deque()  # those in hand that are not begun
        self._turned_away = False  # for want of room: somebody may wait without a lease
        self._awake = asyncio.Event()
        self._look = False  # at all lanes
        self._not_before = 0.0  # that, by the loop's clock
        self._next: set[str] = set()  # lanes of which a row was done that others stood behind
        self._followed: set[str] = set()  # lanes in hand behind which somebody came
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
        self._look = True
        self._awake.set()

    # -- rows that are handed over -----------------------------------------------------------------------------------

    def spare(self, channel: str) -> timedelta | None:
        """The lease with which a new row may be stored for this worker to `take`; None while it has no room, or while
        others wait for room that came before it."""
        if not self._running:
            return None
        if len(self._in_hand) >= self._most:
            self._turned_away = True
            return None
        if self._turned_away and self._most > self._hands and self._may_look():
            return None
        return self._lease if self._channels is None or channel in self._channels() else None

    def take(self, row: Q) -> None:
        """Work on a row that was stored with this worker's lease."""
        if self._running:  # else its lease runs out, and somebody claims it
            self._begin(row)

    def behind(self, lane: str) -> bool:
        """Take up what came behind a row in hand, when that is done; False where none of the lane is in hand."""
        mine = any(row.lane == lane for row in self._in_hand.values())
        if mine:
            self._followed.add(lane)
        return mine

    # -- the loop ----------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Finish what is begun, give back what stands by, take nothing new."""
        self._running = False
        self._awake.set()
        if self._tasks:
            loop, leases = self._tasks
            await loop
            await self._give_back()
            await asyncio.gather(*self._busy, return_exceptions=True)
            leases.cancel()

    async def _give_back(self) -> None:
        """Who takes over need not wait until the leases of what was never begun run out."""
        if not (rows := list(self._standing_by)):
            return
        self._standing_by.clear()
        for row in rows:
            self._in_hand.pop(row.id, None)
        try:
            async with self._database.once() as connection:
                await queue.give_back(connection, rows)
        except Exception:
            log.warning("cannot give back what was not begun", extra={"queue": self.table.__tablename__})

    async def _run(self) -> None:
        while self._running:
            await self._awake.wait()
            self._awake.clear()
            try:
                while self._running and (self._next or self._look):
                    await self._claim_more()
            except Exception:
                # The tick wakes us again within a second; until the database is back there is nothing to do. A server
                # that is starting or full says so in the driver's own exceptions.
                log.exception("cannot claim", extra={"queue": self.table.__tablename__})

    async def _claim_more(self) -> None:
        """Claim and start what can start: behind what was done, else anywhere."""
        if (room := self._most - len(self._in_hand)) <= 0:
            self._next.clear()
            self._look, self._turned_away = False, True  # who makes room looks again
        elif self._next:
            await self._claim(1, lane=self._next.pop())
        elif not self._may_look():
            early = self._not_before - asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), early)
            self._awake.clear()
        else:
            self._look = False
            self._turned_away = await self._claim(room) == room
            self._look = self._look or self._turned_away

    async def _claim(self, limit: int, lane: str | None = None) -> int:
        """Claim and start up to `limit` rows, or the first of a lane; how many there were."""
        now, loop = self._database.clock.now(), asyncio.get_running_loop()
        async with self._database.once() as connection:
            started = loop.time()
            rows = await queue.claim(
                connection,
                self.table,
                now=now,
                lease=self._lease,
                limit=limit,
                channels=self._channels() if self._channels else None,
                skip=self._stale(now),
                lane=lane,
            )
            if (spent := loop.time() - started) > LONG and lane is None:
                self._not_before = loop.time() + spent * SELDOM
        for row in rows:
            self._begin(row)
        return len(rows)

    def _may_look(self) -> bool:
        """Whether a look at all lanes may be made; where it takes long, it is put off."""
        return asyncio.get_running_loop().time() >= self._not_before

    def _stale(self, now: datetime) -> frozenset[int]:
        """What is in hand though its lease looks run out: the clock was moved, or the process stood still."""
        return frozenset(row.id for row in self._in_hand.values() if row.lease_until is None or row.lease_until <= now)

    def _begin(self, row: Q) -> None:
        """Work on a row, or have it stand by until a hand is free."""
        self._in_hand[row.id] = row
        if len(self._busy) >= self._hands:
            self._standing_by.append(row)
            return
        woken = self._wakes
        task = asyncio.create_task(self._work(row))
        self._busy.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._busy.discard(task)
            followed = row.followed or row.lane in self._followed or self._wakes != woken
            self._followed.discard(row.lane)
            if self._standing_by:
                self._begin(self._standing_by.popleft())
            if self._turned_away and self._most - len(self._in_hand) >= self._batch:
                self._look = True
            elif followed:
                self._next.add(row.lane)
            else:
                return
            self._awake.set()

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
