"""What DingTalk posts in HTTP mode as anybody could change it: a whole request through the route itself.

A request is written as its headers and its query, a pair a line, an empty line, and the body. What is signed or sealed
is what was signed or sealed, or refused; a body that is not covered by its signature may say anything.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict, CIMultiDictProxy

from bot.adapters.dingtalk import callback, card_route
from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.tokens import TokenCache
from bot.message import Message
from config.clock import ShiftableClock
from config.messengers import DingTalkSettings
from tests.fuzz.dingtalk import BODIES, WORDS
from tests.fuzz.parsers import NOW, fit_to_store

_SETTINGS = DingTalkSettings(
    client_id="dingfuzz0001", client_secret="fuzz-secret", token="fuzzTok2026", aes_key="ZnV6" * 10 + "ZnU"
)
_STAMP = str(int(NOW.timestamp() * 1000))
_CRYPTO = callback.crypto_of(_SETTINGS)
_EVENT = b'{"EventType":"user_leave_org","UserId":["Staff09"]}'
_ANSWERS = {200, 403, 503}


def _request(headers: dict[str, str], query: dict[str, str], body: bytes) -> bytes:
    head = "\n".join(f"{name}: {value}" for name, value in headers.items())
    return f"{head}\n?{urlencode(query)}\n\n".encode() + body


def _sealed(plain: bytes) -> bytes:
    sealed = _CRYPTO.seal(plain)
    signed = _CRYPTO.signature(_STAMP, "n", sealed).decode()
    query = {"msg_signature": signed, "timestamp": _STAMP, "nonce": "n"}
    return _request({}, query, json.dumps({"encrypt": sealed}).encode())


_SAID = {"timestamp": _STAMP, "sign": callback.sign("fuzz-secret", _STAMP)}
_TAPPED = {"x-ddpaas-signature-timestamp": _STAMP}
_TAPPED["x-ddpaas-signature"] = card_route.sign(card_route.secret_of(_SETTINGS), _STAMP)
SEEDS = (
    *(_request(_SAID, {}, json.dumps(body).encode()) for body in BODIES if "msgtype" in body),
    *(_request(_TAPPED, {}, json.dumps(body).encode()) for body in BODIES if "outTrackId" in body),
    _sealed(_EVENT),
    _sealed(b'{"EventType":"check_url"}'),
)
REQUEST_WORDS = (*WORDS, b"sign: ", b"timestamp: ", b"x-ddpaas-signature: ", b"\n", b"\n\n", b"?", b"&", b'"encrypt"')


def posted(raw: bytes) -> bool:
    """One request, whatever it holds."""
    head, _, body = raw.partition(b"\n\n")
    headers: CIMultiDict[str] = CIMultiDict()
    query = ""
    for line in head.decode("utf-8", "surrogateescape").split("\n"):
        name, colon, value = line.partition(": ")
        if line.startswith("?"):
            query = line[1:]
        elif colon:
            headers.add(name, value)
    taken: list[Message] = []
    status = _at_once(_answered(headers, query, body, taken))
    assert status in _ANSWERS, status
    for message in taken:
        fit_to_store(message)
        assert message.kind != "event" or message.sender == "Staff09", "forged"
    return status == 200


def _at_once(answering: Coroutine[Any, Any, int]) -> int:
    """What comes of it without a loop: there is nothing to wait for."""
    try:
        answering.send(None)
    except StopIteration as done:
        return int(done.value)
    raise AssertionError("it waits for something")


async def _answered(headers: CIMultiDict[str], query: str, body: bytes, taken: list[Message]) -> int:
    async def accept(message: Message) -> None:
        taken.append(message)

    clock = ShiftableClock(NOW, still=True)
    api = DingTalkApi(_SETTINGS, None, TokenCache(clock))  # type: ignore[arg-type]  # nothing is called
    (route,) = callback.routes(_SETTINGS, api, accept, clock)
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    request = make_mocked_request("POST", f"{card_route.PATH}?{urlencode(pairs, errors='surrogateescape')}")
    request._headers = CIMultiDictProxy(headers)  # as the server reads them: any byte, not only texts
    request._read_bytes = body
    answer: web.StreamResponse = await route.handler(request)  # type: ignore[arg-type, misc]
    return answer.status
