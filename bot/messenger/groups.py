"""appchat/*: groups that the app makes and speaks into. It hears nothing from them, and cards are not taken there."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from bot.messenger.chats import Chats, Group
from bot.messenger.content import ContentReader
from bot.messenger.limits import DAY, HOUR, MINUTE, Limit
from bot.messenger.model import AppCredentials, Ids, JSONObject, Refusal, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from config.clock import Clock

CHATID = re.compile(r"[0-9A-Za-z]{1,32}\Z")
NAME_LENGTH = 50


class Groups:
    """The app's groups. A message that no member may still get this minute (200 each) vanishes in silence."""

    def __init__(
        self,
        app: AppCredentials,
        organisation: Organisation,
        clock: Clock,
        quirks: Quirks,
        ids: Ids,
        *,
        chats: Chats,
        reader: ContentReader,
    ) -> None:
        self._app, self._organisation, self._clock, self._quirks, self._ids = app, organisation, clock, quirks, ids
        self._chats, self._reader = chats, reader
        self._made = Limit(clock, {HOUR: quirks.groups_per_hour})
        self._changed = Limit(clock, {HOUR: quirks.groups_per_hour})
        self._receivers = Limit(clock, {MINUTE: quirks.group_receivers_per_minute})
        self._members = Limit(clock, {MINUTE: quirks.group_member_per_minute, DAY: quirks.group_member_per_day})
        self.dropped: Counter[tuple[int, str]] = Counter()

    def create(self, body: JSONObject) -> JSONObject:
        """`appchat/create`. Without an owner, the first member is it."""
        members = self._people(body, "userlist")
        if not 2 <= len(members) <= self._quirks.group_size:
            raise Refusal(86006, "invalid chat member count")
        owner = self._owner(body, members) or members[0]
        chatid = body.get("chatid") or self._ids("chat")
        if not isinstance(chatid, str) or not CHATID.match(chatid):
            raise Refusal(86206, "invalid chatid")
        if chatid in self._chats.groups:
            raise Refusal(86215, "chatid exists")
        name = self._name(body) or "群聊"
        self._allow(self._made, "create")
        self._chats.add_group(Group(chatid, name, owner, members))
        return {"chatid": chatid}

    def update(self, body: JSONObject) -> JSONObject:
        """`appchat/update`."""
        group = self._find(body.get("chatid"))
        leaving = {userid.casefold() for userid in _userids(body, "del_user_list")}
        members = list(dict.fromkeys([*group.members, *self._people(body, "add_user_list")]))
        members = [userid for userid in members if userid.casefold() not in leaving]
        if not 2 <= len(members) <= self._quirks.group_size:
            raise Refusal(86006, "invalid chat member count")
        owner = self._owner(body, members) or (group.owner if group.owner in members else members[0])
        name = self._name(body) or group.name
        self._allow(self._changed, "update")
        group.name, group.owner, group.members = name, owner, members
        self._chats.group_changed(group)
        return {}

    def get(self, chatid: str | None) -> JSONObject:
        """`appchat/get`."""
        group = self._find(chatid)
        info = {"chatid": group.chatid, "name": group.name, "owner": group.owner, "userlist": list(group.members)}
        return {"chat_info": {**info, "chat_type": 0}}

    def send(self, body: JSONObject) -> JSONObject:
        """`appchat/send`: text, markdown and files; the answer carries no id."""
        group = self._find(body.get("chatid"))
        content = self._reader.read(body, group=True)
        if not self._receivers.take(self._app.corp_id, len(group.members)):
            raise Refusal(45009, "api freq out of limit")
        reached = [userid for userid in group.members if self._reaches(userid)]
        if reached:
            shown = Shown(
                id=self._ids("msgid"),
                sender="app",
                at=self._clock.now(),
                kind=content.kind,
                text=content.text,
                card=content.card,
                mentions=tuple(self._named(each) for each in content.mentions),
            )
            self._chats.show_in_group(group, shown)
        return {}

    def _named(self, userid: str) -> str:
        """A member who is called, in the directory's own spelling; WeCom takes any case."""
        member = self._organisation.find(userid)
        return member.userid if member is not None else userid

    def _reaches(self, userid: str) -> bool:
        if self._members.take(userid):
            return True
        self.dropped[self._app.agent_id, userid] += 1
        return False

    def _find(self, chatid: Any) -> Group:
        if not chatid:
            raise Refusal(86201, "chatid missing")
        group = self._chats.groups.get(chatid) if isinstance(chatid, str) else None
        if group is None:
            raise Refusal(86003, "chatid not exist")
        return group

    def _people(self, body: JSONObject, name: str) -> list[str]:
        found = []
        for userid in _userids(body, name):
            member = self._organisation.find(userid)
            if member is None or not member.in_scope:
                raise Refusal(86007, f"chat member not exist: {userid.lower()}")
            found.append(member.userid)
        return list(dict.fromkeys(found))

    def _owner(self, body: JSONObject, members: list[str]) -> str | None:
        if not body.get("owner"):
            return None
        owner = self._organisation.find(str(body["owner"]))
        if owner is None:
            raise Refusal(86005, "invalid chat owner")
        if owner.userid not in members:
            raise Refusal(86207, "chat owner not in member list")
        return owner.userid

    def _name(self, body: JSONObject) -> str:
        name = body.get("name") or ""
        if not isinstance(name, str) or len(name) > NAME_LENGTH:
            raise Refusal(86004, "invalid chat name")
        return name

    def _allow(self, limit: Limit, what: str) -> None:
        if not limit.take(what):
            raise Refusal(45009, "api freq out of limit")


def _userids(body: JSONObject, name: str) -> list[str]:
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Refusal(40031, f"invalid {name}")
    return value
