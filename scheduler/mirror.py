"""Tasks in the messengers' own lists of to-dos: after each change of a task its owner's list is brought up to date.

It is a copy that nobody waits for: it has a line of its own, and where the messenger does not allow it, it is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import JSON
from domain.database import Database
from domain.errors import Misconfigured, Rejected, Unreachable
from domain.mirrored import Todo
from domain.tables import Account, Due, Task
from scheduler.ports import Todos
from scheduler.timed import Errand

log = logging.getLogger(__name__)
EVENING = time(18)  # by when something is due that has a day and no hour


class MirrorErrands:
    """The errand of the job in `scheduler.jobs.mirror`. `lists` are by channel."""

    def __init__(self, database: Database, lists: Mapping[str, Todos], zone: ZoneInfo) -> None:
        self._database, self._lists, self._zone = database, lists, zone

    def all(self) -> dict[str, Errand]:
        return {"mirror.task": self.task}

    async def task(self, row: Due) -> Mapping[str, JSON]:
        """Show the task as it is now, to whom it is now; to whom it was before no more."""
        was = row.params.get("was")
        async with self._database.read() as session:
            task = await session.get(Task, row.subject_id)
            if task is None:
                return {}
            wanted = [(task.owner_id, self._todo(task, given_away=False))]
            if isinstance(was, int) and was != task.owner_id:
                wanted.append((was, self._todo(task, given_away=True)))
            shown = [
                (channel, userid, todo) for owner, todo in wanted for channel, userid in await self._at(session, owner)
            ]
        for channel, userid, todo in shown:
            try:
                await self._lists[channel].put(userid, todo)
            except (Misconfigured, Rejected, Unreachable) as refused:
                log.warning("a to-do is not mirrored; genjin doctor says why", extra={"reason": str(refused)})
        return {}

    async def _at(self, session: AsyncSession, person_id: int) -> list[tuple[str, str]]:
        query = select(col(Account.channel), col(Account.userid)).where(
            col(Account.person_id) == person_id, col(Account.channel).in_(self._lists)
        )
        return [(channel, userid) for channel, userid in (await session.execute(query)).all()]

    def _todo(self, task: Task, *, given_away: bool) -> Todo:
        due = task.due_at
        if due is None and task.due_on is not None:
            due = datetime.combine(task.due_on, EVENING, self._zone)
        gone = given_away or task.gone_at is not None or task.state == "cancelled"
        return Todo(
            key=f"genjin-task-{task.id}",
            text=task.text,
            due_at=due,
            state="gone" if gone else "done" if task.state == "done" else "open",
        )
