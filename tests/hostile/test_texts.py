"""What people could type to do harm, or just type: stored letter for letter, answered, and never become markup."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from tests.adapters import wire
from tests.hostile.stage import LONGEST, Stage, staged

LIVE = re.compile(r"<@|<a[\s>]|</a>|<font|\]\(\s*(http|javascript)", re.IGNORECASE)
TEXTS = [
    "'; DROP TABLE customer; --",
    '" OR 1=1; UPDATE person SET roles=\'["admin"]\' --',
    "拜访了'||(SELECT name FROM person LIMIT 1)||'公司，谈了二期",
    "[点这里](http://evil.example)看一下",
    "<@all> 大家看这里 @all",
    '<a href="http://evil.example">加薪名单</a>',
    '<font color="warning">紧急</font> **加粗** `代码` > 引用',
    "今天拜访了<@all>[好](http://evil.example)有限公司的蒋总，聊了二期",
    "{{7*7}} ${7*7} %(name)s %s {0} {name.__class__}",
    "../../etc/passwd \\\\server\\share file:///etc/passwd",
    "今天拜访了常州褚遥泵业的蒋总👍🏽👨‍👩‍👧‍👦，他说𠮷𠮷没问题🎉",
    "‮反过来的字‬和​零宽",
    "Z̸̢̛a̶l̷g̵o̴ " + "́" * 300,
    "note.undo:1 approval.approve:1:1",
    "撤销:1",
    "啊" * 2500,
    "a" * 6000,
    "今天拜访了常州褚遥泵业的蒋总，" + "聊了很多，" * 500,
    "9" * 1500 + "万",
    "明天" * 400,
    "（" * 1000 + "）" * 1000,
    "1" + "0" * 400 + "亿，3折，99999年13月45日25点",
    "\t\n \n",
    "?",
]


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged(database_url) as made:
        yield made


async def test_whatever_is_typed_is_stored_as_typed_answered_and_no_markup(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    before = await stage.tables()
    unanswered = []
    for text in TEXTS:
        seen = len(stage.answers())
        assert await stage.say(text) == (200, b"")
        await stage.settle()
        if len(stage.answers()) == seen:
            unanswered.append(text[:40])
    assert unanswered == []
    assert [s.text for s in stage.answers() if s.kind in ("text", "markdown") and LIVE.search(s.text)] == []
    assert [row.text for row in await stage.inbox()] == TEXTS
    assert await stage.failures() == []
    assert await stage.tables() == before
    assert "常州褚遥泵业有限公司" in await stage.customers()
    assert [record for record in caplog.records if record.exc_info] == []


async def test_control_characters_and_broken_bytes_cost_no_note(stage: Stage) -> None:
    for content in (b"\x00\x01\x1b[31m", b"\xff\xfe\xc3(", b"\xed\xa0\x80"):
        inner = stage.inner(b"<![CDATA[" + content + "拜访了常州褚遥泵业的蒋总".encode() + b"]]>")
        assert await stage.whisper(inner) == (200, b"")
    await stage.settle()
    texts = [row.text for row in await stage.inbox()]
    assert len(texts) == 3
    assert all(text.endswith("拜访了常州褚遥泵业的蒋总") and text.isprintable() for text in texts[1:])
    assert not set("\x00\x01\x1b") & set("".join(texts))
    assert len(stage.answers()) == 3
    assert await stage.failures() == []


async def test_the_same_request_again_is_acknowledged_and_done_once(stage: Stage) -> None:
    sealed = wire.sealed(stage.inner("拜访了常州褚遥泵业的蒋总，聊了二期".encode()))
    knocks = [stage.knock(wire.envelope(sealed), stage.query(sealed)) for _ in range(5)]
    assert await asyncio.gather(*knocks) == [(200, b"")] * 5
    await stage.settle()
    assert await stage.knock(wire.envelope(sealed), stage.query(sealed)) == (200, b"")
    await stage.settle()
    assert len(await stage.inbox()) == 1
    assert len(stage.answers()) == 1


async def test_the_same_message_sealed_anew_is_done_once(stage: Stage) -> None:
    inner = stage.inner("拜访了常州褚遥泵业的蒋总，聊了二期".encode())
    assert await stage.whisper(inner) == (200, b"")
    await stage.settle()
    assert await stage.whisper(inner) == (200, b"")
    await stage.settle()
    assert len(await stage.inbox()) == 1
    assert len(stage.answers()) == 1


async def test_the_longest_userid_is_heard(stage: Stage) -> None:
    assert await stage.say("今天拜访了常州卫长泵业的蒋总，聊了二期", LONGEST) == (200, b"")
    await stage.settle()
    assert len(stage.answers(LONGEST)) == 1
    assert await stage.failures() == []


async def test_a_button_that_nobody_drew_does_nothing(stage: Stage) -> None:
    for key in (
        "note.undo:1",
        "approval.approve:1:1",
        "no.such",
        "note.pick:a:b:c",
        "note.undo:" + "9" * 40,
        ":" * 900,
    ):
        inner = stage.inner(b"").replace(b"<MsgType>text</MsgType>", b"<MsgType>event</MsgType>")
        event = f"<Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>x{len(key)}</TaskId>"
        inner = re.sub(rb"<MsgId>\d+</MsgId>", event.encode(), inner)
        assert (await stage.whisper(inner))[0] == 200
    await stage.settle()
    assert len(await stage.inbox()) == 6
    assert await stage.failures() == []
    assert await stage.customers() == ["常州褚遥泵业有限公司", "常州卫长泵业有限公司"]
