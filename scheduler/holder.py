"""Work that only one of all processes may do at a time, for as long as it lives: holding a messenger's one connection.

Everybody stands by; who gets the hold works, renews it, and lets go when told to stop. Who cannot renew stops working
before the lease is out, so that two never work at once; a dead holder is followed within a lease and a second.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from domain import holds
from domain.database import Database

log = logging.getLogger(__name__)
ASK = 1.0  # seconds between two looks of those who stand by


class Holder:
    """Runs `work` while this process has the hold `name`; `says` is kept with it for others to read."""

    def __init__(
        self,
        database: Database,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        lease: timedelta,
        says: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        self._database, self._name, self._lease = database, name, lease
        self._work, self._says = work, says
        self._me = os.urandom(8).hex()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"hold:{self._name}")

    async def confirmed(self) -> bool:
        """Whether this process has the hold now, for another lease. For the work to ask before it does what two must
        never do: a process that stood still may have lost the hold, and not have noticed. Raises what the database
        does."""
        return await holds.renew(self._database, self._name, self._me, self._lease, self._says())

    async def stop(self) -> None:
        """End the work and let go, so that another process takes over at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while True:
            try:
                if await holds.take(self._database, self._name, self._me, self._lease):
                    await self._hold()
            except Exception:
                log.exception("cannot look who holds it", extra={"hold": self._name})
            await asyncio.sleep(ASK)

    async def _hold(self) -> None:
        log.info("took the hold", extra={"hold": self._name})
        working = asyncio.create_task(self._working(), name=f"work:{self._name}")
        try:
            await self._keep(working)
        finally:
            await self._let_go(working)

    async def _let_go(self, working: asyncio.Task[None]) -> None:
        """End the work, then leave the hold to others. Who is told to stop meanwhile does so behind that: the work may
        be storing what it heard, and is told to end once."""
        working.cancel()
        stopped = False
        while not working.done():
            try:
                await asyncio.wait({working})
            except asyncio.CancelledError:
                stopped = True
        with suppress(Exception):  # else the lease runs out by itself
            await holds.release(self._database, self._name, self._me)
        if stopped:
            raise asyncio.CancelledError

    async def _working(self) -> None:
        try:
            await self._work()
        except Exception:
            log.exception("what is held ended with an error", extra={"hold": self._name})

    async def _keep(self, working: asyncio.Task[None]) -> None:
        """Renew until the hold is lost, cannot be renewed in time, or the work ends."""
        loop, quarter = asyncio.get_running_loop(), self._lease.total_seconds() / 4
        renewed, pause = loop.time(), quarter
        while not working.done():
            await asyncio.wait({working}, timeout=pause)
            asked = loop.time()
            try:
                async with asyncio.timeout(quarter):
                    mine = await self.confirmed()
            except Exception:
                log.warning("cannot renew the hold", extra={"hold": self._name})
                if loop.time() >= renewed + 3 * quarter:
                    return
                pause = quarter / 10
                continue
            if not mine:
                log.warning("lost the hold", extra={"hold": self._name})
                return
            renewed, pause = asked, quarter
