"""What happens every second: queues are woken whatever becomes of the looks that are made beside it."""

from __future__ import annotations

import asyncio

from scheduler.ticks import Ticks
from tests.waiting import until


async def test_queues_are_woken_while_a_look_waits_for_the_database() -> None:
    woken, looking = 0, asyncio.Event()

    def wake() -> None:
        nonlocal woken
        woken += 1

    async def look() -> None:
        looking.set()
        await asyncio.Event().wait()

    async def plan() -> None:
        pass

    ticks = Ticks(wake, look, plan)
    ticks.start()
    await looking.wait()
    before = woken
    await until(lambda: woken >= before + 2)
    await ticks.stop()
    assert woken >= before + 2
