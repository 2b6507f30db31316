"""Says of one process for how long it holds a messenger's connection, as `domain.presence` keeps it.

Who holds it says when it came and when it went, and never waits for the database: what could not be written is
written with the next beat. Each beat says how far a stretch that goes on has come, so that a process that is killed
has been there until a beat before.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from domain import presence
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.presence import Stretch
from domain.services import receipts
from domain.uow import UnitOfWork
from domain.when import Local

BEAT = 10.0  # seconds
FORGOTTEN = timedelta(seconds=35)  # after which a process that says nothing counts no more

log = logging.getLogger(__name__)


class Presence:
    """Of this process on one channel. `start` it before the connection and `stop` it after that. `came` has done what
    follows from a connection that came up, and `processes` is how many held one at the last beat, this one included."""

    def __init__(
        self, database: Database, zone: ZoneInfo, channel: str, came: Callable[[UnitOfWork], None] | None = None
    ) -> None:
        self._database, self._zone, self._channel, self._came = database, zone, channel, came
        self._now: Stretch | None = None
        self._gone: datetime | None = None
        self._over: list[Stretch] = []
        self._planned: set[str] = set()
        self._changed = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        self.processes = 1

    def up(self) -> None:
        """From now on it holds the connection; said again it changes nothing."""
        if self._now is None:
            now = self._database.clock.now()
            self._now = Stretch(os.urandom(8).hex(), self._channel, now, now)
            self._changed.set()
            if self._gone is not None:
                said = {"channel": self._channel, "since": self._gone.isoformat()}
                log.warning("the connection was down", extra=said)

    def down(self, since: datetime) -> None:
        """Since then it holds none; said again it changes nothing."""
        if self._now is not None:
            until = self._gone = max(since, self._now.since)
            self._over.append(replace(self._now, until=until, over=True))
            self._now = None
            self._changed.set()

    def start(self) -> None:
        self._beating = asyncio.create_task(self._beat(), name=f"presence:{self._channel}")

    async def stop(self) -> None:
        """End; what was said is written."""
        self.down(self._database.clock.now())
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        await self._write()

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._changed.wait()
            self._changed.clear()
            await self._write()

    async def _write(self) -> None:
        goes_on = [] if self._now is None else [replace(self._now, until=self._database.clock.now())]
        said = [*self._over, *goes_on]
        if not said:
            return
        try:
            async with self._database.unit(SYSTEM, Cause("presence")) as uow:
                for stretch in said:
                    await presence.note(uow, stretch)
                    if stretch.name not in self._planned:
                        receipts.plan(uow, Local(stretch.since, self._zone))
                        if self._came is not None:
                            self._came(uow)
                self.processes = await presence.holders(uow.session, self._channel, uow.now - FORGOTTEN)
        except (SQLAlchemyError, OSError):
            log.warning("cannot say who holds the connection", extra={"channel": self._channel})
            return
        self._over = [stretch for stretch in self._over if stretch not in said]
        self._planned = {stretch.name for stretch in goes_on}
