"""Rows for `genjin bench due`: reminders that will be pushed, and a great many that wait for another day."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import insert, select, text
from sqlmodel import col

from domain.database import Database
from domain.tables import Account, Due, Reminder

SEEDS = 1000
_YEAR = timedelta(days=365)
_COLUMNS = (
    "due_at, state, fence, failures, leases_lost, last_error, trace, kind, subject_kind, subject_id, params, created_at"
)
# Every seed becomes many rows, each of a lane of its own, as reminders are.
_MANY = f"""
    INSERT INTO due (lane, key, {_COLUMNS})
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)
    SELECT due.lane || '-' || n.i, due.key || '-' || n.i, {_COLUMNS} FROM due, n WHERE due.key LIKE 'far-%'
"""  # noqa: S608


async def far_ahead(database: Database, count: int) -> None:
    """So many due rows within the year to come, none of them within the next day."""
    now = database.clock.now()
    seeds = [_row(-n, now + timedelta(days=1) + _YEAR * n / SEEDS, f"far-{n}", now) for n in range(1, SEEDS + 1)]
    async with database.begin() as connection:
        await connection.execute(insert(Due), seeds)
        await connection.execute(text(_MANY), {"times": max(1, count // SEEDS - 1)})
    async with database.begin() as connection:
        await connection.execute(text("ANALYZE"))


async def reminders(database: Database, moments: list[datetime], said: Iterator[str]) -> None:
    """A reminder at each moment, each for another member while there are members, with the next of what is `said`."""
    now = database.clock.now()
    async with database.begin() as connection:
        people = (await connection.execute(select(col(Account.person_id)).order_by(col(Account.id)))).scalars().all()
        facts = {"state": "waiting", "put_off": 0, "created_at": now, "version": 1}
        rows = [
            {"person_id": person, "text": words, "due_at": at, **facts}
            for at, words, person in zip(moments, said, itertools.cycle(people), strict=False)
        ]
        made = await connection.execute(insert(Reminder).returning(col(Reminder.id), col(Reminder.due_at)), rows)
        dues = [_row(row_id, at, f"reminder-{row_id}", now) for row_id, at in made.all()]
        await connection.execute(insert(Due), dues)


def _row(subject: int, at: datetime, key: str, now: datetime) -> dict[str, object]:
    queued = {"state": "waiting", "fence": 0, "failures": 0, "leases_lost": 0, "last_error": "", "trace": ""}
    about = {"kind": "reminder", "subject_kind": "reminder", "subject_id": subject, "params": {}}
    return {"lane": f"reminder:{subject}", "due_at": at, "key": key, "created_at": now, **queued, **about}
