"""What was given up: rows of the queues that are dead, for whoever runs genjin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.tables import Account, Due, Inbox, Outbox, Person, Queued

TABLES: dict[str, type[Queued]] = {"inbox": Inbox, "outbox": Outbox, "due": Due}
_VARIABLE = re.compile(r"\d+(?:\.\d+)?|'[^']*'|\"[^\"]*\"")
_CODE = re.compile(r"errcode -?\d+|HTTP \d+")
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRow:
    """One row. `what` it was and for `whom`, `since` when it was due, `at` about when it was last tried; `cause` is
    the same for rows that died of the same."""

    queue: str
    id: int
    cause: str
    what: str
    whom: str
    since: datetime
    at: datetime
    tries: int
    error: str


async def count(session: AsyncSession) -> int:
    """How many rows are dead, in all queues."""
    found = 0
    for table in TABLES.values():
        dead_rows = select(func.count()).select_from(table).where(col(table.state) == "dead")
        found += await session.scalar(dead_rows) or 0
    return found


async def dead(session: AsyncSession, *, queue: str, limit: int, after: int = 0) -> list[DeadRow]:
    """The dead rows of one queue by id, from `after` on."""
    table = TABLES[queue]
    query = select(table).where(col(table.state) == "dead", col(table.id) > after).order_by(col(table.id)).limit(limit)
    rows = (await session.scalars(query)).all()
    names = await _names(session, rows)
    return [
        DeadRow(
            queue=queue,
            id=row.id,
            cause=cause(queue, row.last_error),
            what=_what(row),
            whom=_whom(row, names),
            since=row.due_at,
            at=row.retry_at or row.due_at,
            tries=max(row.failures, row.leases_lost),
            error=row.last_error,
        )
        for row in rows
    ]


def cause(queue: str, error: str) -> str:
    """A short name for what rows died of: their error without the numbers and names that differ from row to row."""
    codes = " ".join(_CODE.findall(error))
    same = _VARIABLE.sub("#", _CODE.sub("", error)) + codes
    return blake2s(f"{queue}:{same}".encode(), digest_size=3).hexdigest()


async def _names(session: AsyncSession, rows: Sequence[Queued]) -> dict[tuple[str, str], str]:
    """Names by (channel, account), and by ("person", id)."""
    wanted = [row for row in rows if isinstance(row, (Inbox, Outbox))]
    accounts = {row.sender if isinstance(row, Inbox) else row.recipient for row in wanted}
    people = {row.person_id for row in wanted if isinstance(row, Outbox) and row.person_id is not None}
    query = select(col(Account.channel), col(Account.userid), col(Person.id), col(Person.name)).join(
        Person, col(Person.id) == col(Account.person_id)
    )
    found = {}
    for channel, userid, _, name in await session.execute(query.where(col(Account.userid).in_(accounts))):
        found[channel, userid] = name
    for person_id, name in await session.execute(
        select(col(Person.id), col(Person.name)).where(col(Person.id).in_(people))
    ):
        found["person", str(person_id)] = name
    return found


def _what(row: Queued) -> str:
    if isinstance(row, Inbox):
        return f"tap {row.text or row.payload.get('action')}" if row.kind == "action" else f"「{_short(row.text)}」"
    if isinstance(row, Outbox):
        said = row.params.get("text")
        card = f"line 「{_short(said)}」" if isinstance(said, str) else f"card {row.kind}"
        about = f" about {row.subject_kind} {row.subject_id}" if row.subject_kind else ""
        return ("change of " if row.mode == "update" else "") + card + about
    assert isinstance(row, Due)  # noqa: S101 - there are three queues
    return f"job {row.kind} about {row.subject_kind} {row.subject_id}"


def _whom(row: Queued, names: dict[tuple[str, str], str]) -> str:
    if isinstance(row, Inbox):
        return f"from {_called(names.get((row.channel, row.sender)), row.sender)}"
    if isinstance(row, Outbox):
        name = names.get((row.channel, row.recipient)) or names.get(("person", str(row.person_id)))
        return f"to {_called(name, row.recipient)}"
    return ""


def _called(name: str | None, account: str) -> str:
    return f"{name} ({account})" if name else account


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
