"""What is no text: each type as it comes over the wire, as the message that the bot sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.adapters.wecom.read import read
from bot.message import FileRef, Happening, Location, SharedLink, from_json, to_json
from cards.model import Action

RECEIVED = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)


def inner(kind: str, body: str, sender: str = "Qian.Duo") -> bytes:
    head = f"<FromUserName>{sender}</FromUserName><CreateTime>1767225612</CreateTime><MsgType>{kind}</MsgType>"
    return f"<xml>{head}{body}<AgentID>1000007</AgentID></xml>".encode()


def event(name: str, body: str = "", sender: str = "sys") -> bytes:
    return inner("event", f"<Event>{name}</Event>{body}", sender)


@pytest.mark.parametrize(
    ("kind", "body", "file"),
    [
        pytest.param(
            "image", "<PicUrl>http://p</PicUrl>", FileRef(kind="image", source={"media_id": "m1"}), id="image"
        ),
        pytest.param(
            "voice",
            "<Format>amr</Format>",
            FileRef(kind="voice", source={"media_id": "m1", "format": "amr"}),
            id="voice",
        ),
        pytest.param(
            "video", "<ThumbMediaId>t</ThumbMediaId>", FileRef(kind="video", source={"media_id": "m1"}), id="video"
        ),
        pytest.param(
            "file",
            "<FileName>报价 v2.pdf</FileName>",
            FileRef(kind="file", source={"media_id": "m1"}, name="报价 v2.pdf"),
            id="file",
        ),
        pytest.param(
            "file", "<Title>a.pdf</Title>", FileRef(kind="file", source={"media_id": "m1"}, name="a.pdf"), id="title"
        ),
        pytest.param("file", "", FileRef(kind="file", source={"media_id": "m1"}), id="nameless"),
    ],
)
def test_a_file_is_named_by_where_wecom_keeps_it(kind: str, body: str, file: FileRef) -> None:
    message = read(inner(kind, f"<MediaId>m1</MediaId>{body}<MsgId>77</MsgId>"), RECEIVED)

    assert message is not None
    assert (message.kind, message.files, message.message_id) == ("file", (file,), "77")
    assert "m1" in message.content


def test_a_place_has_its_latitude_in_x() -> None:
    body = (
        "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Label>上海市 黄浦区</Label><MsgId>1</MsgId>"
    )

    message = read(inner("location", body), RECEIVED)

    assert message is not None
    assert (message.kind, message.location) == ("place", Location(31.2304, 121.4737, "上海市 黄浦区"))


@pytest.mark.parametrize("degrees", [("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "1"), ("", "1"), ("东", "1")])
def test_a_place_that_is_none_is_not_taken_for_one(degrees: tuple[str, str]) -> None:
    body = f"<Location_X>{degrees[0]}</Location_X><Location_Y>{degrees[1]}</Location_Y><MsgId>1</MsgId>"

    message = read(inner("location", body), RECEIVED)

    assert message is not None
    assert (message.kind, message.text) == ("other", "位置")


def test_a_link_is_its_address_and_its_words() -> None:
    body = "<Title>行业\n快讯</Title><Description>要点</Description><Url>https://n.example.com/?a=1&amp;b=2</Url>"

    message = read(inner("link", body + "<MsgId>1</MsgId>"), RECEIVED)

    assert message is not None
    assert message.link == SharedLink("https://n.example.com/?a=1&b=2", "行业 快讯", "要点")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "https://" + "a" * 3000])
def test_an_address_that_nobody_should_open_is_no_link(url: str) -> None:
    message = read(inner("link", f"<Title>x</Title><Url>{url}</Url><MsgId>1</MsgId>"), RECEIVED)

    assert message is not None
    assert message.kind == "other"


def test_an_item_of_the_apps_menu_is_its_action_on_no_card() -> None:
    message = read(event("click", "<EventKey>ask.today</EventKey>", "qian.duo"), RECEIVED)

    assert message is not None
    assert (message.kind, message.action, message.card) == ("action", Action("ask.today"), None)


def changed(body: str, *, event_name: str = "change_contact", sender: str = "sys") -> Happening:
    """What is read of an event, which is nobody's message."""
    message = read(event(event_name, body, sender), RECEIVED)
    assert message is not None
    assert message.event is not None
    assert (message.kind, message.sender) == ("event", sender)
    return message.event


@pytest.mark.parametrize(
    ("body", "data"),
    [
        pytest.param(
            "<ChangeType>create_user</ChangeType><UserID>Qian.Duo</UserID>",
            {"did": "put", "userid": "qian.duo"},
            id="hired",
        ),
        pytest.param(
            "<ChangeType>update_user</ChangeType><UserID>a</UserID><NewUserID>B</NewUserID>",
            {"did": "put", "userid": "a", "becomes": "b"},
            id="renamed",
        ),
        pytest.param(
            "<ChangeType>delete_user</ChangeType><UserID>a</UserID>", {"did": "drop", "userid": "a"}, id="gone"
        ),
        pytest.param("<ChangeType>update_party</ChangeType><Id>12</Id>", {"did": "unit", "unit": "12"}, id="unit"),
        pytest.param(
            "<ChangeType>delete_party</ChangeType><Id>1</Id>", {"did": "drop_unit", "unit": "1"}, id="no-unit"
        ),
        pytest.param("<ChangeType>update_tag</ChangeType><TagId>3</TagId>", {"did": "other", "userid": ""}, id="tag"),
    ],
)
def test_changes_of_the_address_book_say_whom_they_are_about(body: str, data: dict[str, str]) -> None:
    assert changed(body) == Happening("people", data)


def test_who_enters_and_leaves_the_visible_range_is_known() -> None:
    assert changed("", event_name="subscribe", sender="Qian.Duo".casefold()) == Happening(
        "joined", {"userid": "qian.duo"}
    )
    assert changed("", event_name="unsubscribe", sender="qian.duo") == Happening("left", {"userid": "qian.duo"})


@pytest.mark.parametrize(
    ("change", "more", "data"),
    [
        ("add_external_contact", "<WelcomeCode>WC_1</WelcomeCode>", {"did": "added", "welcome": "WC_1"}),
        ("add_half_external_contact", "", {"did": "half"}),
        ("edit_external_contact", "", {"did": "edited"}),
        ("del_external_contact", "<Source>DELETE_BY_TRANSFER</Source>", {"did": "dropped", "passed": True}),
        ("del_follow_user", "", {"did": "lost"}),
        ("transfer_fail", "<FailReason>customer_limit_exceed</FailReason>", {"did": "refused", "reason": "full"}),
        ("msg_audit_approved", "", {"did": "other"}),
    ],
)
def test_changes_of_customers_outside_say_what_was_done(change: str, more: str, data: dict[str, object]) -> None:
    body = f"<ChangeType>{change}</ChangeType><UserID>Lin.Yue</UserID><ExternalUserID>wmA_1</ExternalUserID>{more}"

    happened = changed(body, event_name="change_external_contact")

    assert happened == Happening("customers", {"userid": "lin.yue", "external": "wmA_1", **data})
    assert happened.hurries == ("welcome" in data)


def test_events_about_different_people_are_handled_beside_each_other() -> None:
    made = [
        read(event("change_contact", f"<ChangeType>create_user</ChangeType><UserID>{who}</UserID>"), RECEIVED)
        for who in ("a", "b")
    ]

    assert [message.conversation.id for message in made if message is not None] == ["a", "b"]


def test_two_departments_made_in_one_second_are_two_events() -> None:
    made = [
        read(event("change_contact", f"<ChangeType>create_party</ChangeType><Id>{number}</Id>"), RECEIVED)
        for number in (2, 2, 3)
    ]
    first, again, other = (message.message_id for message in made if message is not None)

    assert first == again != other


@pytest.mark.parametrize(
    "raw",
    [
        inner("voice", "<MediaId>m1</MediaId><Format>amr</Format><MsgId>1</MsgId>"),
        inner("location", "<Location_X>1.5</Location_X><Location_Y>2</Location_Y><Label>门口</Label><MsgId>1</MsgId>"),
        inner("link", "<Title>t</Title><Url>https://n.example.com</Url><MsgId>1</MsgId>"),
        event("change_contact", "<ChangeType>create_party</ChangeType><Id>4</Id>"),
        inner("text", "<Content>见了客户</Content><MsgId>1</MsgId>"),
    ],
    ids=["voice", "place", "link", "event", "text"],
)
def test_a_message_comes_out_of_the_inbox_as_it_went_in(raw: bytes) -> None:
    message = read(raw, RECEIVED)

    assert message is not None
    assert from_json(to_json(message)) == message
