"""Faults that stay on until they are switched off: each spoils a regular share of the calls or callbacks.

What a test or the page orders once is in `faults`; here one of every so many is spoiled, always the same ones, so that
a run with faults can be repeated. `gettoken` is spared, but for the switch that is about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import Enum

SLOW = 3.0  # seconds of real time


class Switch(Enum):
    """What can be switched on."""

    EXPIRED = "tokens expire before their time (42001)"
    LIMITED = "calls are refused for their rate (45009)"
    BROKEN = "the API answers 503"
    SLOW = "the API takes its time"
    CUT = "what is asked is done, and the connection is cut before the answer"
    RETRIED = "callbacks are delivered again after they were taken"
    DROPPED = "frames of the Stream are lost on the way"
    DOUBLED = "frames of the Stream come twice"
    NOTICE = "the Stream says after a frame that its connection is expired"
    GATEWAY = "the gateway of the Stream takes its time"


STREAM = frozenset({Switch.DROPPED, Switch.DOUBLED, Switch.NOTICE, Switch.GATEWAY})  # where a messenger has one


class Switches:
    """Which are on, and for which share: one of `every`. `changed` is called after each change, `struck`
    counts what each has spoiled so far."""

    def __init__(self) -> None:
        self._on: dict[Switch, int] = {}
        self._seen: Counter[Switch] = Counter()
        self.struck: Counter[Switch] = Counter()
        self.changed: Callable[[], None] = lambda: None

    @property
    def on(self) -> list[str]:
        """The names of those that are on."""
        return [each.name for each in Switch if each in self._on]

    def turn(self, switch: Switch, every: int) -> None:
        """Spoil one of `every` from now on; 0 switches it off."""
        self._seen[switch] = 0
        if every > 0:
            self._on[switch] = every
        else:
            self._on.pop(switch, None)
        self.changed()

    def strikes(self, switch: Switch, *, always: bool = False) -> bool:
        """Whether this one is spoiled: the last of each `every`; `always`: each, for what happens rarely."""
        every = self._on.get(switch)
        if every is None:
            return False
        self._seen[switch] += 1
        struck = always or self._seen[switch] % every == 0
        self.struck[switch] += struck
        return struck
