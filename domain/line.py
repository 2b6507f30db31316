"""A line of tasks for one thing, with a way past it: storing a message does not wait behind the handling of others."""

from __future__ import annotations

import asyncio
from collections import deque


class Line:
    """One task at a time has the turn. It goes from hand to hand: first to those who came `first`, then by arrival."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def waited_for(self) -> bool:
        """Whether somebody stands in line."""
        return bool(self._first or self._others)

    async def take(self, *, first: bool = False) -> None:
        """Wait for the turn."""
        if self._taken:
            await self.wait(self.stand(first=first))
        self._taken = True

    def stand(self, *, first: bool = False) -> asyncio.Future[None]:
        """A place in line, while somebody has the turn; `wait` there for one's own."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._first if first else self._others).append(place)
        return place

    async def wait(self, place: asyncio.Future[None]) -> None:
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.pass_on()  # it was ours already
            raise

    def pass_on(self) -> None:
        """Give the turn to the next."""
        for line in (self._first, self._others):
            while line:
                if not (following := line.popleft()).done():
                    following.set_result(None)
                    return
        self._taken = False
