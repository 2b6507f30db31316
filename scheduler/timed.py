"""Runs what is due: one due row, one job, one transaction.

A job that needs something from outside has an errand: it is run first, with no transaction open, and what it brings is
added to the parameters of the row that the job gets. A messenger that asks an errand for patience is given it, and one
that is away is asked again as for a delivery.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from zoneinfo import ZoneInfo

from cards.registry import Moment
from domain import queue
from domain.actor import JSON, SYSTEM, Cause
from domain.database import Database
from domain.errors import ChannelError, NotFound, Throttled
from domain.tables import Due
from scheduler.jobs import job_for

Errand: TypeAlias = Callable[[Due], Awaitable[Mapping[str, JSON]]]

log = logging.getLogger(__name__)


class TimedWork:
    """The handler of the `due` queue."""

    def __init__(self, database: Database, zone: ZoneInfo, errands: Mapping[str, Errand] | None = None) -> None:
        self._database = database
        self._zone = zone
        self._errands = errands or {}

    async def handle(self, row: Due) -> None:
        try:
            if errand := self._errands.get(row.kind):
                row.params = {**row.params, **await errand(row)}
            async with self._database.unit(SYSTEM, Cause("due", row.id)) as uow:
                try:
                    await job_for(row.kind)(uow, row, Moment(uow.now, self._zone))
                except NotFound:
                    log.info("its subject is gone", extra={"due": row.id, "kind": row.kind})
                await queue.finish(uow.session, row)
            log.info("done", extra={"due": row.id, "kind": row.kind})
        except queue.LostLease:
            raise
        except Throttled as haste:
            log.info("waits for its messenger", extra={"due": row.id, "kind": row.kind, "reason": str(haste)})
            async with self._database.begin() as connection:
                await queue.put_back(connection, row, until=self._database.clock.now() + haste.retry_after)
        except Exception as error:
            log.exception("a job failed", extra={"due": row.id, "kind": row.kind})
            said, away = f"{type(error).__name__}: {error}", isinstance(error, ChannelError)
            retries = queue.DELIVERY_RETRIES if away else queue.RETRIES
            async with self._database.begin() as connection:
                await queue.fail(connection, row, now=self._database.clock.now(), error=said, retries=retries)
