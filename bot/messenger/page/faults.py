"""The fault switches on the messenger's page: a group of them for each messenger."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.messenger.model import JSONObject
from bot.messenger.page.face import Faces
from bot.messenger.switches import STREAM, Switch, Switches

SHARE = 3  # one of so many calls or frames is spoiled
HOME = "wecom"


class FaultsFace:
    """Shows which are on, and turns them. `home` are WeCom's."""

    def __init__(self, home: Switches, beside: Faces) -> None:
        self._groups = {HOME: home} | {face.name: face.switches for face in beside.all}
        self._of: dict[str, Sequence[Switch]] = {HOME: [each for each in Switch if each not in STREAM]}
        self._of |= {face.name: face.faults for face in beside.all}

    def call(self, changed: Callable[[], None]) -> None:
        """Call this after each change of any."""
        for switches in self._groups.values():
            switches.changed = changed

    def frame(self) -> list[JSONObject]:
        """Each messenger with the switches that it has, by their names, and whether they are on."""
        return [
            {"messenger": name, "switches": {each.name: each.name in switches.on for each in self._of[name]}}
            for name, switches in self._groups.items()
        ]

    def turn(self, messenger: str, name: str, *, on: bool) -> None:
        """KeyError for what is not there."""
        switch = Switch[name]
        if switch not in self._of[messenger]:
            raise KeyError(name)
        self._groups[messenger].turn(switch, SHARE if on else 0)
