"""What keeps the record in order without anybody asking for it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlmodel import col

from domain.actor import Address, Ref
from domain.tables import Account, Due, Inbox, Outbox, Person, Queued
from domain.uow import UnitOfWork
from domain.when import Local

NIGHT = time(3, 30)
BATCH = 500
_PRUNED: dict[str, tuple[type[Queued], Any]] = {
    "inbox": (Inbox, col(Inbox.received_at)),
    "outbox": (Outbox, col(Outbox.created_at)),
    "due": (Due, col(Due.created_at)),
}


def next_night(local: Local) -> datetime:
    """When the coming night's work begins, in the company's zone."""
    tonight = datetime.combine(local.today, NIGHT, local.zone)
    return tonight if tonight > local.now else datetime.combine(local.today + timedelta(days=1), NIGHT, local.zone)


def plan_pruning(uow: UnitOfWork, night: datetime, *, keep: timedelta) -> None:
    """Have the queues pruned of what came in more than `keep` before this night, once, whoever plans it too."""
    before = (night - keep).isoformat()
    uow.later("prune", Ref("upkeep", 0), night, key=f"prune-{night:%Y%m%d}", queue="inbox", after=0, before=before)


def plan_directory(uow: UnitOfWork, channel: str, at: datetime) -> None:
    """Have the address book of a messenger read at that moment, once, whoever plans it too."""
    key = f"directory-{channel}-{at.astimezone(UTC):%Y%m%d%H%M}"
    uow.later("directory.full", Ref("directory", 0), at, key=key, channel=channel)


def plan_look(uow: UnitOfWork, channel: str, at: datetime) -> None:
    """Have the lists of to-dos of a messenger looked through at that moment, once, whoever plans it too."""
    key = f"mirror-look-{channel}-{at.astimezone(UTC):%Y%m%d%H%M}"
    uow.later("mirror.look", Ref("mirror", 0), at, key=key, channel=channel)


def plan_outside(uow: UnitOfWork, channel: str, at: datetime) -> None:
    """Have all customers outside read, after the colleagues who have them."""
    key = f"outside-all-{channel}-{at.astimezone(UTC):%Y%m%d%H%M}"
    uow.later("outside.all", Ref("outside", 0), at, key=key, channel=channel)


async def prune(uow: UnitOfWork, due: Due) -> None:
    """Delete one batch of rows that are done or cancelled, and plan the next. The ids grow with the time, so a batch
    that ends with a young row is the last of its queue."""
    queue, before = str(due.params["queue"]), datetime.fromisoformat(str(due.params["before"]))
    table, came = _PRUNED[queue]
    query = select(col(table.id), col(table.state), came).where(col(table.id) > int(due.params["after"]))
    rows = (await uow.session.execute(query.order_by(col(table.id)).limit(BATCH))).all()
    over = [row_id for row_id, state, at in rows if at < before and state in ("done", "cancelled")]
    if over:
        await uow.session.execute(delete(table).where(col(table.id).in_(over)))
    if len(rows) == BATCH and rows[-1][2] < before:
        _go_on(uow, due, queue, rows[-1][0])
    elif queue != list(_PRUNED)[-1]:
        _go_on(uow, due, list(_PRUNED)[list(_PRUNED).index(queue) + 1], 0)


def _go_on(uow: UnitOfWork, due: Due, queue: str, after: int) -> None:
    key = f"{'-'.join(due.key.split('-')[:2])}-{queue}-{after}"
    uow.later("prune", Ref("upkeep", 0), uow.now, key=key, queue=queue, after=after, before=due.params["before"])


async def tell_of_restore(uow: UnitOfWork, taken_at: datetime, zone: ZoneInfo, *, since: datetime) -> int:
    """Tell everybody who wrote after `since` that what was said after `taken_at` is gone; returns how many they are."""
    query = select(col(Account.person_id)).join(Person, col(Person.id) == col(Account.person_id))
    query = query.where(col(Account.used_at) >= since, col(Person.active), col(Person.gone_at).is_(None)).distinct()
    people = (await uow.session.scalars(query)).all()
    at = f"{taken_at.astimezone(zone):%m-%d %H:%M}"
    text = f"我从备份恢复了，{at} 之后你说的我这里没有了，麻烦再说一遍。那之后的卡片点了也不算"
    for person_id in people:
        uow.tell(Address.person(person_id), "plain.text", text=text)
    return len(people)
