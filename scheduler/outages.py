"""What waits for a messenger that was away goes out as soon as it is back, not when its own long pause is over.

While nothing gets through, one delivery is tried every half minute in place of its next try, which costs it none of its
tries; once one gets through, all that wait in a long pause are due. What this process does not know, because it was
started meanwhile, its next failures tell. A messenger that answers, and wants its setup mended, is not away.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlmodel import col

from domain import queue
from domain.database import Database
from domain.tables import Outbox

PROBE = timedelta(seconds=30)
SHORTEST = timedelta(seconds=30)  # less than this is one delivery's own trouble
TRIES = 200  # to begin one delivery, beyond which the trouble is its own and it goes the way of all that fail

log = logging.getLogger(__name__)


class Outages:
    """Since when nothing gets through, by channel, as this process sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: dict[str, datetime] = {}
        self._probed: dict[str, datetime] = {}

    def failed(self, channel: str) -> None:
        """A delivery did not get through, for no reason of its own."""
        self._since.setdefault(channel, self._database.clock.now())

    async def delivered(self, channel: str) -> None:
        """A delivery got through."""
        since = self._since.pop(channel, None)
        if since is None:
            return
        try:
            if self._database.clock.now() - since >= SHORTEST and (brought := await self._due_now(channel)):
                log.info("a messenger is back", extra={"channel": channel, "rows": brought})
        except Exception:
            self._since[channel] = since  # what was delivered is, and the next one that is finds this again
            log.exception("a messenger is back, and what waits for it cannot be brought forward")
            return
        self._probed.pop(channel, None)

    async def look(self) -> None:
        """Try whether a messenger is back; to be called every second."""
        now = self._database.clock.now()
        for channel, since in list(self._since.items()):
            if now - self._probed.get(channel, since) >= PROBE:
                self._probed[channel] = now
                oldest = select(func.min(col(Outbox.id))).where(*self._paused(channel)).scalar_subquery()
                await self._due_now(channel, col(Outbox.id) == oldest)

    async def _due_now(self, channel: str, *which: ColumnElement[bool]) -> int:
        """How many rows are due at once instead of after their pause, with a try more than they had."""
        once_more = {"retry_at": self._database.clock.now(), "failures": col(Outbox.failures) - 1}
        async with self._database.begin() as connection:
            done = await connection.execute(update(Outbox).where(*self._paused(channel), *which).values(once_more))
        if done.rowcount:
            self._database.wake("outbox")
        return int(done.rowcount)

    def _paused(self, channel: str) -> tuple[ColumnElement[bool], ...]:
        return (
            col(Outbox.state) == "waiting",
            col(Outbox.channel) == channel,
            col(Outbox.lane).startswith(queue.ASIDE, autoescape=True),
            col(Outbox.failures) > 0,
            col(Outbox.fence) < TRIES,
            or_(col(Outbox.lease_until).is_(None), col(Outbox.lease_until) <= self._database.clock.now()),
            col(Outbox.retry_at) > self._database.clock.now(),
        )
