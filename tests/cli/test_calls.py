"""Wrong calls and wrong settings: one line on standard error that says what to do, and exit code 2."""

from __future__ import annotations

import socket

import pytest

from tests.cli.conftest import Genjin

COMMANDS = [
    "admin",
    "ask",
    "bench",
    "demo",
    "doctor",
    "entities",
    "export",
    "import",
    "link",
    "migrate",
    "parse",
    "serve",
]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(["nonsense"], "nonsense", id="unknown-command"),
        pytest.param(["parse", "--colour"], "--colour", id="unknown-option"),
        pytest.param(["export", "orders"], "customers", id="unknown-kind"),
        pytest.param(["import", "orders", "x.csv"], "people", id="unknown-import"),
        pytest.param(["ask", "--as", "lin.yue"], "TEXT", id="nothing-said"),
        pytest.param(["ask", "你好"], "--as", id="nobody-speaks"),
        pytest.param(["parse", "--now", "yesterday", "你好"], "ISO 8601", id="no-moment"),
        pytest.param(["export", "tasks", "--csv", "--jsonl"], "one of", id="two-forms"),
        pytest.param(["bench", "nothing"], "path", id="unknown-benchmark"),
        pytest.param(["demo", "--port", "70000"], "65535", id="no-port"),
    ],
)
def test_a_wrong_call_is_one_line_that_helps(genjin: Genjin, call: list[str], said: str) -> None:
    done = genjin(*call)

    assert done.code == 2
    assert said in done.err
    assert done.err.startswith("genjin: ")
    assert done.err.count("\n") == 1


def test_the_help_names_every_command(genjin: Genjin) -> None:
    done = genjin("--help")

    assert done.code == 0
    assert [name for name in COMMANDS if name not in done.out] == []


def test_a_wrong_setting_is_named(genjin: Genjin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJIN_TIMEZON", "Asia/Shanghai")

    done = genjin("parse", "你好")

    assert done.code == 2
    assert "GENJIN_TIMEZONE" in done.err


def test_a_database_that_is_not_there_is_one_line(genjin: Genjin) -> None:
    done = genjin("export", "customers")

    assert done.code == 2
    assert "genjin migrate" in done.err
    assert "Traceback" not in done.err


def test_a_taken_port_is_refused_with_the_way_out(genjin: Genjin) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = genjin("demo", "--port", str(taken.getsockname()[1]))

    assert done.code == 2
    assert "--port" in done.err
    assert done.err.count("\n") == 1
