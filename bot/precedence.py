"""Acknowledging goes before handling: a messenger waits seconds for the one, a person gladly a moment for the other.

A callback by itself is let pass while it is stored. Callbacks that follow one another closely are a crowd, and handling
waits until it has passed: what is begun between two of them makes the second wait. A crowd that does not end gets most
of the time, and not all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

CLOSELY = 0.008  # seconds between callbacks of a crowd
PATIENCE = 3.0  # seconds for which handling lets a crowd pass
TURN = 1.0  # seconds for which it goes on then, beside the crowd


class Precedence:
    """Those who go first say so with `first`; the others ask with `pass_by` before they begin."""

    def __init__(self) -> None:
        self._going = 0
        self._others = 0  # that work, or wait to begin
        self._began = 0.0
        self._last = self._free = 0.0
        self._crowded = False
        self._clear = asyncio.Event()
        self._clear.set()
        self._calm: asyncio.TimerHandle | None = None

    @contextmanager
    def first(self) -> Iterator[None]:
        """Go before the others."""
        now = monotonic()
        self._going += 1
        if self._clear.is_set():
            self._began = now
            self._clear.clear()
        self._crowded = now - max(self._last, self._free) < CLOSELY
        if self._calm is not None:
            self._calm.cancel()
            self._calm = None
        try:
            yield
        finally:
            self._last = monotonic()
            self._going -= 1
            if not self._going:
                self._passed()

    def _passed(self) -> None:
        if self._crowded:
            self._calm = asyncio.get_running_loop().call_later(CLOSELY, self._clear.set)
        else:
            self._clear.set()

    async def pass_by(self) -> None:
        """Return when nobody goes first, or the others have their turn; followed by `worked`, however the work ends."""
        self._others += 1
        if self._clear.is_set():
            return
        spent = (monotonic() - self._began) % (PATIENCE + TURN)
        if spent < PATIENCE:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE - spent):
                    await self._clear.wait()

    def worked(self) -> None:
        """One of the others is done. Where there are more of them, whoever comes next may have come, and waited, at any
        moment of it; where there are none, he may as well be the same person, who has just been answered."""
        self._others -= 1
        if self._others:
            self._free = monotonic()
