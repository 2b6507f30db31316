"""Tasks in the messengers' own lists of to-dos and calendars: after each change of a task those of its owner are
brought up to date, and what he ticks there is found out.

It is a copy that nobody waits for: it has a line of its own, and where the messenger does not allow it, it is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import JSON
from domain.database import Database
from domain.errors import Misconfigured, Rejected, Unreachable
from domain.mirrored import Appointment, Todo
from domain.services import mirroring
from domain.tables import Account, Due, Task
from scheduler import appointments
from scheduler.ports import Calendar, Todos
from scheduler.timed import Errand

log = logging.getLogger(__name__)
EVENING = time(18)  # by when something is due that has a day and no hour
_REFUSED = (Misconfigured, Rejected, Unreachable)


class MirrorErrands:
    """The errands of the jobs in `scheduler.jobs.mirror`. `lists` and `calendars` are by channel."""

    def __init__(
        self, database: Database, lists: Mapping[str, Todos], calendars: Mapping[str, Calendar], zone: ZoneInfo
    ) -> None:
        self._database, self._lists, self._calendars, self._zone = database, lists, calendars, zone

    def all(self) -> dict[str, Errand]:
        return {"mirror.task": self.task, "mirror.ticked": self.ticked, "mirror.look": self.look}

    async def task(self, row: Due) -> Mapping[str, JSON]:
        """Show the task as it is now, to whom it is now; to whom it was before no more."""
        was = row.params.get("was")
        async with self._database.read() as session:
            task = await session.get(Task, row.subject_id)
            if task is None:
                return {}
            owners = [task.owner_id, *([was] if isinstance(was, int) and was != task.owner_id else [])]
            todos = [each for owner in owners for each in await self._todos(session, task, owner)]
            entries = [each for owner in owners for each in await self._appointments(session, task, owner)]
        return {"stands": [*await self._listed(todos), *await self._entered(task, entries)]}

    async def _listed(self, shown: Iterable[tuple[str, str, Todo]]) -> list[JSON]:
        stands: list[JSON] = []
        for channel, userid, todo in shown:
            try:
                there = await self._lists[channel].put(userid, todo)
            except _REFUSED as refused:
                _left_out(refused)
            else:
                stands.append(["todos", channel, userid, there.item, there.ticked, todo.state])
        return stands

    async def _entered(self, task: Task, shown: Iterable[tuple[str, str, Appointment]]) -> list[JSON]:
        stands: list[JSON] = []
        for channel, userid, appointment in shown:
            try:
                there = await self._calendars[channel].put(userid, appointment)
            except _REFUSED as refused:
                log.warning("an appointment is not mirrored; genjin doctor says why", extra={"reason": str(refused)})
            else:
                stands.append(["calendar", channel, userid, there.item, False, appointments.mark(task)])
        return stands

    async def ticked(self, row: Due) -> Mapping[str, JSON]:
        """Whether the to-do that changed is ticked now."""
        return {"ticked": await self._asked(str(row.params["channel"]), [(str(row.params["userid"]), row.subject_id)])}

    async def look(self, row: Due) -> Mapping[str, JSON]:
        """What was ticked of all that stands open in lists of a messenger. Each list is asked for what is open in it,
        and only what is missing is looked up."""
        channel = str(row.params["channel"])
        if (lists := self._lists.get(channel)) is None:
            return {}
        async with self._database.read() as session:
            ours = await mirroring.open_there(session, channel)
        missing: list[tuple[str, int]] = []
        for userid, rows in groupby(ours, key=lambda each: each[0]):
            try:
                there = await lists.open(userid)
            except _REFUSED as refused:
                _left_out(refused)
            else:
                missing += [(userid, task) for _, item, task in rows if item not in there]
        return {"ticked": await self._asked(channel, missing)}

    async def _asked(self, channel: str, rows: Iterable[tuple[str, int]]) -> list[JSON]:
        """Those accounts and tasks that are ticked, with the channel."""
        found: list[JSON] = []
        lists = self._lists.get(channel)
        for userid, task in rows if lists is not None else ():
            try:
                if lists is not None and await lists.ticked(userid, task):
                    found.append([channel, userid, task])
            except _REFUSED as refused:
                _left_out(refused)
        return found

    async def _todos(self, session: AsyncSession, task: Task, owner: int) -> list[tuple[str, str, Todo]]:
        """The task in each list of somebody, with the channel and the account."""
        known = await mirroring.of_task(session, task.id, "todos")
        found = []
        for channel, userid in await _accounts(session, owner, self._lists):
            before = known.get((channel, userid))
            found.append((channel, userid, self._todo(task, owner, before.shown if before is not None else "")))
        return found

    async def _appointments(self, session: AsyncSession, task: Task, owner: int) -> list[tuple[str, str, Appointment]]:
        """The same for calendars; only those in which something has to be done."""
        known, now = await mirroring.of_task(session, task.id, "calendar"), self._database.clock.now()
        found = []
        for channel, userid in await _accounts(session, owner, self._calendars):
            entry = appointments.entry(task, owner, known.get((channel, userid)), now)
            if entry is not None:
                found.append((channel, userid, entry))
        return found

    def _todo(self, task: Task, owner: int, shown: str) -> Todo:
        due = task.due_at
        if due is None and task.due_on is not None:
            due = datetime.combine(task.due_on, EVENING, self._zone)
        gone = task.owner_id != owner or task.gone_at is not None or task.state == "cancelled"
        return Todo(
            task=task.id,
            text=task.text,
            due_at=due,
            state="gone" if gone else "done" if task.state == "done" else "open",
            shown=shown,  # type: ignore[arg-type]  # as it was kept
        )


async def _accounts(session: AsyncSession, person: int, channels: Iterable[str]) -> list[tuple[str, str]]:
    query = select(col(Account.channel), col(Account.userid)).where(
        col(Account.person_id) == person, col(Account.channel).in_(list(channels))
    )
    return [(channel, userid) for channel, userid in (await session.execute(query)).all()]


def _left_out(refused: Exception) -> None:
    log.warning("a to-do is not mirrored; genjin doctor says why", extra={"reason": str(refused)})
