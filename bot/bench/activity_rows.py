"""A great many activities on record, as years of notes leave them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle, islice

from sqlalchemy import insert, select, text
from sqlmodel import col

from domain.database import Database
from domain.tables import Activity, Customer

SEEDS = 2000
SAID = "今天下午拜访了张总，聊了二期改造，下周三之前给方案"
_COPIED = (
    "customer_id, person_id, part, message_id, channel, type, occurred_on, occurred_at, said_when, text, contacts, "
    "facts, carried, change_sets, undo_set, created_at, version"
)
_MANY = f"""
    INSERT INTO activity ({_COPIED})
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)
    SELECT activity.{_COPIED.replace(", ", ", activity.")} FROM activity, n WHERE activity.message_id = 'seed'
"""  # noqa: S608


async def on_record(database: Database, count: int) -> None:
    """So many, spread over all customers and two years."""
    now = database.clock.now()
    async with database.begin() as connection:
        query = select(col(Customer.id), col(Customer.owner_id)).order_by(col(Customer.id))
        firms = [(int(firm), int(owner or 0)) for firm, owner in (await connection.execute(query)).all()]
        seeds = [_row(now - timedelta(hours=9 * n), *firm) for n, firm in enumerate(islice(cycle(firms), SEEDS))]
        await connection.execute(insert(Activity), seeds)
        await connection.execute(text(_MANY), {"times": max(1, count // SEEDS - 1)})


def _row(at: datetime, customer: int, person: int) -> dict[str, object]:
    said = {"message_id": "seed", "channel": "wecom", "said_when": "今天下午", "text": SAID}
    none = {"part": 0, "contacts": [], "facts": {}, "carried": False, "change_sets": [], "undo_set": "", "version": 1}
    when = {"occurred_on": at.date(), "occurred_at": at, "created_at": at}
    return {"customer_id": customer, "person_id": person, "type": "visit", **said, **none, **when}
