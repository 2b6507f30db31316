"""What a push of the robot says, as a `Message` (protocol reference 2, 6.6). Pure: an object in, a value out.

The same objects come over the Stream and, by HTTP, to the callback. In a group only what calls the robot arrives, with
its name already cut out. Whoever is of another company has no staff id, and cannot be told from anybody else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.adapters import message_ids
from bot.adapters.dingtalk.actions import action_of
from bot.adapters.dingtalk.api import CHANNEL
from bot.adapters.dingtalk.frames import storable
from bot.adapters.task_ids import key_of
from bot.message import Conversation, FileKind, FileRef, Message
from cards.picked import CHOICE, parameter
from domain.actor import ReplyHandle

_LONGEST = 64  # characters of a staff id, and of a conversation's
_LONGEST_CODE = 2048
_MOST_PICTURES = 9
_BESIDE = "#pictures"  # behind the id of the message whose words they stand beside
_FILES: Mapping[str, FileKind] = {"picture": "image", "video": "video", "file": "file", "audio": "voice"}
_BLANK = " \t\r\n\u00a0\u2005\u3000"
_WORDS = {"video": "视频", "audio": "语音", "picture": "图片", "file": "文件"}


class BadBody(Exception):
    """A push that cannot be understood; the message is what is wrong with it."""


def read(data: Mapping[str, Any], received: datetime) -> Message:
    """What somebody said to the robot; raises `BadBody`."""
    kind = _text(data, "msgtype")
    message = _message(data, received)
    content = _part(data, "content")
    if kind == "text":
        return _said(message, data)
    if kind == "richText":
        words, pictures = _rich(content)
        return replace(message, text=words) if words else _with(message, pictures)
    heard = _clean(_text(content, "recognition")) if "recognition" in content else None
    if kind in _FILES and (file := _file(content, _FILES[kind])) is not None:
        return _with(message, (replace(file, said=heard) if kind == "audio" else file,))
    if kind == "audio" and heard:
        return replace(message, text=heard)
    return replace(message, kind="other", text=_WORDS.get(kind, kind[:32]))


def beside(message: Message, data: Mapping[str, Any]) -> Message | None:
    """The pictures of a message that has words too, as a message of their own, which is stored behind it: they go to
    the customer that the words are about. It is addressed to nobody, so that a group hears one answer."""
    if message.kind != "text" or _text(data, "msgtype") != "richText":
        return None
    _, pictures = _rich(_part(data, "content"))
    if not pictures:
        return None
    own = f"{message.message_id[: message_ids.LONGEST - len(_BESIDE)]}{_BESIDE}"
    told = replace(_with(message, pictures), message_id=own)
    return replace(told, quotes=None, mentioned=False, handle=None)


def clicked(data: Mapping[str, Any], push: str, received: datetime) -> Message | None:
    """A tap on a card; None for one on nothing that a card of ours has. `push` is the id of the push, for a tap has
    none of its own."""
    private = _part(_object(_text(data, "content") or _text(data, "value")), "cardPrivateData")
    action = action_of(private.get("actionIds"), _part(private, "params"))
    if action is None:
        return None
    if (picked := parameter(_picked(_part(private, "params")))) is not None:
        action = action.picking(picked)
    sender, space = _text(data, "userId"), _text(data, "spaceId")
    if not 0 < len(sender) <= _LONGEST:
        raise BadBody("no userId")
    in_group = "group" in _text(data, "spaceType").lower() and 0 < len(space) <= _LONGEST
    return Message(
        channel=CHANNEL,
        message_id=f"tap:{push}"[: message_ids.LONGEST] if push else message_ids.digest(data),
        conversation=Conversation(space, "group") if in_group else Conversation(sender),
        sender=sender,
        sent_at=received,
        kind="action",
        action=action,
        card=key_of(_text(data, "outTrackId")),
    )


# -- inside ------------------------------------------------------------------------------------------------------------


def _message(data: Mapping[str, Any], received: datetime) -> Message:
    sender = _sender(data)
    in_group = str(data.get("conversationType")) == "2"
    chat = _text(data, "conversationId") if in_group else sender
    if not 0 < len(chat) <= _LONGEST:
        raise BadBody("no conversationId")
    return Message(
        channel=CHANNEL,
        message_id=message_ids.message_id(_text(data, "msgId"), data),
        conversation=Conversation(chat, "group" if in_group else "direct"),
        sender=sender,
        sent_at=_moment(data.get("createAt")) or received,
        mentioned=in_group,
        handle=_handle(data, received),
    )


def _sender(data: Mapping[str, Any]) -> str:
    """The staff id as it is spelt; for whoever has none, an id that stands for him and reaches nobody."""
    staff = _text(data, "senderStaffId").strip()
    if 0 < len(staff) <= _LONGEST:
        return staff
    if not (hidden := _text(data, "senderId")):
        raise BadBody("no sender")
    return f"outside-{hashlib.sha256(hidden.encode()).hexdigest()[:24]}"


def _said(message: Message, data: Mapping[str, Any]) -> Message:
    text = _part(data, "text")
    quoted = _part(text, "repliedMsg") if text.get("isReplyMsg") is True else {}
    content = _part(quoted, "content")
    quotes = _clean(_text(content, "text")) or _rich(content)[0]
    return replace(message, text=_clean(_text(text, "content")), quotes=quotes or None)


def _rich(content: Mapping[str, Any]) -> tuple[str, tuple[FileRef, ...]]:
    """The words, on a new line behind a picture, and the pictures. Who is called in between is no word."""
    parts = content.get("richText")
    said, pictures = "", []
    for each in parts if isinstance(parts, list) else ():
        if not isinstance(each, dict):
            continue
        if each.get("type") == "picture":
            pictures.append(_file(each, "image"))
            said += "\n"
        else:
            said += _text(each, "text")
    lines = (line.strip(_BLANK) for line in _clean(said).splitlines())
    return "\n".join(filter(None, lines)), tuple(each for each in pictures if each is not None)[:_MOST_PICTURES]


def _file(part: Mapping[str, Any], kind: FileKind) -> FileRef | None:
    """A file that is still with DingTalk, for whoever has its download code."""
    code = _text(part, "downloadCode") or _text(part, "pictureDownloadCode")
    if not 0 < len(code) <= _LONGEST_CODE:
        return None
    return FileRef(kind=kind, source={"code": code}, name=_text(part, "fileName")[:255])


def _with(message: Message, files: tuple[FileRef, ...]) -> Message:
    return replace(message, kind="file" if files else "other", text="", files=files)


def _picked(params: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What was picked in the card's form, question by question: a text, a list, or an object with the `value`."""
    found = []
    for name, value in _part(params, "form").items():
        value = value.get("value") if isinstance(value, dict) else value
        ids = value if isinstance(value, list) else [value]
        known = [each for each in ids if isinstance(each, str) and each]
        if known or name != CHOICE:
            found.append((name, known))
    return found


def _handle(data: Mapping[str, Any], received: datetime) -> ReplyHandle | None:
    """The webhook that came with the message, and until when it lives."""
    url, until = _text(data, "sessionWebhook"), _moment(data.get("sessionWebhookExpiredTime"))
    if until is None or until <= received or not 0 < len(url) <= 1024:
        return None
    return ReplyHandle({"webhook": url}, until)


def _moment(value: Any) -> datetime | None:
    """Milliseconds, as a number or written out."""
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    return datetime.fromtimestamp(number / 1000, UTC) if type(number) is int and 0 < number < 10**14 else None


def _clean(text: str) -> str:
    return text.strip(_BLANK)


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = storable(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
