"""What a callback of the smart robot says, as a `Message` (protocol reference 5.1, 5.3). Pure: an object in, value out.

The same objects come over the long connection and, decrypted, to the callback. In a group only what @-mentions the
robot arrives, with the mention inside the text; a voice note arrives as its words.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bot.adapters import message_ids
from bot.adapters.task_ids import key_of
from bot.adapters.wecom_robot.mention import without_mention
from bot.message import Conversation, FileKind, FileRef, Message
from cards.model import Action
from cards.picked import parameter
from domain.actor import ReplyHandle

CHANNEL = "wecom.robot"  # before the dot: whose userids it shares
_LONGEST = 64  # characters of a userid, and of a chatid
_LONGEST_URL = 4096
_MOST_PICTURES = 9  # of one message
_BESIDE = "#pictures"  # behind the id of the message whose words they stand beside
_FILES: Mapping[str, FileKind] = {"image": "image", "video": "video", "file": "file"}
_KNOWN_EVENTS = {"feedback_event", "disconnected_event", "enter_check_update"}

_log = logging.getLogger(__name__)


class BadBody(Exception):
    """A callback that cannot be understood; the message is what is wrong with it."""


def read(body: Mapping[str, Any], received: datetime, *, name: str) -> Message | None:
    """The message, without a handle; None for what concerns no conversation; raises `BadBody` for what is neither.

    `name` is the robot's own, as it stands after the @.
    """
    kind = _text(body, "msgtype")
    if kind == "event":
        return _event(body, received)
    if kind == "stream":
        return None
    if kind in ("text", "voice"):
        return _said(body, received, _text(_part(body, kind), "content"), name)
    if kind == "mixed":
        return _mixed(body, received, name)
    if not kind:
        raise BadBody("no msgtype")
    if kind in _FILES:
        return _file(body, received, _FILES[kind])
    return _message(body, received, kind="other", text=kind[:32])


def event_type(body: Mapping[str, Any]) -> str:
    """The type of an event; empty for what is none."""
    return _text(_part(body, "event"), "eventtype") if body.get("msgtype") == "event" else ""


def event_part(body: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """The object of an event, which some have met directly under `event`."""
    event = _part(body, "event")
    return _part(event, kind) or event


def _said(body: Mapping[str, Any], received: datetime, text: str, name: str) -> Message:
    message = _message(body, received, text=text)
    if message.in_group:
        message = replace(message, text=without_mention(text, name))
    return replace(message, quotes="\n".join(_words(_part(body, "quote"))) or None)


def beside(message: Message, body: Mapping[str, Any]) -> Message | None:
    """The pictures of a message that has words too, as a message of their own, which is stored behind it: they go to
    the customer that the words are about. It is addressed to nobody, so that a group hears one answer."""
    if message.kind != "text" or _text(body, "msgtype") != "mixed" or not (pictures := _pictures(body)):
        return None
    own = f"{message.message_id[: message_ids.LONGEST - len(_BESIDE)]}{_BESIDE}"
    told: dict[str, Any] = {"message_id": own, "kind": "file", "text": "", "files": pictures, "quotes": None}
    return replace(message, **told, mentioned=False, handle=None)


def _mixed(body: Mapping[str, Any], received: datetime, name: str) -> Message:
    """Its words; the pictures alone where nothing is said beside them."""
    said = _said(body, received, "\n".join(_words(body)), name)
    pictures = _pictures(body)
    return said if said.text.strip() or not pictures else replace(said, kind="file", text="", files=pictures)


def _pictures(body: Mapping[str, Any]) -> tuple[FileRef, ...]:
    items = _part(body, "mixed").get("msg_item")
    pictures = (each for each in items if isinstance(each, dict)) if isinstance(items, list) else ()
    found = [_stored(_part(each, "image"), "image") for each in pictures if each.get("msgtype") == "image"]
    return tuple(found[:_MOST_PICTURES])


def _file(body: Mapping[str, Any], received: datetime, kind: FileKind) -> Message:
    return replace(_message(body, received, kind="file"), files=(_stored(_part(body, kind), kind),))


def _stored(part: Mapping[str, Any], kind: FileKind) -> FileRef:
    """The file itself is still where `url` says, for five minutes, under the key `aeskey`."""
    source = {name: value for name in ("url", "aeskey") if 0 < len(value := _text(part, name)) <= _LONGEST_URL}
    return FileRef(kind=kind, source=source)


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    """The words of a message or a quote, one piece after the other."""
    kind = _text(part, "msgtype")
    if kind == "mixed":
        items = _part(part, "mixed").get("msg_item")
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and item.get("msgtype") != "mixed":
                yield from _words(item)
    elif kind in ("text", "voice") and (said := _text(_part(part, kind), "content")).strip():
        yield said.strip()


def _event(body: Mapping[str, Any], received: datetime) -> Message | None:
    kind = event_type(body)
    if kind == "enter_chat":
        return _message(body, received, kind="enter")
    if kind == "template_card_event":
        return _click(body, received)
    if kind not in _KNOWN_EVENTS:
        _unknown(kind[:64])
    return None


def _click(body: Mapping[str, Any], received: datetime) -> Message | None:
    part = event_part(body, "template_card_event")
    key = _text(part, "event_key") or _text(part, "eventkey")
    if not key:
        return None  # a button of ours has one
    action = Action.unpack(key)
    if (picked := parameter(_selected(part))) is not None:
        action = action.picking(picked)
    task_id = _text(part, "task_id") or _text(part, "taskid")
    return replace(_message(body, received, kind="action"), action=action, card=key_of(task_id))


def _selected(part: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What was picked, question by question."""
    items = _part(part, "selected_items").get("selected_item")
    found = []
    for item in items if isinstance(items, list) else ():
        options = _part(item, "option_ids").get("option_id") if isinstance(item, dict) else None
        ids = [each for each in options if isinstance(each, str)] if isinstance(options, list) else []
        found.append((_text(item, "question_key") if isinstance(item, dict) else "", ids))
    return found


def _message(body: Mapping[str, Any], received: datetime, *, kind: Any = "text", text: str = "") -> Message:
    sender = _text(_part(body, "from"), "userid").casefold()
    if not 0 < len(sender) <= _LONGEST:
        raise BadBody("no userid")
    in_group = body.get("chattype") == "group"
    chat = _text(body, "chatid") if in_group else sender  # a chatid as it is: it minds upper and lower case
    if not 0 < len(chat) <= _LONGEST:
        raise BadBody("no chatid")
    return Message(
        channel=CHANNEL,
        message_id=message_ids.message_id(_text(body, "msgid"), body),
        conversation=Conversation(chat, "group" if in_group else "direct"),
        sender=sender,
        sent_at=_sent_at(body, received),
        kind=kind,
        text=text.translate(_ILLEGAL),
        mentioned=in_group,
    )


def with_handle(message: Message, data: Mapping[str, str], until: datetime) -> Message:
    return replace(message, handle=ReplyHandle(data, until))


def _sent_at(body: Mapping[str, Any], received: datetime) -> datetime:
    seconds = body.get("create_time")
    if type(seconds) is int and 0 < seconds < 10**10:
        return datetime.fromtimestamp(seconds, UTC)
    return received


_ILLEGAL = {code: None for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)}  # NUL cannot be stored


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    """A text that can be stored; a lone half of a character cannot."""
    value = body.get(name)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


@lru_cache(maxsize=256)
def _unknown(event: str) -> None:
    """Once for each type, however often it comes."""
    _log.warning("robot event of an unknown type", extra={"event": event})
