"""A claim reads what waits, not what was ever done: SQLite takes the partial indexes for it, however it is asked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from config.clock import SystemClock
from domain import queue
from domain.database import Database
from domain.prepared import Bare
from domain.tables import Due, Inbox, Outbox, Queued


@pytest.mark.parametrize(
    ("table", "channels", "skip", "lane"),
    [
        pytest.param(Inbox, None, frozenset(), None, id="inbox"),
        pytest.param(Inbox, None, frozenset({1, 2}), None, id="inbox-with-rows-in-hand"),
        pytest.param(Inbox, None, frozenset(), "wecom:lin:lin", id="a-lane-of-the-inbox"),
        pytest.param(Due, None, frozenset(), None, id="due"),
        pytest.param(Outbox, frozenset({"wecom"}), frozenset(), None, id="outbox-of-a-channel"),
        pytest.param(Outbox, frozenset({"wecom", "other"}), frozenset({3}), None, id="outbox-of-two-channels"),
        pytest.param(Outbox, frozenset({"wecom"}), frozenset(), "wecom:lin", id="a-lane-of-the-outbox"),
    ],
)
async def test_a_claim_on_sqlite_reads_only_what_waits(
    sqlite_url: str, table: type[Queued], channels: frozenset[str] | None, skip: frozenset[int], lane: str | None
) -> None:
    database, said = Database(sqlite_url, SystemClock()), []
    async with database.once() as connection:
        assert isinstance(connection, Bare)
        connection.driver.set_trace_callback(said.append)
        await queue.claim(
            connection,
            table,
            now=database.clock.now(),
            lease=timedelta(seconds=15),
            limit=16,
            channels=channels,
            skip=skip,
            lane=lane,
        )
        connection.driver.set_trace_callback(None)
        (claim,) = said
        plan = [row[3] for row in connection.driver.execute(f"EXPLAIN QUERY PLAN {claim}")]
    await database.close()

    name = table.__tablename__
    taken = {index for line in plan for index in re.findall(r"INDEX (\w+)", line)}
    assert taken == {f"ix_{name}_lane"} | (set() if lane else {f"ix_{name}_due"})
    assert [line for line in plan if line.startswith(f"SCAN {name}") and "INDEX" not in line] == []
