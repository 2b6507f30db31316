"""What waits and why: each lane is as its first row is, and what is not due yet is nobody's business."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Address, Cause
from domain.backlog import Backlog, backlogs
from domain.database import Database
from domain.tables import Outbox

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def outbox(url: str, *rows: tuple[str, str, dict[str, Any]]) -> Backlog:
    """The outbox with these rows in it: to whom, under which key, and what is different about each."""
    database = Database(url, ShiftableClock(NOW, still=True))
    async with database.unit(SYSTEM, Cause("test")) as uow:
        for to, key, _ in rows:
            uow.tell(Address.account("wecom", to), "plain.text", key=key, text="你好")
    async with database.begin() as connection:
        for _, key, values in rows:
            values = {"due_at": NOW - MINUTE} | values
            await connection.execute(update(Outbox).where(col(Outbox.key) == key).values(**values))
    async with database.read() as session:
        found = {backlog.queue: backlog for backlog in await backlogs(session, NOW)}
    await database.close()
    assert set(found) == {"inbox", "due", "outbox"}
    return found["outbox"]


def lanes(backlog: Backlog) -> dict[str, tuple[int, int, timedelta]]:
    """Lanes, rows and the age of the oldest, of the states in which there are any."""
    return {state: (w.lanes, w.rows, w.oldest) for state, w in backlog.waiting.items() if w.lanes}


async def test_rows_behind_a_failing_one_are_stuck_with_it(database_url: str) -> None:
    failing = {"failures": 2, "retry_at": NOW + MINUTE, "due_at": NOW - 9 * MINUTE}

    found = await outbox(database_url, ("lin", "a", failing), ("lin", "b", {}), ("lin", "c", {}), ("mo", "d", {}))

    assert lanes(found) == {"stuck": (1, 3, 9 * MINUTE), "ready": (1, 1, MINUTE)}


async def test_rows_that_wait_for_a_recipients_limit_have_not_failed(database_url: str) -> None:
    found = await outbox(database_url, ("lin", "a", {"retry_at": NOW + MINUTE}), ("lin", "b", {}))

    assert lanes(found) == {"paced": (1, 2, MINUTE)}


async def test_what_falls_due_again_when_there_is_room_has_waited_since_it_was_told(database_url: str) -> None:
    later = {"due_at": NOW + MINUTE, "retry_at": NOW + MINUTE, "created_at": NOW - 9 * MINUTE}

    found = await outbox(database_url, ("lin", "a", later), ("lin", "b", later))

    assert lanes(found) == {"paced": (1, 2, 9 * MINUTE)}


async def test_a_row_in_work_is_not_waiting_for_a_worker_until_its_lease_has_run_out(database_url: str) -> None:
    mine, lost = {"lease_until": NOW + MINUTE}, {"lease_until": NOW - MINUTE}

    found = await outbox(database_url, ("lin", "a", mine), ("mo", "b", lost))

    assert lanes(found) == {"working": (1, 1, MINUTE), "ready": (1, 1, MINUTE)}


async def test_what_is_not_due_yet_is_no_backlog_and_what_is_dead_is_counted_apart(database_url: str) -> None:
    found = await outbox(
        database_url,
        ("lin", "a", {"due_at": NOW + MINUTE}),
        ("lin", "b", {"state": "dead"}),
        ("mo", "c", {"state": "dead"}),
        ("mo", "d", {"state": "done"}),
    )

    assert lanes(found) == {}
    assert found.dead == 2
