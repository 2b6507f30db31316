"""The ticks: APScheduler wakes every queue once a second, so that a lost wake-up costs a second and nothing else, looks
whether the clock was set back, and has the planner look once a minute whether the coming night is planned.

No state lives in it: what is to happen is rows in `due`, which exactly one process claims.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Ticks:
    """Calls `wake` and `look` every second and `plan` every minute, from `start` to `stop`."""

    def __init__(
        self, wake: Callable[[], None], look: Callable[[], Awaitable[None]], plan: Callable[[], Awaitable[None]]
    ) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(_tick(wake, look), "interval", seconds=1, id="drain")
        self._scheduler.add_job(plan, "interval", minutes=1, id="plan")

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


def _tick(wake: Callable[[], None], look: Callable[[], Awaitable[None]]) -> Callable[[], object]:
    async def drain() -> None:  # a coroutine, so that it runs in the loop and not in a thread
        wake()
        await look()

    return drain
