"""What an adapter makes of the wire, and what a handler answers: frozen, no database, no messenger class inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cards.model import Action
from domain.actor import JSON, ReplyHandle


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    kind: Literal["direct", "group"] = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that a person did in a messenger.

    `message_id` is the messenger's own id, or, where it gives none, a key that its redelivery repeats. `kind` says what it
    is: `text`, `action` (a tap; `action` is set), `enter` (the chat was opened), or `other` (a type that genjin cannot
    read yet; `text` then holds the type's name in the messenger's words).
    """

    channel: str
    message_id: str
    conversation: Conversation
    sender: str
    sent_at: datetime
    kind: Literal["text", "action", "enter", "other"] = "text"
    text: str = ""
    action: Action | None = None
    mentioned: bool = False
    quotes: str | None = None
    handle: ReplyHandle | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Which card answers, about what: never the card itself. `subject` names the row whose cards are redrawn with it."""

    kind: str
    params: Mapping[str, JSON] = field(default_factory=dict)
