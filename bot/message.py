"""What an adapter makes of the wire, and what a handler answers: frozen, no database, no messenger class inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from cards.model import Action
from domain.actor import JSON, Ref, ReplyHandle


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    kind: Literal["direct", "group"] = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that a person did in a messenger.

    `message_id` is the messenger's own id, or, where it gives none, a key that its redelivery repeats. `kind` says what
    it is: `text`, `action` (a tap; `action` is set), `enter` (the chat was opened), or `other` (a type that genjin
    cannot read yet; `text` then holds the type's name in Chinese). `card` is the key of the delivery that was tapped.
    `handle.data["code"]`, where present, is the one-time code with which that card may be changed. `reading` is what a
    large model said of the text, where one was asked: it is kept, so that the text is read the same ever after.
    """

    channel: str
    message_id: str
    conversation: Conversation
    sender: str
    sent_at: datetime
    kind: Literal["text", "action", "enter", "other"] = "text"
    text: str = ""
    action: Action | None = None
    card: str | None = None
    mentioned: bool = False
    quotes: str | None = None
    handle: ReplyHandle | None = None
    reading: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Which card answers, about what: never the card itself. `subject` is the row that the card is about, so that the
    card is found again when the row changes."""

    kind: str
    params: Mapping[str, JSON] = field(default_factory=dict)
    subject: Ref | None = None


_FIELDS = tuple(each.name for each in fields(Message))


def to_json(message: Message) -> dict[str, Any]:
    """The message as the inbox keeps it."""
    body = {name: getattr(message, name) for name in _FIELDS}
    body["conversation"] = {"id": message.conversation.id, "kind": message.conversation.kind}
    body["sent_at"] = message.sent_at.isoformat()
    body["action"] = message.action.pack() if message.action else None
    if body["reading"] is None:
        del body["reading"]
    if message.handle is not None:
        expires = message.handle.expires_at
        body["handle"] = {"data": dict(message.handle.data), "expires_at": expires.isoformat() if expires else None}
    return body


def from_json(body: Mapping[str, Any]) -> Message:
    """The message as it was kept; the inverse of `to_json`."""
    values = dict(body)
    values["sent_at"] = datetime.fromisoformat(values["sent_at"])
    values["conversation"] = Conversation(**values["conversation"])
    values["action"] = Action.unpack(values["action"]) if values["action"] else None
    if (handle := values["handle"]) is not None:
        expires = handle["expires_at"]
        values["handle"] = ReplyHandle(handle["data"], datetime.fromisoformat(expires) if expires else None)
    return Message(**values)
