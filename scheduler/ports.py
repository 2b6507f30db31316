"""What scheduled work needs of a messenger besides sending cards; adapters implement it, `bot.app` hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as a messenger gave it; `name` is what the messenger calls it, not yet made harmless."""

    data: bytes
    name: str = ""


class Media(Protocol):
    """The files that people sent, while the messenger keeps them."""

    async def fetch(self, source: Mapping[str, str], most: int) -> Fetched:
        """The file, of at most `most` bytes; raises `FileGone`, `FileTooLarge`, or another `ChannelError` where it is
        worth another try."""
        ...


class Groups(Protocol):
    """The chat groups of teams."""

    async def chat_of(self, channel: str, team_id: int) -> str:
        """The team's chat on that messenger, made now if there is none; raises `Unreachable` where it cannot be
        made."""
        ...
