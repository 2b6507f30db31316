"""The log: one id from a callback to what it causes days later, nobody's words, and no line that a stranger wrote."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.commands import logs
from bot.message import Message
from config import tracing
from domain.errors import Rejected
from tests.operations.conftest import WRITER, Watched
from tests.waiting import PATIENCE

log = logging.getLogger("bot.test")


class Lines(io.StringIO):
    """Standard error, read as JSON lines."""

    def objects(self, event: str | None = None) -> list[dict[str, Any]]:
        """Every line, or those of one event."""
        lines = [json.loads(line) for line in self.getvalue().splitlines()]
        return [line for line in lines if event is None or line["event"] == event]


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    root, written = logging.getLogger(), Lines()
    before = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", written)
    yield written
    root.handlers[:], level = before
    root.setLevel(level)
    for package in ("bot", "scheduler", "domain", "cards"):
        logging.getLogger(package).setLevel(logging.NOTSET)


@pytest.fixture
def as_json(stderr: Lines) -> Lines:
    logs.to_stderr(logging.INFO, as_json=True)
    return stderr


@pytest.fixture(params=["json", "text"])
def in_either_form(request: pytest.FixtureRequest, stderr: Lines) -> Lines:
    logs.to_stderr(logging.INFO, as_json=request.param == "json")
    return stderr


async def test_one_id_leads_from_a_callback_to_its_answer_and_to_the_reminder_days_later(
    as_json: Lines, night: Watched
) -> None:
    await night.stage.say(WRITER, "上午拜访了晨光阀门的梅总，预算30万，下周三之前给方案")
    await night.stage.move(timedelta(days=7))
    await _logged(as_json, "delivered", times=2)

    accepted = as_json.objects("accepted")[0]
    ours = [line["event"] for line in as_json.objects() if line.get("trace") == accepted["trace"]]
    assert ours == ["accepted", "handled", "delivered", "done", "delivered"]
    assert accepted["trace"] == tracing.of("wecom", accepted["message_id"])


async def test_what_people_say_is_in_no_line(as_json: Lines, night: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(message: Message, *_: object) -> None:
        raise ValueError(f"cannot read {message.text}")

    monkeypatch.setattr(night.stage.app.dispatcher._reader, "read_aside", fails)
    await night.stage.server.say(WRITER, "梅总的私人电话是13912345678")
    await _logged(as_json, "a message could not be handled")

    assert "13912345678" not in as_json.getvalue()
    fault = as_json.objects("a message could not be handled")[0]["fault"]
    assert fault.startswith("ValueError at tests/operations/test_logs.py:")
    assert "bot/dispatcher.py" in fault


async def _logged(written: Lines, event: str, times: int = 1) -> None:
    """Wait for a line: it is written a moment after what it tells of can be seen."""
    async with asyncio.timeout(PATIENCE):
        while len(written.objects(event)) < times:  # noqa: ASYNC110 - a stream sets no event
            await asyncio.sleep(0.01)


HOSTILE = "a\r\n2026-11-25 08:00:00,000 INFO bot.app: forged\x1b[2J\x00\u2028\u202ereversed\ud800"


def test_nothing_from_outside_begins_a_line_or_moves_a_terminals_cursor(in_either_form: Lines) -> None:
    log.warning("refused", extra={"reason": HOSTILE})
    log.warning(HOSTILE)

    written = in_either_form.getvalue()
    assert len(written.splitlines()) == 2
    assert written.replace("\n", "").isprintable()
    assert all("forged" in line for line in written.splitlines())


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        pytest.param(Rejected("wecom message/send: errcode 40058"), "Rejected (wecom message/send: errcode 40058)"),
        pytest.param(OSError(28, "No space left on device"), "OSError (No space left on device)"),
        pytest.param(KeyError("李总"), "KeyError"),
    ],
    ids=["ours", "the-systems", "anybodys"],
)
def test_an_errors_words_are_told_only_where_nobody_outside_can_have_said_them(
    as_json: Lines, cause: Exception, told: str
) -> None:
    error = RuntimeError("客户的话")
    error.__cause__ = cause

    log.error("failed", exc_info=error)

    assert [line["fault"] for line in as_json.objects()] == [f"RuntimeError; from {told}"]


def test_a_log_is_json_where_nobody_sits_before_it_unless_it_is_set_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    choices = ("auto", "text", "json")

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert [logs.wants_json(choice) for choice in choices] == [False, False, True]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert [logs.wants_json(choice) for choice in choices] == [True, False, True]
