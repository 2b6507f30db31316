"""What members see of the robot: their chats with it and the groups it is in, its messages as they stand now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.messenger.chats import Chats, Group
from bot.messenger.model import Shown


class RobotChats(Chats):
    """Chats in which a message may grow: streams, and cards that are replaced as a whole. A `place` is a userid or a
    chatid; where somebody has written to the robot is remembered, with when he did last."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote: dict[str, datetime] = {}

    def put(self, place: str, shown: Shown) -> None:
        """Add a message to the chat of a member or to a group."""
        if place in self.groups:
            self.show_in_group(self.groups[place], shown)
        else:
            self.show(place, shown)

    def at(self, place: str, msgid: str) -> Shown:
        """The message; raises KeyError where it is not there."""
        if place not in self.groups:
            return self.find(place, msgid)
        for shown in self.groups[place].messages:
            if shown.id == msgid:
                return shown
        raise KeyError(msgid)

    def change(self, place: str, msgid: str, **changes: Any) -> None:
        """The robot changed the message."""
        new = replace(self.at(place, msgid), updated=True, **changes)
        self._stand(place, new)

    def choose_at(self, place: str, msgid: str, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """A member picked something on the card."""
        self._stand(place, replace(self.at(place, msgid), chosen=dict(chosen)))

    def _stand(self, place: str, new: Shown) -> None:
        group: Group | None = self.groups.get(place)
        if group is None:
            self._chats[place][new.id] = new
            self._tell("update", userid=place, shown=new)
            return
        group.messages = [new if shown.id == new.id else shown for shown in group.messages]
        self._tell("update", chatid=place, shown=new)
