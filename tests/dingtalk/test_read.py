"""What pushes of DingTalk mean: recorded bodies in, messages out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.dingtalk.frames import decode
from bot.adapters.dingtalk.happened import happenings
from bot.adapters.dingtalk.read import BadBody, beside, clicked, read
from cards.model import Action
from cards.picked import Picked
from cards.renderers.dingtalk_ids import id_of

NOW = datetime(2026, 9, 21, 14, 13, 21, tzinfo=UTC)
COMMON: dict[str, Any] = {
    "conversationId": "cidOne==",
    "conversationType": "1",
    "msgId": "msgV1==",
    "createAt": 1790000000000,
    "senderId": "$:LWCP_v1:$enc",
    "senderStaffId": "Staff01",
    "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=0f10",
    "sessionWebhookExpiredTime": 1790005400000,
}
GROUP = COMMON | {"conversationType": "2", "conversationId": "cidSales01==", "isInAtList": True}


def said(**more: Any) -> dict[str, Any]:
    return COMMON | more


def test_a_text_comes_without_the_blanks_that_the_call_leaves() -> None:
    message = read(GROUP | {"msgtype": "text", "text": {"content": "\u2005 跟进 张三\u00a0"}}, NOW)

    assert (message.text, message.sender, message.conversation.id) == ("跟进 张三", "Staff01", "cidSales01==")
    assert message.in_group
    assert message.mentioned
    assert message.sent_at == datetime.fromtimestamp(1790000000, UTC)


def test_the_webhook_is_good_until_it_ends() -> None:
    handle = read(said(msgtype="text", text={"content": "好"}), NOW).handle
    late = read(said(msgtype="text", text={"content": "好"}), NOW + timedelta(hours=2)).handle

    assert handle is not None
    assert handle.data == {"webhook": COMMON["sessionWebhook"]}
    assert late is None


def test_numbers_that_come_as_texts_are_numbers() -> None:
    message = read(said(msgtype="text", text={"content": "好"}, createAt="1790000000000", conversationType=1), NOW)

    assert message.sent_at == datetime.fromtimestamp(1790000000, UTC)
    assert not message.in_group


def test_what_was_answered_to_is_kept_as_a_quote() -> None:
    replied = {"msgType": "text", "content": {"text": "他们想要新报价"}}
    message = read(said(msgtype="text", text={"content": "给了", "isReplyMsg": True, "repliedMsg": replied}), NOW)

    assert message.quotes == "他们想要新报价"


def test_words_around_a_picture_stand_on_lines_of_their_own_and_the_picture_beside_them() -> None:
    parts = [
        {"type": "picture", "downloadCode": "dc-1"},
        {"text": "今天去了"},
        {"type": "at", "atName": "陶一", "atUserId": "staff02"},
        {"text": "华星精工"},
        {"type": "picture", "pictureDownloadCode": "dc-2"},
        {"text": "预算50万"},
    ]
    data = said(msgtype="richText", content={"richText": parts})

    message = read(data, NOW)
    pictures = beside(message, data)

    assert message.text == "今天去了华星精工\n预算50万"
    assert pictures is not None
    assert [file.source for file in pictures.files] == [{"code": "dc-1"}, {"code": "dc-2"}]
    assert (pictures.message_id, pictures.handle, pictures.mentioned) == ("msgV1==#pictures", None, False)


def test_two_pictures_of_one_second_are_two() -> None:
    one, other = (read(said(msgtype="picture", content={"downloadCode": code}), NOW) for code in ("dc-1", "dc-2"))

    assert one.content != other.content
    assert "dc-1" not in one.content


def test_a_voice_note_is_a_recording_with_its_words_where_dingtalk_wrote_them_down() -> None:
    spoken = read(said(msgtype="audio", content={"downloadCode": "dc-1", "recognition": "给王总加个备注"}), NOW)
    silent = read(said(msgtype="audio", content={"downloadCode": "dc-1", "duration": 4000}), NOW)

    assert [(file.kind, file.said) for file in spoken.files] == [("voice", "给王总加个备注")]
    assert [(file.kind, file.said) for file in silent.files] == [("voice", None)]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"msgtype": "unknownMsgType", "content": {"unknownMsgType": "x"}}, "unknownMsgType"),
        ({"msgtype": "picture", "errorCode": "20001"}, "图片"),
        ({"msgtype": "chatRecord"}, "chatRecord"),
    ],
)
def test_what_cannot_be_read_is_answered_as_such(more: dict[str, Any], text: str) -> None:
    message = read(said(**more), NOW)

    assert (message.kind, message.text) == ("other", text)


def test_who_is_of_another_company_is_a_stranger_each_time_the_same() -> None:
    body = {name: value for name, value in GROUP.items() if name != "senderStaffId"}
    first, second = (read(body | {"msgtype": "text", "text": {"content": t}}, NOW) for t in ("你好", "在吗"))

    assert first.sender == second.sender
    assert first.sender.startswith("outside-")
    with pytest.raises(BadBody, match="no sender"):
        read({"msgtype": "text", "text": {"content": "x"}}, NOW)


def test_a_tap_brings_its_action_and_what_was_picked() -> None:
    own = {"actionIds": ["button"], "params": {"action": "task.done:4", "form": {"choice": {"index": 1, "value": "7"}}}}
    public = {"actionIds": [id_of(Action("undo", ("4", "a:b")))], "params": {}}
    lists = {"params": {"action": "order.set:4", "form": {"who": "3", "which": ["1", "2"]}}}

    assert tapped(own).action == Action("task.done", ("4", "7"))
    assert tapped(public).action == Action("undo", ("4", "a:b"))
    assert tapped(lists).action == Action("order.set", ("4", Picked({"who": ("3",), "which": ("1", "2")}).pack()))
    assert clicked({"userId": "Staff01", "content": "nothing"}, "push-1", NOW) is None


def test_a_tap_in_a_group_is_said_there() -> None:
    message = tapped({"actionIds": [id_of(Action("x"))]}, spaceType="im_group", spaceId="cidSales01==")

    assert message.in_group
    assert message.conversation.id == "cidSales01=="
    assert message.card == "key-1"


def tapped(private: dict[str, Any], **more: Any) -> Any:
    content = json.dumps({"cardPrivateData": private})
    body = {"userId": "Staff01", "outTrackId": "key-1", "content": content, "extension": "{}"}
    message = clicked(body | more, "push-1", NOW)
    assert message is not None
    return message


def test_an_event_about_several_is_a_message_for_each_whatever_its_spelling() -> None:
    for data in ({"userId": ["a1", "b2"]}, {"UserId": ["a1", "b2"]}):
        headers = {"topic": "*", "messageId": "m-1", "eventType": "user_leave_org", "eventId": "e-1"}
        frame = decode(json.dumps({"type": "EVENT", "headers": headers, "data": json.dumps(data)}))
        assert frame is not None
        told = happenings(frame, NOW)
        assert [each.event.data for each in told if each.event] == [
            {"did": "drop", "userid": "a1"},
            {"did": "drop", "userid": "b2"},
        ]
        assert [each.message_id for each in told] == ["event:e-1:a1", "event:e-1:b2"]


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"headers": {}}', '{"type": 1}', "[" * 100_000])
def test_what_is_no_frame_is_none(text: str) -> None:
    assert decode(text) is None
