"""DingTalk on the messenger's page: its members, their chats with its robot, its groups, beside WeCom's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.messenger.dingtalk.model import Push
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.model import Change, Delivery, GroupChat, Impossible, JSONObject, Shown
from bot.messenger.page.face import MARK, Login
from bot.messenger.page.lists import ListsFace
from bot.messenger.page.outside import Asked
from bot.messenger.page.taps import tapped
from bot.messenger.people import Member
from bot.messenger.switches import Switch

NAME = "dingtalk"
APART = f"{NAME}{MARK}"
_KINDS = {"image": "picture", "video": "video", "file": "file"}


class DingTalkFace:
    """`Face` of one server."""

    name, faults = NAME, tuple(Switch)

    def __init__(self, server: DingTalkServer) -> None:
        self._server = server
        self.close, self.routes, self.switches = server.close, server.routes, server.faults.switches
        self.login: Login = server.oauth
        self._lists = ListsFace(server)
        self.call = self._lists.call
        self._known: dict[str, Callable[[Asked], Awaitable[Delivery]]] = {
            "say": self._say,
            "voice": self._speak,
            "group_say": self._group_say,
            "tap": self._tap,
            "menu": self._tap,
            "enter": self._enter,
            "list": self._list,
        }

    # -- what is seen ----------------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after each change."""
        self._server.subscribe(lambda change: listener(self._change(change)))

    def members(self) -> list[tuple[Member, str]]:
        """Everybody whom the app may see, with his department."""
        known = self._server.organisation
        return [(self._member(each), known.unit_of(each)) for each in known.in_scope()]

    def chats(self) -> dict[str, list[Shown]]:
        """Every member's chat with the robot."""
        people = [each.userid for each in self._server.organisation.in_scope()]
        return {APART + who: [self._shown(shown, who) for shown in self._server.chat(who)] for who in people}

    def groups(self) -> list[GroupChat]:
        """The groups with the robot, with all that was said."""
        return [self._group(group) for group in self._server.groups()]

    def lists(self) -> dict[str, JSONObject]:
        """Everybody's to-dos and appointments."""
        people = [each.userid for each in self._server.organisation.in_scope()]
        return {APART + who: self._lists.frame(who) for who in people}

    def media(self, media_id: str) -> tuple[str, bytes] | None:
        """Name and bytes of a file that was sent in either direction."""
        found = self._server.media.peek(media_id)
        return None if found is None else (found.filename, found.data)

    # -- what is done ----------------------------------------------------------------------------------------------

    async def do(self, asked: Asked) -> Delivery:
        """One act; KeyError for what is not there, ValueError for what no page of ours asks."""
        act = self._known.get(_text(asked, "type"))
        if act is None:
            raise ValueError(asked["type"])
        return await act(asked)

    async def file(self, member: str, kind: str, name: str, data: bytes, words: str = "") -> Delivery:
        """A file that the member sends; a picture with `words` beside it is one message with both."""
        who = _bare(member)
        if kind == "image" and words:
            code = self._server.media.keep(name, data)
            parts = [{"text": words}, {"type": "picture", "downloadCode": code, "pictureDownloadCode": code}]
            return self._delivery(await self._server.send_rich(who, parts))
        return self._delivery(await self._server.send_file(who, _KINDS[kind], name, data))

    async def _say(self, asked: Asked) -> Delivery:
        return self._delivery(await self._server.say(_who(asked), _text(asked, "text")))

    async def _speak(self, asked: Asked) -> Delivery:
        return self._delivery(await self._server.speak(_who(asked), _text(asked, "text")))

    async def _enter(self, asked: Asked) -> Delivery:
        """DingTalk tells nobody that a chat was opened."""
        return Delivery(accepted=True, attempts=0)

    async def _list(self, asked: Asked) -> Delivery:
        """Something in one of his own lists; DingTalk tells the app by itself."""
        self._lists.do(_who(asked), _text(asked, "did"), _text(asked, "id"))
        return Delivery(accepted=True, attempts=0)

    async def _group_say(self, asked: Asked) -> Delivery:
        """The robot hears it only where it is called; who else is called by name is cut out of the text too."""
        who, chat, text = _who(asked), _bare(_text(asked, "chat")), _text(asked, "text")
        group = {each.chatid: each for each in self._server.groups(who)}[chat]
        robot = f"@{self._server.credentials.name}"
        if robot not in text:
            await self._server.group_say(chat, who, text, robot=False)
            return Delivery(accepted=True, attempts=0)
        rest, called = text.replace(robot, ""), []
        for member in map(self._server.organisation.get, group.members):
            if f"@{member.name}" in rest:
                rest = rest.replace(f"@{member.name}", "")
                called.append(member.userid)
        return self._delivery(await self._server.group_say(chat, who, rest.strip(), at=called))

    async def _tap(self, asked: Asked) -> Delivery:
        """A button, or an item of the card's menu."""
        who, msgid, key = _who(asked), _text(asked, "id"), _text(asked, "key")
        picked = {str(name): [str(each) for each in ids] for name, ids in dict(asked.get("selections") or {}).items()}
        places = [who, *(group.chatid for group in self._server.groups(who))]
        went = await tapped(places, msgid, lambda place: self._server.tap(place, msgid, key, picked, by=who))
        if went is None:
            raise KeyError(msgid)
        if went.ack is None and self._listened:
            raise Impossible("应用没有及时回应，稍后再点")
        return self._delivery(went)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _listened(self) -> bool:
        return bool(self._server.gateway.sockets)

    def _delivery(self, push: Push) -> Delivery:
        """Who writes sees that nobody is there; of a frame that is lost on its way he sees nothing."""
        return Delivery(accepted=push.heard or self._listened, attempts=1, message_id=push.message_id)

    def _change(self, change: Change) -> Change:
        place = None if change.userid is None else APART + change.userid
        group = None if change.group is None else self._group(change.group)
        shown = None if change.shown is None else self._shown(change.shown, change.userid)
        chat = None if change.chatid is None else APART + change.chatid
        return replace(change, userid=place, chatid=chat, shown=shown, group=group)

    def _group(self, group: GroupChat) -> GroupChat:
        return replace(
            group,
            chatid=APART + group.chatid,
            owner=APART + group.owner,
            members=tuple(APART + each for each in group.members),
            messages=tuple(self._shown(each) for each in group.messages),
        )

    def _shown(self, shown: Shown, viewer: str | None = None) -> Shown:
        """As it is drawn for who looks at it: what is private to him stands in the card, and names where somebody is
        called."""
        sender = shown.sender if shown.sender == "app" else APART + shown.sender
        if not isinstance(shown, CardShown) or shown.card is None:
            return replace(shown, sender=sender)
        data = shown.data | shown.card["private"].get(viewer, {})
        for userid, said in shown.card["called"].items():
            name = f"@{self._server.organisation.get(userid).name}"
            data = {key: value.replace(said, name) for key, value in data.items()}
        return replace(shown, sender=sender, card={**shown.card, "data": data})

    def _member(self, member: Member) -> Member:
        leader = None if member.leader is None else APART + member.leader
        return replace(member, userid=APART + member.userid, leader=leader)


def _who(asked: Asked) -> str:
    return _bare(_text(asked, "as"))


def _bare(named: str) -> str:
    """The id as DingTalk has it."""
    return named.removeprefix(APART)


def _text(asked: Mapping[str, Any], name: str) -> str:
    """What must be there, as it was typed."""
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value
