"""The smart robot on the messenger's page: its chat with each member as a conversation of its own, and its groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.messenger.model import Change, Delivery, GroupChat
from bot.messenger.page.taps import tapped
from bot.messenger.robot.server import RobotServer

APART = "robot~"  # before a userid: the key of the member's own chat with the robot; no chatid holds a tilde


class RobotFace:
    """Shows what the robot's server has as groups are shown, and does there what the page asks."""

    def __init__(self, robot: RobotServer) -> None:
        self._robot = robot

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after each change, told as one of a group."""
        self._robot.subscribe(lambda change: listener(_as_group(change)))

    def conversations(self) -> list[GroupChat]:
        """The robot's groups, and every member's own chat with it."""
        name = f"{self._robot.credentials.name} · 智能机器人"
        members = [member.userid for member in self._robot.organisation.in_scope()]
        apart = [
            GroupChat(
                chatid=APART + userid,
                name=name,
                owner=userid,
                members=(userid,),
                messages=tuple(self._robot.chat(userid)),
            )
            for userid in members
        ]
        return [*apart, *self._robot.groups()]

    def knows(self, chat: str) -> bool:
        return chat.startswith(APART) or any(group.chatid == chat for group in self._robot.groups())

    async def say(self, chat: str, userid: str, text: str) -> Delivery:
        if chat.startswith(APART):
            return await self._robot.say(userid, text)
        return await self._robot.group_say(chat, userid, text)

    async def tap(self, userid: str, msgid: str, key: str, picked: Mapping[str, Sequence[str]]) -> Delivery | None:
        """Tap a button or a menu's item; None where no message of the robot has this id."""
        places = [userid, *(group.chatid for group in self._robot.groups(userid))]
        return await tapped(places, msgid, lambda place: self._robot.tap(place, msgid, key, picked, by=userid))


def _as_group(change: Change) -> Change:
    return change if change.userid is None else replace(change, userid=None, chatid=APART + change.userid)
