"""Files that come with messages: from the messenger into the store, and recordings into words, before they are handled.

A messenger that is slow must not hold up those who only write: after a few seconds the message is handled without its
file, which a job of its own then goes on trying to fetch as long as the messenger keeps it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.message import FileRef, Message
from bot.speech import Speech
from domain.actor import JSON
from domain.errors import ChannelError, FileGone, FileTooLarge
from domain.files import LARGEST, FileStore, StoredFile, ending, harmless
from domain.tables import Due
from scheduler.ports import Media

PATIENCE = 4.0  # seconds of real time
Problem: TypeAlias = Literal["", "late", "gone", "large"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file of a message. `stored` is None where it has a `problem`: it is still to come (`late`), the messenger has
    it no more, or it is too large. `said` is what a recording says. `name` is harmless, and may be empty."""

    ref: FileRef
    stored: StoredFile | None = None
    name: str = ""
    problem: Problem = ""
    said: str = ""


class Keeper:
    """Fetches and stores. `listens` says whether recordings are written down at all."""

    def __init__(
        self, store: FileStore, media: Mapping[str, Media], speech: Speech | None, patience: float = PATIENCE
    ) -> None:
        self._store = store
        self._media = media
        self._speech = speech
        self._patience = patience

    @property
    def listens(self) -> bool:
        return self._speech is not None

    async def take(self, message: Message) -> tuple[Arrived, ...]:
        """The message's files, as far as they come soon; never raises."""
        return tuple([await self._soon(message.channel, ref) for ref in message.files])

    async def errand(self, due: Due) -> Mapping[str, JSON]:
        """The file of a job that tries again: `stored` and `said`, or the `problem`."""
        wanted: dict[str, Any] = due.params
        ref = FileRef(kind=wanted["sort"], source=wanted["source"], name=wanted["name"])
        found = await self._guarded(wanted["channel"], ref)
        if found.stored is None:
            return {"problem": found.problem}
        stored: dict[str, JSON] = {
            "sha256": found.stored.sha256,
            "size": found.stored.size,
            "media_type": found.stored.media_type,
            "name": found.name,
        }
        return {"stored": stored, "said": found.said}

    async def _soon(self, channel: str, ref: FileRef) -> Arrived:
        try:
            async with asyncio.timeout(self._patience):
                return await self._guarded(channel, ref)
        except TimeoutError:
            return Arrived(ref=ref, name=harmless(ref.name), problem="late", said=ref.said or "")

    async def _guarded(self, channel: str, ref: FileRef) -> Arrived:
        try:
            return await self._bring(channel, ref)
        except FileGone:
            return Arrived(ref=ref, problem="gone", said=ref.said or "")
        except FileTooLarge:
            return Arrived(ref=ref, problem="large", said=ref.said or "")
        except (ChannelError, OSError) as wrong:
            log.warning("a file could not be fetched", extra={"kind": ref.kind, "error": type(wrong).__name__})
            return Arrived(ref=ref, name=harmless(ref.name), problem="late", said=ref.said or "")

    async def _bring(self, channel: str, ref: FileRef) -> Arrived:
        if (media := self._media.get(channel)) is None:
            raise FileGone(f"{channel} keeps no files")
        got = await media.fetch(ref.source, LARGEST)
        stored = await self._store.put(got.data)
        name = harmless(ref.name or (got.name if ref.kind == "file" else ""))
        said = ref.said or ""
        if ref.kind == "voice" and ref.said is None and self._speech is not None:
            said = await self._speech.transcribe(got.data, f"voice{ending(stored.media_type) or '.amr'}")
        return Arrived(ref=ref, stored=stored, name=name, said=said)
