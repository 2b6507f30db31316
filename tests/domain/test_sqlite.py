"""SQLite's one writing connection: units take turns, share commits, and fail alone."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.sqlite import Writer

# Holds what SQLite locks while it puts the log's index in order, as after the death of whoever wrote to it, and leaves
# the index out of order: bytes 120 and 122 of it (https://sqlite.org/walformat.html, 2.3.1).
PUTS_IN_ORDER = """
import fcntl, os, sys
index = os.open(sys.argv[1] + "-shm", os.O_RDWR)
for lock in (120, 122):
    fcntl.lockf(index, fcntl.LOCK_EX, 1, lock)
os.pwrite(index, bytes(96), 0)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    found = tmp_path / "turns.db"
    with sqlite3.connect(found) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE said (word TEXT UNIQUE)")
    connection.close()
    return found


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[Writer]:
    made = Writer(str(path))
    yield made
    await made.close()


async def say(writer: Writer, word: str, *, fail: bool = False, first: bool = False) -> None:
    async with writer.turn(first=first) as connection:
        connection.execute("INSERT INTO said VALUES (?)", (word,))
        await asyncio.sleep(0)  # others come meanwhile
        if fail:
            raise RuntimeError(word)


def stored(path: Path) -> list[str]:
    """As another process sees it."""
    connection = sqlite3.connect(path)
    try:
        return [word for (word,) in connection.execute("SELECT word FROM said ORDER BY rowid")]
    finally:
        connection.close()


async def test_whoever_is_told_that_it_is_written_finds_it_on_the_disk(writer: Writer, path: Path) -> None:
    async def told(word: str) -> bool:
        await say(writer, word)
        return word in stored(path)

    assert all(await asyncio.gather(*(told(f"word {number}") for number in range(50))))


async def test_units_that_wait_share_one_commit(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    save = Writer._save

    async def counted(self: Writer) -> None:
        commits.append(len(self._unsaved))
        await save(self)

    monkeypatch.setattr(Writer, "_save", counted)
    await asyncio.gather(*(say(writer, f"word {number}") for number in range(40)))
    assert sum(commits) == 40
    assert len([each for each in commits if each]) < 10


async def test_who_goes_first_is_on_the_disk_before_those_who_waited_longer(writer: Writer, path: Path) -> None:
    found: list[str] = []

    async def urgent() -> None:
        await say(writer, "stored", first=True)
        found.extend(stored(path))

    await asyncio.gather(*(say(writer, f"handled {number}") for number in range(3)), urgent())
    assert found == ["handled 0", "stored"]
    assert stored(path) == ["handled 0", "stored", "handled 1", "handled 2"]


async def test_a_unit_that_fails_takes_only_itself_back(writer: Writer, path: Path) -> None:
    said = [say(writer, str(number), fail=number % 3 == 0) for number in range(12)]
    went = await asyncio.gather(*said, return_exceptions=True)
    assert [isinstance(each, RuntimeError) for each in went] == [number % 3 == 0 for number in range(12)]
    assert stored(path) == [str(number) for number in range(12) if number % 3]


async def test_a_unit_that_was_cancelled_leaves_nothing_and_lets_the_next_in(writer: Writer, path: Path) -> None:
    begun = asyncio.Event()

    async def never_ends() -> None:
        async with writer.turn() as connection:
            connection.execute("INSERT INTO said VALUES ('half')")
            begun.set()
            await asyncio.Event().wait()

    stuck = asyncio.create_task(never_ends())
    await begun.wait()
    following = asyncio.create_task(say(writer, "next"))
    waiting = asyncio.create_task(say(writer, "gave up"))
    await asyncio.sleep(0)
    waiting.cancel()
    stuck.cancel()
    await following
    assert stored(path) == ["next"]


async def test_a_commit_that_fails_is_told_to_all_who_shared_it(writer: Writer, path: Path) -> None:
    class FullDisk(sqlite3.Connection):
        def commit(self) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    writer._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=FullDisk)
    went = await asyncio.gather(*(say(writer, str(number)) for number in range(5)), return_exceptions=True)
    assert all(isinstance(each, sqlite3.OperationalError) for each in went)
    assert stored(path) == []


async def test_what_another_process_holds_is_waited_for(writer: Writer, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    mine = asyncio.create_task(say(writer, "mine"))
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert not mine.done()
    other.execute("INSERT INTO said VALUES ('theirs')")
    other.execute("COMMIT")
    other.close()
    await mine
    assert stored(path) == ["theirs", "mine"]


async def test_another_process_that_puts_the_log_in_order_is_waited_for(writer: Writer, path: Path) -> None:
    await say(writer, "before")
    command = [sys.executable, "-c", PUTS_IN_ORDER, str(path)]
    other = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    await other.stdout.readline()

    saying = asyncio.create_task(say(writer, "waits"))
    await asyncio.sleep(0.05)
    assert not saying.done()
    assert other.stdin is not None
    other.stdin.close()  # it ends with its input
    await other.wait()
    await saying

    assert stored(path) == ["before", "waits"]
