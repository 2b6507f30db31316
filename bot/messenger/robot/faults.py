"""Failures of the robot's long connection: on order, or by the switches that spoil a regular share of its frames."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from bot.messenger.switches import SLOW, Switch, Switches

_REFUSALS = {Switch.LIMITED: 45009, Switch.BROKEN: -1}
_SPARED = ("aibot_subscribe", "ping")  # as gettoken is


@dataclass(slots=True)
class RobotFaults:
    """A command is written as on the wire: `aibot_respond_msg`, `ping`. `switches` are shared with the app, `struck`
    counts what each has spoiled here."""

    switches: Switches = field(default_factory=Switches)
    struck: Counter[Switch] = field(default_factory=Counter)

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
        if waiting := self._errcodes[cmd]:
            return waiting.popleft()
        struck = [switch for switch in _REFUSALS if self._struck(switch, cmd)]
        return _REFUSALS[struck[0]] if struck else 0

    def seconds(self, cmd: str) -> float:
        if waiting := self._slow[cmd]:
            return waiting.popleft()
        return SLOW if self._struck(Switch.SLOW, cmd) else 0.0

    def silent(self, cmd: str) -> bool:
        return self.deaf or self._take(self._without_ack, cmd)

    def resets(self, cmd: str) -> bool:
        return self._take(self._cut, cmd) or self._struck(Switch.CUT, cmd)

    def repeats(self) -> bool:
        """Whether what the robot is told now is told twice."""
        return self._struck(Switch.RETRIED)

    def _struck(self, switch: Switch, cmd: str = "") -> bool:
        if cmd in _SPARED or not self.switches.strikes(switch):
            return False
        self.struck[switch] += 1
        return True

    def _take(self, ordered: Counter[str], cmd: str) -> bool:
        if ordered[cmd] <= 0:
            return False
        ordered[cmd] -= 1
        return True
