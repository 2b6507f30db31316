"""What is no text: each type as it comes over the wire, as the message that the bot sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.adapters.wecom.read import read
from bot.message import FileRef, Location, SharedLink, from_json, to_json
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


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("subscribe", "joined"),
        ("unsubscribe", "left"),
        ("change_contact", "people"),
        ("change_external_contact", "customers"),
    ],
)
def test_what_happens_in_wecom_is_recognised_and_kept_whole(name: str, known_as: str) -> None:
    body = (
        "<ChangeType>update_user</ChangeType><UserID>qian.duo</UserID><ExtAttr><Item><Name>工号</Name><Text><Value>7"
        "</Value></Text></Item><Item><Name>座机</Name></Item></ExtAttr>"
    )

    message = read(event(name, body), RECEIVED)

    assert message is not None
    assert message.event is not None
    assert (message.kind, message.sender, message.event.name) == ("event", "sys", known_as)
    assert message.event.data == {
        "ChangeType": "update_user",
        "UserID": "qian.duo",
        "ExtAttr": {"Item": [{"Name": "工号", "Text": {"Value": "7"}}, {"Name": "座机"}]},
    }


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
