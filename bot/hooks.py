"""The address of a webhook in what somebody says: its key is a password, so it is sealed before anything is stored.

What remains in the words is `推送地址****9f21`. A message carries at most one, the first. DingTalk's robots sign with a
second secret (加签), which is told beside the address and is sealed with its key; it is hidden wherever it stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.message import Hook, Message, SharedLink
from domain.secrets import Box

WORD = "推送地址"
_HOST = r"(?:https?://)?[\w.:\-]{0,100}(?:/[\w\-]{1,30}){0,5}"
_OTHERS = r"(?:[\w\-]{1,30}=[\w\-]{0,100}&){0,5}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """The addresses of one messenger: what stands in all of them, and where the key is."""

    channel: str
    path: str
    address: re.Pattern[str]


def _kind(channel: str, path: str, key: str) -> _Kind:
    pattern = rf"{_HOST}{re.escape(path)}{_OTHERS}{key}=(?P<key>[\w\-]{{1,128}})[\w\-=&]*"
    return _Kind(channel, path, re.compile(pattern, re.ASCII))


_KINDS = (
    _kind("wecom.webhook", "/webhook/send?", "key"),
    _kind("dingtalk.webhook", "/robot/send?", "access_token"),
)
_SIGNED = "SEC"
_SECRET = re.compile(
    r"(?:[ ,，、;；]|和|加签|签名|密钥|secret|[:：=是为])*(?<![A-Za-z0-9])(?P<secret>SEC[0-9A-Za-z]{32,128})\s*"
)
SEPARATOR = " "  # between a key and its secret, in what is sealed


def told_in(message: Message) -> bool:
    """Whether there may be one: a quick look, for most messages have none."""
    said = (message.text, message.quotes or "", message.link.url if message.link is not None else "")
    return any(mark in each for each in said for mark in _MARKS)


_MARKS = (*(kind.path for kind in _KINDS), _SIGNED)


def hidden(message: Message, box: Box) -> Message:
    """The message with no key in it, and what may be used of it sealed beside it."""
    quotes = _without(message.quotes) if message.quotes else message.quotes
    if message.link is not None:
        parts = {name: _without(getattr(message.link, name)) for name in ("url", "title", "text")}
        return replace(message, quotes=quotes, link=SharedLink(**parts))
    told = replace(message, text=_without(message.text), quotes=quotes)
    found = next(_addresses(message.text), None)
    if found is None:
        return told
    kind, key = found
    secret = _SECRET.search(message.text) if kind.channel == "dingtalk.webhook" else None
    sealed = f"{key}{SEPARATOR}{secret['secret']}" if secret is not None else key
    chat_id = chat_id_of(key)
    return replace(told, hook=Hook(chat_id=chat_id, sealed=box.seal(sealed, chat_id), channel=kind.channel))


def chat_id_of(key: str) -> str:
    """What we call the group behind a key: the same for the same key, and no way back to it."""
    return f"{hashlib.sha256(b'webhook ' + key.encode()).hexdigest()[:24]}-{key[-4:]}"


def _addresses(text: str) -> Iterator[tuple[_Kind, str]]:
    for kind in _KINDS:
        if (found := kind.address.search(text)) is not None:
            yield kind, found["key"]


def _without(text: str) -> str:
    """The words with an address as what is left of it, and no secret."""
    for kind in _KINDS:
        text = kind.address.sub(_shown, text)
    return _SECRET.sub("", text)


def _shown(found: re.Match[str]) -> str:
    return f"{WORD}****{found['key'][-4:]}"
