"""The trace of a message, and of whatever is done because of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from config import tracing

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


def test_a_repeated_message_has_the_trace_that_it_had() -> None:
    assert tracing.of("wecom", "7589012345678901234") == tracing.of("wecom", "7589012345678901234")
    assert tracing.of("wecom", "7589012345678901234") != tracing.of("wecom", "7589012345678901235")
    assert len(tracing.of("wecom", "event:\ud800" + "x" * 500)) == 16


async def test_two_tasks_at_a_time_work_under_their_own_traces() -> None:
    both_began = asyncio.Barrier(2)

    async def work(trace: str) -> tracing.Work:
        tracing.begin(trace, NOON)
        await both_began.wait()
        return tracing.current()

    found = await asyncio.gather(*(asyncio.create_task(work(trace)) for trace in ("one", "two")))

    assert list(found) == [tracing.Work("one", NOON), tracing.Work("two", NOON)]
    assert tracing.current() == tracing.Work()
