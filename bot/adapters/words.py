"""What stands in a messenger's answer, read with suspicion: a proxy, a wrong address or a bad day answers too."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from domain.actor import JSON

LONGEST = 256  # characters of an id or a code; the longest that any messenger gives is far below
_HINT = 200

Answer = dict[str, JSON]


def ident(answer: Answer, name: str, most: int = LONGEST) -> str:
    """An id, a code or a token as it is; empty where there is none, or what stands there can be none."""
    value = answer.get(name)
    return value if isinstance(value, str) and len(value) <= most and value.isascii() and value.isprintable() else ""


def words(value: JSON, most: int = LONGEST) -> str:
    """A text in one line of what can be printed; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value[: 2 * most]).split())[:most]


def seconds(answer: Answer, name: str, most: int) -> int | None:
    """A span that is one: more than nothing, at most `most`."""
    value = answer.get(name)
    return min(value, most) if type(value) is int and value > 0 else None


def hint(said: JSON, hide: Iterable[str]) -> str:
    """The words of a refusal for our log, without the secrets that the call was made with."""
    if not isinstance(said, str):
        return ""
    told = said[: 16 * _HINT]
    for secret in filter(None, hide):
        for written in (secret, quote_plus(secret), quote(secret, safe="")):
            told = told.replace(written, "***")  # before the text is cut, lest a part of a secret is left
    return words(told, _HINT)
