"""What everybody sees: each member's chat with the app, the groups, and who wants to hear of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.messenger.model import Change, GroupChat, Shown

Listener = Callable[[Change], None]


@dataclass(slots=True)
class Group:
    """A group as the server keeps it."""

    chatid: str
    name: str
    owner: str
    members: list[str]
    messages: list[Shown] = field(default_factory=list)

    def seen_by(self, userid: str | None) -> GroupChat:
        """The group with `mine` set on what this member said."""
        messages = (replace(m, mine=m.sender == userid) for m in self.messages)
        return GroupChat(
            chatid=self.chatid,
            name=self.name,
            owner=self.owner,
            members=tuple(self.members),
            messages=tuple(messages),
        )


class Chats:
    """Holds each member's own copy of a message, because a card's state differs from member to member."""

    def __init__(self) -> None:
        self._chats: defaultdict[str, dict[str, Shown]] = defaultdict(dict)
        self._listeners: list[Listener] = []
        self._changes = 0
        self.groups: dict[str, Group] = {}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def of(self, userid: str) -> list[Shown]:
        """The member's chat with the app, oldest first."""
        return list(self._chats[userid].values())

    def find(self, userid: str, msgid: str) -> Shown:
        """The member's copy; raises KeyError where they never got it."""
        return self._chats[userid][msgid]

    def holders(self, msgid: str) -> list[str]:
        """Who has a copy of this message."""
        return [userid for userid, chat in self._chats.items() if msgid in chat]

    def show(self, userid: str, shown: Shown) -> None:
        """Add a message at the end of the member's chat."""
        self._chats[userid][shown.id] = shown
        self._tell("message", userid=userid, shown=shown)

    def redraw(self, userid: str, msgid: str, *, card: Mapping[str, Any] | None, state: str, text: str) -> None:
        """The app changed the member's copy: a new `card`, or the same one with `state` in place of its buttons."""
        old = self._chats[userid][msgid]
        new = replace(old, state=state, updated=True)
        if card is not None:
            new = replace(new, card=card, text=text, chosen={})
        self._chats[userid][msgid] = new
        self._tell("update", userid=userid, shown=new)

    def choose(self, userid: str, msgid: str, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """The member picked something on the card."""
        new = replace(self._chats[userid][msgid], chosen=dict(chosen))
        self._chats[userid][msgid] = new
        self._tell("update", userid=userid, shown=new)

    def recall(self, msgid: str) -> None:
        """Take the message out of every chat."""
        for userid in self.holders(msgid):
            self._tell("recall", userid=userid, shown=self._chats[userid].pop(msgid))

    def add_group(self, group: Group) -> None:
        self.groups[group.chatid] = group
        self.group_changed(group)

    def group_changed(self, group: Group) -> None:
        """Tell that name, owner or members are others now."""
        self._tell("group", chatid=group.chatid, group=group.seen_by(None))

    def show_in_group(self, group: Group, shown: Shown) -> None:
        group.messages.append(shown)
        self._tell("message", chatid=group.chatid, shown=shown)

    def groups_of(self, userid: str | None) -> Iterable[Group]:
        """The groups with this member, or all of them."""
        return [g for g in self.groups.values() if userid is None or userid in g.members]

    def _tell(
        self,
        kind: Literal["message", "update", "recall", "group"],
        *,
        userid: str | None = None,
        chatid: str | None = None,
        shown: Shown | None = None,
        group: GroupChat | None = None,
    ) -> None:
        self._changes += 1
        change = Change(id=self._changes, kind=kind, userid=userid, chatid=chatid, shown=shown, group=group)
        for listener in list(self._listeners):
            listener(change)
