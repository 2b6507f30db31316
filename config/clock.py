"""The one source of the present moment.

Everything that asks what time it is asks a `Clock`, so that tests stand still and the local messenger can be moved
forward. All moments are aware and in UTC; wall-clock wording belongs to `domain.days` and `cards.words`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftableClock:
    """A clock that runs on from wherever it was put; with `still=True` it stands between two moves.

    Whoever waits for a moment subscribes, because a move makes things due that nobody would look at until later.
    """

    def __init__(self, start: datetime | None = None, *, still: bool = False) -> None:
        self._still_at = start if still else None
        self._offset = timedelta() if start is None else start - datetime.now(UTC)
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return self._still_at if self._still_at is not None else datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`; time never runs back here, because nothing that was done can be undone by a clock."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        if self._still_at is not None:
            self._still_at += by
        self._offset += by
        for listener in list(self._listeners):
            listener()

    def move_to(self, moment: datetime) -> None:
        self.advance(moment - self.now())

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each move."""
        self._listeners.append(listener)
