"""A group's text without the @ that addressed the robot: the mention is for the messenger, the rest for us."""

from __future__ import annotations

import re
from functools import lru_cache

_GAP = r"[\s\u2005\u00a0\u3000]"  # WeCom's clients put a four-per-em space behind a mention
_ANY = re.compile(rf"^@[^\s@\u2005\u00a0\u3000]{{1,32}}(?:{_GAP}+|$)")


def without_mention(text: str, name: str) -> str:
    """The text without `@name`, wherever it stands as a word of its own; where the robot goes by another name in this
    group, without the mention that it begins with. What only looks like a mention, such as an address, stays."""
    stripped = text.strip()
    without, count = _own(name).subn(" ", stripped)
    if not count:
        without = _ANY.sub("", stripped)
    return without.strip(" \t\r\n\u2005\u00a0\u3000")


@lru_cache(maxsize=8)
def _own(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=^)|(?<={_GAP})){_GAP}*@{re.escape(name)}(?:{_GAP}+|$)")
