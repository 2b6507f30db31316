"""The Stream from our side: what is acknowledged is stored, and what breaks is opened again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from bot.adapters import unrepeated
from bot.adapters.dingtalk import link as links
from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.connection import Timing
from bot.adapters.dingtalk.link import StreamLink
from bot.adapters.tokens import TokenCache
from bot.message import Message
from bot.messenger.dingtalk.stream import ROBOT
from config.clock import ShiftableClock
from config.messengers import DingTalkSettings
from tests.dingtalk.rig import APP, Rig, rigged
from tests.waiting import PATIENCE, until

STAFF = "Staff01"
SHORT = Timing(opening=PATIENCE, beat=PATIENCE, quiet=600, drain=PATIENCE, first_pause=0.01, longest_pause=0.05)


class Witness:
    """Since when the connection is said to be held, or not: `True` or `False` with the moment."""

    def __init__(self, clock: ShiftableClock) -> None:
        self._clock = clock
        self.said: list[tuple[bool, datetime]] = []

    def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def up(self) -> None:
        self.said.append((True, self._clock.now()))

    def down(self, since: datetime) -> None:
        self.said.append((False, since))


class Store:
    """What was stored; the next `refusing` times nothing can be, and while `shut` is set everybody waits."""

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.refusing = 0
        self.shut = asyncio.Event()
        self.shut.set()
        self.saw: Witness | None = None

    def witness(self, clock: ShiftableClock) -> Any:
        self.saw = Witness(clock)
        return self.saw

    async def accept(self, message: Message) -> None:
        await self.shut.wait()
        if self.refusing:
            self.refusing -= 1
            raise OSError("the disk is full")
        self.told.append(message)

    def texts(self) -> list[str]:
        return [message.text for message in self.told]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged(leaving_seconds=PATIENCE) as made:
        yield made


@asynccontextmanager
async def linked(rig: Rig, store: Store, timing: Timing = SHORT, secret: str = APP.client_secret) -> AsyncIterator[Any]:
    given = {"client_id": APP.client_id, "client_secret": secret, "api_base": rig.base, "oapi_base": rig.base}
    api = DingTalkApi(DingTalkSettings.model_validate(given), rig.http, TokenCache(rig.clock))
    link = StreamLink(api, rig.http, store.accept, rig.clock, store.witness(rig.clock), timing=timing)
    link.start()
    try:
        if secret == APP.client_secret:
            await until(lambda: link.connection is not None)
        yield link
    finally:
        await link.stop()


async def test_a_message_is_acknowledged_when_it_is_stored_and_not_before(rig: Rig) -> None:
    store = Store()
    async with linked(rig, store):
        store.shut.clear()
        push = await rig.server.say(STAFF, "北辰仪器")
        await rig.server.gateway.ping()  # answered behind the message, which is still in hand
        await rig.server.gateway.until(lambda: rig.server.gateway.log[-1]["ack"])
        assert rig.server.gateway.log[0]["ack"] is None

        store.shut.set()
        await rig.server.gateway.until(lambda: rig.server.gateway.log[0]["ack"])

    assert [(each.message_id, each.sender, each.text) for each in store.told] == [(push.message_id, STAFF, "北辰仪器")]
    ack = rig.server.gateway.log[0]["ack"]
    assert (ack["code"], json.loads(ack["data"])) == (200, {"response": {}})


async def test_what_cannot_be_stored_is_tried_again_until_it_is(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrepeated, "STORE_AGAIN", (0.0,) * 3)
    store = Store()
    store.refusing = 3
    async with linked(rig, store):
        await rig.server.say(STAFF, "北辰仪器")
        await rig.server.gateway.until(lambda: rig.server.gateway.log[0]["ack"])

    assert store.texts() == ["北辰仪器"]


async def test_what_is_never_stored_is_admitted_in_the_chat_and_not_acknowledged(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unrepeated, "STORE_AGAIN", (0.0,))
    store = Store()
    store.refusing = 2
    async with linked(rig, store):
        await rig.server.say(STAFF, "北辰仪器")
        await until(lambda: len(rig.server.chat(STAFF)) == 2)

    assert rig.server.chat(STAFF)[-1].text == unrepeated.NOT_STORED
    assert rig.server.gateway.log[0]["ack"] is None


async def test_the_next_socket_is_open_before_the_one_that_is_told_to_leave_is_left(rig: Rig) -> None:
    store, gateway = Store(), rig.server.gateway
    async with linked(rig, store):
        store.shut.clear()
        await rig.server.say(STAFF, "第一句")
        first = gateway.sockets[0]

        await gateway.leave()
        await gateway.until(lambda: any(not socket.leaving for socket in gateway.sockets))
        assert first in gateway.sockets, "it is kept for what it still has to acknowledge"
        push = await rig.server.say(STAFF, "第二句")
        store.shut.set()
        await gateway.until(lambda: gateway.log[0]["ack"] and first not in gateway.sockets)

        assert push.heard
        await until(lambda: sorted(store.texts()) == ["第一句", "第二句"])


@pytest.mark.parametrize("how", ["cut", "closed", "refused"])
async def test_it_connects_again_after_whatever_ended_it(rig: Rig, how: str) -> None:
    store, gateway = Store(), rig.server.gateway
    async with linked(rig, store) as link:
        before = link.connection
        if how == "refused":
            rig.server.faults.refuse("v1.0/gateway/connections/open", status=503, times=3)
        if how == "closed":
            await gateway.close(1011)
        else:
            gateway.cut()
        await until(lambda: link.connection is not None and link.connection is not before)
        await rig.server.say(STAFF, "又来了")
        await until(store.texts)

    assert store.texts() == ["又来了"]


async def test_it_connects_again_after_what_nobody_foresaw(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, open_stream = 0, DingTalkApi.open_stream

    async def strange(api: DingTalkApi, subscriptions: Any) -> tuple[str, str]:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise RuntimeError("nobody foresaw it")
        return await open_stream(api, subscriptions)

    monkeypatch.setattr(DingTalkApi, "open_stream", strange)
    async with linked(rig, store := Store()) as link:
        before = link.connection
        rig.server.gateway.cut()
        await until(lambda: link.connection is not None and link.connection is not before)
        await rig.server.say(STAFF, "又来了")
        await until(store.texts)

    assert (asked, store.texts()) == (3, ["又来了"])


async def test_a_socket_over_which_nothing_comes_is_replaced(rig: Rig) -> None:
    quick = Timing(opening=PATIENCE, beat=PATIENCE, quiet=0.05, drain=PATIENCE, first_pause=0.01, longest_pause=0.05)
    async with linked(rig, Store(), quick):
        await rig.server.gateway.until(lambda: rig.server.gateway.opened >= 3)
        assert len(rig.server.gateway.sockets) <= 2, "what nothing comes over is left"


async def test_a_refused_secret_is_tried_slower_and_slower(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await real(0.001)

    real = asyncio.sleep
    timing = Timing(first_pause=1, longest_pause=60)
    async with linked(rig, Store(), timing, secret="another"):
        monkeypatch.setattr(links.asyncio, "sleep", pause)
        async with asyncio.timeout(PATIENCE):
            while len(pauses) < 9:
                await real(0.005)
        monkeypatch.undo()

    assert all(low <= seconds <= 1.5 * low for seconds, low in zip(pauses, (1, 2, 4, 8, 16, 32, 60, 60), strict=False))


async def test_words_that_come_while_a_card_is_tapped_are_not_held_up(rig: Rig) -> None:
    store = Store()
    async with linked(rig, store):
        await rig.server.gateway.push("CALLBACK", "/v1.0/something/else", {})
        unknown = {"type": "actionCallback", "outTrackId": "t", "userId": STAFF, "content": "no json"}
        await rig.server.gateway.push("CALLBACK", "/v1.0/card/instances/callback", unknown)
        await rig.server.gateway.push("CALLBACK", ROBOT, {"msgtype": "text"})
        await rig.server.say(STAFF, "北辰仪器")
        await until(store.texts)

    assert store.texts() == ["北辰仪器"]
