"""What members do reaches the app: verified, decrypted and parsed by wechatpy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import xmltodict
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.messenger.crypto import Seal, signature
from tests.protocol.stage import AES_KEY, AGENT, CORP, TOKEN, Stage, buttons, multiple, notice, staged, vote


def event(stage: Stage, number: int = -1) -> dict[str, Any]:
    """The fields of an event, as xmltodict gives them."""
    fields: dict[str, Any] = xmltodict.parse(stage.app.opened(number))["xml"]
    return fields


async def test_the_url_is_verified_by_wechatpy(stage: Stage) -> None:
    assert await stage.server.verify_callback()


async def test_an_echo_with_a_newline_or_another_status_or_none_in_time_fails(stage: Stage) -> None:
    stage.app.reply = b"\n"
    with_newline = await stage.server.verify_callback()
    stage.app.reply = b""
    stage.app.statuses = [201]
    created = await stage.server.verify_callback()
    stage.server.callback_url = "http://127.0.0.1:1/nobody"
    nobody = await stage.server.verify_callback()
    async with staged(verify_timeout=0.05) as slow:
        slow.app.hang = True
        late = await slow.server.verify_callback()

    assert [with_newline, created, nobody, late] == [False] * 4


async def test_a_text_arrives_and_stands_in_the_chat(stage: Stage) -> None:
    said = "明天下午3点回电 ]]> <b>&amp;</b> 😀\n第二行"
    delivery = await stage.server.say("SHEN.QING", said)

    message = parse_message(stage.app.opened())
    assert (message.type, message.content, message.source) == ("text", said, "Shen.Qing")
    assert (message.target, message.agent, message.id) == (CORP, AGENT, int(delivery.message_id))
    assert message.time == int(stage.clock.now().timestamp())
    assert (delivery.accepted, delivery.attempts, delivery.statuses) == (True, 1, (200,))
    shown = stage.server.chat("shen.qing")[-1]
    assert (shown.text, shown.mine, shown.sender, shown.id) == (said, True, "Shen.Qing", delivery.message_id)


async def test_the_callback_keeps_the_query_of_its_own_url(stage: Stage) -> None:
    await stage.server.say("tao.yi", "在吗")

    assert set(stage.app.requests[0][0]) == {"site", "msg_signature", "timestamp", "nonce"}


async def test_characters_that_xml_cannot_hold_are_left_out(stage: Stage) -> None:
    await stage.server.say("tao.yi", "a\x00b\x0bc\ud800d")

    assert parse_message(stage.app.opened()).content == "abcd"
    assert stage.server.chat("tao.yi")[-1].text == "abcd"


async def test_opening_the_chat_is_an_event(stage: Stage) -> None:
    await stage.server.enter("tao.yi")

    fields = event(stage)
    assert (fields["Event"], fields["FromUserName"], fields["EventKey"]) == ("enter_agent", "tao.yi", None)
    assert "MsgId" not in fields


async def test_a_tap_carries_key_task_and_a_code_of_its_own(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    await stage.server.tap("tao.yi", sent["msgid"], "done")
    await stage.server.tap("tao.yi", sent["msgid"], "later")

    first, second = event(stage, 0), event(stage, 1)
    assert (first["Event"], first["EventKey"], first["TaskId"]) == ("template_card_event", "done", "visit_1@1")
    assert (first["CardType"], first["AgentID"]) == ("button_interaction", str(AGENT))
    codes = {sent["response_code"], first["ResponseCode"], second["ResponseCode"]}
    assert len(codes) == 3
    assert "SelectedItems" not in first
    assert parse_message(stage.app.opened()).type == "unknown"  # this release of wechatpy does not know card events
    for code in codes:
        assert (await stage.update(code))["errcode"] == 0


async def test_choices_travel_with_the_tap_and_stay_on_the_card(stage: Stage) -> None:
    sent = await stage.send_card(multiple())
    await stage.server.tap("tao.yi", sent["msgid"], "assign", {"owner": ["o2"]})

    items = event(stage)["SelectedItems"]["SelectedItem"]
    picked = {item["QuestionKey"]: item["OptionIds"]["OptionId"] for item in items}
    assert picked == {"owner": "o2", "stage": "s2"}
    assert [s.selected for s in stage.server.chat("tao.yi")[-1].selections] == [("o2",), ("s2",)]


async def test_a_vote_may_pick_several(stage: Stage) -> None:
    sent = await stage.send_card(vote())
    await stage.server.tap("tao.yi", sent["msgid"], "merge", {"keep": ["a", "b"]})

    assert event(stage)["SelectedItems"]["SelectedItem"]["OptionIds"]["OptionId"] == ["a", "b"]
    assert stage.server.chat("tao.yi")[-1].selections[0].selected == ("a", "b")


async def test_a_new_card_in_place_of_the_old_forgets_what_was_picked(stage: Stage) -> None:
    sent = await stage.send_card(multiple())
    await stage.server.tap("tao.yi", sent["msgid"], "assign", {"owner": ["o2"], "stage": ["s1"]})
    await stage.update(sent["response_code"], button=None, template_card=multiple())

    assert [s.selected for s in stage.server.chat("tao.yi")[-1].selections] == [("o1",), ("s2",)]


async def test_a_menu_item_is_an_event_without_choices(stage: Stage) -> None:
    sent = await stage.send_card(notice())
    await stage.server.menu("tao.yi", sent["msgid"], "mute")

    fields = event(stage)
    assert (fields["Event"], fields["EventKey"]) == ("template_card_menu_event", "mute")
    assert (fields["CardType"], fields["TaskId"]) == ("text_notice", "digest_1@1")


async def test_only_what_is_live_can_be_tapped(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    picky = await stage.send_card(multiple())
    await stage.update(sent["response_code"])

    for who, msgid, key, picked in [
        ("tao.yi", sent["msgid"], "done", {}),  # greyed
        ("ma.lin", picky["msgid"], "assign", {}),  # never got it
        ("tao.yi", picky["msgid"], "done", {}),  # no such button
        ("tao.yi", picky["msgid"], "assign", {"owner": ["o9"]}),
        ("tao.yi", picky["msgid"], "assign", {"colour": ["o1"]}),
    ]:
        with pytest.raises(KeyError):
            await stage.server.tap(who, msgid, key, picked)
    with pytest.raises(ValueError, match="one option"):
        await stage.server.tap("tao.yi", picky["msgid"], "assign", {"owner": ["o1", "o2"]})
    with pytest.raises(KeyError):
        await stage.server.menu("tao.yi", picky["msgid"], "mute")
    assert stage.app.requests == []


async def test_a_failed_delivery_is_tried_three_times_with_the_same_message_freshly_sealed(stage: Stage) -> None:
    stage.app.statuses = [500, 503]
    delivery = await stage.server.say("tao.yi", "在吗")

    assert (delivery.accepted, delivery.statuses) == (True, (500, 503, 200))
    assert len({stage.app.opened(n) for n in range(3)}) == 1
    assert len({query["nonce"] for query, _ in stage.app.requests}) == 3
    assert len({body for _, body in stage.app.requests}) == 3


async def test_after_three_attempts_it_gives_up(stage: Stage) -> None:
    stage.app.statuses = [500, 500, 500, 500]
    delivery = await stage.server.say("tao.yi", "在吗")

    assert (delivery.accepted, delivery.attempts) == (False, 3)


async def test_an_app_that_does_not_answer_in_time_is_asked_again() -> None:
    async with staged(callback_timeout=0.05) as stage:
        stage.app.hang = True
        delivery = await stage.server.say("tao.yi", "在吗")

    assert (delivery.accepted, delivery.statuses) == (False, (0, 0, 0))


async def test_other_readings_of_the_documentation_can_be_played() -> None:
    async with staged(retry_on_status=False) as stage:
        stage.app.statuses = [500]
        once = await stage.server.say("tao.yi", "在吗")
    async with staged(fresh_attempts=False) as stage:
        stage.app.statuses = [500]
        await stage.server.say("tao.yi", "在吗")
        same = stage.app.requests[0] == stage.app.requests[1]

    assert (once.accepted, once.attempts) == (False, 1)
    assert same


async def test_without_a_callback_url_nothing_is_delivered(stage: Stage) -> None:
    stage.server.callback_url = None
    delivery = await stage.server.say("tao.yi", "在吗")

    assert (delivery.accepted, delivery.attempts) == (False, 0)
    assert not await stage.server.verify_callback()
    assert stage.server.chat("tao.yi")[-1].text == "在吗"


async def test_a_group_talks_among_itself(stage: Stage) -> None:
    await stage.post("appchat/create", {"chatid": "g1", "name": "组", "userlist": ["ma.lin", "tao.yi"]})
    said = await stage.server.group_say("g1", "tao.yi", "收到")

    assert stage.app.requests == []
    assert said.mine
    assert [m.mine for m in stage.server.groups("tao.yi")[0].messages] == [True]
    assert [m.mine for m in stage.server.groups("ma.lin")[0].messages] == [False]
    with pytest.raises(KeyError):
        await stage.server.group_say("g1", "shen.qing", "我不在群里")


async def test_a_sealed_text_in_the_answer_is_shown(stage: Stage) -> None:
    stage.app.reply = stage.app.crypto.encrypt_message(
        "<xml><MsgType>text</MsgType><Content>收到了</Content></xml>", "n0nce77", "1767225613"
    ).encode()
    await stage.server.say("tao.yi", "在吗")

    assert [s.text for s in stage.server.chat("tao.yi")] == ["在吗", "收到了"]


async def test_a_sealed_answer_to_a_tap_changes_the_tappers_card_only(stage: Stage) -> None:
    sent = await stage.send_card(buttons(), "tao.yi|ma.lin")
    grey = "<xml><MsgType>update_button</MsgType><Button><ReplaceName>处理中</ReplaceName></Button></xml>"
    stage.app.reply = stage.app.crypto.encrypt_message(grey, "n0nce77", "1767225613").encode()
    await stage.server.tap("tao.yi", sent["msgid"], "done")

    assert [stage.server.chat(who)[-1].state for who in ("tao.yi", "ma.lin")] == ["处理中", ""]


async def test_a_whole_card_can_come_in_the_answer(stage: Stage) -> None:
    sent = await stage.send_card(buttons())
    card = """<xml><MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>
      <MainTitle><Title>已处理</Title></MainTitle>
      <HorizontalContentList><KeyName>结果</KeyName><Value>成交</Value></HorizontalContentList>
      <ButtonList><Text>完成</Text><Style>1</Style><Key>done</Key></ButtonList>
      <ReplaceText>已完成</ReplaceText></TemplateCard></xml>"""
    stage.app.reply = stage.app.crypto.encrypt_message(card, "n0nce77", "1767225613").encode()
    await stage.server.tap("tao.yi", sent["msgid"], "done")

    shown = stage.server.chat("tao.yi")[-1]
    assert (shown.text, shown.state, shown.updated) == ("已处理", "已完成", True)
    assert shown.card is not None
    assert shown.card["horizontal_content_list"] == [{"keyname": "结果", "value": "成交"}]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"success", id="success"),
        pytest.param(b"hello", id="not-xml"),
        pytest.param(b"<xml><Encrypt>x</Encrypt></xml>", id="unsigned"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY e "e">]><xml>&e;</xml>', id="entity"),
    ],
)
async def test_any_other_body_of_a_200_is_dropped_in_silence(stage: Stage, reply: bytes) -> None:
    stage.app.reply = reply
    delivery = await stage.server.say("tao.yi", "在吗")

    assert delivery.accepted
    assert len(stage.server.chat("tao.yi")) == 1


async def test_a_reply_signed_with_another_token_is_dropped(stage: Stage) -> None:
    stranger = WeChatCrypto("anotherToken", AES_KEY, CORP)
    text = "<xml><MsgType>text</MsgType><Content>抢答</Content></xml>"
    stage.app.reply = stranger.encrypt_message(text, "n0nce77", "1767225613").encode()
    await stage.server.say("tao.yi", "在吗")

    assert len(stage.server.chat("tao.yi")) == 1


async def test_a_reply_sealed_for_another_corp_is_dropped(stage: Stage) -> None:
    sealed = Seal(AES_KEY).close(
        "<xml><MsgType>text</MsgType><Content>抢答</Content></xml>", "wwsomebodyelse", prefix=b"0123456789abcdef"
    )
    signed = signature(TOKEN, "1", "2", sealed)
    stage.app.reply = (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
    ).encode()
    await stage.server.say("tao.yi", "在吗")

    assert len(stage.server.chat("tao.yi")) == 1


async def test_listeners_hear_of_every_change_in_order(stage: Stage) -> None:
    heard: list[tuple[int, str, str | None]] = []
    stop = stage.server.subscribe(lambda c: heard.append((c.id, c.kind, c.userid or c.chatid)))
    await stage.server.say("tao.yi", "在吗")
    sent = await stage.send_card(buttons())
    await stage.update(sent["response_code"])
    await stage.post("appchat/create", {"chatid": "g1", "userlist": ["ma.lin", "tao.yi"]})
    await stage.server.group_say("g1", "tao.yi", "好")
    await stage.post("message/recall", {"msgid": sent["msgid"]})
    stop()
    stage.clock.advance(timedelta(minutes=1))
    await stage.server.say("tao.yi", "还在吗")

    assert heard == [
        (1, "message", "tao.yi"),
        (2, "message", "tao.yi"),
        (3, "update", "tao.yi"),
        (4, "group", "g1"),
        (5, "message", "g1"),
        (6, "recall", "tao.yi"),
    ]
