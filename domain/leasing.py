"""Storing a queued row and leasing it in one statement, for who stands by to work on it: no claim, no waking up.

A row is leased only where nothing of its lane waits before it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, bindparam, case, literal, null, select
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.queue import revived
from domain.tables import Queued

RETURNED = ("id", "lease_until", "fence")


class Hands(Protocol):
    """Who works on the rows of one queue as soon as they are stored; `scheduler.worker.Worker` is it."""

    def spare(self, channel: str) -> timedelta | None:
        """The lease with which a row for this channel may be stored; None where nobody would take it."""

    def take(self, row: Any) -> None:
        """Work on a row that was stored with that lease, and is committed."""

    def behind(self, lane: str) -> bool:
        """Look after a row that was stored without a lease; False where nothing of its lane is in hand here."""


def leased(table: type[Queued]) -> dict[str, Any]:
    """The columns of a new row that is leased until `b_until`, unless something waits in its lane, `b_lane`."""
    before = select(col(table.id)).where(col(table.lane) == bindparam("b_lane"), col(table.state) == "waiting").exists()

    def if_free(value: ColumnElement[Any], otherwise: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((before, otherwise), else_=value)

    return {
        "lease_until": if_free(bindparam("b_until", type_=UTCDateTime()), null()),
        "fence": if_free(literal(1), literal(0)),
    }


def stored(table: type[Any], given: dict[str, Any], returned: tuple[Any, ...]) -> Any:
    """The row that an insertion made of these values, of which it returned what `RETURNED` names."""
    columns = table.__table__.columns.keys()
    return revived(table, {**dict.fromkeys(columns), **given, **dict(zip(RETURNED, returned, strict=True))})
