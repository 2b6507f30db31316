"""A clock that several processes read and that a test sets: the machine's own, moved by what a small file says."""

from __future__ import annotations

import mmap
import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SECONDS = struct.Struct("d")
# When a trial begins, whatever the machine's clock says: in the evening much is told at once, and a night is not far.
MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # Wednesday, nine o'clock in Shanghai


class FileClock:
    """Tells the machine's time, moved by the seconds that stand in `path`, forward or back."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < _SECONDS.size:
                os.write(handle, _SECONDS.pack(0.0))
            self._map = mmap.mmap(handle, _SECONDS.size)
        finally:
            os.close(handle)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=_SECONDS.unpack(self._map[:])[0])

    def begin(self, moment: datetime) -> None:
        """It is this moment now for every process that reads the file, and time goes on from there."""
        self.advance(moment - self.now())

    def advance(self, by: timedelta) -> None:
        """Move it for every process that reads the file; a negative `by` moves it back."""
        moved = _SECONDS.unpack(self._map[:])[0] + by.total_seconds()
        self._map[:] = _SECONDS.pack(moved)
