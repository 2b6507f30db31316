"""The other way to a recipient whom a messenger does not reach: the channel whose accounts it shares.

The smart robot shares those of WeCom's app: a person is written to in the app. Where the messenger is not used at all
any more, what was for the group of a team goes to the one that the app makes; a group that is no team's has no other
way.
"""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy.ext.asyncio import AsyncSession

from domain import group_chats
from domain.addressing import MAKES_GROUPS
from domain.services.people import directory_of
from domain.tables import Outbox


async def detour(session: AsyncSession, row: Outbox, channels: Container[str], *, gone: bool) -> dict[str, str] | None:
    """Channel, recipient and lane of the other way, as far as there is one among `channels`; `gone`: the row's own
    messenger is not used any more."""
    home, recipient = directory_of(row.channel), row.recipient
    if home == row.channel or home not in channels:
        return None
    if recipient.startswith(("group:", "team:")) and not gone:
        return None
    if recipient.startswith("group:"):
        chat = await group_chats.of_chat(session, row.channel, recipient.removeprefix("group:"))
        if chat is None or chat.use != "team" or chat.team_id is None or home != MAKES_GROUPS:
            return None
        recipient = f"team:{chat.team_id}"
    return {"channel": home, "recipient": recipient, "lane": f"{home}:{recipient}"}
