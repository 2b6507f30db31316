"""What a clock that ran ahead leaves behind once it is put right: rows that wait for a time which was never meant.

While the clock was ahead, what was to happen at once was dated ahead with it, and would wait until then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped
from sqlmodel import col

from domain.tables import Due, Inbox, Outbox, Queued

# Longer than anything waits for another try, and than any lease: what lies further ahead was dated by another clock.
FURTHEST = timedelta(hours=3)


async def mend(connection: AsyncConnection, now: datetime, *tables: type[Queued]) -> int:
    """Bring to `now` what waits in these queues and was dated ahead; returns how many rows were. What was planned for
    its time stays planned."""
    changed = 0
    for table in tables:
        waits = col(table.state) == "waiting"
        again = update(table).where(waits, col(table.retry_at) > now + FURTHEST)
        values: dict[str, object] = {"retry_at": None} if table is Due else {"retry_at": None, "due_at": now}
        changed += (await connection.execute(again.values(values))).rowcount
        held = update(table).where(waits, col(table.lease_until) > now + FURTHEST)
        changed += (await connection.execute(held.values(lease_until=None))).rowcount
        if (made := _made_at(table)) is not None:
            early = update(table).where(waits, made > now, col(table.due_at) > now)
            changed += (await connection.execute(early.values(due_at=now))).rowcount
    return changed


def _made_at(table: type[Queued]) -> Mapped[datetime] | None:
    """When a row was written that is to be taken up at once; None where rows have a time of their own."""
    if table is Inbox:
        return col(Inbox.received_at)
    return col(Outbox.created_at) if table is Outbox else None
