"""Storing a message that came in: once, and at once leased to who stores it where nothing of its lane is before it.

The database itself sees to it that of one lane only one row is leased (`ux_inbox_leased`): two processes that take in
two messages of one sender in the same moment cannot both begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, null, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import leasing
from domain.database import Database
from domain.prepared import Prepared
from domain.tables import Inbox

_TABLE = Inbox.__table__  # type: ignore[attr-defined]
_NEW = {"state": "waiting", "failures": 0, "leases_lost": 0, "last_error": "", "outcome": ""}
_UNSET = frozenset({"id", "retry_at", "handled_at", "lease_until", "fence"})


async def store(database: Database, values: dict[str, Any], lease_until: datetime | None) -> Inbox | None:
    """Store a message durably; the row, or None when it was here before. It is leased if its `lease_until` is set."""
    try:
        return await _insert(database, values, lease_until)
    except IntegrityError:
        if lease_until is None:
            raise
        return await _insert(database, values, None)  # another process leased the lane in this very moment


@dataclass(frozen=True, slots=True)
class Standing:
    """When a message came in, and since when it is handled."""

    received_at: datetime
    handled_at: datetime | None


async def stands(session: AsyncSession, channel: str, message_id: str) -> Standing | None:
    """How far a message has come; None for one that was never stored."""
    query = select(col(Inbox.received_at), col(Inbox.handled_at))
    mine = query.where(col(Inbox.channel) == channel, col(Inbox.message_id) == message_id)
    found = (await session.execute(mine)).one_or_none()
    return None if found is None else Standing(*found)


async def _insert(database: Database, values: dict[str, Any], lease_until: datetime | None) -> Inbox | None:
    given = _NEW | values
    wanted = given if lease_until is None else given | {"b_lane": given["lane"], "b_until": lease_until}
    statement = _insertion(database.is_sqlite, lease_until is not None)
    async with database.once(first=True) as connection:
        returned = await statement.first(connection, **wanted)
    return None if returned is None else leasing.stored(Inbox, given, returned)


@cache
def _insertion(is_sqlite: bool, leased: bool) -> Prepared:
    once = sqlite_insert if is_sqlite else pg_insert
    columns = _TABLE.c
    values: dict[str, Any] = {each.name: bindparam(each.name) for each in columns if each.name not in _UNSET}
    values |= leasing.leased(Inbox) if leased else {"lease_until": null(), "fence": literal(0)}
    statement = once(_TABLE).values(values).on_conflict_do_nothing(index_elements=["channel", "message_id"])
    return Prepared(statement.returning(*(columns[name] for name in leasing.RETURNED)))
