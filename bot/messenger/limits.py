"""How many in how long: sliding counts on the given clock, so that they age with everything else."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from config.clock import Clock

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(slots=True)
class _Tally:
    entries: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def forget(self, before: float) -> None:
        while self.entries and self.entries[0][0] <= before:
            self.total -= self.entries.popleft()[1]

    def add(self, at: float, count: int) -> None:
        self.entries.append((at, count))
        self.total += count


class Limit:
    """At most `most` of one key within each of several periods: `Limit(clock, {MINUTE: 30, HOUR: 1000})`."""

    def __init__(self, clock: Clock, most: dict[int, int]) -> None:
        self._clock = clock
        self._most = most
        self._tallies: defaultdict[tuple[str, int], _Tally] = defaultdict(_Tally)

    def take(self, key: str, count: int = 1) -> bool:
        """Whether `count` more are allowed now; if so they are counted, if not nothing is."""
        now = self._clock.now().timestamp()
        tallies = {period: self._tallies[key, period] for period in self._most}
        for period, tally in tallies.items():
            tally.forget(now - period)
            if tally.total + count > self._most[period]:
                return False
        for tally in tallies.values():
            tally.add(now, count)
        return True
