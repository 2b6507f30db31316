"""Taps on cards by HTTP: their address is registered, they are signed, each has its effect once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.adapters.dingtalk import card_route
from bot.commands.doctor import doctor
from domain.tables import Approval, Inbox
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DINGTALK, DingTalkStage, button, staged

SHEN, MA = "Staff01", "manager7"
OUTSIDE = "https://genjin.example"
ADDRESS = f"{OUTSIDE}/dingtalk/callback"
REGISTER = "v1.0/card/callbacks/register"
NO_RIGHT = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    """HTTP mode with a public address."""
    async with staged(sqlite_url, "远山科技", MEMBERS, called=True, public_url=OUTSIDE) as made:
        await on_record(made)
        yield made


async def ask(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "北辰仪器ERP二期申请85折，客户预算紧")


async def states(stage: DingTalkStage) -> list[str]:
    async with stage.app.database.read() as session:
        return [str(state) for state in (await session.scalars(select(Approval.state))).all()]


async def taps(stage: DingTalkStage) -> int:
    async with stage.app.database.read() as session:
        return int(await session.scalar(select(func.count()).where(Inbox.kind == "action")) or 0)


def tap(stage: DingTalkStage, label: str = "同意") -> dict[str, Any]:
    """The body of a tap on the newest card that has this button, as DingTalk posts it."""
    card, key, _ = button(stage.dingtalk.chat(MA), label, "", "")
    content = json.dumps({"cardPrivateData": {"actionIds": [key], "params": {}}})
    track = str((card.card or {})["track"])
    return {"type": "actionCallback", "outTrackId": track, "userId": MA, "userIdType": 1, "content": content}


async def post(stage: DingTalkStage, body: Any, **but: str) -> tuple[int, bytes]:
    stamp = but.get("stamp", str(int(stage.clock.now().timestamp() * 1000)))
    key = next(iter(stage.dingtalk.cards.callbacks.values()))[1]
    headers = {"x-ddpaas-signature": but.get("sign", card_route.sign(key, stamp))}
    if stamp:
        headers["x-ddpaas-signature-timestamp"] = stamp
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as http,
        http.post(str(stage.dingtalk.calls.url), data=data, headers=headers) as answer,
    ):
        return answer.status, await answer.read()


async def test_a_tap_is_posted_and_the_card_says_what_came_of_it(stage: DingTalkStage) -> None:
    await ask(stage)

    await stage.tap(MA, "同意")

    assert await states(stage) == ["approved"]
    assert any("已同意" in seen.state for seen in stage.chat(MA))
    assert stage.dingtalk.calls.log[-1]["body"]["type"] == "actionCallback"
    assert stage.dingtalk.calls.log[-1]["status"] == 200
    assert stage.dingtalk.gateway.log == []


async def test_the_address_is_registered_once_however_many_cards_are_sent(stage: DingTalkStage) -> None:
    await ask(stage)
    await stage.say(SHEN, "今天拜访了北辰仪器的何总，下周三前给报价")

    assert [url for url, _ in stage.dingtalk.cards.callbacks.values()] == [ADDRESS]
    assert stage.dingtalk.api.calls[REGISTER] == 1


async def test_where_the_address_is_refused_taps_come_over_the_stream_and_it_is_tried_again_later(
    stage: DingTalkStage,
) -> None:
    stage.dingtalk.faults.refuse(REGISTER, NO_RIGHT, status=403, times=1)
    await ask(stage)
    await stage.tap(MA, "同意")
    before = await states(stage), [entry["topic"] for entry in stage.dingtalk.gateway.log]
    stage.clock.advance(timedelta(minutes=11))
    await stage.say(SHEN, "今天拜访了北辰仪器的何总，下周三前给报价")

    assert before == (["approved"], ["/v1.0/card/instances/callback"])
    assert [url for url, _ in stage.dingtalk.cards.callbacks.values()] == [ADDRESS]


async def test_a_tap_that_is_posted_again_has_one_effect(stage: DingTalkStage) -> None:
    await ask(stage)
    body = tap(stage)
    answers = [await post(stage, body) for _ in range(3)]
    later = str(int(stage.clock.now().timestamp() * 1000) + 7000)
    answers.append(await post(stage, body, stamp=later))  # signed anew
    await stage.settle()

    assert answers == [(200, b"{}")] * 4
    assert await taps(stage) == 2
    assert await states(stage) == ["approved"]
    assert sum("批了" in each.title for each in stage.chat(SHEN)) == 1


STRANGE: dict[str, dict[str, str]] = {
    "another secret": {"sign": card_route.sign("another", "1")},
    "no time": {"stamp": ""},
    "words for a time": {"stamp": "now"},
    "an hour and more ago": {"stamp": "1795500000000"},
}


@pytest.mark.parametrize("what", sorted(STRANGE))
async def test_a_tap_that_dingtalk_did_not_sign_now_does_nothing(stage: DingTalkStage, what: str) -> None:
    await ask(stage)

    assert await post(stage, tap(stage), **STRANGE[what]) == (403, b"")
    assert await taps(stage) == 0


async def test_a_tap_on_nothing_of_ours_is_taken_and_one_that_is_none_is_refused(stage: DingTalkStage) -> None:
    await ask(stage)
    private = json.dumps({"cardPrivateData": {"actionIds": ["other"], "params": {}}})

    assert await post(stage, {"outTrackId": "x", "userId": MA, "content": private}) == (200, b"{}")
    assert await post(stage, {**tap(stage), "userId": ""}) == (403, b"")
    assert await post(stage, b"[]") == (403, b"")
    assert await taps(stage) == 0


async def test_a_tap_that_cannot_be_stored_is_refused(stage: DingTalkStage, monkeypatch: pytest.MonkeyPatch) -> None:
    await ask(stage)

    async def full(_: Any) -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr(stage.app.dispatcher, "accept", full)

    assert (await post(stage, tap(stage)))[0] == 503


async def test_the_doctor_says_where_taps_go(stage: DingTalkStage, capsys: pytest.CaptureFixture[str]) -> None:
    await doctor(stage.app.settings, stage.clock)
    first = capsys.readouterr().out
    stage.dingtalk.cards.callbacks = {f"genjin-{DINGTALK.client_id}": ("https://old.example/dingtalk/callback", "s")}
    await doctor(stage.app.settings, stage.clock)
    second = capsys.readouterr().out

    assert f"taps are posted to {ADDRESS}" in first
    assert "FAIL  dingtalk cards: taps are posted to https://old.example/dingtalk/callback, not to" in second
