"""What processes share besides the database: wake-ups and the pace towards each recipient.

Both are hints: losing them costs latency, never work. Without Redis one process keeps them for itself; with Redis all
replicas share them (`scheduler.redis_coordination`).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Coordination(Protocol):
    """Wake-ups and pace; see the module."""

    def on_wake(self, listener: Callable[[frozenset[str]], None]) -> None: ...
    def wake(self, queues: frozenset[str]) -> None: ...
    def remember(self, key: str, at: datetime) -> None: ...
    async def pace(self, key: str, token: str, *, per_minute: int, per_hour: int, now: datetime) -> timedelta: ...
    async def healthy(self) -> bool: ...
    async def start(self) -> None: ...
    async def close(self) -> None: ...


class LocalCoordination:
    """For a process that is alone."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._sent: dict[str, deque[datetime]] = defaultdict(deque)

    def on_wake(self, listener: Callable[[frozenset[str]], None]) -> None:
        self._listeners.append(listener)

    def wake(self, queues: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(queues)

    async def pace(self, key: str, token: str, *, per_minute: int, per_hour: int, now: datetime) -> timedelta:
        """Zero and counted, or how long to wait until the recipient may get another message."""
        sent = self._sent[key]
        while sent and sent[0] <= now - HOUR:
            sent.popleft()
        if len(sent) >= per_hour:
            return sent[0] + HOUR - now
        recent = [at for at in sent if at > now - MINUTE]
        if len(recent) >= per_minute:
            return recent[0] + MINUTE - now
        sent.append(now)
        return timedelta()

    def remember(self, key: str, at: datetime) -> None:
        """A send of before this process began: it counts too, in the order of time."""
        self._sent[key].append(at)

    async def healthy(self) -> bool:
        """Whether what is shared can be reached; alone there is nothing to reach."""
        return True

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        self._sent.clear()
