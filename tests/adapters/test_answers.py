"""What WeCom's API could answer and should not: each is worth another try, and nothing of it is believed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.tokens import TokenCache
from bot.adapters.wecom import answers
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.channel import WeComChannel
from cards.model import Card, Recipient
from config.clock import ShiftableClock
from domain.errors import ChannelError, NotUpdatable, Rejected
from tests.adapters import wire

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TO, CARD = Recipient("direct", "chu.yao"), Card(kind="plain.text", text="你好")
TOKEN = {"errcode": 0, "errmsg": "ok", "access_token": "TOKEN-that-was-given", "expires_in": 7200}
Answer = bytes | Callable[[], AsyncIterator[bytes]]


class Gateway:
    """Answers `gettoken` and everything else with what it was told to."""

    def __init__(self) -> None:
        self.token: Answer = json.dumps(TOKEN).encode()
        self.other: Answer = b""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = self.token if request.path.endswith("gettoken") else self.other
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        response = web.StreamResponse()
        await response.prepare(request)
        async for chunk in answer():
            await response.write(chunk)
        return response


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[WeComChannel]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", gateway.handle)
    clock = ShiftableClock(NOW, still=True)
    async with TestServer(application) as server, aiohttp.ClientSession() as http:
        settings = wire.settings(str(server.make_url("/")).rstrip("/"))
        yield WeComChannel(settings, WeComApi(settings, http, TokenCache(clock)), clock)


NO_ANSWERS = {
    "nothing": b"",
    "a page": b"<html>app-secret</html>",
    "half an answer": b'{"errcode": 0, "msgid": "m',
    "an empty object": b"{}",
    "no errcode": b'{"errmsg": "ok"}',
    "an errcode that is no number": b'{"errcode": "0"}',
    "true": b'{"errcode": true}',
    "false": b'{"errcode": false}',
    "null": b'{"errcode": null}',
    "a fraction": b'{"errcode": 0.0}',
    "a list": b"[0]",
    "a tower": b'{"errcode": ' + b"[" * 100_000,
    "a long number": b'{"errcode": ' + b"1" * 10_000 + b"}",
    "no UTF-8": b'{"errcode": 0, "errmsg": "\xff"}',
    "NaN": b'{"errcode": NaN}',
}


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
async def test_what_is_no_answer_is_worth_another_try(gateway: Gateway, channel: WeComChannel, body: bytes) -> None:
    gateway.other = body
    with pytest.raises(ChannelError, match="HTTP 200 without an answer") as refused:
        await channel.send(TO, CARD, key="a-1")

    assert not isinstance(refused.value, (Rejected, NotUpdatable))
    assert "app-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        *({"access_token": token} for token in (7, "", "a\nb", "令牌", "a" * 5000)),
        *({"expires_in": seconds} for seconds in ("7200", -1, 0, True, None)),
    ],
)
async def test_a_token_that_can_be_none_is_not_used(
    gateway: Gateway, channel: WeComChannel, change: dict[str, object]
) -> None:
    gateway.token = json.dumps(TOKEN | change).encode()
    gateway.other = b'{"errcode": 0}'
    with pytest.raises(ChannelError, match="no token in the answer"):
        await channel.send(TO, CARD, key="a-1")


async def test_a_token_that_lives_for_ages_is_taken_for_a_day(gateway: Gateway, channel: WeComChannel) -> None:
    gateway.token = json.dumps(TOKEN | {"expires_in": 10**15}).encode()
    gateway.other = b'{"errcode": 0, "msgid": "m1"}'

    assert (await channel.send(TO, CARD, key="a-1")).ids["msgid"] == "m1"


async def test_an_answer_without_an_end_is_cut_off(
    gateway: Gateway, channel: WeComChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.wecom.api.LIMIT", 100_000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 10_000

    gateway.other = endless
    with pytest.raises(ChannelError, match="TooLong"):
        await channel.send(TO, CARD, key="a-1")


async def test_ids_and_names_are_taken_only_as_what_they_can_be(gateway: Gateway, channel: WeComChannel) -> None:
    odd = {
        "msgid": {"a": 1},
        "response_code": "x" * 300,
        "invaliduser": ["somebody"],
        "chatid": "群\n",
        "name": "褚\x00\n遥",
    }
    odd |= {"userid": 7, "position": None, "direct_leader": ["A", 1, None], "department": [1, "2", True, 1.0]}
    gateway.other = json.dumps({"errcode": 0} | odd).encode()

    receipt, member = await channel.send(TO, CARD, key="a-1"), await channel.directory("chu.yao")

    assert receipt.ids == {"task_id": "a-1", "userid": "chu.yao"}
    assert receipt.codes == ()
    assert await channel.create_group("华东组", "wu.bo", ["chu.yao"], "team1") == "team1"
    assert member is not None
    assert (member.userid, member.name, member.position) == ("chu.yao", "褚 遥", "")
    assert (member.leaders, member.departments) == (("a",), (1,))


async def test_an_echo_of_our_secrets_is_struck_out(
    gateway: Gateway, channel: WeComChannel, caplog: pytest.LogCaptureFixture
) -> None:
    said = "no: TOKEN-that-was-given app-secret\nERROR all is lost"
    for errcode in (40058, 40013, -1):
        gateway.other = json.dumps({"errcode": errcode, "errmsg": said}).encode()
        with pytest.raises(ChannelError) as refused:
            await channel.send(TO, CARD, key="a-1")
        hints = [getattr(record, "hint", "") for record in caplog.records]
        for told in (str(refused.value), *hints):
            assert "TOKEN-that" not in told
            assert "app-secret" not in told
            assert told.isprintable()
    assert any("*** ***" in getattr(record, "hint", "") for record in caplog.records)


def test_a_redirect_is_not_followed_and_no_answer() -> None:
    with pytest.raises(ChannelError, match="HTTP 302"):
        answers.decoded("message/send", 302, b'{"errcode": 0}')
