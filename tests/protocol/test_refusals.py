"""What WeCom refuses, with its numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.protocol.stage import AGENT, CORP, SECRET, Stage, buttons, notice, staged


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        pytest.param({"corpid": "wwother", "corpsecret": SECRET}, 40013, id="corp"),
        pytest.param({"corpid": CORP, "corpsecret": "wrong"}, 40001, id="secret"),
        pytest.param({"corpsecret": SECRET}, 41002, id="no-corp"),
        pytest.param({"corpid": CORP}, 41004, id="no-secret"),
    ],
)
async def test_gettoken_refuses(stage: Stage, query: dict[str, str], errcode: int) -> None:
    assert (await stage.get("gettoken", **query))["errcode"] == errcode


async def test_a_token_is_the_same_until_it_expires(stage: Stage) -> None:
    first = await stage.token()
    stage.clock.advance(timedelta(seconds=7199))
    again = await stage.token()
    alive = await stage.get("getcallbackip", access_token=first)
    stage.clock.advance(timedelta(seconds=1))
    dead = await stage.get("getcallbackip", access_token=first)
    renewed = await stage.token()

    assert first == again != renewed
    assert (alive["errcode"], dead["errcode"]) == (0, 42001)


async def test_a_missing_and_an_unknown_token_are_told_apart(stage: Stage) -> None:
    assert (await stage.get("user/get", userid="tao.yi"))["errcode"] == 41001
    assert (await stage.get("user/get", userid="tao.yi", access_token="made-up"))["errcode"] == 40014


async def test_tokens_die_with_their_secret(stage: Stage) -> None:
    token = await stage.token()
    stage.server.faults.revoke_secret()

    assert (await stage.get("getcallbackip", access_token=token))["errcode"] == 40014


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        pytest.param({"agentid": 7}, 301002, id="another-app"),
        pytest.param({"agentid": "seven"}, 40056, id="agentid-no-number"),
        pytest.param({"agentid": None}, 40056, id="no-agentid"),
        pytest.param({"touser": ""}, 82001, id="nobody-named"),
        pytest.param({"touser": "ghost|hidden"}, 81013, id="nobody-reached"),
        pytest.param({"touser": "free"}, 81013, id="unlicensed-only"),
        pytest.param({"touser": ["tao.yi"]}, 40031, id="touser-a-list"),
        pytest.param({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032, id="too-many-receivers"),
        pytest.param({"touser": "", "toparty": "99"}, 81013, id="unknown-department"),
        pytest.param({"msgtype": "markdown_v2"}, 40008, id="webhook-type"),
        pytest.param({"msgtype": None}, 40008, id="no-type"),
        pytest.param({"text": None}, 40058, id="no-object"),
        pytest.param({"text": {"content": ""}}, 44004, id="empty-text"),
        pytest.param({"text": {"content": 5}}, 40058, id="text-a-number"),
        pytest.param({"msgtype": "markdown", "markdown": {}}, 44004, id="empty-markdown"),
        pytest.param({"msgtype": "file", "file": {"media_id": "gone"}}, 40007, id="unknown-file"),
        pytest.param({"msgtype": "news", "news": {"articles": []}}, 45008, id="no-articles"),
        pytest.param(
            {"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "x"}}, 45034, id="bare-url"
        ),
        pytest.param({"safe": 9}, 40058, id="safe"),
        pytest.param({"enable_duplicate_check": 1, "duplicate_check_interval": 14401}, 40058, id="interval"),
    ],
)
async def test_message_send_refuses(stage: Stage, change: dict[str, Any], errcode: int) -> None:
    body = {"touser": "tao.yi", "agentid": AGENT, "msgtype": "text", "text": {"content": "x"}, **change}
    answer = await stage.post("message/send", body)

    assert answer["errcode"] == errcode
    assert stage.server.chat("tao.yi") == []


@pytest.mark.parametrize(
    ("raw", "errcode"),
    [
        pytest.param(b"", 47001, id="empty"),
        pytest.param(b"{", 47001, id="broken"),
        pytest.param(b"[]", 47001, id="a-list"),
        pytest.param(b"[" * 100_000, 47001, id="deep"),
        pytest.param(b'{"touser":"\xff"}', 47001, id="not-utf8"),
        pytest.param(b'{"msgtype":"text","text":{"content":"\\ud800"}}', 40033, id="half-a-surrogate"),
    ],
)
async def test_a_body_that_is_no_object_of_text_is_refused(stage: Stage, raw: bytes, errcode: int) -> None:
    assert (await stage.post("message/send", raw))["errcode"] == errcode


async def test_no_content_type_and_escapes_and_an_agentid_in_quotes_are_taken(stage: Stage) -> None:
    raw = b'{"touser":"tao.yi","agentid":"%d","msgtype":"text","text":{"content":"\\u4f60\\ud83d\\ude00"}}' % AGENT
    answer = await stage.post("message/send", raw)

    assert answer["errcode"] == 0
    assert stage.server.chat("tao.yi")[-1].text == "你😀"


async def test_an_unknown_path_is_404_and_a_wrong_method_refused(stage: Stage) -> None:
    async with stage.http.get(f"{stage.base}/cgi-bin/message/shout") as answer:
        status = answer.status

    assert status == 404
    assert (await stage.get("message/send", access_token=await stage.token()))["errcode"] == 43002
    assert (await stage.post("user/get", {}))["errcode"] == 43001


async def test_part_of_the_receivers_may_be_wrong(stage: Stage) -> None:
    answer = await stage.send("Ghost|tao.yi|Hidden|free|TAO.YI", toparty="99", totag="3")

    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "ghost|hidden"
    assert (answer["unlicenseduser"], answer["invalidparty"], answer["invalidtag"]) == ("free", "99", "3")
    assert len(stage.server.chat("tao.yi")) == 1


async def test_everybody_in_scope_is_everybody_in_scope(stage: Stage) -> None:
    await stage.send("@all")

    got = [who for who in ("shen.qing", "tao.yi", "ma.lin", "hidden", "free") if stage.server.chat(who)]
    assert got == ["shen.qing", "tao.yi", "ma.lin"]


@pytest.mark.parametrize("kind", ["text", "markdown"])
async def test_long_words_are_cut_at_2048_bytes_between_characters(stage: Stage, kind: str) -> None:
    await stage.send(msgtype=kind, **{kind: {"content": "跟" * 700}})

    assert stage.server.chat("tao.yi")[-1].text == "跟" * 682


async def test_a_code_dies_after_72_hours(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    stage.clock.advance(timedelta(hours=72))

    assert (await stage.update(sent["response_code"]))["errcode"] == 42022


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        pytest.param({"response_code": "made-up"}, 42022, id="unknown-code"),
        pytest.param({"response_code": None}, 42022, id="no-code"),
        pytest.param({"response_code": ["x"]}, 42022, id="code-a-list"),
        pytest.param({"agentid": 7}, 301002, id="another-app"),
        pytest.param({"atall": 0}, 82001, id="nobody"),
        pytest.param({"atall": 0, "userids": "tao.yi"}, 40058, id="userids-a-text"),
        pytest.param({"button": None}, 40058, id="nothing-to-change"),
        pytest.param({"button": {}}, 40058, id="no-name"),
        pytest.param({"template_card": buttons()}, 40058, id="both"),
        pytest.param({"button": None, "template_card": {"card_type": "text_notice"}}, 40058, id="bad-card"),
    ],
)
async def test_an_update_is_refused_and_leaves_the_code_good(
    stage: Stage, change: dict[str, Any], errcode: int
) -> None:
    code = (await stage.send_card(buttons()))["response_code"]
    answer = await stage.update(
        **{"code": code, **change} if "response_code" not in change else {"code": code} | change
    )

    assert answer["errcode"] == errcode
    assert (await stage.update(code))["errcode"] == 0


async def test_the_buttons_of_a_notice_cannot_be_greyed(stage: Stage) -> None:
    sent = await stage.send_card(notice())

    assert (await stage.update(sent["response_code"]))["errcode"] == 40058
    whole = await stage.update(sent["response_code"], button=None, template_card=notice(task_id="other"))
    assert whole["errcode"] == 0


async def test_the_old_task_id_counts_after_a_replacement(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    await stage.update(sent["response_code"], button=None, template_card=buttons("another@9"))
    await stage.server.tap("tao.yi", sent["msgid"], "done")

    assert "visit_1@1" in stage.app.opened()
    assert "another@9" not in stage.app.opened()


async def test_a_task_id_serves_once_for_ever(stage: Stage) -> None:
    await stage.send_card(buttons())
    stage.clock.advance(timedelta(days=400))
    answer = await stage.send_card(buttons(), "ma.lin")

    assert (answer["errcode"], "task_id" in answer["errmsg"]) == (40058, True)
    assert stage.server.chat("ma.lin") == []


async def test_a_refused_card_does_not_use_up_its_task_id(stage: Stage) -> None:
    await stage.send_card(buttons(), "ghost")

    assert (await stage.send_card(buttons()))["errcode"] == 0


async def test_an_app_without_a_callback_cannot_send_cards_that_call_back(stage: Stage) -> None:
    stage.server.callback_url = None
    plain = {k: v for k, v in notice().items() if k not in ("action_menu", "task_id")}

    assert (await stage.send_card(buttons()))["errcode"] == 40058
    assert (await stage.send_card(notice()))["errcode"] == 40058
    assert (await stage.send_card(plain))["errcode"] == 0


async def test_a_recalled_message_is_gone_within_a_day_and_stays_later(stage: Stage) -> None:
    first, second = await stage.send(content="一"), await stage.send(content="二")
    taken = await stage.post("message/recall", {"msgid": first["msgid"]})
    stage.clock.advance(timedelta(hours=24, seconds=1))
    late = await stage.post("message/recall", {"msgid": second["msgid"]})
    unknown = await stage.post("message/recall", {"msgid": "made-up"})

    assert (taken["errcode"], late["errcode"], unknown["errcode"]) == (0, 40058, 40058)
    assert [s.text for s in stage.server.chat("tao.yi")] == ["二"]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        pytest.param({"userlist": ["ma.lin"]}, 86006, id="alone"),
        pytest.param({"userlist": ["ma.lin", "MA.LIN"]}, 86006, id="twice-the-same"),
        pytest.param({"userlist": ["ma.lin", "ghost"]}, 86007, id="stranger"),
        pytest.param({"userlist": "ma.lin|tao.yi"}, 40031, id="no-list"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "owner": "ghost"}, 86005, id="unknown-owner"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "owner": "shen.qing"}, 86207, id="owner-outside"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "chatid": "team-1"}, 86206, id="chatid-letters"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "chatid": "x" * 33}, 86206, id="chatid-length"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "chatid": "taken"}, 86215, id="chatid-taken"),
        pytest.param({"userlist": ["ma.lin", "tao.yi"], "name": "名" * 51}, 86004, id="name-length"),
    ],
)
async def test_a_group_is_refused(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    await stage.post("appchat/create", {"chatid": "taken", "userlist": ["ma.lin", "tao.yi"]})

    assert (await stage.post("appchat/create", body))["errcode"] == errcode
    assert len(stage.server.groups()) == 1


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        pytest.param({"chatid": "gone", "msgtype": "text", "text": {"content": "x"}}, 86003, id="unknown-group"),
        pytest.param({"chatid": "G1", "msgtype": "text", "text": {"content": "x"}}, 86003, id="case-matters"),
        pytest.param({"msgtype": "text", "text": {"content": "x"}}, 86201, id="no-group"),
        pytest.param({"chatid": "g1", "msgtype": "template_card", "template_card": notice()}, 40008, id="card"),
        pytest.param({"chatid": "g1", "msgtype": "text", "text": {}}, 44004, id="empty"),
    ],
)
async def test_a_group_message_is_refused(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    await stage.post("appchat/create", {"chatid": "g1", "userlist": ["ma.lin", "tao.yi"]})

    assert (await stage.post("appchat/send", body))["errcode"] == errcode
    assert stage.server.groups()[0].messages == ()


async def test_the_contact_book_ends_at_the_scope(stage: Stage) -> None:
    token = await stage.token()

    assert (await stage.get("user/get", access_token=token, userid="hidden"))["errcode"] == 60011
    assert (await stage.get("user/get", access_token=token, userid="ghost"))["errcode"] == 60111
    assert (await stage.get("user/simplelist", access_token=token, department_id="9"))["errcode"] == 60003
    assert (await stage.get("agent/get", access_token=token, agentid="9"))["errcode"] == 301002


async def test_other_readings_of_the_documentation_can_be_played() -> None:
    async with staged(used_code_errcode=40058, update_gives_code=True, agentid_as_text=False) as stage:
        sent = await stage.send_card(buttons())
        renewed = await stage.update(sent["response_code"])
        again = await stage.update(sent["response_code"])
        quoted = await stage.send(agentid=str(AGENT))
        later = await stage.update(renewed["response_code"])

    assert (again["errcode"], quoted["errcode"], later["errcode"]) == (40058, 40056, 0)
