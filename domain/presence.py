"""When a messenger's connection was held: stretches, each of one process, and the gaps that lie between them.

What a messenger pushes over a connection comes once, and never if nobody held one. Each process says since when it
holds the connection and until when it is known to have been there; one that died leaves that as it last said. A gap
is found afterwards, never foreseen: it is what no stretch of any process covers, and belongs to the stretch that
ended it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.tables import Presence
from domain.uow import UnitOfWork

_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stretch:
    """`name` is nobody else's; `over`: it goes on no more. Times are aware."""

    name: str
    channel: str
    since: datetime
    until: datetime
    over: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody held the channel's connection from `since` until `until`; `row` is the stretch that ended it."""

    channel: str
    since: datetime
    until: datetime
    row: int


async def note(uow: UnitOfWork, stretch: Stretch) -> None:
    """Put on record how far a stretch has come."""
    made = _insert(uow.session.get_bind().dialect.name).values(asdict(stretch) | {"told": False})
    anew = {"until": stretch.until, "over": stretch.over}
    await uow.session.execute(made.on_conflict_do_update(index_elements=["name"], set_=anew))


async def holders(session: AsyncSession, channel: str, since: datetime) -> int:
    """How many processes hold the channel's connection and have said so since then."""
    query = select(func.count()).where(
        col(Presence.channel) == channel, col(Presence.over).is_(False), col(Presence.until) >= since
    )
    return await session.scalar(query) or 0


async def untold(session: AsyncSession, until: datetime) -> list[Gap]:
    """The gaps that were over by then and that nobody was told of, by channel and time."""
    query = select(Presence).where(col(Presence.since) <= until).order_by(col(Presence.since), col(Presence.id))
    found, covered = [], dict[str, datetime]()
    for stretch in await session.scalars(query):
        before = covered.setdefault(stretch.channel, stretch.until)
        if stretch.since > before and not stretch.told:
            found.append(Gap(stretch.channel, before, stretch.since, stretch.id))
        covered[stretch.channel] = max(before, stretch.until)
    return sorted(found, key=lambda gap: (gap.channel, gap.since))


async def told(uow: UnitOfWork, gaps: Iterable[Gap]) -> None:
    """These were told: never again. What is long past is forgotten, but for the newest stretch of each channel, behind
    which the next gap begins."""
    rows = [gap.row for gap in gaps]
    await uow.session.execute(update(Presence).where(col(Presence.id).in_(rows)).values(told=True))
    newest = select(func.max(col(Presence.until))).group_by(col(Presence.channel))
    past = (col(Presence.until) < uow.now - _KEPT, col(Presence.until).not_in(newest))
    await uow.session.execute(delete(Presence).where(*past))


@cache
def _insert(dialect: str) -> Any:
    return (pg_insert if dialect == "postgresql" else sqlite_insert)(Presence)
