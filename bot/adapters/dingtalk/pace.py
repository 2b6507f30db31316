"""How fast to call: DingTalk lets an app call each of its APIs so often a second (protocol reference 4.2, 5.4). What is
more is kept here, in the order in which it was asked for, before it is refused there.

A place is taken before a call and given back a second after its answer. The platform has counted a call by the time of
its answer at the latest, so in no second of its own can it count more calls than there are places, however long they
were on their way. Processes share the places evenly; each goes by how many hold the messenger's connection.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from config import measures

SECOND = 1.05  # a little longer than the platform's own
SHARE = 0.9  # of what is allowed: `genjin doctor` and processes that have just come call as well
_IDS = re.compile(r"\b(users|tasks|sources|events)/(?!sources/)[^/?]+")

Later = Callable[[float, Callable[[], None]], Any]


@dataclass(slots=True)
class _Api:
    taken: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class CallPace:
    """Of one app in this process. `processes` says how many there are, as far as is known; `later` calls something
    back after so many seconds."""

    def __init__(
        self, channel: str, limit: int, processes: Callable[[], int] = lambda: 1, later: Later | None = None
    ) -> None:
        self._channel, self._limit, self._processes, self._later = channel, limit, processes, later
        self._apis: defaultdict[str, _Api] = defaultdict(_Api)

    @property
    def places(self) -> int:
        """How many calls of one API this process may have in a second; one at least."""
        return max(1, int(self._limit * SHARE) // max(1, self._processes()))

    @asynccontextmanager
    async def turn(self, api: str) -> AsyncIterator[None]:
        """Wait for a place among the calls of this API, and have it for as long as the call counts."""
        here = self._apis[api]
        if here.waiting or here.taken >= self.places:
            measures.HELD.add(self._channel)
            await self._place(here)
        else:
            here.taken += 1
        try:
            yield
        finally:
            (self._later or asyncio.get_running_loop().call_later)(SECOND, lambda: self._give_back(here))

    async def _place(self, here: _Api) -> None:
        turn = asyncio.get_running_loop().create_future()
        here.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(here)  # it was given just now, and nobody uses it
            raise

    def _give_back(self, here: _Api) -> None:
        here.taken -= 1
        while here.waiting and here.taken < self.places:
            turn = here.waiting.popleft()
            if not turn.done():
                here.taken += 1
                turn.set_result(None)


def api_of(method: str, path: str) -> str:
    """Which API a call is one of: its method and path, without the ids of those whom it is about."""
    bare = _IDS.sub(r"\1/-", path.partition("?")[0])
    return f"{method} {bare}"
