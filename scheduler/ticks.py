"""The ticks: APScheduler wakes every queue once a second, so that a lost wake-up costs a second and nothing else, looks
whether the clock was set back, and has the planner look once a minute whether the coming night is planned.

No state lives in it: what is to happen is rows in `due`, which exactly one process claims.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler

PATIENCE = 2.0  # seconds


class Ticks:
    """Calls `wake` and `look` every second and `plan` every minute, from `start` to `stop`."""

    def __init__(
        self, wake: Callable[[], None], look: Callable[[], Awaitable[None]], plan: Callable[[], Awaitable[None]]
    ) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._at_work: set[asyncio.Task[None]] = set()
        self._scheduler.add_job(self._job(_tick(wake, look)), "interval", seconds=1, id="drain")
        self._scheduler.add_job(self._job(plan), "interval", minutes=1, id="plan")

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """No further tick; one that is at work is waited for a moment, as cancelling it would look like an error."""
        self._scheduler.pause()
        await asyncio.sleep(0)  # what was begun in this moment begins
        if self._at_work:
            await asyncio.wait(set(self._at_work), timeout=PATIENCE)
        self._scheduler.shutdown(wait=False)

    def _job(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:  # a coroutine, so that it runs in the loop and not in a thread
            task = cast(asyncio.Task[None], asyncio.current_task())
            self._at_work.add(task)
            try:
                await work()
            finally:
                self._at_work.discard(task)

        return run


def _tick(wake: Callable[[], None], look: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def drain() -> None:
        wake()
        await look()

    return drain
