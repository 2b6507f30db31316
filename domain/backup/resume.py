"""What was under way when a backup was taken, and how it goes on after it was put back.

Nothing that waits is dropped, but it is not clear any more what of it has happened since. So a delivery goes out again
under the key that it had, which lets a messenger recognise it; and what comes more than a day late is held back among
the dead rows, where somebody can look at it and send it after all: a burst of last week's cards helps nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.sql.sqltypes import UTCDateTime

LATE = timedelta(days=1)
HELD = "held back after a restore: it was more than a day late"
_QUEUES = ("inbox", "outbox", "due")


@dataclass(frozen=True, slots=True)
class Held:
    """How many deliveries and reminders are held back."""

    deliveries: int
    reminders: int


async def resume(connection: AsyncConnection, now: datetime) -> Held:
    """Make the queues ready for a process that starts now. Written for the queues of every release's schema."""
    for queue in _QUEUES:  # whoever held a lease is long gone
        await connection.execute(text(f"UPDATE {queue} SET lease_until = NULL WHERE state = 'waiting'"))  # noqa: S608
    # A delivery that was claimed before may have arrived; only then does the sender believe a messenger that says so.
    await connection.execute(text("UPDATE outbox SET fence = fence + 1 WHERE state = 'waiting'"))
    # When somebody was connected is another history's: who wrote is told of the restore instead.
    await connection.execute(text("DELETE FROM due WHERE kind = 'present'"))
    return Held(
        await _hold(connection, "outbox", "", now), await _hold(connection, "due", "AND kind = 'reminder'", now)
    )


async def _hold(connection: AsyncConnection, queue: str, which: str, now: datetime) -> int:
    statement = text(
        f"UPDATE {queue} SET state = 'dead', last_error = :why WHERE state = 'waiting' AND due_at < :late {which}"  # noqa: S608
    ).bindparams(bindparam("late", now - LATE, type_=UTCDateTime()))
    return (await connection.execute(statement, {"why": HELD})).rowcount
