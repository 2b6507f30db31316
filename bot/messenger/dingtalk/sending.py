"""What the app says over DingTalk without cards: by a conversation's webhook, or by the robot's API (5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.messenger.dingtalk.media import DingTalkMedia
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, OapiRefusal, V1Refusal
from bot.messenger.model import Button, Ids, JSONObject, Shown
from bot.messenger.people import Organisation
from bot.messenger.robot.chats import RobotChats
from config.clock import Clock

PARAM_BYTES = 15_000
# msgKey -> the fields that must be there
KEYS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "messageUrl"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{
        f"sampleActionCard{most}": (
            "title",
            "text",
            *(f"action{what}{n}" for n in range(1, most + 1) for what in ("Title", "URL")),
        )
        for most in (2, 3, 4, 5)
    },
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Shown):
    """A message without a card; an actionCard's links are its buttons."""

    title: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def headline(self) -> str:
        """The title stands in the list alone."""
        return self.title

    @property
    def drawn(self) -> Mapping[str, Any] | None:
        """An actionCard is drawn as a card is."""
        return {"title": "", "markdown": self.text} if self.kind == "actionCard" else None

    @property
    def buttons(self) -> list[Button]:
        """Each opens a page."""
        return [Button("", text, 2, url) for text, url in self.links]


@dataclass(frozen=True, slots=True)
class _Session:
    place: str
    until: datetime


class DingTalkSending:
    """Both ways out."""

    def __init__(
        self,
        credentials: DingTalkCredentials,
        organisation: Organisation,
        chats: RobotChats,
        media: DingTalkMedia,
        clock: Clock,
        quirks: DingTalkQuirks,
        ids: Ids,
    ) -> None:
        self._credentials, self._organisation, self._chats, self._media = credentials, organisation, chats, media
        self._clock, self._quirks, self._ids = clock, quirks, ids
        self._sessions: dict[str, _Session] = {}
        self.by_webhook: list[tuple[str, JSONObject]] = []

    # -- sessionWebhook --------------------------------------------------------------------------------------------

    def session(self, place: str) -> tuple[str, int]:
        """A new webhook of a conversation: its session, and the milliseconds at which it ends."""
        session = self._ids("session")
        until = self._clock.now() + timedelta(seconds=self._quirks.webhook_seconds)
        self._sessions[session] = _Session(place, until)
        return session, int(until.timestamp() * 1000)

    async def webhook(self, request: web.Request, ordered: int) -> web.Response:
        """`POST /robot/sendBySession`, refused by the errcode `ordered` where that is not 0."""
        if ordered:
            return web.json_response(OapiRefusal(ordered, "ordered").body())
        try:
            place = self._place_of(request.query.get("session", ""))
            body = self._webhook_body(await request.read())
            self.by_webhook.append((place, body))
            self._chats.put(place, self.as_webhook(body))
        except OapiRefusal as refused:
            return web.json_response(refused.body())
        except (ValueError, AttributeError):
            return web.json_response({"errcode": 40035, "errmsg": "不合法的参数"})
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _webhook_body(self, raw: bytes) -> JSONObject:
        if len(raw) > self._quirks.webhook_bytes:
            raise OapiRefusal(40035, "body too long")
        body: JSONObject = json.loads(raw)
        return body

    def _place_of(self, session: str) -> str:
        found = self._sessions.get(session)
        if found is None or found.until <= self._clock.now():
            raise OapiRefusal(300001, "session 不存在")
        return found.place

    def as_webhook(self, body: JSONObject) -> Shown:
        """What a body shows that goes to a webhook; raises `OapiRefusal`."""
        kind = body.get("msgtype")
        part = body.get(str(kind))
        if kind not in ("text", "markdown", "actionCard") or not isinstance(part, dict):
            raise OapiRefusal(400105, "msgtype")
        if kind == "text":
            return self._said("text", _words(part, "content", OapiRefusal(40035, "content")))
        title, text = (_words(part, name, OapiRefusal(40035, name)) for name in ("title", "text"))
        if kind == "markdown":
            return self._said("markdown", text, title)
        single = [(part["singleTitle"], part["singleURL"])] if part.get("singleTitle") else []
        links = single or [(b["title"], b["actionURL"]) for b in part.get("btns") or ()]
        if not links:
            raise OapiRefusal(40035, "btns")
        return self._said("actionCard", text, title, tuple(links))

    # -- the robot's API -------------------------------------------------------------------------------------------

    def to_people(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/robot/oToMessages/batchSend`."""
        self.check_robot(body)
        users = body.get("userIds")
        if not isinstance(users, list) or not users:
            raise V1Refusal("invalidParameter.userIds.empty")
        if len(users) > self._quirks.batch_receivers:
            raise V1Refusal("invalidParameter.userIds.overMax")
        shown = self._message(body)
        invalid = []
        for userid in users:
            if (place := self.reach(userid)) is None:
                invalid.append(userid)
            else:
                self._chats.put(place, shown)
        return {
            "processQueryKey": self._ids("query"),
            "invalidStaffIdList": invalid,
            "flowControlledStaffIdList": [],
            "filteredStaffIdList": [],
        }

    def to_group(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/robot/groupMessages/send`."""
        self.check_robot(body)
        group = body.get("openConversationId")
        if not group:
            raise V1Refusal("miss.openConversationId")
        if group not in self._chats.groups:
            raise V1Refusal("invalid.openConversationId")
        self._chats.put(str(group), self._message(body))
        return {"processQueryKey": self._ids("query")}

    def check_robot(self, body: JSONObject) -> None:
        """Refuses what names no robot, or that of another app."""
        code = body.get("robotCode")
        if not code:
            raise V1Refusal("invalidParameter.robotCode.empty")
        if code != self._credentials.robot_code:
            raise V1Refusal("invalidParameter.robotCode.auth")

    def reach(self, userid: Any) -> str | None:
        """The member of this id, as he is spelt, whom the app may reach."""
        member = self._organisation.find(userid) if isinstance(userid, str) else None
        if member is None or not member.in_scope:
            return None
        return member.userid if self._quirks.userid_in_any_case or member.userid == userid else None

    def _message(self, body: JSONObject) -> Shown:
        key, packed = body.get("msgKey"), body.get("msgParam")
        if not key:
            raise V1Refusal("invalidParameter.msgKey.empty")
        if key not in KEYS:
            raise V1Refusal("invalidParameter.msgKey.invalid")
        if not isinstance(packed, str):
            raise V1Refusal("invalidParameter.msgParam.invalid")
        if len(packed.encode()) > PARAM_BYTES:
            raise V1Refusal("invalidParameter.msgParam.tooLong")
        try:
            param = json.loads(packed)
        except ValueError:
            raise V1Refusal("invalidParameter.msgParam.invalid") from None
        for name in KEYS[key]:
            _words(param, name, V1Refusal(f"miss.param.{key.removeprefix('sample').lower()}{name}"))
        return self._read(str(key), param)

    def _read(self, key: str, param: JSONObject) -> Shown:
        if key == "sampleText":
            return self._said("text", param["content"])
        if key == "sampleMarkdown":
            return self._said("markdown", param["text"], param["title"])
        if key == "sampleImageMsg":
            if str(param["photoURL"]).startswith("@"):
                self._media.find(param["photoURL"])
            return replace(self._said("image", "[图片]"), card={"media_id": param["photoURL"]})
        if key == "sampleFile":
            self._media.find(param["mediaId"])
            return replace(self._said("file", f"[{param['fileName']}]"), card={"media_id": param["mediaId"]})
        if key == "sampleLink":
            page = self._said("link", param["text"], param["title"], ((param["title"], param["messageUrl"]),))
            return replace(page, card={"url": param["messageUrl"]})
        names = [(k, param[_url_of(k)]) for k in KEYS[key] if "Title" in k]
        return self._said("actionCard", param["text"], param["title"], tuple((param[k], url) for k, url in names))

    def _said(self, kind: str, text: str, title: str = "", links: tuple[tuple[str, str], ...] = ()) -> Said:
        now = self._clock.now()
        return Said(id=self._ids("msgid"), sender="app", at=now, kind=kind, text=text, title=title, links=links)


def _url_of(title: str) -> str:
    """The field of the address that belongs to a title: actionTitle1 -> actionURL1, buttonTitle1 -> buttonUrl1."""
    return title.replace("Title", "Url" if title.startswith("button") else "URL")


def _words(part: Any, name: str, refusal: Exception) -> str:
    value = part.get(name) if isinstance(part, dict) else None
    if not isinstance(value, str) or not value:
        raise refusal
    return value
