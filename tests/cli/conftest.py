"""How a test calls `genjin`: in this process, with settings of its own and standard streams that it can read."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from config.clock import SystemClock
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.uow import UnitOfWork

PEOPLE = """账号(userid),姓名,部门,职务,直属上级,手机,角色
lin.yue,林越,华东组,销售,周波,13800001111,销售
zhou.bo,周波,华东组,销售经理,,,"销售,经理"
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a call of the command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Genjin = Callable[..., Done]


@pytest.fixture
def genjin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Genjin:
    """Runs `genjin` with these arguments and this standard input, in a folder without data."""
    for name in [name for name in os.environ if name.startswith("GENJIN_") and not name.startswith("GENJIN_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GENJIN_DATA", str(tmp_path / "data"))

    def call(*arguments: str, given: str = "") -> Done:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as streams:
            streams.setattr(sys, "argv", ["genjin", *arguments])
            streams.setattr(sys, "stdin", io.StringIO(given))
            streams.setattr(sys, "stdout", out)
            streams.setattr(sys, "stderr", err)
            with ThreadPoolExecutor(1) as aside:  # a loop of its own, as a process has
                code = aside.submit(_exit_code).result()
        return Done(code, out.getvalue(), err.getvalue())

    return call


def _exit_code() -> int:
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@pytest.fixture
def genjin_with_data(genjin: Genjin, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Genjin:
    """The same on a migrated database, on each engine, with 林越 and his superior 周波 on record."""
    monkeypatch.setenv("GENJIN_DATABASE_URL", database_url)
    monkeypatch.setenv("GENJIN_SECRET_KEY", "k" * 40)
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    assert genjin("import", "people", str(file)).code == 0
    return genjin


@pytest.fixture
def office(genjin: Genjin, sqlite_template: Path, tmp_path: Path) -> str:
    """The address of the embedded default, migrated, with two people on record."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "genjin.db")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert genjin("import", "people", str(tmp_path / "people.csv")).code == 0
    return f"sqlite:///{tmp_path / 'data' / 'genjin.db'}"


def write(url: str, change: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    """Change what is on record there, as no command does."""

    async def run() -> None:
        database = Database(url, SystemClock())
        async with database.unit(SYSTEM, Cause("test")) as uow:
            await change(uow)
        await database.close()

    asyncio.run(run())
