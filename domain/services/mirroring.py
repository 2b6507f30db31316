"""Tasks as they stand in the messengers' own lists: what is where, and what a tick there does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.mirrored import Place, Stands, State
from domain.services import people, tasks, todos
from domain.tables import Account, Mirrored, Task
from domain.uow import UnitOfWork
from domain.when import Local

OPEN: State = "open"
# Of each list that has the task open from us: the account, the messenger's id, the task.
Open: TypeAlias = tuple[str, str, int]


async def of_task(session: AsyncSession, task_id: int, place: Place) -> dict[tuple[str, str], Mirrored]:
    """Where a task stands or stood, by channel and account."""
    query = select(Mirrored).where(col(Mirrored.task_id) == task_id, col(Mirrored.place) == place)
    return {(row.channel, row.userid): row for row in (await session.scalars(query)).all()}


async def put_down(
    uow: UnitOfWork, task_id: int, place: Place, channel: str, userid: str, stands: Stands, shown: str
) -> None:
    """Keep how it stands there now; `shown` is as `Mirrored` has it."""
    rows = await of_task(uow.session, task_id, place)
    row = rows.get((channel, userid))
    if row is None:
        row = await uow.add(Mirrored(task_id=task_id, place=place, channel=channel, userid=userid))
    if row.item and row.item != stands.item:
        row.times += 1
    row.item, row.shown = stands.item, shown


async def meant(session: AsyncSession, channel: str, item: str) -> tuple[int, str] | None:
    """The open task that a to-do of this id stands for, and whose list it stands in; None where it is none of ours, or
    nothing can come of a tick any more."""
    query = select(Mirrored, Task).join(Task, col(Task.id) == col(Mirrored.task_id))
    query = query.where(col(Mirrored.channel) == channel, col(Mirrored.item) == item, col(Mirrored.place) == "todos")
    found = (await session.execute(query)).first()
    if found is None or found[1].state != "open" or found[1].gone_at is not None:
        return None
    return found[1].id, found[0].userid


async def open_there(session: AsyncSession, channel: str) -> Sequence[Open]:
    """All tasks that stand open in lists of this messenger, account by account."""
    query = select(col(Mirrored.userid), col(Mirrored.item), col(Mirrored.task_id)).join(
        Task, col(Task.id) == col(Mirrored.task_id)
    )
    query = query.where(
        col(Mirrored.channel) == channel,
        col(Mirrored.place) == "todos",
        col(Mirrored.item) != "",
        col(Mirrored.shown) == OPEN,
        col(Task.state) == "open",
        col(Task.gone_at).is_(None),
    )
    rows = await session.execute(query.order_by(col(Mirrored.userid), col(Mirrored.id)))
    return [(userid, item, task) for userid, item, task in rows.all()]


async def tick(uow: UnitOfWork, task_id: int, channel: str, userid: str, local: Local) -> None:
    """Its owner has ticked it in his list: it is done as if he had ticked it in the chat. Who had it before ticks
    nothing."""
    task = await uow.find(Task, task_id)
    if task is None or task.gone_at is not None or task.state != "open":
        return
    owner = select(col(Account.person_id)).where(col(Account.channel) == channel, col(Account.userid) == userid)
    if (await uow.session.scalars(owner)).first() != task.owner_id:
        return
    uow.actor = await people.actor_of(uow.session, task.owner_id)
    await put_down_ticked(uow, task_id, channel, userid)
    await todos.finish(uow, task_id)
    await tasks.refresh_today(uow, local)


async def put_down_ticked(uow: UnitOfWork, task_id: int, channel: str, userid: str) -> None:
    """The list shows it done already, so that a way back opens it there too."""
    row = (await of_task(uow.session, task_id, "todos")).get((channel, userid))
    if row is not None:
        row.shown = "done"
