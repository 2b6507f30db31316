"""Requests that WeCom did not send, or not like this: each gets a clean 4xx, and nothing of it is stored or said."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.adapters import wire
from tests.hostile.stage import Stage, staged

EXTERNAL = b'<!DOCTYPE xml [<!ENTITY who SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    b'<!DOCTYPE xml [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (n, n - 1, n - 1, n - 1, n - 1) for n in b"bcdefghijklmn")
    + b"]>"
)
DEEP = 20_000


@pytest.fixture
async def stage(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    """Nothing may be stored or said by the end of a test, and nothing may have ended in a trace."""
    async with staged(sqlite_url) as made:
        yield made
        await made.settle()
        assert await made.inbox() == []
        assert made.answers() == []
        assert [record for record in caplog.records if record.exc_info] == []


def refused(answer: tuple[int, bytes], status: int) -> bool:
    """An empty answer with this status: it tells a stranger nothing."""
    return answer == (status, b"")


async def test_a_signature_by_somebody_else_is_refused(stage: Stage) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))
    query = stage.query(sealed)
    forged = {**query, "msg_signature": wire.sign(sealed, query["timestamp"], token="somebody")}
    assert refused(await stage.knock(wire.envelope(sealed), forged), 403)


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
async def test_a_parameter_that_is_missing_or_there_twice_is_refused(stage: Stage, name: str) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))
    query = stage.query(sealed)
    without = {key: value for key, value in query.items() if key != name}
    assert refused(await stage.knock(wire.envelope(sealed), without), 403)
    assert refused(await stage.knock(wire.envelope(sealed), [*query.items(), (name, query[name])]), 403)


@pytest.mark.parametrize("age", [timedelta(hours=3), timedelta(hours=-3)])
async def test_an_old_request_sent_again_is_refused(stage: Stage, age: timedelta) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))
    assert refused(await stage.knock(wire.envelope(sealed), stage.query(sealed, age)), 403)


@pytest.mark.parametrize("timestamp", ["", "-1", "1e9", "١٢٣", "9" * 400, "nan"])
async def test_a_timestamp_that_is_no_time_is_refused(stage: Stage, timestamp: str) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))
    assert refused(await stage.knock(wire.envelope(sealed), wire.query(sealed, timestamp)), 403)


async def test_a_message_for_another_company_is_refused(stage: Stage) -> None:
    for receiver in (b"wwsomebodyelse000", b"", wire.CORP.encode() + b"0"):
        assert refused(await stage.whisper(stage.inner("你好".encode()), receiver), 403)


@pytest.mark.parametrize("cut", [1, 4, 22, 64, 10_000])
async def test_a_ciphertext_that_is_cut_off_is_refused(stage: Stage, cut: int) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))[:-cut]
    assert refused(await stage.knock(wire.envelope(sealed), stage.query(sealed)), 403)


async def test_a_length_or_padding_that_lies_is_refused(stage: Stage) -> None:
    inner = stage.inner("你好".encode())
    lies = [wire.plain(inner, length=length) for length in (0, len(inner) - 1, len(inner) + 1, 2**32 - 1)]
    for sealed in [wire.encrypt(wire.padded(lie)) for lie in lies] + [
        wire.encrypt(wire.plain(inner).ljust(1024, b"\x00")),
        wire.encrypt(wire.plain(inner).ljust(1024, b"\x40")),
        wire.encrypt(b"\x20" * 32),
    ]:
        assert refused(await stage.knock(wire.envelope(sealed), stage.query(sealed)), 403)


async def test_ten_megabytes_are_refused_unread(stage: Stage) -> None:
    body = io.BytesIO(wire.envelope("A" * (10 << 20)))
    assert refused(await stage.knock(body), 413)


async def test_ten_megabytes_without_a_length_are_refused_too(stage: Stage) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"A" * (64 << 10)

    status, body = await stage.knock(stream(), {})
    assert (status, body) == (413, b"")


@pytest.mark.parametrize("declared", [EXTERNAL, LAUGHS], ids=["external", "nested"])
@pytest.mark.parametrize("entity", [b"&who;", b"&n;", b""], ids=["external", "nested", "unused"])
async def test_entities_are_refused_outside_and_inside(stage: Stage, declared: bytes, entity: bytes) -> None:
    sealed = wire.sealed(stage.inner("你好".encode()))
    outer = wire.envelope(sealed).replace(b"<xml>", declared + b"<xml><ToUserName>" + entity + b"</ToUserName>", 1)
    assert refused(await stage.knock(outer, stage.query(sealed)), 403)
    assert refused(await stage.whisper(declared + stage.inner(entity)), 403)


async def test_an_inclusion_or_an_instruction_fetches_nothing(stage: Stage) -> None:
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert refused(await stage.knock(b"<xml>" + include + b"</xml>"), 403)


async def test_a_tower_of_elements_is_refused_outside_and_inside(stage: Stage) -> None:
    assert refused(await stage.knock(b"<a>" * DEEP), 403)
    assert refused(await stage.knock(b"<xml>" + b"<a/>" * 10_000 + b"</xml>"), 403)
    assert refused(await stage.whisper(b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>"), 403)
    assert refused(await stage.whisper(b"<xml>" + b"<a/>" * 8000 + b"</xml>"), 403)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"hello",
        b"<xml>",
        b"<xml></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>\xff\xfe\xc0\x80</Encrypt></xml>",
        b"\xff\xfe<\x00x\x00m\x00l\x00>\x00",
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        json.dumps({"encrypt": "AAAA"}).encode(),
        json.dumps([[]] * 50).encode(),
    ],
)
async def test_a_body_that_is_no_envelope_is_refused(stage: Stage, body: bytes) -> None:
    assert refused(await stage.knock(body, stage.query("AAAA")), 403)


@pytest.mark.parametrize(
    "inner",
    [
        b"",
        b"hello",
        b"<xml></xml>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>chu.yao</FromUserName></xml>",
        b"<xml><FromUserName>a</FromUserName><FromUserName>b</FromUserName><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>chu.yao</FromUserName><MsgType>text</MsgType><Content>&#0;&#xD800;</Content></xml>",
        b'{"msgtype": "text"}',
    ],
)
async def test_a_sealed_message_that_makes_no_sense_is_refused(stage: Stage, inner: bytes) -> None:
    assert refused(await stage.whisper(inner), 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_not_known(stage: Stage, method: str) -> None:
    status, body = await stage.knock(b"", method=method)
    assert status == 405
    assert b"Traceback" not in body


async def test_the_check_of_the_address_needs_a_seal_too(stage: Stage) -> None:
    assert refused(await stage.knock(b"", method="GET"), 403)
    sealed = wire.sealed(b"4839201745", b"wwsomebodyelse000")
    assert refused(await stage.knock(b"", {**stage.query(sealed), "echostr": sealed}, method="GET"), 403)


async def test_other_paths_tell_nothing(stage: Stage) -> None:
    for path in ("/", "/wecom/callback/..%2f..%2fetc/passwd", "/../etc/passwd", "/%00", "/wecom/callback/"):
        status, body = await stage.knock(b"", method="GET", path=path)
        assert status in (400, 404)
        assert b"Traceback" not in body


async def test_the_log_of_a_refusal_says_why_in_one_line(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await stage.knock(b"<xml><Encrypt>secret-looking</Encrypt></xml>", stage.query("other"))
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert said == ["callback refused"]
