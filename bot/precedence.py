"""Acknowledging goes before handling: a messenger waits seconds for the one, a person gladly a moment for the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 0.5  # seconds for which handling lets callbacks pass, so that it goes on even where they never end


class Precedence:
    """Those who go first say so with `first`; the others ask with `pass_by` before they begin."""

    def __init__(self) -> None:
        self._going = 0
        self._clear = asyncio.Event()
        self._clear.set()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Go before the others."""
        self._going += 1
        self._clear.clear()
        try:
            yield
        finally:
            self._going -= 1
            if not self._going:
                self._clear.set()

    async def pass_by(self) -> None:
        """Return when nobody goes first, or they have had their time."""
        if self._going:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._clear.wait()
