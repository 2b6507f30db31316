"""What stands in a person's evening receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.services.people import directory_of
from domain.tables import Account
from domain.when import Local


@dataclass(frozen=True, slots=True)
class Missed:
    """When nobody listened; `messenger` is where, for whom has several, else empty."""

    messenger: str
    spans: tuple[tuple[datetime, datetime], ...]


async def evening(
    session: AsyncSession, viewer: Actor, _moment: Local, *, gaps: Sequence[dict[str, Any]]
) -> tuple[Missed, ...]:
    """The gaps as they were recorded."""
    query = select(col(Account.channel)).where(col(Account.person_id) == viewer.person_id)
    several = len({directory_of(channel) for channel in await session.scalars(query)}) > 1
    return tuple(
        Missed(directory_of(gap["channel"]) if several else "", tuple(_span(*each) for each in gap["spans"]))
        for gap in gaps
    )


def _span(since: str, until: str) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(since), datetime.fromisoformat(until)
