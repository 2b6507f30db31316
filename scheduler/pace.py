"""How fast to send: what a messenger lets one recipient and the whole app get, kept before it is enforced there.

WeCom answers success and drops what is above a member's limit, so that is never reached. The outbox itself is the
account of what went out: every process counts the same, also after a restart, whatever became of Redis. Nobody else
sends to the same recipient meanwhile, for the deliveries of a lane go one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from cards.model import Limits
from domain.errors import Throttled
from domain.prepared import Prepared
from domain.tables import Account, Outbox
from domain.urgency import Urgency

# A little longer than the messenger's own: clocks differ, and an answer takes its time.
MINUTE, HOUR, DAY = timedelta(seconds=62), timedelta(seconds=3602), timedelta(days=1)
ASK_AGAIN = timedelta(minutes=1)
_WRONG = timedelta(hours=1)  # what was posted so far ahead was dated by a clock that has been put right
# Which share of a recipient's limit, and of the app's day, is there for what hurries so much: the rest is kept for
# what hurries more, so that somebody who types while forty reminders go out to him is answered among them.
_SHARE = {Urgency.ANSWER: 1.0, Urgency.PUSH: 0.8, Urgency.NEWS: 1.0}
_OF_DAY = {Urgency.ANSWER: 0.98, Urgency.PUSH: 0.9, Urgency.NEWS: 0.8}


@dataclass(slots=True)
class _Day:
    """What the app may send in 24 hours and what it has sent, as counted a moment ago and reckoned on since."""

    counted_at: datetime
    may: int
    posted: int

    @property
    def holds(self) -> timedelta:
        """For how long it is reckoned on before it is counted again: far from the end, counting can wait."""
        return ASK_AGAIN if self.posted * 2 > self.may else ASK_AGAIN * 10


class Paced(Throttled):
    """Our own limit, before the messenger's: nothing was sent."""


class Pace:
    """Of one process; what it knows by itself is only the app's day."""

    def __init__(self) -> None:
        self._days: dict[str, _Day] = {}

    async def wait(self, session: AsyncSession, row: Outbox, limits: Limits, now: datetime) -> timedelta:
        """Zero where a message may go to the row's recipient now, else how long to wait before asking again."""
        urgency = Urgency(row.urgency)
        if urgency is Urgency.NEWS and limits.group is not None:
            limits = limits.group
        windows = ((HOUR, limits.per_hour), (MINUTE, limits.per_minute))
        given = {"b_channel": row.channel, "b_recipient": row.recipient, "b_until": now + _WRONG}
        since = {"b_minute": now - MINUTE, "b_hour": now - HOUR}
        posted = await _COUNTS.first(session, **given, **since)
        for (window, limit), sent in zip(windows, posted or (), strict=True):
            share = max(1, int(limit * _SHARE[urgency]))
            if sent >= share:
                return _until(await _NTH.first(session, **given, b_skip=share - 1), window, now)
        return await self._app(session, row, limits, now)

    async def _app(self, session: AsyncSession, row: Outbox, limits: Limits, now: datetime) -> timedelta:
        """The app's own limit: so many a day for each account. Other processes' sends are seen a minute late, which
        the share that is kept back makes good."""
        if limits.per_day_each is None:
            return timedelta()
        day = self._days.get(row.channel)
        if day is None or not timedelta() <= now - day.counted_at < day.holds:
            day = self._days[row.channel] = await _count(session, row.channel, limits, now)
        if day.posted >= int(day.may * _OF_DAY[Urgency(row.urgency)]):
            return ASK_AGAIN
        day.posted += 1
        return timedelta()


async def _count(session: AsyncSession, channel: str, limits: Limits, now: datetime) -> _Day:
    posted = select(func.count()).where(col(Outbox.channel) == channel, col(Outbox.posted_at) > now - DAY)
    people = select(func.count()).where(col(Account.channel) == channel)
    found = (await session.execute(select(posted.scalar_subquery(), people.scalar_subquery()))).one()
    return _Day(now, max(found[1], limits.accounts) * (limits.per_day_each or 0), found[0])


def _until(found: tuple[Any, ...] | None, window: timedelta, now: datetime) -> timedelta:
    return min(window, max(found[0] + window - now, timedelta(milliseconds=100))) if found else ASK_AGAIN


_hour, _minute = (col(Outbox.posted_at) > bindparam(name, type_=UTCDateTime()) for name in ("b_hour", "b_minute"))
_TO_RECIPIENT = (
    col(Outbox.channel) == bindparam("b_channel"),
    col(Outbox.recipient) == bindparam("b_recipient"),
    col(Outbox.posted_at) <= bindparam("b_until", type_=UTCDateTime()),
)
# How many messages went to the recipient within the hour, and within the minute.
_COUNTS = Prepared(select(func.count(), func.count().filter(_minute)).select_from(Outbox).where(*_TO_RECIPIENT, _hour))
# When the message went out with whose age room is made.
_NTH = Prepared(
    select(col(Outbox.posted_at))
    .where(*_TO_RECIPIENT)
    .order_by(col(Outbox.posted_at).desc())
    .offset(bindparam("b_skip"))
    .limit(1)
)
