"""What DingTalk's two APIs answer, read (protocol reference 4.2): the new one refuses with 4xx and a code in words, the
old one with 200 and a number."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.adapters.dingtalk.errors import failure, row_of
from bot.adapters.words import Answer, hint, ident, words
from domain.actor import JSON
from domain.errors import ChannelError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, read: `code` is empty for success; `status` is that of HTTP."""

    code: str
    answer: Answer
    status: int = 200


def v1(call: str, status: int, raw: bytes, hide: Iterable[str]) -> Reply:
    """An answer of the new API; `hide` are words that no log may have. Raises `ChannelError` for what is none."""
    answer = _object(call, status, raw)
    if status == 200:
        return Reply(ident(answer, "code") if answer.get("code") == "status/1111" else "", answer)
    code = ident(answer, "code") or f"http/{status}"
    _refused(call, code, hint(answer.get("message"), hide))
    return Reply(code, answer, status)


def oapi(call: str, status: int, raw: bytes, hide: Iterable[str]) -> Reply:
    """The same of the old API."""
    answer = _object(call, status, raw)
    number, sub = answer.get("errcode"), words(answer.get("sub_code"), 32)
    if "code" in answer and number is None:
        return Reply(ident(answer, "code"), answer)
    if type(number) is not int and number != "0":
        raise ChannelError(f"dingtalk {call}: HTTP {status} without an errcode")
    if int(number) == 0:
        return Reply("", answer)
    code = f"{number}/{sub}" if sub else str(number)
    _refused(call, code, hint(answer.get("errmsg"), hide))
    return Reply(code, answer)


def checked(reply: Reply, call: str) -> Answer:
    """The answer; raises what its code means."""
    if reply.code:
        raise failure(reply.code, call, reply.status)
    return reply.answer


def packed(body: Mapping[str, JSON]) -> bytes:
    """What is asked, as it is sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _object(call: str, status: int, raw: bytes) -> Answer:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise ChannelError(f"dingtalk {call}: HTTP {status} without an answer")
    if answer.get("status") == 1111:  # one address made too many calls, whatever they were
        return {"code": "status/1111"}
    return answer


def _refused(call: str, code: str, said: str) -> None:
    row = row_of(code)
    level = logging.ERROR if row is not None and row.does == "setup" else logging.WARNING
    _log.log(level, "dingtalk call failed", extra={"call": call, "code": code, "hint": said})
