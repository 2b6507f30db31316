"""What comes in over a socket, handled beside the receiving, and one after the other of each chat.

A slow database would otherwise look like a dead connection, and a correction could overtake what it corrects.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class InOrder:
    """Work of one key is done in the order in which it was begun, that of several keys side by side."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}

    def begin(self, key: str, work: Coroutine[Any, Any, None]) -> None:
        """Do it behind what was begun under the same key; what it raises is logged."""
        before = self._last.get(key)

        async def behind() -> None:
            if before is not None:
                await asyncio.wait({before})
            await work

        task = self._last[key] = asyncio.create_task(behind())
        task.add_done_callback(lambda done: self._ended(key, done))

    async def done(self, patience: float) -> None:
        """Return when nothing is in hand, or after so many seconds."""
        if self._last:
            await asyncio.wait(set(self._last.values()), timeout=patience)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("what came in was lost", exc_info=error)
