from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from bot.adapters.wecom.callback import PATH, routes
from bot.message import Message
from bot.web.edge import site
from config.clock import ShiftableClock
from tests.adapters import wire

STAMP = "1767225600"
VECTOR = "4aPG+9KyrV/pXdo9xb6OHrIpqyytqMZmXhW9jHkryAcWOfYusDPFmJA+bHVv4Vpv0u9M1QoMPtFxOA8C0gGejQ=="
NOTE = (
    "<xml><ToUserName>wwgenjin00000001</ToUserName><FromUserName>qian.duo</FromUserName>"
    "<CreateTime>1767225599</CreateTime><MsgType>text</MsgType><Content><![CDATA[见了恒泰钱总]]></Content>"
    "<MsgId>7589012345678901234</MsgId><AgentID>1000007</AgentID></xml>"
).encode()


@dataclass
class App:
    """The callback on a real port, and what it accepted; `broken` makes the store fail."""

    client: TestClient[web.Request, web.Application]
    accepted: list[Message] = field(default_factory=list)
    broken: bool = False

    async def accept(self, message: Message) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.accepted.append(message)

    async def post(self, body: bytes, query: dict[str, str]) -> tuple[int, bytes]:
        async with self.client.post(PATH, params=query, data=body) as answer:
            return answer.status, await answer.read()

    async def deliver(self, inner: bytes, receiver: bytes = wire.CORP.encode()) -> tuple[int, bytes]:
        encrypted = wire.sealed(inner, receiver)
        return await self.post(wire.envelope(encrypted), wire.query(encrypted, STAMP))


@pytest.fixture
async def app() -> AsyncIterator[App]:
    accepting: list[App] = []

    async def accept(message: Message) -> None:
        await accepting[0].accept(message)

    application = site()
    clock = ShiftableClock(datetime.fromtimestamp(int(STAMP), UTC), still=True)
    application.add_routes(routes(wire.settings(), accept, clock))
    async with TestClient(TestServer(application)) as client:
        accepting.append(App(client))
        yield accepting[0]


async def test_a_note_is_accepted_and_acknowledged_with_nothing(app: App) -> None:
    assert await app.deliver(NOTE) == (200, b"")
    assert [message.text for message in app.accepted] == ["见了恒泰钱总"]


async def test_the_address_is_verified_with_the_bare_text(app: App) -> None:
    query = {**wire.query(VECTOR, STAMP), "echostr": VECTOR}
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())

    async with app.client.get(URL(f"{PATH}?{encoded}", encoded=True)) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        assert await answer.read() == b"4839201745"


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "echostr"])
async def test_an_incomplete_verification_is_refused(app: App, missing: str) -> None:
    query = {**wire.query(VECTOR, STAMP), "echostr": VECTOR}
    del query[missing]

    async with app.client.get(PATH, params=query) as answer:
        assert (answer.status, await answer.read()) == (403, b"")


async def test_a_failing_store_makes_wecom_try_again(app: App) -> None:
    app.broken = True

    assert await app.deliver(NOTE) == (503, b"")

    app.broken = False
    assert await app.deliver(NOTE) == (200, b"")
    assert len(app.accepted) == 1


async def test_an_event_of_no_concern_is_acknowledged_and_not_stored(app: App) -> None:
    event = NOTE.replace(b"<MsgType>text", b"<Event>view</Event><MsgType>event")

    assert await app.deliver(event) == (200, b"")
    assert app.accepted == []


async def test_a_forged_signature_is_refused(app: App) -> None:
    encrypted = wire.sealed(NOTE)
    query = wire.query(encrypted, STAMP) | {"msg_signature": wire.sign(encrypted, STAMP, token="guessed")}

    assert await app.post(wire.envelope(encrypted), query) == (403, b"")
    assert app.accepted == []


async def test_a_note_for_another_corp_is_refused(app: App) -> None:
    assert await app.deliver(NOTE, b"wwanother") == (403, b"")
    assert app.accepted == []


async def test_an_old_callback_sent_again_is_refused(app: App) -> None:
    encrypted, old = wire.sealed(NOTE), str(int(STAMP) - 601)

    assert await app.post(wire.envelope(encrypted), wire.query(encrypted, old)) == (403, b"")
    assert app.accepted == []


async def test_a_parameter_given_twice_is_refused(app: App) -> None:
    encrypted = wire.sealed(NOTE)
    query = [*wire.query(encrypted, STAMP).items(), ("nonce", "another")]

    async with app.client.post(PATH, params=query, data=wire.envelope(encrypted)) as answer:
        assert (answer.status, await answer.read()) == (403, b"")


HOSTILE = {
    "nothing": b"",
    "half an envelope": wire.envelope("x")[:60],
    "no Encrypt": b"<xml><ToUserName>ww</ToUserName></xml>",
    "an empty Encrypt": b"<xml><Encrypt></Encrypt></xml>",
    "two Encrypts": b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
    "an Encrypt below": b"<xml><a><Encrypt>a</Encrypt></a></xml>",
    "JSON": b'{"encrypt": "a"}',
    "invalid UTF-8": b"<xml><Encrypt>\xff\xfe</Encrypt></xml>",
    "UTF-16": "<xml><Encrypt>a</Encrypt></xml>".encode("utf-16"),
    "a NUL": b"<xml><Encrypt>a\x00b</Encrypt></xml>",
    "a NUL reference": b"<xml><Encrypt>&#0;</Encrypt></xml>",
    "an external entity": (b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>'),
    "a DTD from elsewhere": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Encrypt>a</Encrypt></xml>',
    "nested entities": (
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
        b"<xml><Encrypt>&c;</Encrypt></xml>"
    ),
    "35 KB of nested tags": b"<a>" * 11_000 + b"</a>" * 7_000,
    "64 KB of flat tags": b"<xml>" + b"<a/>" * 16_000 + b"</xml>",
    "emoji": "🎉👌🏽".encode(),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_an_envelope_that_is_none_is_refused_without_a_word(app: App, body: bytes) -> None:
    assert await app.post(body, wire.query("a", STAMP)) == (403, b"")
    assert app.accepted == []


async def test_an_envelope_around_no_ciphertext_of_ours_is_refused(app: App) -> None:
    for encrypted in ("🎉", "a", "A" * 43_000):
        body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()

        assert await app.post(body, wire.query(encrypted, STAMP)) == (403, b"")


async def test_a_truncated_ciphertext_is_refused(app: App) -> None:
    encrypted = wire.sealed(NOTE)[:-24]

    assert await app.post(wire.envelope(encrypted), wire.query(encrypted, STAMP)) == (403, b"")
    assert app.accepted == []


async def test_signed_garbage_is_refused_without_a_word(app: App) -> None:
    twice = NOTE.replace(b"<AgentID>", b"<MsgType>event</MsgType><AgentID>")
    for inner in (b"", b"not xml", twice, b"<xml>" * 40 + b"</xml>" * 40, b'{"msgtype":"text"}'):
        assert await app.deliver(inner) == (403, b"")
    assert app.accepted == []


async def test_ten_megabytes_are_refused_by_their_size(app: App) -> None:
    body = io.BytesIO(b"<xml>" + b"a" * 10_000_000)

    async with app.client.post(PATH, params=wire.query("a", STAMP), data=body) as answer:
        assert (answer.status, await answer.read()) == (413, b"")
    assert app.accepted == []


async def test_a_body_that_does_not_say_its_size_is_cut_off_too(app: App) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"a" * 8192

    async with app.client.post(PATH, params=wire.query("a", STAMP), data=endless()) as answer:
        assert (answer.status, await answer.read()) == (413, b"")


async def test_a_robots_json_leaves_a_hint_in_the_log(app: App, caplog: pytest.LogCaptureFixture) -> None:
    await app.post(b'{"encrypt": "a"}', wire.query("a", STAMP))

    assert "smart robot" in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
async def test_other_methods_are_not_allowed(app: App, method: str) -> None:
    async with app.client.request(method, PATH) as answer:
        assert answer.status == 405
