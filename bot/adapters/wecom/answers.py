"""What WeCom's API says, read with the same suspicion as a callback: a proxy, a wrong address or a bad day answers too.

An answer is a small JSON object with a number `errcode` (protocol reference 2.1); whatever else comes with status 200
is no answer, and the call is worth another try. Its texts are made fit for one line before anybody keeps or logs them,
and they never hold the secret that the call was made with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.adapters.words import Answer, hint, ident, seconds, words
from domain.errors import ChannelError

__all__ = ["LIMIT", "Answer", "code", "decoded", "ident", "members", "seconds", "words"]

LIMIT = 8 << 20  # bytes of an answer: room for the directory of a large company


def decoded(call: str, status: int, raw: bytes, *, hide: Iterable[str] = ()) -> Answer:
    """The answer of a call, with an errcode that is a number; `hide` are the secrets that went with it."""
    try:
        answer = json.loads(raw) if status == 200 else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or type(answer.get("errcode")) is not int:
        raise ChannelError(f"wecom {call}: HTTP {status} without an answer")
    return answer | {"errmsg": hint(answer.get("errmsg"), hide)}


def code(answer: Answer) -> int:
    """0 for success, else what went wrong."""
    errcode = answer["errcode"]
    return errcode if isinstance(errcode, int) else -1


def members(answer: Answer, name: str) -> frozenset[str]:
    """The userids of a list, or of a text that separates them by `|`; in lower case, as WeCom means them."""
    value = answer.get(name)
    said = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each.casefold() for each in said if isinstance(each, str) and each)
