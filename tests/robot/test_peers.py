"""Callbacks made by clients that we did not write: sealed by wechatpy and by WeCom's own package for Node, with bodies
written by hand after the documentation. Taps among them, to the app and to the robot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.adapters.wecom_robot import callback, called
from bot.messenger.model import Shown
from bot.messenger.robot.model import RobotQuirks
from tests.dialogues.records import Records
from tests.node_clients import INSTALLED, node
from tests.robot.conftest import CUSTOMER, PEOPLE
from tests.robot.test_called import NOTE, SHEN
from tests.stage import APP, CALLED, Stage, staged

NONCE = "n0nce77"
Seals = Callable[[str, str, str, str, str], Awaitable[tuple[str, str]]]


async def by_wechatpy(token: str, aes_key: str, receiver: str, text: str, stamp: str) -> tuple[str, str]:
    """The ciphertext and its signature."""
    outer = ET.fromstring(WeChatCrypto(token, aes_key, receiver).encrypt_message(text, NONCE, stamp))
    return outer.findtext("Encrypt") or "", outer.findtext("MsgSignature") or ""


async def by_node(token: str, aes_key: str, receiver: str, text: str, stamp: str) -> tuple[str, str]:
    async with node() as theirs:
        sealed = str(await theirs.do("seal", key=aes_key, message=text, receiver=receiver))
        return sealed, str(await theirs.do("sign", token=token, timestamp=stamp, nonce=NONCE, sealed=sealed))


PEERS = [
    pytest.param(by_wechatpy, id="wechatpy"),
    pytest.param(by_node, id="node", marks=pytest.mark.skipif(not INSTALLED, reason="no packages for Node here")),
]


@pytest.fixture
async def stage(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(callback, "PATIENCE", callback.Patience(message=60, event=60))
    monkeypatch.setattr(called, "_WAIT", 60.0)
    members = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    async with staged(sqlite_url, "远山科技", members, robot=RobotQuirks(), called=True) as made:
        records = Records(made.app.database)
        await records.cast(PEOPLE, {"华南": {"lead": "马林"}})
        await records.customer("北辰仪器", CUSTOMER)
        yield made


async def call(stage: Stage, url: str | None, body: str, signature: str, stamp: str) -> bytes:
    assert url is not None
    query = {"msg_signature": signature, "timestamp": stamp, "nonce": NONCE}
    async with aiohttp.ClientSession() as http, http.post(url, params=query, data=body.encode()) as answer:
        assert answer.status == 200
        return await answer.read()


async def tell_robot(stage: Stage, seals: Seals, body: dict[str, Any]) -> dict[str, Any]:
    """What genjin answers in the call, opened by wechatpy."""
    stamp = str(int(stage.clock.now().timestamp()))
    sealed, signed = await seals(CALLED.token, CALLED.aes_key, "", json.dumps(body, ensure_ascii=False), stamp)
    raw = await call(stage, stage.robot.calls.url, json.dumps({"encrypt": sealed}), signed, stamp)
    await stage.settle()
    outer = json.loads(raw)
    envelope = f"<xml><Encrypt>{outer['encrypt']}</Encrypt></xml>"
    opened = WeChatCrypto(CALLED.token, CALLED.aes_key, "").decrypt_message(
        envelope, outer["msgsignature"], str(outer["timestamp"]), outer["nonce"]
    )
    assert (outer["nonce"], type(outer["timestamp"])) == (NONCE, int)
    return dict(json.loads(opened))


async def tell_app(stage: Stage, seals: Seals, inner: str) -> None:
    stamp = str(int(stage.clock.now().timestamp()))
    sealed, signed = await seals(APP.token, APP.aes_key, APP.corp_id, inner, stamp)
    outer = f"<xml><ToUserName><![CDATA[{APP.corp_id}]]></ToUserName><AgentID><![CDATA[{APP.agent_id}]]></AgentID>"
    outer += f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    assert await call(stage, stage.server.callback_url, outer, signed, stamp) == b""
    await stage.settle()


@pytest.mark.parametrize("seals", PEERS)
async def test_a_note_to_the_robot_is_answered_with_its_card(stage: Stage, seals: Seals) -> None:
    body = {"msgid": "CAIQ-peer-1", "aibotid": "aibStage01", "chattype": "single", "from": {"userid": SHEN}}

    said = await tell_robot(stage, seals, body | {"msgtype": "text", "text": {"content": NOTE}})

    assert said["msgtype"] == "template_card"
    assert said["template_card"]["main_title"]["title"] == "已记录 · 北辰仪器"


@pytest.mark.parametrize("nested", [True, False], ids=["nested", "flat"])
@pytest.mark.parametrize("seals", PEERS)
async def test_a_tap_on_a_card_of_the_robot_is_answered_with_the_card_as_it_is_now(
    stage: Stage, seals: Seals, nested: bool
) -> None:
    who = {"aibotid": "aibStage01", "chattype": "single", "from": {"userid": SHEN}}
    note = {"msgid": "CAIQ-peer-1", **who, "msgtype": "text", "text": {"content": NOTE}}
    card = (await tell_robot(stage, seals, note))["template_card"]
    key = next(button["key"] for button in card["button_list"] if button["text"] == "撤销")
    tap = {"card_type": card["card_type"], "event_key": key, "task_id": card["task_id"]}
    event = {"eventtype": "template_card_event", **({"template_card_event": tap} if nested else tap)}
    at = int(stage.clock.now().timestamp())

    said = await tell_robot(
        stage, seals, {"msgid": "CAIQ-peer-2", "create_time": at, **who, "msgtype": "event", "event": event}
    )

    assert said["response_type"] == "update_template_card"
    assert said["template_card"]["task_id"] == card["task_id"]
    assert said["template_card"]["main_title"]["title"] == "已撤销 · 北辰仪器"


def tapped(stage: Stage, shown: Shown, event: str, key: str, chosen: str = "") -> str:
    """The XML of a tap as the documentation has it."""
    task_id, card_type = (shown.card or {})["task_id"], shown.card_type
    code = stage.server._codes.give(shown.id)
    return (
        f"<xml><ToUserName><![CDATA[{APP.corp_id}]]></ToUserName><FromUserName><![CDATA[{SHEN}]]></FromUserName>"
        f"<CreateTime>{int(stage.clock.now().timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey><TaskId><![CDATA[{task_id}]]></TaskId>"
        f"<CardType><![CDATA[{card_type}]]></CardType><ResponseCode><![CDATA[{code}]]></ResponseCode>"
        f"<AgentID>{APP.agent_id}</AgentID>{chosen}</xml>"
    )


@pytest.mark.parametrize("seals", PEERS)
async def test_a_tap_on_a_card_of_the_app_changes_it(stage: Stage, seals: Seals) -> None:
    await stage.say(SHEN, NOTE)
    shown = stage.server.chat(SHEN)[-1]
    key = next(button.key for button in shown.buttons if button.text == "撤销")

    await tell_app(stage, seals, tapped(stage, shown, "template_card_event", key))

    assert [card.title for card in stage.chat(SHEN)] == ["已撤销 · 北辰仪器"]


@pytest.mark.parametrize("seals", PEERS)
async def test_what_is_picked_on_a_card_of_the_app_arrives_as_what_it_is(stage: Stage, seals: Seals) -> None:
    await stage.say(SHEN, "周五给北辰仪器何总发报价")
    await stage.say(SHEN, "下周一给北辰仪器何总送样机")
    await stage.say(SHEN, "勾几件")
    shown = stage.server.chat(SHEN)[-1]
    (question,) = shown.selections
    (submit,) = shown.buttons
    ids = "".join(f"<OptionId><![CDATA[{option}]]></OptionId>" for option, _ in question.options)
    chosen = f"<QuestionKey><![CDATA[{question.key}]]></QuestionKey><OptionIds>{ids}</OptionIds>"
    chosen = f"<SelectedItems><SelectedItem>{chosen}</SelectedItem></SelectedItems>"

    await tell_app(stage, seals, tapped(stage, shown, "template_card_event", submit.key, chosen))

    assert len(question.options) == 2
    assert "2 件" in stage.chat(SHEN)[-1].title
