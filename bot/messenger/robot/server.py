"""The simulated smart robot (智能机器人): what members say to it, alone and in groups, and what they see of it.

It plays WeCom's side of the long connection, or of callbacks. In a group it hears only what holds `@name`; what was
said while nobody was connected is lost, as far as is known. It imports nothing of ours but `config`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from aiohttp import web

from bot.messenger.chats import Group, Listener
from bot.messenger.ids import random_ids
from bot.messenger.model import Delivery, GroupChat, Ids, JSONObject, Selection, Shown
from bot.messenger.people import Organisation
from bot.messenger.robot.calls import Calls
from bot.messenger.robot.chats import RobotChats
from bot.messenger.robot.faults import RobotFaults
from bot.messenger.robot.files import RobotFiles
from bot.messenger.robot.line import Line
from bot.messenger.robot.model import Request, RobotCredentials, RobotQuirks
from bot.messenger.robot.replies import Replies
from bot.messenger.robot.uploads import Uploads
from config.clock import Clock

PATH = "/aibot"


class RobotServer:
    """One robot of the corp. Userids are taken in any case; an unknown one raises KeyError."""

    def __init__(
        self,
        organisation: Organisation,
        credentials: RobotCredentials,
        clock: Clock,
        *,
        quirks: RobotQuirks = RobotQuirks(),  # noqa: B008 - frozen
        ids: Ids | None = None,
        faults: RobotFaults | None = None,
    ) -> None:
        self.organisation, self.credentials, self._clock, self._quirks = organisation, credentials, clock, quirks
        self._ids = ids or random_ids
        self._chats = RobotChats()
        uploads = Uploads(clock, quirks, self._ids)
        self._replies = Replies(organisation, self._chats, uploads, clock, quirks, self._ids)
        self.faults = faults or RobotFaults()
        self.line = Line(credentials, clock, quirks, self._ids, self._replies, uploads, self.faults)
        self.calls = Calls(credentials, clock, quirks, self._ids, self._replies)
        self.files = RobotFiles(clock, self._ids, credentials.aes_key)
        self._missed: list[tuple[str, JSONObject, Request]] = []

    def routes(self) -> list[web.RouteDef]:
        """The long connection and what answers by callbacks need, for an application that serves more than that."""
        return [web.get(PATH, self._serve), *self.files.routes(), *self.calls.routes()]

    def call_back(self, url: str, base: str) -> None:
        """The administrator enters the address of the robot's callback: from now on everything goes there. `base` is
        where this server is reached."""
        self.calls.url, self.calls.base, self.files.base = url, base, base

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        self.files.base = f"{http.scheme}://{http.host}"
        return await self.line.serve(http)

    # -- what members do -------------------------------------------------------------------------------------------

    async def say(self, userid: str, text: str, *, quote: JSONObject | None = None) -> Delivery:
        """The member types a text in the robot's chat; `quote` is what he answers, `{"msgtype": ..., ...}`."""
        return await self._said(self._known(userid), None, {"msgtype": "text", "text": {"content": text}}, text, quote)

    async def speak(self, userid: str, words: str) -> Delivery:
        """The member sends a voice note; the robot is told its words."""
        body = {"msgtype": "voice", "voice": {"content": words}}
        return await self._said(self._known(userid), None, body, words)

    async def send_file(self, userid: str, kind: str, name: str, data: bytes) -> Delivery:
        """The member sends an image, a video or a file, alone with the robot."""
        body = {"msgtype": kind, kind: self.files.keep(name, data)}
        return await self._said(self._known(userid), None, body, f"[{name}]")

    async def send_mixed(self, userid: str, items: Sequence[JSONObject], chatid: str | None = None) -> Delivery:
        """The member sends words and pictures as one message, alone with the robot or in a group by @."""
        words = "".join(each["text"]["content"] for each in items if each["msgtype"] == "text")
        if chatid is not None and f"@{self.credentials.name}" not in words:
            self._show_own(self._known(userid), chatid, words)
            return Delivery(accepted=False, attempts=0)
        body = {"msgtype": "mixed", "mixed": {"msg_item": list(items)}}
        return await self._said(self._known(userid), chatid, body, f"{words}[图片]")

    async def send(self, userid: str, body: JSONObject) -> Delivery:
        """The member sends anything: `{"msgtype": "image", "image": {...}}` and so on."""
        return await self._said(self._known(userid), None, body, f"[{body['msgtype']}]")

    async def group_say(self, chatid: str, userid: str, text: str, *, quote: JSONObject | None = None) -> Delivery:
        """A member says something in a group: the robot hears it only with `@name` in it. KeyError for who is not in
        the group."""
        userid, group = self._known(userid), self._chats.groups[chatid]
        if userid not in group.members:
            raise KeyError(userid)
        body = {"msgtype": "text", "text": {"content": text}}
        if f"@{self.credentials.name}" in text:
            return await self._said(userid, chatid, body, text, quote)
        self._show_own(userid, chatid, text)
        return Delivery(accepted=False, attempts=0)

    async def enter(self, userid: str) -> Delivery:
        """The member opens the robot's chat for the first time of a day."""
        userid = self._known(userid)
        request = self._request("enter", userid, None)
        return await self._event(request, {"eventtype": "enter_chat"})

    async def tap(
        self, place: str, msgid: str, key: str, selections: Mapping[str, Sequence[str]] | None = None, by: str = ""
    ) -> Delivery:
        """Tap a button or a menu's item in the chat of a member, or in a group as the member `by`; KeyError for what
        is not live."""
        place = place if place in self._chats.groups else self._known(place)
        shown = self._chats.at(place, msgid)
        in_menu = any(item.key == key for item in shown.menu)
        if not in_menu and not any(button.key == key for button in shown.buttons):
            raise KeyError(key)
        picked = [] if in_menu else _pick(shown.selections, selections or {})
        if picked:
            self._chats.choose_at(place, msgid, {s.key: s.selected for s in picked})
        request = self._request("click", by or place, place if place in self._chats.groups else None)
        request.card = msgid
        return await self._event(request, self._card_event(shown, msgid, key, picked))

    async def feedback(self, userid: str, about: str, verdict: int, reasons: Sequence[int] = ()) -> Delivery:
        """The member says what he thinks of the answer with this feedback id: 1 accurate, 2 not, 3 withdrawn."""
        told = {"id": about, "type": verdict, "content": "", "inaccurate_reason_list": list(reasons)}
        request = self._request("enter", self._known(userid), None)
        return await self._event(request, {"eventtype": "feedback_event", "feedback_event": told})

    def add_group(self, chatid: str, name: str, members: Sequence[str]) -> GroupChat:
        """A group that a member made and added the robot to."""
        known = [self._known(userid) for userid in members]
        group = Group(chatid, name, known[0], known)
        self._chats.add_group(group)
        return group.seen_by(None)

    # -- what members see ------------------------------------------------------------------------------------------

    def chat(self, userid: str) -> list[Shown]:
        """The member's chat with the robot, oldest first."""
        return self._chats.of(self._known(userid))

    def groups(self, userid: str | None = None) -> list[GroupChat]:
        """The member's groups with the robot as they see them, or all."""
        viewer = None if userid is None else self._known(userid)
        return [group.seen_by(viewer) for group in self._chats.groups_of(viewer)]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; the returned function ends it."""
        return self._chats.subscribe(listener)

    async def catch_up(self) -> None:
        """What came while nobody was connected, where the server keeps it."""
        missed, self._missed = self._missed, []
        for cmd, body, request in missed:
            await self.line.push(cmd, body, request)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _said(
        self, userid: str, chatid: str | None, said: JSONObject, text: str, quote: JSONObject | None = None
    ) -> Delivery:
        shown = self._show_own(userid, chatid, text)
        self._chats.wrote[chatid or userid] = self._clock.now()
        request = self._request("message", userid, chatid)
        body = self._body(shown.id, request) | said | ({"quote": quote} if quote else {})
        return await self._tell("aibot_msg_callback", body, request)

    async def _event(self, request: Request, event: JSONObject) -> Delivery:
        body = self._body(self._ids("message"), request)
        body |= {"create_time": int(self._clock.now().timestamp()), "msgtype": "event", "event": event}
        if event["eventtype"] == "enter_chat":
            del body["chattype"]
        return await self._tell("aibot_event_callback", body, request)

    async def _tell(self, cmd: str, body: JSONObject, request: Request) -> Delivery:
        if self.calls.url is not None:
            return await self.calls.tell(body, request)
        taken = await self.line.push(cmd, body, request)
        if not taken and self._quirks.replay_missed:
            self._missed.append((cmd, body, request))
        return Delivery(accepted=taken, attempts=int(taken), message_id=str(body["msgid"]))

    def _body(self, msgid: str, request: Request) -> JSONObject:
        body: JSONObject = {"msgid": msgid, "aibotid": self.credentials.bot_id}
        body |= {"chatid": request.place, "chattype": "group"} if request.in_group else {"chattype": "single"}
        return body | {"from": {"userid": request.userid}}

    def _card_event(self, shown: Shown, msgid: str, key: str, picked: Sequence[Selection]) -> JSONObject:
        names = ("cardtype", "eventkey") if self._quirks.old_field_names else ("card_type", "event_key")
        part: dict[str, Any] = {names[0]: shown.card_type, names[1]: key, "task_id": self._replies.card_tasks[msgid]}
        if picked:
            items = [{"question_key": s.key, "option_ids": {"option_id": list(s.selected)}} for s in picked]
            part["selected_items"] = {"selected_item": items}
        kind = "template_card_event"
        return {"eventtype": kind, **part} if self._quirks.flat_card_event else {"eventtype": kind, kind: part}

    def _request(self, kind: Literal["message", "enter", "click"], userid: str, chatid: str | None) -> Request:
        return Request(
            req_id=self._ids("request"),
            kind=kind,
            place=chatid or userid,
            in_group=chatid is not None,
            userid=userid,
            at=self._clock.now(),
        )

    def _show_own(self, userid: str, chatid: str | None, text: str) -> Shown:
        shown = Shown(id=self._ids("message"), sender=userid, at=self._clock.now(), kind="text", text=text)
        shown = shown if chatid else replace(shown, mine=True)
        self._chats.put(chatid or userid, shown)
        return shown

    def _known(self, userid: str) -> str:
        return self.organisation.get(userid).userid


def _pick(on_card: Sequence[Selection], wanted: Mapping[str, Sequence[str]]) -> list[Selection]:
    live = {s.key: s for s in on_card if not s.disabled}
    for key, options in wanted.items():
        known = [option for option, _ in live[key].options]
        if missing := [option for option in options if option not in known]:
            raise KeyError(missing[0])
    return [replace(s, selected=tuple(wanted.get(s.key, s.selected))) for s in on_card]
