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


TOKEN, SECRET = "5d1" + "f0" * 30 + "9", "SEC" + "0a1b" * 16


@pytest.mark.parametrize(
    "said",
    [
        "把 {address} 加签 {secret} 设为华东组销售群",
        "把{address} {secret}设为华东组销售群",
        "{address}，密钥：{secret} 设为华东组销售群",
    ],
)
def test_a_robot_of_dingtalk_is_told_with_the_secret_that_signs_and_neither_is_kept(said: str) -> None:
    address = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"
    told = hooks.hidden(replace(SAID, text=said.format(address=address, secret=SECRET)), BOX)

    kept = json.dumps(to_json(told))
    assert TOKEN not in kept
    assert SECRET not in kept
    assert told.text.replace(" ", "").removeprefix("把") == "推送地址****0f09设为华东组销售群"
    assert told.hook is not None
    assert told.hook.channel == "dingtalk.webhook"
    assert BOX.open(told.hook.sealed, told.hook.chat_id) == f"{TOKEN} {SECRET}"


def test_a_secret_alone_is_hidden_too_and_a_word_that_begins_like_one_is_not() -> None:
    alone = replace(SAID, text=f"密钥是 {SECRET}")

    assert hooks.told_in(alone)
    assert SECRET not in hooks.hidden(alone, BOX).text
    assert hooks.hidden(replace(SAID, text="SECURITY 2026 展会"), BOX).text == "SECURITY 2026 展会"


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
