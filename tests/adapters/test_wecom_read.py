from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.callbacks import BadCallback
from bot.adapters.task_ids import key_of, task_id_of
from bot.adapters.wecom.read import read
from cards.model import Action
from cards.picked import Picked

RECEIVED = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
SENT = datetime.fromtimestamp(1767225612, UTC)


def inner(body: str, *, sender: str = "Qian.Duo", created: str = "1767225612") -> bytes:
    return (
        "<xml><ToUserName><![CDATA[wwgenjin00000001]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>{created}</CreateTime>"
        f"{body}<AgentID>1000007</AgentID></xml>"
    ).encode()


def text(content: str) -> bytes:
    return inner(f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content><MsgId>7589012345678901234</MsgId>")


def click(key: str = "task.done:5", *, event: str = "template_card_event", more: str = "", created: str = "1") -> bytes:
    return inner(
        f"<MsgType>event</MsgType><Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey>"
        "<TaskId>said-12-0-later</TaskId><CardType>button_interaction</CardType>"
        f"<ResponseCode>Rk9PQkFSMTIz</ResponseCode>{more}",
        created=created,
    )


def picked(*questions: list[str]) -> str:
    items = "".join(
        "<SelectedItem><QuestionKey>choice</QuestionKey><OptionIds>"
        + "".join(f"<OptionId><![CDATA[{option}]]></OptionId>" for option in options)
        + "</OptionIds></SelectedItem>"
        for options in questions
    )
    return f"<SelectedItems>{items}</SelectedItems>"


def test_a_text_is_a_message_of_its_member() -> None:
    message = read(text("明天下午三点提醒我给南桥包装回电话"), RECEIVED)

    assert message is not None
    assert (message.channel, message.kind, message.text) == ("wecom", "text", "明天下午三点提醒我给南桥包装回电话")
    assert (message.sender, message.conversation.id, message.conversation.kind) == ("qian.duo", "qian.duo", "direct")
    assert (message.message_id, message.sent_at, message.handle) == ("7589012345678901234", SENT, None)


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("价格🎉👌🏽再谈", "价格🎉👌🏽再谈"),
        ("'; DROP TABLE customer; --", "'; DROP TABLE customer; --"),
        ("**粗** [点](https://x.example.com) <@all>", "**粗** [点](https://x.example.com) <@all>"),
        (" 前后有空格 \n第二行", " 前后有空格 \n第二行"),
        ("中\x00断\x07声", "中断声"),
        ("&amp; <xml>", "&amp; <xml>"),
        ("", ""),
    ],
)
def test_what_was_typed_arrives_as_typed_but_for_what_no_text_may_hold(typed: str, read_as: str) -> None:
    message = read(text(typed), RECEIVED)

    assert message is not None
    assert message.text == read_as


def test_broken_utf8_in_a_note_does_not_lose_the_note() -> None:
    message = read(text("预算XX万").replace(b"XX", b"\xff\xfe"), RECEIVED)

    assert message is not None
    assert message.text == "预算\ufffd\ufffd万"


def test_a_tap_is_its_action_on_its_card_with_the_code_to_change_it() -> None:
    message = read(click("approval.approve:42:7", created="1767225612"), RECEIVED)

    assert message is not None
    assert (message.kind, message.action) == ("action", Action("approval.approve", ("42", "7")))
    assert message.card == "said-12-0-later"
    assert message.handle is not None
    assert message.handle.data["code"] == "Rk9PQkFSMTIz"
    assert message.handle.expires_at == SENT + timedelta(hours=72)


def test_an_item_of_the_cards_menu_is_a_tap_too() -> None:
    message = read(click("note.evidence:17", event="template_card_menu_event"), RECEIVED)

    assert message is not None
    assert message.action == Action("note.evidence", ("17",))


def named(**questions: list[str]) -> str:
    items = "".join(
        f"<SelectedItem><QuestionKey>{name}</QuestionKey><OptionIds>"
        + "".join(f"<OptionId>{option}</OptionId>" for option in options)
        + "</OptionIds></SelectedItem>"
        for name, options in questions.items()
    )
    return f"<SelectedItems>{items}</SelectedItems>"


@pytest.mark.parametrize(
    ("selected", "answers"),
    [
        pytest.param(named(tasks=["12", "15"]), {"tasks": ("12", "15")}, id="several-ticked"),
        pytest.param(named(tasks=["12"]), {"tasks": ("12",)}, id="one-ticked"),
        pytest.param(named(tasks=[]), {"tasks": ()}, id="none-ticked"),
        pytest.param(named(customer=["#3"], to=["#7"]), {"customer": ("#3",), "to": ("#7",)}, id="two-lists"),
        pytest.param(named(a=["1"], b=["2"], c=["3"], d=["4"]), {"a": ("1",), "b": ("2",), "c": ("3",)}, id="too-many"),
    ],
)
def test_what_was_ticked_or_picked_by_name_comes_typed(selected: str, answers: dict[str, tuple[str, ...]]) -> None:
    message = read(click("todo.finish:3", more=selected), RECEIVED)

    assert message is not None
    assert message.action is not None
    assert message.action.params[0] == "3"
    assert Picked.unpack(message.action.params[1]) == Picked(answers)


@pytest.mark.parametrize(
    "packed",
    [
        *("[]", "1", "{", '{"a":"1"}', '{"a":[1]}', '{"a":["x"],"b":[],"c":[],"d":[]}', "[" * 100_000),
        json.dumps({"a": ["x"] * 21}),
    ],
)
def test_what_no_card_asks_is_not_picked(packed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Picked.unpack(packed)


@pytest.mark.parametrize(
    ("selected", "params"),
    [
        (picked(["8"]), ("5", "8")),
        (picked(["a:b%"]), ("5", "a:b%")),
        (picked(["8", "9"]), ("5",)),
        (picked(["8"], ["9"]), ("5",)),
        (picked([]), ("5",)),
        ("<SelectedItems></SelectedItems>", ("5",)),
        ("", ("5",)),
    ],
)
def test_the_one_picked_option_is_the_last_parameter(selected: str, params: tuple[str, ...]) -> None:
    message = read(click(more=selected), RECEIVED)

    assert message is not None
    assert message.action == Action("task.done", params)


def test_a_redelivered_tap_has_the_same_id_and_another_tap_has_not() -> None:
    taps = [read(raw, RECEIVED) for raw in (click(), click(), click("task.later:5"), click(created="2"))]
    first, again, other_button, later = (tap.message_id for tap in taps if tap)

    assert first == again
    assert len({first, other_button, later}) == 3


def test_opening_the_chat_is_told_whatever_the_case_of_its_name() -> None:
    for name in ("enter_agent", "ENTER_AGENT"):
        message = read(inner(f"<MsgType>event</MsgType><Event>{name}</Event><EventKey></EventKey>"), RECEIVED)

        assert message is not None
        assert (message.kind, message.sender) == ("enter", "qian.duo")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("image", "图片"),
        ("voice", "语音"),
        ("location", "位置"),
        ("link", "链接"),
        ("hologram", "hologram"),
    ],
)
def test_what_lacks_what_makes_it_one_is_kept_by_its_name(kind: str, said: str) -> None:
    raw = inner(f"<MsgType>{kind}</MsgType><Url>ftp://x</Url><MsgId>7589012345678901299</MsgId>")

    message = read(raw, RECEIVED)

    assert message is not None
    assert (message.kind, message.text, message.message_id) == ("other", said, "7589012345678901299")


@pytest.mark.parametrize("event", ["LOCATION", "click", "view", "change_external_chat", "sys_approval_change"])
def test_events_that_start_no_conversation_are_nothing(event: str) -> None:
    assert read(inner(f"<MsgType>event</MsgType><Event>{event}</Event>", sender="sys"), RECEIVED) is None


def test_an_unknown_event_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    raw = inner("<MsgType>event</MsgType><Event>moon_landing</Event>")

    with caplog.at_level(logging.WARNING):
        assert [read(raw, RECEIVED) for _ in range(3)] == [None] * 3

    assert len(caplog.records) == 1


@pytest.mark.parametrize("created", ["", "soon", "9" * 30, "-3"])
def test_a_time_that_cannot_be_read_is_the_time_of_arrival(created: str) -> None:
    raw = inner("<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>", created=created)

    message = read(raw, RECEIVED)

    assert message is not None
    assert message.sent_at == RECEIVED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<xml>",
        b"<xml></xml>",
        inner(""),
        inner("<MsgType>text</MsgType>", sender=""),
        inner("<MsgType>text</MsgType><MsgType>event</MsgType>"),
        inner("<MsgType>text</MsgType><Content>&#0;</Content>"),
        b'<!DOCTYPE xml [<!ENTITY a "b">]>' + inner("<MsgType>text</MsgType><Content>&a;</Content>"),
        inner("<MsgType>text</MsgType>" + "<a>" * 40 + "</a>" * 40),
        b'{"msgtype": "text"}',
    ],
)
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(BadCallback):
        read(raw, RECEIVED)


@pytest.mark.parametrize("key", ["said-12-0-later", "a1b2c3d4-0", "digest:2026-11-25:person:7", "华星@1", "a" * 128])
def test_a_card_is_found_again_by_its_task_id(key: str) -> None:
    task_id = task_id_of(key)

    assert len(task_id) <= 128
    assert set(task_id) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-@")
    assert key_of(task_id) == key


def test_a_key_too_long_for_a_task_id_still_makes_one_of_its_own() -> None:
    one, two = task_id_of("a" * 129), task_id_of("a" * 130)

    assert one != two
    assert max(len(one), len(two)) <= 128


def test_a_tap_without_a_task_id_names_no_card() -> None:
    assert key_of("") is None


def test_a_tap_on_nothing_is_nothing() -> None:
    assert read(click(key=""), RECEIVED) is None


def test_a_member_whose_name_no_messenger_gives_is_refused() -> None:
    raw = inner("<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>", sender="a" * 65)

    with pytest.raises(BadCallback, match="too long"):
        read(raw, RECEIVED)


@pytest.mark.parametrize("task_id", ["@00", "said-12@0A0", "@1B@5B2J", "@E2@80@AE"])
def test_a_card_that_no_delivery_was_is_none(task_id: str) -> None:
    assert key_of(task_id) is None


def test_pictures_without_an_id_are_told_apart_by_what_they_show() -> None:
    shown = [read(inner(f"<MsgType>image</MsgType><MediaId>{media}</MediaId>"), RECEIVED) for media in ("a", "a", "b")]
    first, again, other = (message.message_id for message in shown if message is not None)

    assert first == again != other
