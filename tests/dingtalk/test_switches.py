"""The fault switches of the simulated DingTalk: each spoils a regular share of the frames or of the calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.messenger.dingtalk import server as servers
from bot.messenger.switches import Switch
from tests.dingtalk.rig import Rig, rigged
from tests.dingtalk.test_link import STAFF, Store, linked
from tests.waiting import until

BATCH = "v1.0/robot/oToMessages/batchSend"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged(leaving_seconds=0.01) as made:
        yield made


def on(rig: Rig, switch: Switch, every: int = 2) -> None:
    rig.server.faults.switches.turn(switch, every)


async def test_every_second_frame_is_lost_on_the_way(rig: Rig) -> None:
    store = Store()
    async with linked(rig, store):
        on(rig, Switch.DROPPED)
        heard = [(await rig.server.say(STAFF, f"第{number}句")).heard for number in range(4)]
        await until(lambda: len(store.told) == 2)

    assert heard == [True, False, True, False]
    assert store.texts() == ["第0句", "第2句"]
    assert rig.server.faults.struck[Switch.DROPPED] == 2


async def test_every_second_frame_comes_twice(rig: Rig) -> None:
    store = Store()
    async with linked(rig, store):
        on(rig, Switch.DOUBLED)
        for number in range(4):
            await rig.server.say(STAFF, f"第{number}句")
        await until(lambda: len(store.told) == 6)

    assert sorted(store.texts()) == ["第0句", "第1句", "第1句", "第2句", "第3句", "第3句"]
    assert len({message.message_id for message in store.told}) == 4


async def test_a_notice_ends_the_connection_and_the_next_one_is_there_before(rig: Rig) -> None:
    store = Store()
    async with linked(rig, store):
        on(rig, Switch.NOTICE)
        for number in range(4):
            await rig.server.gateway.until(lambda: any(not each.leaving for each in rig.server.gateway.sockets))
            await rig.server.say(STAFF, f"第{number}句")
        await until(lambda: len(store.told) == 4)
        await until(lambda: rig.server.gateway.opened == 3)

    assert sorted(store.texts()) == ["第0句", "第1句", "第2句", "第3句"]


async def test_a_gateway_that_takes_its_time_is_waited_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(servers, "asyncio", type("Clock", (), {"sleep": staticmethod(sleep)}))
    on(rig, Switch.GATEWAY, 1)
    async with linked(rig, Store()):
        pass

    assert waited == [3.0]


@pytest.mark.parametrize(
    ("switch", "status", "code"),
    [
        (Switch.EXPIRED, 400, "InvalidAuthentication"),
        (Switch.LIMITED, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"),
    ],
)
async def test_every_second_call_is_refused(rig: Rig, switch: Switch, status: int, code: str) -> None:
    on(rig, switch)
    token, told = await rig.token(), {"robotCode": "dingrig0001", "userIds": [STAFF], "msgKey": "sampleText"}
    answers = [await rig.call("POST", BATCH, {**told, "msgParam": '{"content":"你好"}'}, token) for _ in range(2)]

    assert answers[0][0] == 200
    assert (answers[1][0], answers[1][1]["code"]) == (status, code)


async def test_every_second_answer_by_the_webhook_of_a_conversation_is_refused(rig: Rig) -> None:
    on(rig, Switch.LIMITED)
    answers = [(await by_webhook(rig, f"第{number}句"))["errcode"] for number in range(4)]

    assert answers == [0, 90018, 0, 90018]
    assert [shown.text for shown in rig.server.chat(STAFF)] == ["第0句", "第2句"]


async def test_an_answer_by_the_webhook_stands_in_the_chat_though_the_connection_was_cut(rig: Rig) -> None:
    on(rig, Switch.CUT, 1)
    with pytest.raises(aiohttp.ClientError):
        await by_webhook(rig, "记好了")

    assert [shown.text for shown in rig.server.chat(STAFF)] == ["记好了"]


async def test_a_webhook_has_no_token_that_could_expire(rig: Rig) -> None:
    on(rig, Switch.EXPIRED, 1)

    assert (await by_webhook(rig, "记好了"))["errcode"] == 0
    assert rig.server.faults.struck[Switch.EXPIRED] == 0


async def by_webhook(rig: Rig, text: str) -> dict[str, Any]:
    """What the webhook of the member's conversation answers to a text."""
    session, _ = rig.server.sending.session(STAFF)
    body = {"msgtype": "text", "text": {"content": text}}
    async with rig.http.post(f"{rig.base}/robot/sendBySession?session={session}", json=body) as answer:
        found: dict[str, Any] = await answer.json()
        return found
