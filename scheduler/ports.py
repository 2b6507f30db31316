"""What scheduled work needs of a messenger besides sending cards; adapters implement it, `bot.app` hands it over."""

from __future__ import annotations

from typing import Protocol


class Groups(Protocol):
    """The chat groups of teams."""

    async def chat_of(self, channel: str, team_id: int) -> str:
        """The team's chat on that messenger, made now if there is none; raises `Unreachable` where it cannot be
        made."""
        ...
