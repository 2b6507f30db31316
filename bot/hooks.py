"""The address of a webhook in what somebody says: its key is a password, so it is sealed before anything is stored.

What remains in the words is `推送地址****9f21`. A message carries at most one, the first.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from bot.message import Hook, Message, SharedLink
from domain.secrets import Box

PATH = "/webhook/send?"
WORD = "推送地址"
_ADDRESS = re.compile(
    r"(?:https?://)?[\w.:\-]{0,100}(?:/[\w\-]{1,30}){0,5}/webhook/send\?"
    r"(?:[\w\-]{1,30}=[\w\-]{0,100}&){0,5}key=(?P<key>[\w\-]{1,128})[\w\-=&]*",
    re.ASCII,
)


def told_in(message: Message) -> bool:
    """Whether there may be one: a quick look, for most messages have none."""
    said = (message.text, message.quotes or "", message.link.url if message.link is not None else "")
    return any(PATH in each for each in said)


def hidden(message: Message, box: Box) -> Message:
    """The message with no key in it, and what may be used of it sealed beside it."""
    quotes = _ADDRESS.sub(_shown, message.quotes) if message.quotes else message.quotes
    if message.link is not None:
        parts = {name: _ADDRESS.sub(_shown, getattr(message.link, name)) for name in ("url", "title", "text")}
        return replace(message, quotes=quotes, link=SharedLink(**parts))
    found = _ADDRESS.search(message.text)
    if found is None:
        return replace(message, quotes=quotes)
    key = found["key"]
    hook = Hook(chat_id=chat_id_of(key), sealed=box.seal(key, chat_id_of(key)))
    return replace(message, text=_ADDRESS.sub(_shown, message.text), quotes=quotes, hook=hook)


def chat_id_of(key: str) -> str:
    """What we call the group behind a key: the same for the same key, and no way back to it."""
    return f"{hashlib.sha256(b'webhook ' + key.encode()).hexdigest()[:24]}-{key[-4:]}"


def _shown(found: re.Match[str]) -> str:
    return f"{WORD}****{found['key'][-4:]}"
