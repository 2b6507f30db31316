"""Requests that are no good as HTTP: too large, too slow, packed, torn, endless. Whoever sent them learns nothing."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from bot.adapters.wecom.callback import PATH
from bot.web import edge
from tests.adapters import wire
from tests.hostile.stage import Stage, staged

PATHS = ("/healthz", "/readyz", PATH, "/nowhere")
BOMB = gzip.compress(b"<xml>" + b" " * (20 << 20))


@pytest.fixture
async def stage(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Nothing may be stored by the end of a test, and nothing may have ended in a trace."""
    monkeypatch.setattr(edge, "LINGER_SECONDS", 0.1)
    async with staged(sqlite_url) as made:
        yield made
        assert await made.inbox() == []
        assert [record for record in caplog.records if record.exc_info] == []


async def sent(stage: Stage, raw: bytes, *, hang_up: bool = False) -> bytes:
    """All that comes back on one connection until the other side closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(stage.url).port)
    try:
        writer.write(raw)
        if hang_up:
            return b""
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()
        await asyncio.wait_for(asyncio.gather(writer.wait_closed(), return_exceptions=True), 20)


def head(path: str, *headers: str, method: str = "POST") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: genjin", *headers, "", ""]).encode()


def parts(answer: bytes) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers without the date, body."""
    top, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = top.decode().split("\r\n")
    headers = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in lines)
    headers.pop("Date", None)
    return status, headers, body


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_says_it_is_too_long_is_refused_on_every_route(stage: Stage, path: str) -> None:
    answer = await sent(stage, head(path, f"Content-Length: {edge.LIMIT + 1}") + b"a" * 100)

    status, headers, body = parts(answer)
    assert status.split()[1] == "413"
    assert body == b""
    assert headers["Connection"] == "close"


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_grows_too_long_is_refused_on_every_route(stage: Stage, path: str) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"

    answer = await sent(stage, head(path, "Transfer-Encoding: chunked") + chunk * 5 + b"0\r\n\r\n")

    assert parts(answer)[0].split()[1] == "413"


async def test_the_longest_body_that_is_allowed_is_read(stage: Stage) -> None:
    query = stage.query("a")
    assert (await stage.knock(b"a" * edge.LIMIT, query))[0] == 403
    assert (await stage.knock(b"a" * (edge.LIMIT + 1), query))[0] == 413


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_never_comes_is_not_waited_for(
    stage: Stage, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)

    answer = await sent(stage, head(path, "Content-Length: 100") + b"<xml>")

    status, headers, body = parts(answer)
    assert (status.split()[1], body, headers["Connection"]) == ("408", b"", "close")


@pytest.mark.parametrize("raw", [b"", b"POST ", head(PATH)[:-2]], ids=["silence", "a word", "half a head"])
async def test_a_connection_on_which_no_request_comes_is_closed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    monkeypatch.setattr(edge, "IDLE_SECONDS", 0.05)
    async with staged(sqlite_url) as stage:
        assert await sent(stage, raw) == b""


async def test_a_packed_body_is_not_unpacked(stage: Stage) -> None:
    assert len(BOMB) < edge.LIMIT
    length = f"Content-Length: {len(BOMB)}"

    answer = await sent(stage, head(PATH, "Content-Encoding: gzip", "Connection: close", length) + BOMB)

    assert parts(answer)[0].split()[1] == "403"


TORN = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no method": b"/wecom/callback\r\n\r\n",
    "a version of its own": b"POST /wecom/callback HTTP/9.9\r\n\r\n",
    "an endless query": head(PATH + "?a=" + "b" * 20_000),
    "an endless header": head(PATH, "X-Much: " + "b" * 20_000),
    "very many headers": head(PATH, *(f"X-{n}: 1" for n in range(2000))),
    "two lengths": head(PATH, "Content-Length: 5", "Content-Length: 6") + b"hello",
    "a length and chunks": head(PATH, "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "a length below nothing": head(PATH, "Content-Length: -1"),
    "a chunk that is none": head(PATH, "Transfer-Encoding: chunked") + b"zz\r\nhello\r\n",
    "a header with a NUL": head(PATH, "X-A: \x00"),
}


@pytest.mark.parametrize("raw", TORN.values(), ids=TORN.keys())
async def test_what_is_no_request_gets_an_empty_refusal(stage: Stage, raw: bytes) -> None:
    status, headers, body = parts(await sent(stage, raw))

    assert status.split()[1] == "400"
    assert body == b""
    assert headers["Server"] == ""


async def test_who_hangs_up_halfway_leaves_no_trace(stage: Stage) -> None:
    for raw in (head(PATH, "Content-Length: 100") + b"<xml>", head(PATH)[:20]):
        await sent(stage, raw, hang_up=True)
    assert (await stage.knock(b"", method="GET", path="/healthz"))[0] == 200


async def test_any_content_type_is_as_good_as_another(stage: Stage) -> None:
    """WeCom has been seen with several, so none is refused; what counts is the seal."""
    body, query = wire.envelope("AAAA"), urlencode(stage.query("AAAA"))
    answers = set()
    for kind in (
        "text/xml",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        wanted = head(f"{PATH}?{query}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close")
        answers.add(parts(await sent(stage, wanted + body))[0])
    assert answers == {"HTTP/1.1 403 Forbidden"}


async def test_every_refused_callback_gets_the_same_answer(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    good = wire.sealed(stage.inner("你好".encode()))
    query = stage.query(good)
    forged = {**query, "msg_signature": "0" * 40}
    sealed_nonsense, for_another = wire.sealed(b"nonsense"), wire.sealed(stage.inner(b"a"), b"wwanother")
    unpadded = wire.encrypt(wire.plain(b"a").ljust(64, b"\x00"))
    wanted = [
        (b"", query),
        (b"{}", query),
        (b"<xml>", query),
        (b"<!DOCTYPE a><xml/>", query),
        (wire.envelope(good), {}),
        (wire.envelope(good), forged),
        (wire.envelope(good), stage.query(good, timedelta(hours=1))),
        (wire.envelope(sealed_nonsense), stage.query(sealed_nonsense)),
        (wire.envelope(for_another), stage.query(for_another)),
        (wire.envelope(unpadded), stage.query(unpadded)),
        (wire.envelope("!"), stage.query("!")),
    ]
    answers = []
    with caplog.at_level(logging.WARNING):
        for body, asked in wanted:
            lines = (f"Content-Length: {len(body)}", "Connection: close")
            answers.append(parts(await sent(stage, head(f"{PATH}?{urlencode(asked)}", *lines) + body)))
        answers.append(parts(await sent(stage, head(f"{PATH}?{urlencode(query)}", "Connection: close", method="GET"))))

    assert len({(status, tuple(sorted(headers.items())), body) for status, headers, body in answers}) == 1
    reasons = [getattr(record, "reason", "") for record in caplog.records if record.getMessage() == "callback refused"]
    assert len(reasons) == len(answers)
    assert len(set(reasons)) > 6
