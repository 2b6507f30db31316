"""What the robot may say: answers to what it was told, changes of a tapped card, pushes; each checked as WeCom does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.messenger.card_parts import bad
from bot.messenger.content import summary
from bot.messenger.limits import HOUR, MINUTE, Limit
from bot.messenger.model import Ids, JSONObject, Refusal, Shown
from bot.messenger.people import Organisation
from bot.messenger.robot import cards as robot_cards
from bot.messenger.robot.chats import RobotChats
from bot.messenger.robot.model import Request, RobotQuirks, Stream
from bot.messenger.robot.uploads import Uploads
from config.clock import Clock

TEXT_BYTES = 20_480
NO_SUCH_REQUEST, STREAM_TOO_OLD, TOO_FAST = 846605, 846608, 45009
MEDIA = ("file", "image", "voice", "video")
Reader = Callable[[JSONObject], Shown]


class Replies:
    """Every method takes the body of a frame and raises `Refusal`."""

    def __init__(
        self,
        organisation: Organisation,
        chats: RobotChats,
        uploads: Uploads,
        clock: Clock,
        quirks: RobotQuirks,
        ids: Ids,
    ) -> None:
        self._organisation, self._chats, self._uploads = organisation, chats, uploads
        self._clock, self._quirks, self._ids = clock, quirks, ids
        self._limit = Limit(clock, {MINUTE: quirks.per_minute, HOUR: quirks.per_hour})
        self._task_ids: set[str] = set()
        self.card_tasks: dict[str, str] = {}  # of each card's message

    def respond(self, request: Request | None, body: JSONObject) -> None:
        """`aibot_respond_msg`: only to a message."""
        request = self._living(request, "message")
        kind = body.get("msgtype")
        if kind in ("stream", "stream_with_template_card"):
            self._stream(request, body)
            return
        if request.answers >= self._quirks.answers_per_message:
            raise Refusal(NO_SUCH_REQUEST, "the message was answered")
        shown = self._read(body, ("template_card", "markdown", *MEDIA))
        self._spend(request.place)
        request.answers += 1
        self._show(request.place, shown)

    def welcome(self, request: Request | None, body: JSONObject) -> None:
        """`aibot_respond_welcome_msg`: once, within five seconds of entering."""
        request = self._living(request, "enter")
        if request.answers:
            raise Refusal(NO_SUCH_REQUEST, "the event was answered")
        shown = self._read(body, ("text", "template_card"))
        self._spend(request.place)
        request.answers += 1
        self._show(request.place, shown)

    def update(self, request: Request | None, body: JSONObject) -> None:
        """`aibot_respond_update_msg`: the whole card, within five seconds of the tap, under the same task_id."""
        request = self._living(request, "click")
        if request.answers or body.get("response_type") != "update_template_card":
            raise Refusal(NO_SUCH_REQUEST if request.answers else 40058, "invalid response_type")
        card = robot_cards.check(body.get("template_card"))
        if card.get("task_id") != self.card_tasks[request.card]:
            raise Refusal(self._quirks.other_task_id_errcode, "invalid parameter, task_id of another card")
        userids = body.get("userids", [])
        if not isinstance(userids, list):
            raise bad("userids")
        self._spend(request.place)
        request.answers += 1
        self._chats.change(request.place, request.card, card=card, text=summary(card), chosen={})

    def send(self, body: JSONObject) -> None:
        """`aibot_send_msg`: only where somebody has written to the robot before."""
        place = self._place(body.get("chatid"), body.get("chat_type", 0))
        shown = self._read(body, ("markdown", "template_card", *MEDIA))
        if place not in self._chats.wrote:
            raise Refusal(self._quirks.not_written_errcode, "nobody has written to the robot there")
        self._spend(place)
        self._show(place, shown)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _living(self, request: Request | None, kind: str) -> Request:
        if request is None or request.kind != kind or not request.alive(self._clock.now()):
            raise Refusal(NO_SUCH_REQUEST, "invalid req_id")
        return request

    def _stream(self, request: Request, body: JSONObject) -> None:
        content, named, finish = self._snapshot(body)
        card = robot_cards.check(body.get("template_card")) if body.get("template_card") is not None else None
        stream = request.streams.get(named)
        if stream is None and request.answers >= self._quirks.answers_per_message:
            raise Refusal(NO_SUCH_REQUEST, "the message was answered")
        if stream is not None and stream.finished:
            raise Refusal(NO_SUCH_REQUEST, "the stream is finished")
        now = self._clock.now()
        if stream is not None and (now - stream.at).total_seconds() > self._quirks.stream_seconds:
            raise Refusal(STREAM_TOO_OLD, "the stream is too old")
        if card is not None:
            self._new_task(card)
        if stream is None or self._quirks.refreshes_count:
            self._spend(request.place)
        if stream is None:
            stream = request.streams[named] = Stream(msgid=self._ids("msgid"), at=now)
            request.answers += 1
            self._chats.put(request.place, self._shown("markdown", content, msgid=stream.msgid))
        elif content.strip():  # blank content leaves what stands there
            self._chats.change(request.place, stream.msgid, text=content)
        stream.finished = finish
        if card is not None:
            self._show(request.place, self._shown("card", summary(card), card))

    def _snapshot(self, body: JSONObject) -> tuple[str, str, bool]:
        part = body.get("stream")
        if not isinstance(part, dict):
            raise bad("stream")
        named, content, finish = part.get("id"), part.get("content", ""), part.get("finish", False)
        if not isinstance(named, str) or not named:
            raise bad("stream.id")
        if not isinstance(content, str) or len(content.encode()) > TEXT_BYTES:
            raise bad("stream.content")
        if not isinstance(finish, bool):
            raise bad("stream.finish")
        if part.get("msg_item") and not (finish and self._quirks.stream_images):
            raise bad("stream.msg_item")
        robot_cards.feedback(part.get("feedback"))
        return content, named, finish

    def _read(self, body: JSONObject, allowed: tuple[str, ...]) -> Shown:
        kind = body.get("msgtype")
        if not isinstance(kind, str) or kind not in allowed:
            raise Refusal(40008, "invalid message type")
        part = body.get(kind)
        if not isinstance(part, dict):
            raise bad(kind)
        if kind == "template_card":
            card = robot_cards.check(part)
            self._new_task(card)
            return self._shown("card", summary(card), card)
        if kind in MEDIA:
            return self._shown(kind, f"[{self._uploads.find(part.get('media_id'), kind).filename}]", part)
        content = part.get("content")
        if not isinstance(content, str) or not content:
            raise Refusal(44004, "empty content")
        if len(content.encode()) > TEXT_BYTES:
            raise bad(f"{kind}.content")
        robot_cards.feedback(part.get("feedback"))
        return self._shown(kind, content)

    def _new_task(self, card: JSONObject) -> None:
        task_id = card.get("task_id")
        if task_id is not None and task_id in self._task_ids:
            raise Refusal(self._quirks.used_task_id_errcode, "invalid parameter, task_id was used before")

    def _shown(self, kind: str, text: str, card: JSONObject | None = None, msgid: str = "") -> Shown:
        msgid = msgid or self._ids("msgid")
        return Shown(id=msgid, sender="app", at=self._clock.now(), kind=kind, text=text, card=card)

    def _show(self, place: str, shown: Shown) -> None:
        if shown.kind == "card" and shown.card is not None and (task_id := shown.card.get("task_id")):
            self._task_ids.add(task_id)
            self.card_tasks[shown.id] = task_id
        self._chats.put(place, shown)

    def _spend(self, place: str) -> None:
        if not self._limit.take(place):
            raise Refusal(TOO_FAST, "api freq out of limit")

    def _place(self, chatid: Any, chat_type: Any) -> str:
        if not isinstance(chatid, str) or not chatid or chat_type not in (0, 1, 2):
            raise bad("chatid" if chat_type in (0, 1, 2) else "chat_type")
        if chat_type in (0, 2) and chatid in self._chats.groups:
            return chatid
        member = self._organisation.find(chatid) if chat_type in (0, 1) else None
        if member is None or (not self._quirks.userid_in_any_case and member.userid != chatid):
            raise Refusal(93006, "invalid chatid")
        return member.userid
