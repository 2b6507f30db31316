"""What recurs: each night's work becomes a row of `due`, once, however many processes plan it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import upkeep
from domain.uow import UnitOfWork
from domain.when import Local

log = logging.getLogger(__name__)
_MONDAY = 0


class Planner:
    """Plans the coming night. `keep` is how long what is done stays in the queues; `directories` are the channels whose
    address book is read, each night, and `lists` those whose lists of to-dos are looked through, which costs a call for
    each person, each week; both soon after a start."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        *,
        keep: timedelta,
        directories: tuple[str, ...] = (),
        lists: tuple[str, ...] = (),
    ) -> None:
        self._database = database
        self._zone = zone
        self._keep = keep
        self._directories, self._lists = directories, lists
        self._planned: datetime | None = None

    async def begin(self) -> None:
        """Have address books and lists read now; processes that start within ten minutes read them once."""
        if not self._directories and not self._lists:
            return
        now = self._database.clock.now()
        at = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        try:
            async with self._database.unit(SYSTEM, Cause("plan")) as uow:
                self._read(uow, at)
                self._look(uow, at)
        except (SQLAlchemyError, OSError):
            log.warning("cannot plan reading the address book; the night does")

    async def plan(self) -> None:
        """See that the coming night is planned; asks the database only when that is another one than the last time."""
        night = upkeep.next_night(Local(self._database.clock.now(), self._zone))
        if night == self._planned:
            return
        try:
            async with self._database.unit(SYSTEM, Cause("plan")) as uow:
                upkeep.plan_pruning(uow, night, keep=self._keep)
                self._read(uow, night)
                if night.weekday() == _MONDAY:
                    self._look(uow, night)
        except (SQLAlchemyError, OSError):
            log.warning("cannot plan the night; in a minute again")
        else:
            self._planned = night

    def _read(self, uow: UnitOfWork, at: datetime) -> None:
        for channel in self._directories:
            upkeep.plan_directory(uow, channel, at)

    def _look(self, uow: UnitOfWork, at: datetime) -> None:
        for channel in self._lists:
            upkeep.plan_look(uow, channel, at)
