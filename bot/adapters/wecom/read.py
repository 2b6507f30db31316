"""What a decrypted WeCom callback says, as a `Message` (protocol reference 1.6, 1.7). Pure: bytes in, value out.

A self-built app hears single members only, so the conversation is the member. Userids are compared case-folded,
because WeCom takes them in any case and gives them back lower-cased in places.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from bot.adapters.callbacks import BadCallback
from bot.adapters.task_ids import key_of
from bot.adapters.wecom.contents import contents
from bot.adapters.wecom.envelope import fields
from bot.adapters.wecom.happened import about, happening
from bot.message import Conversation, Message
from cards.model import Action
from cards.picked import parameter
from domain.actor import ReplyHandle

CHANNEL = "wecom"
CODE_LIFE = timedelta(hours=72)  # of the one-time code with which a clicked card may be changed
_LONGEST = 64  # characters of a userid, and of a MsgId

_log = logging.getLogger(__name__)

_IGNORED = {
    *("location", "view", "view_miniprogram"),
    *("scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"),
    *("location_select", "taskcard_click", "batch_job_result"),
    *("change_external_chat", "change_external_tag"),
    *("sys_approval_change", "open_approval_change", "modify_calendar", "delete_calendar"),
    *("add_schedule", "modify_schedule", "delete_schedule", "share_agent_change", "share_chain_change"),
    *("inactive_alert", "close_inactive_agent", "reopen_inactive_agent"),
    *("low_active_alert", "low_active", "active_restored", "kf_msg_or_event"),
}
# An event carries no id; its redelivery repeats all of these, and another event differs in at least one.
_EVENT_KEY = (
    *("FromUserName", "CreateTime", "Event", "ChangeType", "EventKey", "TaskId", "ResponseCode"),
    *("UserID", "ExternalUserID", "Id", "TagId"),
    # Of the address book two changes of one person in one second differ in what they say alone.
    *("NewUserID", "Name", "Department", "MainDepartment", "IsLeaderInDept", "DirectLeader", "Position", "Status"),
    *("ParentId", "Order", "WelcomeCode"),
)
# Every message has an id; one that had none would be told from the next by who sent it, when, and what was in it.
_MESSAGE_KEY = ("MsgType", "Content", "MediaId", "Location_X", "Location_Y", "Url")


def read(inner_xml: bytes, received: datetime) -> Message | None:
    """The message, or None for an event that concerns no conversation; raises `BadCallback` if it is neither.

    `received` stands in where WeCom's own time cannot be read.
    """
    root = fields(inner_xml)
    kind = _text(root, "MsgType").lower()
    if not kind or not _text(root, "FromUserName"):
        raise BadCallback("no MsgType or FromUserName")
    if kind == "event":
        return _event(root, received)
    if kind == "text":
        return _message(root, received, text=_text(root, "Content", strip=False))
    return _message(root, received, **contents(kind, root))


def _event(root: Element, received: datetime) -> Message | None:
    event = _text(root, "Event").lower()
    if (of_a_member := EVENTS.get(event)) is not None:
        return of_a_member(root, received)
    if (happened := happening(event, root)) is not None:
        message = _message(root, received, kind="event", event=happened)
        return replace(message, conversation=Conversation(about(happened)))
    if event not in _IGNORED:
        _unknown(event[:64])
    return None


def _click(root: Element, received: datetime) -> Message | None:
    if not (key := _text(root, "EventKey")):
        return None  # a button of ours has one
    action = Action.unpack(key)
    if (picked := parameter(_selected(root))) is not None:
        action = action.picking(picked)
    message = _message(root, received, kind="action")
    code = _text(root, "ResponseCode")
    handle = ReplyHandle({"code": code}, message.sent_at + CODE_LIFE) if code else None
    return replace(message, action=action, card=key_of(_text(root, "TaskId")), handle=handle)


def _enter(root: Element, received: datetime) -> Message:
    return _message(root, received, kind="enter")


def _menu(root: Element, received: datetime) -> Message | None:
    """An item of the app's menu: its key is an action of ours, and there is no card that it could change."""
    key = _text(root, "EventKey")
    return _message(root, received, kind="action", action=Action.unpack(key)) if key else None


EVENTS: Mapping[str, Callable[[Element, datetime], Message | None]] = {
    "enter_agent": _enter,
    "click": _menu,
    "template_card_event": _click,
    "template_card_menu_event": _click,
}
"""What a member does without words."""


def _selected(root: Element) -> list[tuple[str, list[str]]]:
    """What was picked, question by question."""
    return [
        (_text(item, "QuestionKey"), [(option.text or "").strip() for option in item.findall("OptionIds/OptionId")])
        for item in root.findall("SelectedItems/SelectedItem")
    ]


def _message(root: Element, received: datetime, **said: Any) -> Message:
    sender = _text(root, "FromUserName").casefold()
    if len(sender) > _LONGEST:
        raise BadCallback("FromUserName too long")
    return Message(
        channel=CHANNEL,
        message_id=_message_id(root),
        conversation=Conversation(sender),
        sender=sender,
        sent_at=_sent_at(root, received),
        **said,
    )


def _message_id(root: Element) -> str:
    given = _text(root, "MsgId")
    if given and len(given) <= _LONGEST:
        return given
    return "event:" + _digest(_text(root, name) for name in (*_EVENT_KEY, *_MESSAGE_KEY))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]


def _sent_at(root: Element, received: datetime) -> datetime:
    seconds = _text(root, "CreateTime")
    if seconds.isascii() and seconds.isdigit() and len(seconds) <= 10:
        return datetime.fromtimestamp(int(seconds), UTC)
    return received


def _text(root: Element, name: str, *, strip: bool = True) -> str:
    text = root.findtext(name) or ""
    return text.strip() if strip else text


@lru_cache(maxsize=256)
def _unknown(event: str) -> None:
    """Once for each type, however often it comes."""
    _log.warning("wecom event of an unknown type", extra={"event": event})
