"""The whole bot under bent requests and forged taps: no 5xx, no trace, nothing stored that nobody sent."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import pytest

from bot.adapters.wecom.callback import PATH
from bot.handlers.routers import ROUTERS
from bot.message import Conversation, Message
from bot.router import Routes
from bot.web import edge
from cards.model import Action
from tests.adapters import wire
from tests.fuzz.mutate import Mutator
from tests.fuzz.seeds import QUERY_WORDS, TEXT, XML_WORDS
from tests.hostile.stage import WRITER, Stage, staged

REQUESTS, TAPS = 1_500, 300
AT_ONCE = 25
HTTP_WORDS = (
    *(b"\r\n", b"\r\n\r\n", b"\n", b"HTTP/1.0", b"GET ", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"),
    *(b"Content-Encoding: gzip\r\n", b"Connection: close\r\n", b"Upgrade: websocket\r\n", b"Expect: 100-continue\r\n"),
    *(
        b"Content-Length: 99999999999999999999\r\n",
        b"Host: \r\n",
        b":",
        b"//",
        b"..",
        b"*",
        b"0\r\n\r\n",
        b"5\r\nhello\r\n",
    ),
)
PARAMS = (
    "",
    "1",
    "0",
    "-1",
    "7",
    "99999999999999999999",
    "1,2,,x",
    "2026-13-45",
    "下周三",
    "'; --",
    "a" * 300,
    "\x00",
    "‮",
)


@pytest.fixture
async def stage(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    def impatient() -> None:
        """Genjin, not the messenger behind it: half of a request is not waited for."""
        for patience in ("BODY_SECONDS", "LINGER_SECONDS", "IDLE_SECONDS"):
            monkeypatch.setattr(edge, patience, 0.2)

    async with staged(sqlite_url, impatient) as made:
        yield made
        assert [record for record in caplog.records if record.exc_info] == []


async def test_no_bent_request_gets_a_5xx_or_learns_anything(stage: Stage) -> None:
    raws = Mutator(_genuine(stage), (*HTTP_WORDS, *QUERY_WORDS, *XML_WORDS), "live")(REQUESTS)

    answers: list[bytes] = []
    while batch := list(itertools.islice(raws, AT_ONCE)):
        answers += await asyncio.gather(*(_sent(stage, raw) for raw in batch))

    heads = [answer.partition(b"\r\n\r\n")[0] for answer in answers if answer]
    assert len(heads) > REQUESTS / 2
    assert {int(head.split()[1]) for head in heads} <= {100, 200, 400, 403, 404, 405, 408, 413, 417}
    assert {line for head in heads for line in head.split(b"\r\n") if line.lower().startswith(b"server")} == {
        b"Server: "
    }
    assert not any(b"Traceback" in answer or b"aiohttp" in answer for answer in answers)
    assert {row.text for row in await stage.inbox()} == {_said()}
    assert await stage.failures() == []


def _said() -> str:
    return TEXT.decode().partition("<Content><![CDATA[")[2].partition("]]></Content>")[0]


def _genuine(stage: Stage) -> list[bytes]:
    sealed = wire.sealed(TEXT)
    body, query = wire.envelope(sealed), urlencode(stage.query(sealed))
    chunked = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
    head = f"POST {PATH}?{query} HTTP/1.1\r\nHost: genjin\r\nContent-Type: text/xml\r\n".encode()
    return [
        head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked,
        f"GET {PATH}?{query}&echostr=AAAA HTTP/1.1\r\nHost: genjin\r\n\r\n".encode(),
        b"GET /readyz HTTP/1.1\r\nHost: genjin\r\n\r\n",
    ]


async def _sent(stage: Stage, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(stage.url).port)
    try:
        writer.write(raw)
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_no_forged_tap_ends_in_a_failure(stage: Stage) -> None:
    """Every action there is, with parameters that no card of ours has."""
    await stage.say("今天下午拜访了常州褚遥泵业的蒋总，聊了二期，预算大概60万，下周三之前给方案")
    await stage.settle()
    names, chance = sorted(Routes(ROUTERS).actions), random.Random(4)
    for number in range(TAPS):
        params = tuple(chance.choice(PARAMS) for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 4))))
        await stage.app.dispatcher.accept(_tap(number, Action(names[number % len(names)], params), stage.clock.now()))
        if number % AT_ONCE == AT_ONCE - 1:
            await stage.settle()

    assert await stage.failures() == []
    assert {row.state for row in await stage.inbox()} == {"done"}


def _tap(number: int, action: Action, now: datetime) -> Message:
    return Message(
        channel="wecom",
        message_id=f"tap-{number}",
        conversation=Conversation(WRITER),
        sender=WRITER,
        sent_at=now,
        kind="action",
        action=action,
    )
