"""The ticks: APScheduler wakes every queue once a second, so that a lost wake-up costs a second and nothing else, looks
whether the clock was set back, and has the planner look once a minute whether the coming night is planned.

No state lives in it: what is to happen is rows in `due`, which exactly one process claims.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

FIRST = 1.0  # seconds until the ticks begin
PATIENCE = 2.0  # seconds


class Ticks:
    """Calls `wake` and `look` every second and `plan` every minute, from `start` to `stop`."""

    def __init__(
        self, wake: Callable[[], None], look: Callable[[], Awaitable[None]], plan: Callable[[], Awaitable[None]]
    ) -> None:
        self._wake, self._look, self._plan = wake, look, plan
        self._scheduler: AsyncIOScheduler | None = None
        self._beginning: asyncio.Task[None] | None = None
        self._at_work: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._beginning = asyncio.create_task(self._begin())

    async def stop(self) -> None:
        """No further tick; one that is at work is waited for a moment, as cancelling it would look like an error."""
        if self._beginning is not None:
            self._beginning.cancel()
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return
        scheduler.pause()
        await asyncio.sleep(0)  # what was begun in this moment begins
        if self._at_work:
            await asyncio.wait(set(self._at_work), timeout=PATIENCE)
        scheduler.shutdown(wait=False)

    async def _begin(self) -> None:
        """Nothing is missed in the first second, so APScheduler, which is slow to import, keeps no start waiting."""
        await asyncio.sleep(FIRST)
        self._scheduler = scheduler = await asyncio.to_thread(_scheduler)
        # Apart: a job is not begun again before it has ended, and a look may wait for the database.
        scheduler.add_job(self._job(self._drain), "interval", seconds=1, id="drain")
        scheduler.add_job(self._job(self._look), "interval", seconds=1, id="look")
        scheduler.add_job(self._job(self._plan), "interval", minutes=1, id="plan")
        scheduler.start()

    async def _drain(self) -> None:
        self._wake()

    def _job(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:  # a coroutine, so that it runs in the loop and not in a thread
            task = cast(asyncio.Task[None], asyncio.current_task())
            self._at_work.add(task)
            try:
                await work()
            finally:
                self._at_work.discard(task)

        return run


def _scheduler() -> AsyncIOScheduler:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    return AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
