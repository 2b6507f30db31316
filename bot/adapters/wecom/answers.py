"""What WeCom's API says, read with the same suspicion as a callback: a proxy, a wrong address or a bad day answers too.

An answer is a small JSON object with a number `errcode` (protocol reference 2.1); whatever else comes with status 200
is no answer, and the call is worth another try. Its texts are made fit for one line before anybody keeps or logs them,
and they never hold the secret that the call was made with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from domain.actor import JSON
from domain.errors import ChannelError

LIMIT = 8 << 20  # bytes of an answer: room for the directory of a large company
_LONGEST = 256  # characters of an id or a code; WeCom's longest has 64
_HINT = 200

Answer = dict[str, JSON]


def decoded(call: str, status: int, raw: bytes, *, hide: Iterable[str] = ()) -> Answer:
    """The answer of a call, with an errcode that is a number; `hide` are the secrets that went with it."""
    try:
        answer = json.loads(raw) if status == 200 else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or type(answer.get("errcode")) is not int:
        raise ChannelError(f"wecom {call}: HTTP {status} without an answer")
    return answer | {"errmsg": _hint(answer.get("errmsg"), hide)}


def code(answer: Answer) -> int:
    """0 for success, else what went wrong."""
    errcode = answer["errcode"]
    return errcode if isinstance(errcode, int) else -1


def ident(answer: Answer, name: str, most: int = _LONGEST) -> str:
    """An id, a code or a token as it is; empty where there is none, or what stands there can be none."""
    value = answer.get(name)
    return value if isinstance(value, str) and len(value) <= most and value.isascii() and value.isprintable() else ""


def words(value: JSON, most: int = _LONGEST) -> str:
    """A text in one line of what can be printed; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value[: 2 * most]).split())[:most]


def members(answer: Answer, name: str) -> frozenset[str]:
    """The userids of a list, or of a text that separates them by `|`; in lower case, as WeCom means them."""
    value = answer.get(name)
    said = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each.casefold() for each in said if isinstance(each, str) and each)


def seconds(answer: Answer, name: str, most: int) -> int | None:
    """A span that is one: more than nothing, at most `most`."""
    value = answer.get(name)
    return min(value, most) if type(value) is int and value > 0 else None


def _hint(said: JSON, hide: Iterable[str]) -> str:
    if not isinstance(said, str):
        return ""
    hint = said[: 16 * _HINT]
    for secret in filter(None, hide):
        for written in (secret, quote_plus(secret), quote(secret, safe="")):
            hint = hint.replace(written, "***")  # before the text is cut, lest a part of a secret is left
    return words(hint, _HINT)
