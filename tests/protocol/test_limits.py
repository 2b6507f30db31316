"""Too much, too often, twice the same: what WeCom drops in silence and what it refuses; and faults on order."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import aiohttp
import pytest

from bot.messenger import api
from tests.protocol.stage import AGENT, START, Stage, buttons, staged
from tests.waiting import PATIENCE


async def test_beyond_30_a_minute_messages_vanish_in_silence(stage: Stage) -> None:
    answers = [await stage.send("tao.yi|ma.lin" if n < 2 else "tao.yi") for n in range(32)]

    assert {a["errcode"] for a in answers} == {0}
    assert all(a["msgid"] for a in answers)
    assert len(stage.server.chat("tao.yi")) == 30
    assert stage.server.dropped == {(AGENT, "tao.yi"): 2}
    stage.clock.advance(timedelta(minutes=1))
    await stage.send("tao.yi")
    assert len(stage.server.chat("tao.yi")) == 31


async def test_beyond_the_hours_limit_too() -> None:
    async with staged(member_per_hour=40) as stage:
        for _ in range(2):
            for _ in range(25):
                await stage.send()
            stage.clock.advance(timedelta(minutes=2))

        assert len(stage.server.chat("tao.yi")) == 40


async def test_a_member_whose_copy_was_dropped_is_invalid_in_an_update() -> None:
    async with staged(member_per_minute=1) as stage:
        await stage.send("tao.yi")
        sent = await stage.send_card(buttons(), "tao.yi|ma.lin")
        answer = await stage.update(sent["response_code"], atall=0, userids=["tao.yi", "ma.lin"])

    assert (answer["errcode"], answer["invaliduser"]) == (0, ["tao.yi"])


async def test_other_calls_are_refused_beyond_their_rate() -> None:
    async with staged(calls_per_minute=3) as stage:
        token = await stage.token()
        codes = [(await stage.get("getcallbackip", access_token=token))["errcode"] for _ in range(4)]
        stage.clock.advance(timedelta(minutes=1))
        later = await stage.get("getcallbackip", access_token=token)

    assert codes == [0, 0, 0, 45009]
    assert later["errcode"] == 0


async def test_the_apps_receivers_of_a_day_end() -> None:
    async with staged(account_limit=0) as stage:
        assert (await stage.send())["errcode"] == 45009


async def test_a_groups_members_have_limits_of_their_own() -> None:
    async with staged(group_member_per_minute=2) as stage:
        await stage.post("appchat/create", {"chatid": "g1", "userlist": ["ma.lin", "tao.yi"]})
        body = {"chatid": "g1", "msgtype": "text", "text": {"content": "喜报", "mentioned_list": ["@all"]}}
        codes = [(await stage.post("appchat/send", body))["errcode"] for _ in range(3)]
        messages = stage.server.groups("tao.yi")[0].messages

    assert codes == [0, 0, 0]
    assert [m.mentions for m in messages] == [("@all",)] * 2
    assert stage.server.dropped == {(AGENT, "ma.lin"): 1, (AGENT, "tao.yi"): 1}


async def test_groups_made_in_an_hour_are_counted() -> None:
    async with staged(groups_per_hour=1) as stage:
        pair = {"userlist": ["ma.lin", "tao.yi"]}
        codes = [(await stage.post("appchat/create", pair))["errcode"] for _ in range(2)]

    assert codes == [0, 45009]


async def test_an_identical_request_is_delivered_once_within_its_interval(stage: Stage) -> None:
    checked = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await stage.send_card(buttons(), **checked)
    second = await stage.send_card(buttons(), **checked)
    stage.clock.advance(timedelta(seconds=600))
    third = await stage.send_card(buttons(), **checked)

    assert first["msgid"]
    assert second == {"errcode": 0, "errmsg": "ok"}
    assert third["errcode"] == 40058  # delivered anew, but its task_id is spent
    assert len(stage.server.chat("tao.yi")) == 1


async def test_only_identical_and_checked_requests_are_duplicates(stage: Stage) -> None:
    await stage.send(content="一", enable_duplicate_check=1)
    await stage.send(content="二", enable_duplicate_check=1)
    await stage.send("ma.lin", content="一", enable_duplicate_check=1)
    await stage.send(content="三")
    await stage.send(content="三")

    assert [s.text for s in stage.server.chat("tao.yi")] == ["一", "二", "三", "三"]
    assert len(stage.server.chat("ma.lin")) == 1


async def test_a_refused_request_is_no_original(stage: Stage) -> None:
    stage.server.callback_url = None
    refused = await stage.send_card(buttons(), enable_duplicate_check=1)
    stage.server.callback_url = stage.app.url
    taken = await stage.send_card(buttons(), enable_duplicate_check=1)

    assert refused["errcode"] == 40058
    assert taken["msgid"]


async def test_a_duplicate_may_answer_with_the_first_ones_ids() -> None:
    async with staged(duplicate_answer="same") as stage:
        first = await stage.send_card(buttons(), enable_duplicate_check=1)
        second = await stage.send_card(buttons(), enable_duplicate_check=1)

    assert first == second


async def test_a_dropped_answer_leaves_the_message_delivered_and_its_retry_a_duplicate(stage: Stage) -> None:
    stage.server.faults.drop_answer("message/send")
    with pytest.raises(aiohttp.ClientError):
        await stage.send(enable_duplicate_check=1)
    retried = await stage.send(enable_duplicate_check=1)

    assert retried["errcode"] == 0
    assert len(stage.server.chat("tao.yi")) == 1


async def test_a_forced_error_holds_for_as_many_calls_as_ordered(stage: Stage) -> None:
    stage.server.faults.refuse("message/send", -1, times=2)
    codes = [(await stage.send())["errcode"] for _ in range(3)]

    assert codes == [-1, -1, 0]
    assert stage.server.calls["message/send"] == 3
    assert len(stage.server.chat("tao.yi")) == 1


async def test_a_broken_gateway_answers_no_json(stage: Stage) -> None:
    stage.server.faults.fail("message/send", 502)
    async with stage.http.post(f"{stage.base}/cgi-bin/message/send", json={}) as answer:
        status, kind = answer.status, answer.content_type

    assert (status, kind) == (502, "text/html")


async def test_a_delayed_call_is_carried_out_after_the_client_has_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered, begun, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        begun.set()
        await over.wait()

    monkeypatch.setattr(api, "asyncio", type("Clock", (), {"sleep": staticmethod(sleep)}))
    stage.server.subscribe(lambda change: delivered.set())
    body = {"touser": "tao.yi", "agentid": AGENT, "msgtype": "text", "text": {"content": "迟到"}}
    query = {"access_token": await stage.token()}
    stage.server.faults.delay("message/send", 0.1)
    waiting = asyncio.ensure_future(stage.http.post(f"{stage.base}/cgi-bin/message/send", params=query, json=body))
    await asyncio.wait_for(begun.wait(), PATIENCE)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    over.set()
    await asyncio.wait_for(delivered.wait(), PATIENCE)

    assert [s.text for s in stage.server.chat("tao.yi")] == ["迟到"]


async def test_the_log_tells_what_was_asked_and_answered_without_secrets(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    await stage.send("ghost")

    token, card, ghost = stage.server.log[0], stage.server.log[1], stage.server.log[-1]
    assert (token["path"], "corpsecret" in token["query"]) == ("gettoken", False)
    assert (card["path"], card["touser"], card["msgtype"]) == ("message/send", "tao.yi", "template_card")
    assert (card["msgid"], card["errcode"], card["at"]) == (sent["msgid"], 0, START)
    assert card["body"]["template_card"]["task_id"] == "visit_1@1"
    assert (ghost["touser"], ghost["errcode"], ghost["msgid"]) == ("ghost", 81013, None)


async def test_a_file_lives_three_days(stage: Stage) -> None:
    form = aiohttp.FormData()
    form.add_field("media", b"1234567", filename="quote.txt")
    query = {"access_token": await stage.token(), "type": "file"}
    async with stage.http.post(f"{stage.base}/cgi-bin/media/upload", params=query, data=form) as answer:
        media = await answer.json()
    fresh = await stage.send(msgtype="file", file={"media_id": media["media_id"]})
    stage.clock.advance(timedelta(days=3))
    stale = await stage.send(msgtype="file", file={"media_id": media["media_id"]})

    assert (fresh["errcode"], stale["errcode"]) == (0, 40007)
    assert media["created_at"] == str(int(START.timestamp()))


@pytest.mark.parametrize(
    ("disposition", "data", "kind", "errcode"),
    [
        pytest.param('name="media"; filename="报价.txt"', b"1234567", "file", 0, id="plain-chinese-name"),
        pytest.param("name=\"media\"; filename*=utf-8''a.txt", b"1234567", "file", 44001, id="encoded-name-only"),
        pytest.param('name="file"; filename="a.txt"', b"1234567", "file", 44001, id="another-part"),
        pytest.param('name="media"; filename="a.txt"', b"12345", "file", 44001, id="too-small"),
        pytest.param('name="media"; filename="a.txt"', b"1234567", "pdf", 40004, id="unknown-type"),
        pytest.param('name="media"; filename="a.amr"', b"1" * ((2 << 20) + 1), "voice", 45001, id="too-big"),
    ],
)
async def test_an_upload_is_judged(stage: Stage, disposition: str, data: bytes, kind: str, errcode: int) -> None:
    head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: text/plain\r\n\r\n".encode()
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    query = {"access_token": await stage.token(), "type": kind}
    body = head + data + b"\r\n--b--\r\n"
    url = f"{stage.base}/cgi-bin/media/upload"
    async with stage.http.post(url, params=query, data=io.BytesIO(body), headers=headers) as answer:
        assert (await answer.json())["errcode"] == errcode
