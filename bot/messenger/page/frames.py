"""What the messenger's page is told, as JSON objects. Moments are milliseconds since 1970.

A message carries `seq`, the id of the change that first showed it there: the page counts unread messages by it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.messenger.model import Button, Change, GroupChat, Selection, Shown
from bot.messenger.page import face
from bot.messenger.page.face import Faces
from bot.messenger.page.faults import HOME
from bot.messenger.page.robot import RobotFace
from bot.messenger.people import Member
from bot.messenger.wecom import WeComServer

Frame = dict[str, Any]
PARTS = ("image", "voice", "video", "file", "location", "link", "richText")


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Frames:
    """Makes frames, and remembers which change brought which message into which chat."""

    def __init__(self, server: WeComServer, robot: RobotFace | None, beside: Faces) -> None:
        self._server, self._robot, self._beside = server, robot, beside
        self._first: dict[tuple[str, str], int] = {}
        self.last_id = 0

    def change(self, change: Change) -> Frame:
        """One change: `user` or `chat` says where, `shown` and `group` what."""
        self.last_id = change.id
        place = change.chatid or change.userid or ""
        frame: Frame = {"type": "change", "id": change.id, "kind": change.kind}
        frame |= {"user": change.userid, "chat": change.chatid, "shown": None, "group": None}
        if change.shown is not None:
            self._first.setdefault((place, change.shown.id), change.id)
            frame["shown"] = self.message(place, change.shown)
        if change.group is not None:
            frame["group"] = self.group(change.group)
        return frame

    def snapshot(self) -> Frame:
        """Everything that was said: every member's chat with the app, the groups."""
        chats = {who: [self.message(who, shown) for shown in chat] for who, chat in self._chats().items()}
        groups = [
            self.group(group) | {"messages": [self.message(group.chatid, shown) for shown in group.messages]}
            for group in self._groups()
        ]
        return {
            "type": "snapshot",
            "id": self.last_id,
            "app": {"name": self._server.app.name},
            "chats": chats,
            "groups": groups,
        }

    def people(self) -> list[Frame]:
        """Everybody whom the app may see, and where. Who is on two messengers is there twice, as one `account`."""
        known = self._server.organisation
        here = [self.person(each, known.unit_of(each)) for each in known.in_scope()]
        return here + [self.person(*each) for there in self._beside.all for each in there.members()]

    def person(self, member: Member, department: str) -> Frame:
        return {
            "id": member.userid,
            "account": face.account(member.userid),
            "messenger": face.messenger(member.userid, HOME),
            "name": member.name,
            "title": member.title,
            "colour": member.colour,
            "department": department,
            "leader": member.leader,
        }

    def group(self, group: GroupChat) -> Frame:
        return {"id": group.chatid, "name": group.name, "owner": group.owner, "members": list(group.members)}

    def message(self, place: str, shown: Shown) -> Frame:
        return {
            "id": shown.id,
            "seq": self._first.get((place, shown.id), 0),
            "sender": shown.sender,
            "at": milliseconds(shown.at),
            "kind": shown.kind,
            "text": shown.text,
            "headline": shown.headline,
            "card": shown.drawn,
            "part": shown.card if shown.kind in PARTS else None,
            "state": shown.state,
            "mentions": list(shown.mentions),
            "chosen": bool(shown.chosen),
            "buttons": [_button(each) for each in shown.buttons],
            "menu": [_button(each) for each in shown.menu],
            "selections": [_selection(each, boxes="checkbox" in (shown.card or {})) for each in shown.selections],
        }

    def _chats(self) -> dict[str, list[Shown]]:
        chats = {each.userid: self._server.chat(each.userid) for each in self._server.organisation.in_scope()}
        for there in self._beside.all:
            chats |= there.chats()
        return chats

    def _groups(self) -> list[GroupChat]:
        robots = self._robot.conversations() if self._robot else []
        return [*self._server.groups(), *robots, *(group for there in self._beside.all for group in there.groups())]


def _button(button: Button) -> Frame:
    return {"key": button.key, "text": button.text, "style": button.style, "url": button.url}


def _selection(selection: Selection, *, boxes: bool) -> Frame:
    return {
        "key": selection.key,
        "title": selection.title,
        "options": [list(option) for option in selection.options],
        "selected": list(selection.selected),
        "multiple": selection.multiple,
        "disabled": selection.disabled,
        "boxes": boxes or selection.multiple,
    }
