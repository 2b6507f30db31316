"""Failures of the robot's long connection on order."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class RobotFaults:
    """The switches. A command is written as on the wire: `aibot_respond_msg`, `ping`."""

    deaf: bool = False  # nothing that comes in is answered, and nobody closes: a connection that died silently
    refuse_connections: bool = False  # the handshake is answered with 503
    _errcodes: defaultdict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _without_ack: Counter[str] = field(default_factory=Counter)
    _slow: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _cut: Counter[str] = field(default_factory=Counter)

    def refuse(self, cmd: str, errcode: int, times: int = 1) -> None:
        """Acknowledge with `errcode` and do nothing."""
        self._errcodes[cmd].extend([errcode] * times)

    def drop_ack(self, cmd: str, times: int = 1) -> None:
        """Do what was asked and keep silent about it."""
        self._without_ack[cmd] += times

    def delay(self, cmd: str, seconds: float, times: int = 1) -> None:
        """Do what was asked, and acknowledge it after so many seconds of real time."""
        self._slow[cmd].extend([seconds] * times)

    def cut(self, cmd: str, times: int = 1) -> None:
        """Do what was asked, and reset the connection instead of acknowledging."""
        self._cut[cmd] += times

    def clear(self) -> None:
        """Nothing is ordered any more."""
        self.deaf = self.refuse_connections = False
        for ordered in (self._errcodes, self._without_ack, self._slow, self._cut):
            ordered.clear()

    def errcode(self, cmd: str) -> int:
        """What was ordered for this frame, asked once for each."""
        waiting = self._errcodes[cmd]
        return waiting.popleft() if waiting else 0

    def seconds(self, cmd: str) -> float:
        waiting = self._slow[cmd]
        return waiting.popleft() if waiting else 0.0

    def silent(self, cmd: str) -> bool:
        return self.deaf or self._take(self._without_ack, cmd)

    def resets(self, cmd: str) -> bool:
        return self._take(self._cut, cmd)

    def _take(self, ordered: Counter[str], cmd: str) -> bool:
        if ordered[cmd] <= 0:
            return False
        ordered[cmd] -= 1
        return True
