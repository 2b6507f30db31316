"""Keeping people in step with the messengers' address books: what is fetched, before a job takes it over.

A full pass goes through everybody, a batch a transaction, so that a company of thousands neither fills the memory nor
keeps the others from writing. Done twice, or after a crash in the middle, it changes nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from domain.actor import JSON, SYSTEM, Cause
from domain.database import Database
from domain.services import addressbook, superiors
from domain.tables import Due
from scheduler.ports import Directory
from scheduler.timed import Errand

log = logging.getLogger(__name__)
BATCH = 200  # people that one transaction brings up to date
SUSPICIOUS = 10  # one of so many people missing at once looks like a broken visible range, not like people who left


class DirectoryErrands:
    """The errands of the jobs in `scheduler.jobs.directory`. `directories` go by channel."""

    def __init__(self, database: Database, directories: Mapping[str, Directory]) -> None:
        self._database = database
        self._directories = directories

    def all(self) -> dict[str, Errand]:
        """Each under the kind of its job."""
        return {"directory.full": self.full, "directory.person": self.person, "directory.unit": self.unit}

    async def full(self, row: Due) -> Mapping[str, JSON]:
        """Everybody, department by department; what is left for the job is who has gone."""
        channel, seen = str(row.params["channel"]), row.key[-40:]
        directory = self._directories[channel]
        cause = Cause("due", row.id)
        units = await directory.units()
        async with self._database.unit(SYSTEM, cause) as uow:
            await addressbook.put_units(uow, channel, units, whole=bool(units))
        gone: list[addressbook.Gone] = []
        met: list[str] = []
        async for batch in directory.members(units):
            async with self._database.unit(SYSTEM, cause) as uow:
                gone += await addressbook.put_members(uow, channel, batch, seen=seen)
            met += [member.userid for member in batch]
        for start in range(0, len(met), BATCH):
            async with self._database.unit(SYSTEM, cause) as uow:
                await superiors.settle(uow, channel, met[start : start + BATCH])
        async with self._database.unit(SYSTEM, cause) as uow:
            await superiors.lead(uow, channel)
            missing, total = await addressbook.missing(uow, channel, seen)
        log.info("the address book was read", extra={"channel": channel, "people": len(met), "missing": len(missing)})
        if len(missing) > max(1, total // SUSPICIOUS):
            return {"gone": [], "missing": len(missing), "total": total}
        return {"gone": [*_told(gone), *await self._checked(channel, missing, cause)]}

    async def person(self, row: Due) -> Mapping[str, JSON]:
        """One colleague, who was changed or has come."""
        channel, userid = str(row.params["channel"]), str(row.params["userid"])
        member = await self._directories[channel].member(userid)
        async with self._database.unit(SYSTEM, Cause("due", row.id)) as uow:
            gone = await addressbook.put_members(uow, channel, [member])
            await superiors.settle(uow, channel, [userid])
            await superiors.lead(uow, channel)
        return {"gone": _told(gone)}

    async def unit(self, row: Due) -> Mapping[str, JSON]:
        """One department, with those below it; who leads it may lead others now."""
        channel = str(row.params["channel"])
        units = await self._directories[channel].units(str(row.params["unit"]))
        async with self._database.unit(SYSTEM, Cause("due", row.id)) as uow:
            await addressbook.put_units(uow, channel, units, whole=False)
            await superiors.settle(uow, channel)
            await superiors.lead(uow, channel)
        return {}

    async def _checked(self, channel: str, missing: list[str], cause: Cause) -> list[JSON]:
        """Each who was not met is asked for by name: he may have come while the pass went on."""
        found: list[JSON] = []
        for userid in missing:
            member = await self._directories[channel].member(userid)
            async with self._database.unit(SYSTEM, cause) as uow:
                found += _told(await addressbook.put_members(uow, channel, [member]))
        return found


def _told(gone: list[addressbook.Gone]) -> list[JSON]:
    return [[each.person_id, each.resigned] for each in gone]
