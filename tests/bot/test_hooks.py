"""The key of a webhook in what somebody says: nobody finds it in what is kept, and who may can still use it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import hooks
from bot.message import Conversation, Message, SharedLink, from_json, to_json
from domain.secrets import Box

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
BOX = Box("k" * 40)
SAID = Message(
    channel="wecom",
    message_id="1",
    conversation=Conversation("chen.gong"),
    sender="chen.gong",
    sent_at=datetime(2026, 11, 25, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "address",
    [
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"http://127.0.0.1:8080/cgi-bin/webhook/send?debug=1&key={KEY}&more=2",
        f"qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    ],
)
@pytest.mark.parametrize("around", ["把 {} 设为华东组销售群", "把{}设为预警群", "{}\n设为预警群"])
def test_the_key_is_in_nothing_that_is_kept(address: str, around: str) -> None:
    said = hooks.hidden(replace(SAID, text=around.format(address)), BOX)

    assert KEY not in json.dumps(to_json(said))
    assert said.text == around.format("推送地址****5aaa")
    assert said.hook is not None
    assert BOX.open(said.hook.sealed, said.hook.chat_id) == KEY
    assert from_json(to_json(said)) == said


def test_it_is_hidden_in_a_quote_and_in_a_page_that_was_passed_on_too() -> None:
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    quoted = replace(SAID, text="这个还能用吗", quotes=f"地址 {address}")
    passed_on = replace(SAID, kind="link", link=SharedLink(address, "群机器人"))

    for said in (quoted, passed_on):
        assert hooks.told_in(said)
        assert KEY not in json.dumps(to_json(hooks.hidden(said, BOX)))


def test_other_words_stay_as_they_are() -> None:
    assert not hooks.told_in(replace(SAID, text="发到 https://example.com/send?key=1"))


def test_the_same_key_is_the_same_group_and_another_is_another() -> None:
    assert hooks.chat_id_of(KEY) == hooks.chat_id_of(KEY)
    assert hooks.chat_id_of(KEY) != hooks.chat_id_of(KEY[:-1] + "b")
    assert KEY[:8] not in hooks.chat_id_of(KEY)


def test_a_sealed_key_opens_for_its_group_alone_and_with_the_same_secret() -> None:
    sealed = BOX.seal(KEY, "one")

    assert BOX.open(sealed, "one") == KEY
    assert BOX.open(sealed, "two") is None
    assert Box("m" * 40).open(sealed, "one") is None
    assert BOX.open("", "one") is None
    assert BOX.open("not base64", "one") is None
