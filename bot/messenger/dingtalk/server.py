"""The simulated DingTalk: one organisation with one internal app, its robot in Stream mode, its cards.

It plays the platform's side of protocol reference 1, 2 and 4 to 7: strict where the documents are, with a quirk where
they are open. It imports nothing of ours but `config`: what works here works over the real wire.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.messenger.chats import Group, Listener
from bot.messenger.dingtalk import media as dingtalk_media
from bot.messenger.dingtalk import stream as dingtalk_stream
from bot.messenger.dingtalk.api import DingTalkApi, Function
from bot.messenger.dingtalk.calendar import DingTalkCalendars
from bot.messenger.dingtalk.calls import DingTalkCalls
from bot.messenger.dingtalk.cards import STREAM, DingTalkCards, Instance
from bot.messenger.dingtalk.contacts import DingTalkContacts
from bot.messenger.dingtalk.faults import OPEN, DingTalkFaults
from bot.messenger.dingtalk.media import DingTalkMedia
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, Push
from bot.messenger.dingtalk.oauth import DingTalkOAuth
from bot.messenger.dingtalk.sending import DingTalkSending
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.dingtalk.spoiled import spoiled
from bot.messenger.dingtalk.staff import StaffEvents
from bot.messenger.dingtalk.stream import CARD, ROBOT, Gateway
from bot.messenger.dingtalk.todos import DingTalkTodos
from bot.messenger.dingtalk.tokens import DingTalkTokens
from bot.messenger.dingtalk.webhooks import DingTalkWebhooks, GroupRobot
from bot.messenger.ids import random_ids
from bot.messenger.model import GroupChat, Ids, JSONObject, Shown
from bot.messenger.people import Member, Organisation
from bot.messenger.robot.chats import RobotChats
from bot.messenger.staff import Staff
from config.clock import Clock


class DingTalkServer:
    """One app. An unknown userid raises KeyError. Where `calls.url` is set messages and events go there."""

    def __init__(
        self,
        organisation: Organisation,
        credentials: DingTalkCredentials,
        clock: Clock,
        *,
        quirks: DingTalkQuirks = DingTalkQuirks(),  # noqa: B008 - frozen
        ids: Ids | None = None,
        faults: DingTalkFaults | None = None,
    ) -> None:
        ids = ids or random_ids
        self.organisation, self.credentials, self._clock = organisation, credentials, clock
        self._quirks, self._ids = quirks, ids
        self._chats = RobotChats()
        self.faults = faults or DingTalkFaults()
        self.media = DingTalkMedia(clock, ids)
        self.contacts = DingTalkContacts(organisation)
        self.staff = Staff(organisation, StaffEvents(self.event))
        self.tokens = DingTalkTokens(credentials, clock, quirks, ids)
        shared = (clock, quirks, ids)
        self.gateway = Gateway(credentials, *shared, self.faults)
        self.sending = DingTalkSending(credentials, organisation, self._chats, self.media, *shared)
        self.webhooks = DingTalkWebhooks(organisation, self.sending, self._chats, clock, ids, self.faults)
        self.oauth = DingTalkOAuth(credentials, organisation, clock, ids)
        self.cards = DingTalkCards(credentials, self.sending, self._chats, *shared)
        self.api = DingTalkApi(clock, quirks, self.tokens, self.faults, self._functions())
        self.todos = DingTalkTodos(organisation, ids, quirks, self._later)
        self.calendars = DingTalkCalendars(organisation, *shared)
        self.api.below += [self.todos, self.calendars]
        self.calls = DingTalkCalls(credentials, *shared)
        self._base = ""
        self.echoing: set[asyncio.Task[Push]] = set()  # events that are still on their way

    def routes(self) -> list[web.RouteDef]:
        """Both APIs and the sockets, for an application that serves more than that."""
        return [
            web.post("/v1.0/gateway/connections/open", self._open),
            web.get(dingtalk_stream.PATH, self.gateway.serve),
            web.get(dingtalk_media.PATH, self.media.serve),
            web.post("/robot/sendBySession", self._by_session),
            *self.webhooks.routes(),
            web.route("*", "/v1.0/{path:.+}", self.api.handle),
            web.route("*", "/topapi/{path:.+}", self.api.handle),
            web.route("*", "/gettoken", self.api.handle),
            web.route("*", "/media/upload", self.api.handle),
        ]

    async def close(self) -> None:
        """End what runs beside."""
        for task in list(self.echoing):
            task.cancel()
        await asyncio.gather(*self.echoing, return_exceptions=True)
        await self.calls.close()
        await self.gateway.close()
        await self.gateway.end()

    async def _open(self, request: web.Request) -> web.Response:
        self._base = f"{request.scheme}://{request.host}"
        if self.faults.down:
            return web.Response(status=503, text="<html>busy</html>", content_type="text/html")
        fault = self.faults.next_call(OPEN)
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.status:
            return web.Response(status=fault.status, text="<html>busy</html>", content_type="text/html")
        return await self.gateway.open(request)

    async def _by_session(self, request: web.Request) -> web.Response:
        return await spoiled(self.faults, request, self.sending.webhook)

    # -- what members do -------------------------------------------------------------------------------------------

    async def say(self, userid: str, text: str, *, wait: float = 0) -> Push:
        """The member types a text in the robot's chat; with `wait`, returns its ack or that none came in time."""
        return await self._said(userid, None, {"msgtype": "text", "text": {"content": text}}, text, wait=wait)

    async def group_say(
        self, group: str, userid: str, text: str, *, at: Sequence[str] = (), robot: bool = True
    ) -> Push:
        """A member says something in a group; the robot hears it only with `robot`, when it is called. `at` are others
        who are called, whose names the platform cuts out of the text too."""
        said = {"msgtype": "text", "text": {"content": f" {text} "}}
        called = [f"@{self.credentials.name}"] if robot else []
        shown = " ".join([*called, *(f"@{self._known(each).name}" for each in at), text])
        if not robot:
            self._show_own(self._known(userid).userid, group, "text", shown)
            return Push(message_id="", heard=False)
        return await self._said(userid, group, said, shown, at=at)

    async def speak(self, userid: str, words: str) -> Push:
        """The member sends a voice note, which the platform writes down."""
        code = self.media.keep("voice.amr", b"#!AMR\n" + words.encode())
        content = {"downloadCode": code, "duration": 3200, "recognition": words}
        said = {"msgtype": "audio", "content": content}
        return await self._said(userid, None, said, words, kind="voice", part={"media_id": code})

    async def send_file(self, userid: str, kind: str, name: str, data: bytes, group: str | None = None) -> Push:
        """The member sends a picture, video or file; in groups only pictures reach the robot."""
        code = self.media.keep(name, data)
        content: JSONObject = {"downloadCode": code}
        content |= {"fileName": name, "spaceId": "1", "fileId": "2"} if kind == "file" else {}
        content |= {"pictureDownloadCode": code} if kind == "picture" else {}
        said, shown = {"msgtype": kind, "content": content}, "image" if kind == "picture" else kind
        return await self._said(userid, group, said, f"[{name}]", kind=shown, part={"media_id": code})

    async def send_rich(self, userid: str, parts: Sequence[JSONObject], group: str | None = None) -> Push:
        """Words and pictures as one message: `{"text": ...}`, `{"type": "picture", "downloadCode": ...}`."""
        words = "".join(each.get("text", "[图片]") for each in parts)
        said = {"msgtype": "richText", "content": {"richText": list(parts)}}
        return await self._said(userid, group, said, words, kind="richText", part={"parts": list(parts)})

    async def send(self, userid: str, body: JSONObject) -> Push:
        """The member sends anything."""
        return await self._said(userid, None, body, f"[{body['msgtype']}]")

    async def tap(
        self, place: str, msgid: str, key: str, picked: Mapping[str, Sequence[str]] | None = None, by: str = ""
    ) -> Push:
        """Tap a button in the chat of a member, or in a group as the member `by`; KeyError for what is not live.

        The tap waits for its answer as the platform's client does, and shows what the answer says.
        """
        shown = self._chats.at(place, msgid)
        if not isinstance(shown, CardShown) or key not in (button.key for button in (*shown.buttons, *shown.menu)):
            raise KeyError(key)
        card = self.cards.instances[str((shown.card or {})["track"])]
        if not card.answers_to:
            return Push(message_id="", heard=False)
        content = json.dumps({"cardPrivateData": self._private(shown, key, picked or {})}, ensure_ascii=False)
        group = place in self._chats.groups
        body: JSONObject = {"type": "actionCallback", "outTrackId": card.track, "corpId": self.credentials.corp_id}
        body |= {"userId": by or place, "userIdType": 1, "spaceType": "IM_GROUP" if group else "IM_ROBOT"}
        body |= {"spaceId": place, "extension": "{}", "content": content, "value": content}
        if card.answers_to != STREAM:
            push = await self.calls.tap(card.answers_to, card.secret, body)
        else:
            push = await self.gateway.push("CALLBACK", CARD, body, wait=self._quirks.callback_seconds)
        self._apply(card, by or place, push)
        return push

    async def event(self, kind: str, data: JSONObject, event_id: str = "") -> Push:
        """Something that no person said."""
        headers = {"eventType": kind, "eventId": event_id or self._ids("event"), "eventUnifiedAppId": "app-0001"}
        born = str(int(self._clock.now().timestamp() * 1000))
        if self.calls.url is not None:
            named = {name[0].upper() + name[1:]: value for name, value in data.items()}
            about = {"EventType": kind, "CorpId": self.credentials.corp_id, "TimeStamp": born}
            return await self.calls.happen(about | named)
        headers |= {"eventCorpId": self.credentials.corp_id, "eventBornTime": born}
        return await self.gateway.push("EVENT", "*", data, headers)

    def add_group(self, conversation: str, name: str, members: Sequence[str]) -> GroupChat:
        """A group that a member made, with the robot in it."""
        known = [self._known(userid).userid for userid in members]
        self._chats.add_group(Group(conversation, name, known[0], known))
        return self._chats.groups[conversation].seen_by(None)

    def add_webhook(self, name: str, members: Sequence[str]) -> GroupRobot:
        """A group of these members with a robot of its own in it (自定义机器人)."""
        return self.webhooks.add(name, [self._known(userid).userid for userid in members])

    # -- what members see ------------------------------------------------------------------------------------------

    def chat(self, userid: str) -> list[Shown]:
        """The member's chat with the robot, oldest first."""
        return self._chats.of(self._known(userid).userid)

    def groups(self, userid: str | None = None) -> list[GroupChat]:
        """The member's groups with the robot as they see them, or all."""
        viewer = None if userid is None else self._known(userid).userid
        return [group.seen_by(viewer) for group in self._chats.groups_of(viewer)]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; the returned function ends it."""
        return self._chats.subscribe(listener)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _later(self, event: str, data: JSONObject) -> None:
        """Tell of it once what caused it is answered."""
        task = asyncio.create_task(self.event(event, data))
        self.echoing.add(task)
        task.add_done_callback(self.echoing.discard)

    async def _said(
        self,
        userid: str,
        group: str | None,
        said: JSONObject,
        text: str,
        *,
        kind: str = "text",
        part: JSONObject | None = None,
        at: Sequence[str] = (),
        wait: float = 0,
    ) -> Push:
        """It stands in the chat at once, as this `kind` of message, then the robot is told."""
        member = self._known(userid)
        shown = self._show_own(member.userid, group, kind, text, part)
        body = self._body(member, group, at) | {"msgId": shown.id} | said
        if self.calls.url is not None:
            return await self.calls.tell(body, shown.id)
        push = await self.gateway.push("CALLBACK", ROBOT, body, wait=wait)
        return Push(message_id=shown.id, heard=push.heard, ack=push.ack)

    def _body(self, member: Member, group: str | None, at: Sequence[str]) -> JSONObject:
        place = group or member.userid
        session, until = self.sending.session(place)
        body: JSONObject = {
            "conversationId": group or f"cid{member.userid}==",
            "conversationType": "2" if group else "1",
            "createAt": int(self._clock.now().timestamp() * 1000),
            "senderId": f"$:LWCP_v1:$enc-{member.userid}",
            "senderNick": member.name,
            "senderCorpId": self.credentials.corp_id,
            "chatbotUserId": "$:LWCP_v1:$bot",
            "chatbotCorpId": self.credentials.corp_id,
            "robotCode": self.credentials.robot_code,
            "sessionWebhook": f"{self._base}/robot/sendBySession?session={session}",
            "sessionWebhookExpiredTime": until,
        }
        if member.in_scope:
            body["senderStaffId"] = member.userid
        if group:
            called = [{"dingtalkId": f"$:LWCP_v1:$enc-{each}", "staffId": each} for each in at]
            title = self._chats.groups[group].name
            body |= {"conversationTitle": title, "isInAtList": True}
            body["atUsers"] = [{"dingtalkId": "$:LWCP_v1:$bot"}, *called]
        return body

    def _private(self, shown: CardShown, key: str, picked: Mapping[str, Sequence[str]]) -> JSONObject:
        """What a tap tells: the id of the component, and what the template passes with it."""
        if not shown.selections and (shown.card or {}).get("template") not in self.credentials.templates:
            return {"actionIds": [key], "params": {} if self._quirks.callback_without_params else {"id": key}}
        form: dict[str, Any] = {}
        for field in shown.selections:
            ids = list(picked.get(field.key, field.selected))
            if unknown := [each for each in ids if each not in dict(field.options)]:
                raise KeyError(unknown[0])
            form[field.key] = ids if field.multiple else ids[0]
        return {"actionIds": ["button"], "params": {"action": key} | ({"form": form} if form else {})}

    def _apply(self, card: Instance, userid: str, push: Push) -> None:
        try:
            told = json.loads(push.ack["data"]) if push.ack is not None else {}
        except (ValueError, KeyError, TypeError):
            return
        if isinstance(told, dict) and isinstance(told.get("response"), dict):
            self.cards.answered(card, userid, told)

    def _show_own(self, userid: str, group: str | None, kind: str, text: str, part: JSONObject | None = None) -> Shown:
        shown = Shown(
            id="msg" + self._ids("message") + "==",
            sender=userid,
            at=self._clock.now(),
            kind=kind,
            text=text,
            card=part,
            mine=group is None,
        )
        self._chats.put(group or userid, shown)
        return shown

    def _known(self, userid: str) -> Member:
        return self.organisation.get(userid)

    def _functions(self) -> dict[str, Function]:
        cards, sending, contacts, media = self.cards, self.sending, self.contacts, self.media
        return {
            "POST v1.0/oauth2/accessToken": lambda call: self.tokens.give(call.body),
            "GET gettoken": lambda call: self.tokens.give_old(
                call.query.get("appkey", ""), call.query.get("appsecret", "")
            ),
            "POST v1.0/robot/oToMessages/batchSend": lambda call: sending.to_people(call.body),
            "POST v1.0/robot/groupMessages/send": lambda call: sending.to_group(call.body),
            "POST v1.0/robot/messageFiles/download": lambda call: media.download(call.body, call.origin),
            "POST v1.0/card/instances": lambda call: cards.create(call.body),
            "POST v1.0/card/instances/deliver": lambda call: cards.deliver(call.body),
            "POST v1.0/card/instances/createAndDeliver": lambda call: cards.create_and_deliver(call.body),
            "POST v1.0/card/callbacks/register": lambda call: cards.register(call.body),
            "PUT v1.0/card/instances": lambda call: cards.update(call.body),
            "POST media/upload": lambda call: media.upload(call.query.get("type", ""), call.upload),
            "POST v1.0/oauth2/userAccessToken": lambda call: self.oauth.user_token(call.body),
            "GET v1.0/contact/users/me": lambda call: self.oauth.me(call.headers),
            "POST topapi/user/getbyunionid": lambda call: self.oauth.by_union(call.body),
            "POST topapi/v2/user/get": lambda call: contacts.user(call.body),
            "POST topapi/v2/user/list": lambda call: contacts.users(call.body),
            "POST topapi/v2/department/listsub": lambda call: contacts.below(call.body),
        }
