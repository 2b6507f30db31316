"""Wake-ups: who writes a row tells those who may take it up.

They are hints: losing them costs latency, never work. One process tells itself; with Redis all of them are told
(`scheduler.redis_coordination`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Listener = Callable[[frozenset[str]], None]


class Coordination(Protocol):
    """What processes share besides the database."""

    def on_wake(self, listener: Listener) -> None: ...
    def wake(self, queues: frozenset[str]) -> None: ...
    async def healthy(self) -> bool: ...
    async def start(self) -> None: ...
    async def close(self) -> None: ...


class LocalCoordination:
    """For a process by itself."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def on_wake(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def wake(self, queues: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(queues)

    async def healthy(self) -> bool:
        """Whether what is shared can be reached; alone there is nothing to reach."""
        return True

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to end."""
