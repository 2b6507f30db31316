"""HTTP mode: robot messages and events are posted to us; what DingTalk did not send is refused, all alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from sqlalchemy import select

from bot.adapters.callbacks import BadCallback
from bot.adapters.dingtalk.callback import crypto_of, sign
from bot.adapters.unrepeated import NOT_STORED
from bot.web import edge
from config.messengers import DingTalkSettings
from domain.tables import Inbox
from tests.dingtalk.conftest import MEMBERS, NEWCOMER, on_record
from tests.dingtalk.stage import DINGTALK, DingTalkStage, staged
from tests.node_clients import INSTALLED, Node, node

SAID = {
    "msgtype": "text",
    "text": {"content": " 今天拜访了北辰仪器的何总 "},
    "conversationType": "1",
    "msgId": "msg1==",
}
SAID |= {"conversationId": "cid1==", "senderStaffId": "Staff01", "createAt": 1795593600000}
KEYS = {"token": DINGTALK.token, "key": DINGTALK.aes_key, "app": DINGTALK.client_id}
CRYPTO = crypto_of(
    DingTalkSettings(
        client_id=DINGTALK.client_id,
        client_secret=DINGTALK.client_secret,
        token=DINGTALK.token,
        aes_key=DINGTALK.aes_key,
    )
)


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    async with staged(sqlite_url, "远山科技", [*MEMBERS, NEWCOMER], called=True) as made:
        await on_record(made)
        yield made


@pytest.fixture
async def theirs() -> AsyncIterator[Node]:
    async with node() as made:
        yield made


def stamp(stage: DingTalkStage, off: timedelta = timedelta()) -> str:
    return str(int((stage.clock.now() + off).timestamp() * 1000))


async def post(stage: DingTalkStage, body: bytes, headers: Any = None, query: Any = None) -> tuple[int, bytes]:
    """Anybody posts anything; status and body of the answer."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(str(stage.dingtalk.calls.url), data=body, headers=headers, params=query) as answer,
    ):
        return answer.status, await answer.read()


async def inbox(stage: DingTalkStage) -> list[Inbox]:
    async with stage.app.database.read() as session:
        return list(await session.scalars(select(Inbox).order_by(Inbox.id)))


async def test_a_note_is_recorded_and_its_card_is_tapped_over_the_stream(stage: DingTalkStage) -> None:
    await stage.say("Staff01", "今天拜访了北辰仪器的何总，下周三前给报价")
    card = stage.chat("Staff01")[-1]

    await stage.tap("Staff01", card.buttons[0])

    assert card.title.startswith("已记录")
    assert [entry["status"] for entry in stage.dingtalk.calls.log] == [200]
    assert [entry["topic"] for entry in stage.dingtalk.gateway.log] == ["/v1.0/card/instances/callback"]
    assert stage.dingtalk.gateway.log[-1]["ack"]["code"] == 200


async def test_a_message_that_is_posted_again_is_recorded_once(stage: DingTalkStage) -> None:
    for _ in range(2):
        at = stamp(stage)
        signed = {"timestamp": at, "sign": sign(DINGTALK.client_secret, at)}
        assert await post(stage, json.dumps(SAID).encode(), signed) == (200, b"")
    await stage.settle()

    assert len(await inbox(stage)) == 1


async def test_an_event_is_taken_once_and_answered_with_the_sealed_word(stage: DingTalkStage) -> None:
    pushes = [await stage.dingtalk.event("user_leave_org", {"userId": ["staff02"]}) for _ in range(2)]
    await stage.settle()

    assert [push.heard for push in pushes] == [True, True]
    assert [row.kind for row in await inbox(stage)] == ["event"]


@pytest.mark.parametrize("kind", ["check_url", "label_conf_add"])
async def test_an_event_that_tells_us_nothing_is_answered_too(stage: DingTalkStage, kind: str) -> None:
    push = await stage.dingtalk.event(kind, {})

    assert push.heard
    assert await inbox(stage) == []


async def test_what_cannot_be_stored_is_refused_and_admitted_in_the_chat(
    stage: DingTalkStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: Any) -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr(stage.app.dispatcher, "accept", full)
    push = await stage.dingtalk.say("Staff01", "今天拜访了北辰仪器的何总")
    event = await stage.dingtalk.event("user_leave_org", {"userId": ["staff02"]})

    assert (push.heard, event.heard) == (False, False)
    assert [entry["status"] for entry in stage.dingtalk.calls.log] == [503, 503, 503, 503]
    assert [seen.text for seen in stage.chat("Staff01")] == [NOT_STORED]


def signed(stage: DingTalkStage, **but: str) -> dict[str, str]:
    at = but.get("timestamp", stamp(stage))
    return {"timestamp": at, "sign": sign(but.get("secret", DINGTALK.client_secret), at)}


STRANGE: dict[str, Any] = {
    "no signature": lambda _: (json.dumps(SAID).encode(), {}),
    "another secret": lambda s: (json.dumps(SAID).encode(), signed(s, secret="another")),
    "too old": lambda s: (json.dumps(SAID).encode(), signed(s, timestamp=stamp(s, -timedelta(minutes=61)))),
    "from tomorrow": lambda s: (json.dumps(SAID).encode(), signed(s, timestamp=stamp(s, timedelta(days=1)))),
    "no time": lambda s: (json.dumps(SAID).encode(), signed(s, timestamp="now")),
    "a time without end": lambda s: (json.dumps(SAID).encode(), signed(s, timestamp="9" * 400)),
    "no JSON": lambda s: (b"{", signed(s)),
    "no UTF-8": lambda s: (b"\xff\xfe", signed(s)),
    "no object": lambda s: (b"[]", signed(s)),
    "too deep": lambda s: (b"[" * 30_000, signed(s)),
    "nobody's": lambda s: (b'{"msgtype":"text"}', signed(s)),
    "an empty seal": lambda _: (b'{"encrypt":""}', {}),
    "a number for a seal": lambda _: (b'{"encrypt":7}', {}),
}


@pytest.mark.parametrize("what", sorted(STRANGE))
async def test_what_dingtalk_did_not_send_is_refused_without_a_word(stage: DingTalkStage, what: str) -> None:
    body, headers = STRANGE[what](stage)

    assert await post(stage, body, headers) == (403, b"")
    assert await inbox(stage) == []


async def test_what_is_sealed_for_somebody_else_or_signed_wrongly_is_refused(stage: DingTalkStage) -> None:
    at, event = stamp(stage), b'{"EventType":"user_leave_org","UserId":["staff02"]}'
    sealed = CRYPTO.seal(event)
    good = {"msg_signature": CRYPTO.signature(at, "n", sealed).decode(), "timestamp": at, "nonce": "n"}
    old = stamp(stage, -timedelta(minutes=61))
    stale = {"msg_signature": CRYPTO.signature(old, "n", sealed).decode(), "timestamp": old, "nonce": "n"}
    body = json.dumps({"encrypt": sealed}).encode()

    for query in (
        {**good, "msg_signature": "0" * 40},
        {**good, "nonce": "m"},
        stale,
        {},
        [*good.items(), *good.items()],
    ):
        assert await post(stage, body, query=query) == (403, b"")
    assert await inbox(stage) == []
    assert (await post(stage, body, query=good))[0] == 200


async def test_a_body_beyond_the_limit_of_the_edge_is_not_read(stage: DingTalkStage) -> None:
    status, said = await post(stage, b" " * (edge.LIMIT + 1), signed(stage))

    assert (status, said) == (413, b"")


async def test_robot_messages_may_be_sealed_as_well(stage: DingTalkStage) -> None:
    at, sealed = stamp(stage), CRYPTO.seal(json.dumps(SAID).encode())
    query = {"signature": CRYPTO.signature(at, "n", sealed).decode(), "timeStamp": at, "nonce": "n"}

    assert await post(stage, json.dumps({"encrypt": sealed}).encode(), query=query) == (200, b"")
    await stage.settle()

    assert [row.text for row in await inbox(stage)] == ["今天拜访了北辰仪器的何总"]


@pytest.mark.skipif(not INSTALLED, reason="the packages for Node could not be installed here")
async def test_an_event_that_a_published_package_sealed_is_taken_and_our_answer_opens_there(
    stage: DingTalkStage, theirs: Node
) -> None:
    event, at = json.dumps({"EventType": "org_dept_create", "DeptId": [7], "长": "部门" * 200}), stamp(stage)
    sealed = await theirs.do("seal", key=DINGTALK.aes_key, message=event, receiver=DINGTALK.client_id)
    signature = await theirs.do("sign", token=DINGTALK.token, timestamp=at, nonce="n0nce77", sealed=sealed)
    query = {"signature": signature, "timestamp": at, "nonce": "n0nce77"}

    status, said = await post(stage, json.dumps({"encrypt": sealed}).encode(), query=query)
    told = json.loads(said)
    given = {"signature": told["msg_signature"], "stamp": told["timeStamp"], "nonce": told["nonce"]}
    opened = await theirs.do("dingOpen", sealed=told["encrypt"], **given, **KEYS)

    assert (status, opened) == (200, "success")
    assert [row.payload["event"] for row in await inbox(stage)] == [
        {"name": "people", "data": {"did": "unit", "unit": "7"}}
    ]


@pytest.mark.skipif(not INSTALLED, reason="the packages for Node could not be installed here")
async def test_what_either_seals_the_other_opens(stage: DingTalkStage, theirs: Node) -> None:
    now = stage.clock.now()  # that package seals no text but its percent-encoding
    for text in (*("跟" + "x" * length for length in range(32)), "😀 𠮷 é", "长" * 2000):
        sealed = await theirs.do("dingSeal", message=text, stamp=stamp(stage), nonce="n", **KEYS)
        parts = {"signature": sealed["msg_signature"], "timestamp": stamp(stage), "nonce": "n"}
        assert CRYPTO.open(encrypted=sealed["encrypt"], now=now, **parts).decode() == quote(text)
        with pytest.raises(BadCallback, match="signature"):
            CRYPTO.open(encrypted=sealed["encrypt"], now=now, **{**parts, "nonce": "m"})

        ours = CRYPTO.seal(quote(text).encode())
        mark = CRYPTO.signature(stamp(stage), "n", ours).decode()
        given = {"signature": mark, "stamp": stamp(stage), "nonce": "n"}
        assert await theirs.do("dingOpen", sealed=ours, **given, **KEYS) == text
