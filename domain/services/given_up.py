"""Taking up again what was given up, or letting it go: by hand, one row at a time, written down in the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from domain.actor import Address, Ref
from domain.errors import NotFound, Refused
from domain.services import people
from domain.tables import Account, Due, Inbox, Outbox, Queued
from domain.uow import UnitOfWork
from domain.when import Local

SOON, AGAIN, AT_MOST = timedelta(seconds=5), timedelta(minutes=1), timedelta(days=1)


class NotDead(Refused):
    """The row is not among those that were given up."""


class Nowhere(Refused):
    """Its receiver still has no account on any messenger."""


async def retry(uow: UnitOfWork, table: type[Queued], row_id: int) -> None:
    """Let the row wait again, as if it had never failed; whoever was told that it failed hears when it has worked."""
    row = await _dead(uow, table, row_id)
    if isinstance(row, Outbox) and row.channel == "none":
        await _address(uow, row)
    _write_down(uow, row, "waiting")
    row.state, row.failures, row.leases_lost = "waiting", 0, 0
    row.retry_at = row.lease_until = None
    if isinstance(row, Inbox):
        row.outcome, row.handled_at = "", None
    if not isinstance(row, Due):
        _look_again(uow, row, uow.now + SOON, since=uow.now.isoformat())


async def drop(uow: UnitOfWork, table: type[Queued], row_id: int) -> None:
    """Let the row go; it stays on record until it is pruned."""
    row = await _dead(uow, table, row_id)
    _write_down(uow, row, "cancelled")
    row.state = "cancelled"


async def look(uow: UnitOfWork, due: Due, local: Local) -> None:
    """What became of a row that was taken up again: tell once it is done, look again while it waits."""
    table: type[Inbox | Outbox] = Inbox if due.subject_kind == "inbox" else Outbox
    row: Inbox | Outbox | None = await uow.session.get(table, due.subject_id)
    if row is None or row.state not in ("waiting", "done"):
        return
    if row.state == "done":
        await _tell(uow, row, due.key, local)
    elif uow.now.isoformat() < str(due.params["until"]):
        _look_again(uow, row, uow.now + AGAIN, until=str(due.params["until"]))


async def _dead(uow: UnitOfWork, table: type[Queued], row_id: int) -> Queued:
    try:
        row = await uow.lock(table, row_id)
    except NotFound:
        raise NotDead from None
    if row.state != "dead":
        raise NotDead
    return row


async def _address(uow: UnitOfWork, row: Outbox) -> None:
    query = select(Account).where(col(Account.person_id) == row.person_id)
    newest = query.order_by(col(Account.used_at).is_(None), col(Account.used_at).desc(), col(Account.id)).limit(1)
    account = (await uow.session.scalars(newest)).first()
    if account is None:
        raise Nowhere
    row.channel, row.recipient = account.channel, account.userid
    row.lane = f"{account.channel}:{account.userid}"


def _look_again(uow: UnitOfWork, row: Queued, at: Any, *, since: str = "", until: str = "") -> None:
    queue = str(row.__tablename__)
    until = until or (uow.now + AT_MOST).isoformat()
    uow.later("retried", Ref(queue, row.id), at, key=f"retried-{queue}-{row.id}-{int(at.timestamp())}", until=until)


async def _tell(uow: UnitOfWork, row: Inbox | Outbox, key: str, local: Local) -> None:
    if isinstance(row, Inbox):
        at = row.received_at.astimezone(local.zone)
        done = "点的那下办好了" if row.kind == "action" else "说的那条处理好了"
        uow.tell(Address.account(row.channel, row.sender), "plain.text", key=key, text=f"你 {at:%m-%d %H:%M} {done}")
        return
    cause = await uow.session.get(Inbox, row.cause_id) if row.cause_kind == "inbox" and row.cause_id else None
    if cause is None or (cause.channel, cause.sender) == (row.channel, row.recipient):
        return
    whom = "群里"
    if row.person_id is not None:
        whom = (await people.names(uow.session, {row.person_id}))[row.person_id].called
    at = row.created_at.astimezone(local.zone)
    text = f"{at:%m-%d %H:%M} 没发到{whom}的那条，现在发到了"
    uow.tell(Address.account(cause.channel, cause.sender), "plain.text", key=key, text=text)


def _write_down(uow: UnitOfWork, row: Queued, state: str) -> None:
    """The queues are not audited by themselves; what somebody does to them by hand is."""
    uow.audited.append(
        {
            "change_set": uow.change_set,
            "at": uow.now,
            "person_id": uow.actor.person_id,
            "cause_kind": uow.cause.kind,
            "cause_id": uow.cause.id,
            "kind": str(row.__tablename__),
            "row_id": row.id,
            "op": "update",
            "changes": {"state": [row.state, state], "last_error": [row.last_error, row.last_error]},
        }
    )
