"""Sees the clock fall back, and has the queues mended when it does (`domain.mending`)."""

from __future__ import annotations

import asyncio
import logging

from domain.database import Database
from domain.mending import mend
from domain.tables import Due, Inbox, Outbox, Queued

log = logging.getLogger(__name__)
_STEP = 5.0  # seconds between two looks; less than this is the clock being kept right


class Mender:
    """Compares the clock with one that cannot be set. The first look mends too: an earlier process may have died while
    the clock was ahead; then without what is planned, of which there may be a million rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lead: float | None = None  # of the clock before the one that cannot be set, in seconds

    async def look(self) -> None:
        """To be called every second."""
        now = self._database.clock.now()
        before, self._lead = self._lead, now.timestamp() - asyncio.get_running_loop().time()
        if before is not None and self._lead > before - _STEP:
            return
        tables: tuple[type[Queued], ...] = (Inbox, Outbox) if before is None else (Inbox, Outbox, Due)
        try:
            async with self._database.begin() as connection:
                changed = await mend(connection, now, *tables)
        except Exception:
            self._lead = before  # the next look sees it again
            log.warning("cannot mend the queues")
            return
        if changed:
            log.warning("the clock was set back", extra={"rows": changed})
            self._database.wake("inbox", "outbox", "due")
