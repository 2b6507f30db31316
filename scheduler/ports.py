"""What scheduled work needs of a messenger besides sending cards; adapters implement it, `bot.app` hands it over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.addressbook import Member, Unit
from domain.mirrored import Appointment, Stands, Todo
from domain.outside import Details, Met, Wanted


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


class Directory(Protocol):
    """A messenger's address book, as far as the app may see it; failures are `ChannelError`s."""

    async def units(self, unit: str | None = None) -> list[Unit]:
        """All departments, those above first; or one with what is below it."""
        ...

    def members(self, units: Sequence[Unit]) -> AsyncIterator[list[Member]]:
        """Everybody in these departments, some at a time, each once or more."""
        ...

    async def member(self, userid: str) -> Member:
        """One colleague as he is now; with the state `gone` where the messenger has, or shows, nobody of that id."""
        ...


class Todos(Protocol):
    """A messenger's own lists of to-dos; failures are `ChannelError`s."""

    async def put(self, userid: str, todo: Todo) -> Stands:
        """Show it in this person's list as it is now, or no more. What he ticked there meanwhile stays ticked."""
        ...

    async def ticked(self, userid: str, task: int) -> bool:
        """Whether he has ticked the to-do of this task; one that is not there is not."""
        ...

    async def open(self, userid: str) -> frozenset[str]:
        """The ids of what stands open in his list."""
        ...


class Calendar(Protocol):
    """A messenger's own calendars; failures are `ChannelError`s."""

    async def put(self, userid: str, appointment: Appointment) -> Stands:
        """Show it in this person's calendar as it is now, or no more. One that he removed himself is made anew when it
        changes."""
        ...


class Outside(Protocol):
    """A messenger's contacts with customers outside; failures are `ChannelError`s."""

    async def details(self, userid: str, external_id: str) -> Details | None:
        """What a colleague has noted of somebody; None where the two are in contact no more."""
        ...

    async def colleagues(self) -> list[str]:
        """The userids of those whose customers the app may know."""
        ...

    def everybody(self, userids: Sequence[str]) -> AsyncIterator[list[Met]]:
        """All customers of these colleagues, some at a time."""
        ...

    async def greet(self, code: str, text: str) -> bool:
        """Send a welcome; False where it is too late, or somebody else was faster."""
        ...

    async def write(self, userid: str, external_id: str, wanted: Wanted, *, instead_of: str) -> bool:
        """Set remark, company and level as `wanted`, in place of the level `instead_of`; False where they are in
        contact no more."""
        ...

    async def transfer(self, userid: str, to: str, external_ids: Sequence[str], *, resigned: bool) -> frozenset[str]:
        """Pass people on to a colleague; returns those who could not be. `resigned`: who had them is there no more."""
        ...
