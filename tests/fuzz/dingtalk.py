"""DingTalk's pushes as anybody could change them: what is taken can be stored, the rest is refused in its own way."""

from __future__ import annotations

import json

from bot.adapters.dingtalk.frames import decode
from bot.adapters.dingtalk.happened import happenings
from bot.adapters.dingtalk.read import BadBody, beside, clicked, read
from cards.model import Action
from cards.renderers.dingtalk_ids import id_of
from tests.fuzz.parsers import NOW, fit_to_store

_FROM = {"senderStaffId": "Staff01", "conversationId": "cidOne==", "conversationType": "2", "msgId": "msg1=="}
_WEBHOOK = {"sessionWebhook": "https://x/robot?session=1", "sessionWebhookExpiredTime": 1890005400000}
_PARTS = [{"text": "看"}, {"type": "picture", "downloadCode": "dc-1"}]
_PRIVATE = {"actionIds": [id_of(Action("undo", ("4",)))], "params": {"form": {"who": ["1", "2"]}}}
BODIES = (
    _FROM | _WEBHOOK | {"msgtype": "text", "text": {"content": " 跟进 张三 ", "isReplyMsg": True, "repliedMsg": {}}},
    _FROM | {"msgtype": "richText", "content": {"richText": _PARTS}},
    _FROM | {"msgtype": "file", "content": {"downloadCode": "dc-2", "fileName": "a\\u0000.pdf"}},
    {"userId": "a", "outTrackId": "k", "spaceType": "im_group", "content": json.dumps({"cardPrivateData": _PRIVATE})},
    {"userId": ["a", "b"], "deptId": [1, "2"]},
)


def _frame(kind: str, body: object) -> bytes:
    headers = {"topic": "x", "messageId": "m-1", "eventType": "user_leave_org", "eventId": "e-1"}
    return json.dumps({"type": kind, "headers": headers, "data": json.dumps(body)}).encode()


SEEDS = tuple(_frame("EVENT" if "deptId" in body else "CALLBACK", body) for body in BODIES)
WORDS = (b'"data"', b"\\\\u0000", b"\\\\ud800", b'"msgtype"', b"{}", b"[]", b"null", b'"content"', b'"deptId"', b"\\")


def pushed(raw: bytes) -> bool:
    """A frame of the Stream, whatever it says it is."""
    frame = decode(raw.decode("utf-8", "replace"))
    if frame is None:
        return False
    messages = happenings(frame, NOW)
    try:
        messages.append(said := read(frame.data, NOW))
        messages += [each for each in (beside(said, frame.data), clicked(frame.data, frame.message_id, NOW)) if each]
    except BadBody:
        pass
    for message in messages:
        fit_to_store(message)
    return bool(messages)
