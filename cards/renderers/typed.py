"""Words that somebody typed, made fit for a messenger's markup and its limits."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"<(?=[A-Za-z/@!])")


def harmless(words: str) -> str:
    """Words that somebody typed, without the tags that a messenger would draw as a link, a colour or a mention."""
    return _MARKUP.sub("＜", words)


def cut_bytes(words: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, cut between code points."""
    raw = words.encode()
    if len(raw) <= limit:
        return words
    return raw[: limit - len("…".encode())].decode(errors="ignore").rstrip() + "…"
