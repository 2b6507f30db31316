"""What became of a tap, for who made it on a page: the card that answers it, by its kind and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.services import people
from domain.tables import Inbox, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """`kind` and `params` of the card that answers, None where the tap is not handled yet, or answered by none."""

    done: bool
    kind: str | None = None
    params: Mapping[str, Any] | None = None
    person_id: int | None = None


async def came(session: AsyncSession, channel: str, message_id: str) -> Came:
    """How it stands with a tap that was stored under this id."""
    query = select(Inbox).where(col(Inbox.channel) == channel, col(Inbox.message_id) == message_id)
    told = (await session.scalars(query)).first()
    if told is None or told.state == "waiting":
        return Came(done=False)
    account = await people.by_account(session, channel, told.sender)
    person_id = account[0].id if account is not None else None
    mine = (
        col(Outbox.cause_kind) == "inbox",
        col(Outbox.cause_id) == told.id,
        col(Outbox.channel) == channel,
        col(Outbox.recipient) == told.sender,
    )
    answers = select(Outbox).where(*mine).order_by(col(Outbox.mode) != "update", col(Outbox.id)).limit(1)
    answer = (await session.scalars(answers)).first()
    if answer is None:
        return Came(done=True, person_id=person_id)
    return Came(done=True, kind=answer.kind, params=answer.params, person_id=person_id)
