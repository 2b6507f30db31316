"""Errands to the messengers' customer contact: who somebody is, a welcome in time, remarks and tags, handing over."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.actor import JSON, SYSTEM, Cause
from domain.database import Database
from domain.names import Names
from domain.outside import Details
from domain.services import meeting
from domain.tables import Due, Outsider
from domain.views import outside as views
from scheduler.ports import Outside
from scheduler.timed import Errand

log = logging.getLogger(__name__)
OFF = "off"
IN_TIME = timedelta(seconds=18)  # of the 20 that the messenger allows: what leaves later may come too late


class OutsideErrands:
    """The errands of the jobs in `scheduler.jobs.outside`. `welcome` greets a customer, with {name} for who was added;
    `OFF` greets nobody."""

    def __init__(self, database: Database, outsides: Mapping[str, Outside], names: Names, welcome: str) -> None:
        self._database = database
        self._outsides = outsides
        self._names = names
        self._welcome = welcome

    def all(self) -> dict[str, Errand]:
        """Each under the kind of its job."""
        return {
            "outside.greet": self.greet,
            "outside.look": self.look,
            "outside.all": self.all_of_them,
            "outside.write": self.write,
            "outside.transfer": self.transfer,
        }

    async def greet(self, row: Due) -> Mapping[str, JSON]:
        """The welcome, while it can still arrive in time; never after."""
        happened = datetime.fromisoformat(str(row.params["at"]))
        if self._welcome == OFF or self._database.clock.now() - happened > IN_TIME:
            return {"greeted": False}
        async with self._database.read() as session:
            name = await views.who_greets(session, int(str(row.params["person"])))
        text = self._welcome.replace("{name}", name)
        return {"greeted": await self._outsides[str(row.params["channel"])].greet(str(row.params["code"]), text)}

    async def look(self, row: Due) -> Mapping[str, JSON]:
        """What the messenger says of somebody, and the customers whom that names."""
        async with self._database.read() as session:
            who = await session.get(Outsider, row.subject_id)
            if who is None:
                return {}
            channel, userid, external = who.channel, who.userid, who.external_id
            await self._names.catch_up(session, self._database.clock.now())
        details = await self._outsides[channel].details(userid, external)
        if details is None:
            return {"gone": True}
        named: list[JSON] = list(self._named(details))
        return {"details": details.to_json(), "named": named}

    async def all_of_them(self, row: Due) -> Mapping[str, JSON]:
        """Everybody whom colleagues have outside, a page a transaction; what is left for the job is to say how many. A
        messenger may have an address book and no customers."""
        channel, seen = str(row.params["channel"]), meeting.Seen()
        if channel not in self._outsides:
            return {}
        async with self._database.read() as session:
            await self._names.catch_up(session, self._database.clock.now())
            had = await meeting.had(session, channel)
        userids = await self._outsides[channel].colleagues()
        async for page in self._outsides[channel].everybody(userids):
            found = [(met, self._named(met.details)) for met in page]
            async with self._database.unit(SYSTEM, Cause("due", row.id)) as uow:
                seen += await meeting.meet(uow, channel, found)
        missed: list[JSON] = list(meeting.missed(had, userids, seen))
        counts: dict[str, JSON] = {"new": seen.new, "matched": seen.matched}
        log.info("customers outside were read", extra={"channel": channel, "missed": len(missed), **counts})
        return counts | {"missed": missed}

    def _named(self, details: Details) -> list[int]:
        """The customers whom remark or company name."""
        return list(dict.fromkeys(self._names.mentioned(f"{details.remark} {details.company}")))

    async def write(self, row: Due) -> Mapping[str, JSON]:
        """Remark and tag, where the messenger says something else."""
        async with self._database.read() as session:
            found = await views.wanted(session, row.subject_id)
            if found is None:
                return {}
            who, wanted = found
            channel, userid, external, before = who.channel, who.userid, who.external_id, who.level
        there = await self._outsides[channel].write(userid, external, wanted, instead_of=before)
        return {"written": there, "remark": wanted.remark, "level": wanted.level}

    async def transfer(self, row: Due) -> Mapping[str, JSON]:
        """The messenger contacts of who has left, to who has his customers now."""
        async with self._database.read() as session:
            found = await views.leaving(session, row.subject_id, int(str(row.params["to"])))
        if found is None:
            return {}
        refused = await self._outsides[found.channel].transfer(
            found.userid, found.to, found.external_ids, resigned=found.resigned
        )
        passed: list[JSON] = [each for each in found.external_ids if each not in refused]
        return {"passed": passed, "refused": len(refused)}
