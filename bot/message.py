"""What an adapter makes of the wire, and what a handler answers: frozen, no database, no messenger class inside."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias

from cards.model import Action
from domain.actor import JSON, Address, Ref, ReplyHandle


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    kind: Literal["direct", "group"] = "direct"


FileKind: TypeAlias = Literal["image", "voice", "video", "file"]
Kind: TypeAlias = Literal["text", "action", "enter", "file", "place", "link", "event", "other"]
FILE_WORDS: Mapping[str, str] = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file that came with a message and is still where its messenger keeps it.

    `source` says where and how it is fetched there, opaque to all but its adapter. `name` is as the sender has it, not
    yet made harmless; empty where the messenger tells none. `said` is what a recording says, where the messenger wrote
    it down; empty where it understood nothing.
    """

    kind: FileKind
    source: Mapping[str, str]
    name: str = ""
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where somebody is, or says he is: degrees, and the address in words where the messenger gives one."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A page that somebody passed on; nobody has opened it."""

    url: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook of a group whose address stood in a message: what we call the group, the key, sealed, and the channel
    by which it is reached."""

    chat_id: str
    sealed: str
    channel: str = "wecom.webhook"  # of messages that are kept from before there were others


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in the messenger itself that is no word of anybody.

    `joined` and `left`: a member entered or left what the app may see; `data` has his `userid`. `people`: the address
    book changed; `did` is put or drop (a colleague: `userid`, and `becomes` where that changes), unit or drop_unit (a
    department: `unit`). `customers`: somebody's customers outside changed; `did` is added, half (added by the customer,
    not answered yet), edited, dropped (by the colleague, or `passed` on), lost (the customer deleted him) or refused (a
    handing-over, with its `reason`), of `userid` and `external`; `welcome` is the code of a greeting that may be sent
    within 20 seconds. `todos`: the to-do `item` of somebody's list changed; `did` is changed. Else `did` is other.
    """

    name: Literal["joined", "left", "people", "customers", "todos"]
    data: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def hurries(self) -> bool:
        """Whether it is worth nothing in half a minute."""
        return "welcome" in self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that a person did in a messenger, or, with kind `event`, that happened in it.

    `message_id` is the messenger's own id, or, where it gives none, a key that its redelivery repeats. `kind` says what
    it is: `text`, `action` (a tap; `action` is set), `enter` (the chat was opened), `file` (`files`), `place`
    (`location`), `link` (`link`), `event` (`event`), or `other` (a type that genjin cannot read; `text` then holds the
    type's name in Chinese). A text with `files` was spoken, and is written down here. `card` is the key of the delivery
    that was tapped. `handle.data["code"]`, where present, is the one-time code with which that card may be changed.
    `hook` is the webhook whose address the text held before it was hidden. `mentioned`: it is addressed to us, so that
    a group expects a line. `chat` is where what everybody there may see is answered. `reading` is what a large model
    said of the text, where one was asked: it is kept, so that the text is read the same ever after.
    """

    channel: str
    message_id: str
    conversation: Conversation
    sender: str
    sent_at: datetime
    kind: Kind = "text"
    text: str = ""
    action: Action | None = None
    card: str | None = None
    mentioned: bool = False
    quotes: str | None = None
    handle: ReplyHandle | None = None
    files: tuple[FileRef, ...] = ()
    location: Location | None = None
    link: SharedLink | None = None
    event: Happening | None = None
    hook: Hook | None = None
    reading: Mapping[str, Any] | None = None

    @property
    def in_group(self) -> bool:
        return self.conversation.kind == "group"

    @property
    def chat(self) -> Address:
        """Where it was said, for who answers there."""
        if self.in_group:
            return Address.group(self.channel, self.conversation.id)
        return Address.account(self.channel, self.sender)

    @property
    def content(self) -> str:
        """What was sent, in a line: the words, or what stands for them. Two deliveries of one message have the same,
        also where the messenger gives them different ids."""
        if self.kind == "file":
            return "，".join(_file_line(each) for each in self.files)
        if self.location is not None:
            return f"[位置] {self.location.label} {self.location.latitude},{self.location.longitude}"
        if self.link is not None:
            return f"[链接] {self.link.title} {self.link.url}"
        return self.text


def _file_line(each: FileRef) -> str:
    """What tells one file from another: its id, else its address or code, which is nobody's to read."""
    secret = each.source.get("url") or each.source.get("code", "")
    at = each.source.get("media_id") or hashlib.sha256(secret.encode()).hexdigest()[:12]
    return " ".join(filter(None, (f"[{FILE_WORDS[each.kind]}]", each.name, at)))


# Returns once the message is durable; raises where it could not be stored.
Accept: TypeAlias = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reply:
    """Which card answers, about what: never the card itself. `subject` is the row that the card is about, so that the
    card is found again when the row changes."""

    kind: str
    params: Mapping[str, JSON] = field(default_factory=dict)
    subject: Ref | None = None


_SOMETIMES = ("files", "location", "link", "event", "hook")  # a plain text carries none of them to the database
_FIELDS = tuple(each.name for each in fields(Message) if each.name not in _SOMETIMES)


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
    if message.kind not in ("text", "action") or message.files or message.hook:
        body |= _contents(message)
    return body


def _contents(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {"files": [asdict(each) for each in message.files]} if message.files else {}
    values = {name: getattr(message, name) for name in _SOMETIMES[1:]}
    return found | {name: asdict(value) for name, value in values.items() if value is not None}


def from_json(body: Mapping[str, Any]) -> Message:
    """The message as it was kept; the inverse of `to_json`."""
    values = dict(body)
    values["sent_at"] = datetime.fromisoformat(values["sent_at"])
    values["conversation"] = Conversation(**values["conversation"])
    values["action"] = Action.unpack(values["action"]) if values["action"] else None
    if (handle := values["handle"]) is not None:
        expires = handle["expires_at"]
        values["handle"] = ReplyHandle(handle["data"], datetime.fromisoformat(expires) if expires else None)
    if values["kind"] not in ("text", "action") or "files" in values or "hook" in values:
        values["files"] = tuple(FileRef(**each) for each in values.get("files", ()))
        for name, made in _MADE.items():
            if name in values:
                values[name] = made(**values[name])
    return Message(**values)


_MADE: dict[str, Any] = {"location": Location, "link": SharedLink, "event": Happening, "hook": Hook}
