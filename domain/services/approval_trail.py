"""What became of a request so far, read from the audit: in whose hands it was, and what changed since.

Every write of a versioned row is one audit entry and one step of its version, so the entries after the first
`version - 1` updates are exactly what somebody who saw `version` has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.tables import Approval, AuditEntry

CONTENT = ("discount", "amount_before", "amount_after", "reason", "added")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in whose hands the request is or was. `given_by` is who passed it to him; None: a deadline."""

    person_id: int
    since: datetime
    given_by: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What is asked for now differs from what was seen: `before` holds the seen values by column."""

    before: Mapping[str, Any]
    at: datetime


async def holders(session: AsyncSession, approval: Approval) -> tuple[Holder, ...]:
    """Everybody who was asked, in order; the last one is the present approver."""
    passed = [e for e in await _entries(session, approval.id) if "approver_id" in e.changes]
    before, after = passed[0].changes["approver_id"] if passed else (None, approval.approver_id)
    first = Holder(int(before or after), approval.created_at, approval.asker_id)
    later = (e for e in passed if e.op == "update")
    return (first, *(Holder(int(e.changes["approver_id"][1]), e.at, e.person_id) for e in later))


async def changed_since(session: AsyncSession, approval_id: int, version: int) -> Changed | None:
    """What changed in the request itself after `version`; None where it asks for the same."""
    updates = [e for e in await _entries(session, approval_id) if e.op == "update"]
    before: dict[str, Any] = {}
    at: datetime | None = None
    for entry in updates[max(version - 1, 0) :]:
        for column in CONTENT:
            if column in entry.changes:
                before.setdefault(column, entry.changes[column][0])
                at = entry.at
    return Changed(before, at) if at is not None else None


async def _entries(session: AsyncSession, approval_id: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(col(AuditEntry.kind) == Approval.kind, col(AuditEntry.row_id) == approval_id)
    return list((await session.scalars(query.order_by(col(AuditEntry.id)))).all())
