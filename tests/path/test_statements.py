"""What a note costs the database: how many statements from the callback to the answer, counted on both engines."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from bot import dispatcher
from bot.message import from_json
from config.settings import Settings
from domain import prepared
from domain.prepared import Prepared
from domain.tables import Inbox
from tests.dialogues.records import Records
from tests.stage import Stage, staged

NOTE = "今天下午拜访了启航电子的梁总，聊了{}，预算大概50万，担心实施周期太长，下周三之前给方案"
ACCEPTED_AND_HANDLED, ANSWERED = 14, 8
GROWING = ("activity", "audit", "contact", "due", "inbox", "opportunity", "outbox", "reminder", "task", "thread")


class Counted:
    """The statements that ran, in their order; one for many rows counts once."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def saw(self, statement: str) -> None:
        words = " ".join(statement.split())
        if "count(*)" not in words:  # those of the stage, which looks whether all is done
            self.ran.append(words)

    def split(self) -> tuple[list[str], list[str]]:
        """Until the note is on record with its audit, and after it."""
        ended = next(at for at, words in enumerate(self.ran, 1) if words.startswith("INSERT INTO audit"))
        return self.ran[:ended], self.ran[ended:]


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """Both ways to the database: SQLAlchemy's, and that of prepared statements on SQLite."""
    counted = Counted()

    def noted(name: str) -> None:
        runs = getattr(Prepared, name)

        def bare(statement: Prepared, on: Any, *given: Any, **named: Any) -> Any:
            if isinstance(on, sqlite3.Connection) or prepared._bare(on)[0] is not None:
                counted.saw(statement._form.sql)
            return runs(statement, on, *given, **named)

        patched.setattr(Prepared, name, bare)

    def built(_c: object, _cursor: object, statement: str, _p: object, _context: object, _many: object) -> None:
        counted.saw(statement)

    event.listen(Engine, "before_cursor_execute", built)
    try:
        with monkeypatch.context() as patched:
            for name in ("all", "many", "_run"):
                noted(name)
            yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", built)


@asynccontextmanager
async def told_before(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A salesperson whose customer, with one contact and one open opportunity, is on record from a note of before."""
    member = {"userid": "xu.ran", "name": "许然", "title": "销售", "department": "远帆软件", "leader": None}
    monkeypatch.setattr(dispatcher, "NAMES_HOLD", 3600.0)  # changed names are looked for once a second, whoever writes
    monkeypatch.setattr(Settings, "lease", timedelta(hours=1))  # leases are renewed every third of that, whoever writes
    async with staged(database_url, "远帆软件", [member]) as stage:
        await stage.app._ticks.stop()  # what is counted is what the note itself sets off
        records = Records(stage.app.database)
        await records.cast({"许然": {**member, "roles": ["sales"]}}, {})
        await stage.say("xu.ran", NOTE.format("二期改造"))
        yield stage


async def test_a_plain_note_takes_few_statements(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with told_before(database_url, monkeypatch) as stage:
        with counting(monkeypatch) as counted:
            await stage.say("xu.ran", NOTE.format("二期的工期"))
        assert stage.chat("xu.ran")[-1].title.startswith("已记录")
    handled, answered = counted.split()
    assert len(handled) <= ACCEPTED_AND_HANDLED, "\n".join(handled)
    assert len(answered) <= ANSWERED, "\n".join(answered)
    assert any(words.startswith("INSERT INTO task") for words in handled)  # it was the note that is meant


async def test_a_note_of_another_budget_reads_no_table_from_end_to_end(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says beforehand how it will read; PostgreSQL decides by what a table holds."""
    async with told_before(sqlite_url, monkeypatch) as stage:
        with counting(monkeypatch) as counted:
            await stage.say("xu.ran", NOTE.replace("50万", "70万").format("二期的工期"))
        assert any("万" in value for _, value in stage.chat("xu.ran")[-1].facts)
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
            plans = [(words, _plan(connection, words)) for words in counted.ran]
    scans = {f"SCAN {table}" for table in GROWING}
    assert [(step, words) for words, plan in plans for step in plan if step in scans] == []


def _plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    """How SQLite would read for a statement."""
    names = re.findall(r"(?<!:):(\w+)", statement)
    given: Any = dict.fromkeys(names) if names else [None] * statement.count("?")
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)]


async def test_a_note_that_is_delivered_again_takes_one_statement_and_writes_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with told_before(database_url, monkeypatch) as stage:
        async with stage.app.database.read() as session:
            before = list((await session.scalars(select(Inbox))).all())
        with counting(monkeypatch) as counted:
            assert not await stage.app.dispatcher.accept(from_json(before[-1].payload))
        async with stage.app.database.read() as session:
            after = list((await session.scalars(select(Inbox))).all())
    assert len(counted.ran) == 1, "\n".join(counted.ran)
    assert [row.id for row in after] == [row.id for row in before]
