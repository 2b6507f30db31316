"""Which chat group something goes to: what somebody set for it, newest first; else what genjin made."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.tables import GroupChat

_WEBHOOK = ".webhook"  # how the channels end on which we reach a group by a webhook: one way
Use: TypeAlias = Literal["team", "alerts"]


def by_webhook(channel: str) -> bool:
    """Whether groups of this channel are reached by a webhook, whose address is a password."""
    return channel.endswith(_WEBHOOK)


def that_are_set(use: str, team_id: int | None) -> Select[Any]:
    """The groups that somebody set for this use, the newest first."""
    return (
        select(GroupChat)
        .where(
            col(GroupChat.use) == use,
            col(GroupChat.team_id) == team_id if team_id is not None else col(GroupChat.team_id).is_(None),
            col(GroupChat.set_by_id).is_not(None),
            col(GroupChat.gone_at).is_(None),
        )
        .order_by(col(GroupChat.set_at).desc(), col(GroupChat.id).desc())
    )


async def chosen(session: AsyncSession, use: Use, team_id: int | None = None) -> GroupChat | None:
    """The group that somebody set for this use; None where nobody did."""
    return (await session.scalars(that_are_set(use, team_id).limit(1))).first()


async def of_chat(session: AsyncSession, channel: str, chat_id: str) -> GroupChat | None:
    """What a chat is there for; None where that was never said, or is taken back."""
    query = select(GroupChat).where(
        col(GroupChat.channel) == channel, col(GroupChat.chat_id) == chat_id, col(GroupChat.gone_at).is_(None)
    )
    return (await session.scalars(query)).first()
