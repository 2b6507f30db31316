"""What `genjin serve` loads: a company with WeCom and SQLite waits for nothing that only others need.

How long a start takes is nobody's business here; what it loads is the most of it.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.bench import company, contenders
from bot.bench.contenders import GENJIN, genjin
from bot.bench.processes import settings

NEVER = {
    *("alembic", "asyncpg", "jieba", "openpyxl", "prometheus_client", "pypinyin", "python_calamine"),
    *("redis", "requests", "rich", "urllib3", "wechatpy"),
    *("bot.bench", "bot.messenger", "bot.nlp.llm", "bot.nlp.second", "bot.sample"),
}
LATER = {"apscheduler", "holidays", "rjieba"}  # behind readiness
IMPORTED = re.compile(r"^import time:[\s\d|]+\|\s*(\S+)$", re.MULTILINE)
PATIENCE = 120  # seconds, far more than any machine takes for it
IMPORTTIME = ("-X", "importtime", *GENJIN)


def of(wanted: set[str], log: str) -> list[str]:
    """Those of these modules that stand in the log of a process that writes down what it imports."""
    return sorted(wanted & set(IMPORTED.findall(log)))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "SENDERS", 8)
    monkeypatch.setattr(contenders, "WARM_UP", 4)


async def test_notes_are_taken_and_answered_without_what_only_others_need(sqlite_url: str, tmp_path: Path) -> None:
    async with genjin("sqlite", sqlite_url, tmp_path, command=IMPORTTIME) as one:
        log = one.log()

    assert of({"bot.nlp.pipeline", "bot.adapters.wecom.callback", "cards.builders.note"}, log) != []
    assert of(NEVER, log) == []


def test_no_garbage_is_looked_for_while_a_command_is_imported_nor_later_among_what_was(tmp_path: Path) -> None:
    code = (
        "import asyncio, gc, sys\n"
        "from bot import cli\n"
        "rounds = []\n"
        "gc.callbacks.append(lambda phase, info: rounds.append(phase))\n"
        "def run(command):\n"
        "    command.close()\n"
        "    print(rounds, 'sqlalchemy' in sys.modules, gc.isenabled(), gc.get_freeze_count() > 100_000)\n"
        "asyncio.run, sys.argv = run, ['genjin', 'serve']\n"
        "cli.main()"
    )
    environment = settings(f"sqlite:///{tmp_path}/genjin.db", tmp_path, "http://127.0.0.1:9")

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[] True True True\n"


async def test_dictionaries_and_the_scheduler_are_loaded_once_it_listens(sqlite_url: str, tmp_path: Path) -> None:
    await company.settle_in(sqlite_url, company.sellers())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *IMPORTTIME),
        env=settings(sqlite_url, tmp_path, "http://127.0.0.1:9"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )
    assert process.stdout is not None
    before = (await process.stdout.readuntil(b"genjin listens on ")).decode()
    after = ""
    async with asyncio.timeout(PATIENCE):
        async for line in process.stdout:
            after += line.decode()
            if of(LATER, before + after) == sorted(LATER):
                break
    process.send_signal(signal.SIGTERM)
    await process.communicate()

    assert of(LATER, before) == []
    assert process.returncode == 0
