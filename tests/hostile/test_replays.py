"""What was heard once is not heard again: not in ten minutes, not in a month, not where it has no id."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pydantic import ValidationError

from config.settings import Settings
from tests.adapters import wire
from tests.hostile.stage import staged

NOTE = "今天拜访了常州褚遥泵业的蒋总，聊了二期，预算大概60万"


async def test_a_message_is_recognised_for_thirty_days(database_url: str) -> None:
    """Whoever seals it anew, with a new time and a new signature: only the messenger can, and it may be late."""
    async with staged(database_url) as stage:
        inner = stage.inner(f"<![CDATA[{NOTE}]]>".encode())
        assert await stage.whisper(inner) == (200, b"")
        await stage.settle()
        title = stage.answers()[0].text

        for _ in range(3):
            stage.clock.advance(timedelta(days=9, hours=23))
            await stage.settle()
            assert await stage.whisper(inner) == (200, b"")
            await stage.settle()

        assert [row.text for row in await stage.inbox()] == [NOTE]
        assert [shown.text for shown in stage.answers()].count(title) == 1


def test_no_setting_lets_go_of_a_message_before_thirty_days() -> None:
    with pytest.raises(ValidationError):
        Settings(keep_days=29)


async def test_a_message_without_an_id_is_known_by_who_said_what_when(sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        first, other = (re.sub(rb"<MsgId>\d+</MsgId>", b"", stage.inner(text.encode())) for text in ("你好", "在吗"))
        for inner in (first, first, other):
            assert await stage.whisper(inner) == (200, b"")
        stage.clock.advance(timedelta(seconds=1))
        later = re.sub(rb"<MsgId>\d+</MsgId>", b"", stage.inner("你好".encode()))
        assert await stage.whisper(later) == (200, b"")
        await stage.settle()

        assert [row.text for row in await stage.inbox()] == ["你好", "在吗", "你好"]


@pytest.mark.parametrize("age", [timedelta(minutes=9, seconds=59), -timedelta(minutes=9, seconds=59)])
async def test_a_retry_may_carry_the_time_of_the_first_try(sqlite_url: str, age: timedelta) -> None:
    async with staged(sqlite_url) as stage:
        sealed = wire.sealed(stage.inner("你好".encode()))
        assert await stage.knock(wire.envelope(sealed), stage.query(sealed, age)) == (200, b"")
        assert await stage.knock(wire.envelope(sealed), stage.query(sealed, age * 1.01)) == (403, b"")
