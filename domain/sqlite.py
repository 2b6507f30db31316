"""SQLite as one process uses it: one connection that writes, whose commits are shared, and a few that read.

SQLite runs inside this process, so a statement is a call of some microseconds and is made where it stands; a thread
for each of them costs ten times as much as the statement. Only COMMIT waits for the disk: it runs in a thread, once
for all units that were waiting. Each unit is a savepoint of the open transaction, so one that fails takes only itself
back, and nobody is told that his unit is done before the disk has it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from config import measures
from domain.line import Line

BUSY = 10.0  # seconds that a unit waits for another process to finish its own
_PAUSES = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05)
_LOST = "the database took back the transaction that this was part of"


class Writer:
    """The connection that writes. `enter` and `leave` bracket a unit: units are alone, and share commits."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._raw: sqlite3.Connection | None = None
        self._line = Line()
        self._unsaved: list[asyncio.Future[None]] = []
        self._saving: dict[bool, asyncio.Task[None]] = {}  # by whether it goes first
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")

    @property
    def raw(self) -> sqlite3.Connection:
        if self._raw is None:
            self._raw = open_file(self._path)
        return self._raw

    def turn(self, *, first: bool = False) -> Turn:
        """One unit: kept on a clean exit, else taken back. It may go `first`, before those that wait already."""
        return Turn(self, first)

    async def enter(self, *, first: bool = False) -> None:
        """Wait for one's turn, and begin."""
        await self._line.take(first=first)
        try:
            if not self.raw.in_transaction:
                await self._begin()
            self.raw.execute("SAVEPOINT unit")
        except BaseException:
            self._line.pass_on()
            raise

    async def leave(self, *, keep: bool, first: bool = False) -> None:
        """End one's turn; returns when what was written is on the disk, or has been taken back."""
        mine: asyncio.Future[None] | None = None
        try:
            if not keep:
                self._take_back()
            else:
                self.raw.execute("RELEASE unit")
                mine = asyncio.get_running_loop().create_future()
                self._unsaved.append(mine)
            if not self._line.waited_for and not self._saving:
                await self._save()
            elif self._unsaved and not self._saving.keys() & {first, True}:
                # The commit waits for its turn like everybody: whoever was there before it shares it.
                self._saving[first] = asyncio.create_task(self._save_in_turn(first, self._line.stand(first=first)))
        finally:
            self._line.pass_on()
        if mine is not None:
            await mine

    async def close(self) -> None:
        await self._line.take()
        try:
            if self._raw is not None:  # nothing was written, and there may be no file
                await self._save()
                self._raw.close()
                self._raw = None
        finally:
            self._line.pass_on()
        self._disk.shutdown()

    async def _begin(self) -> None:
        """The lock of the file, which another process may hold for a while."""
        loop = asyncio.get_running_loop()
        until, pauses = loop.time() + BUSY, iter(_PAUSES)
        while True:
            try:
                # A transaction that reads first and then writes fails at once when another wrote in between.
                self.raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not held_by_another(error) or loop.time() > until:
                    raise
                await asyncio.sleep(next(pauses, _PAUSES[-1]))
            else:
                return

    def _take_back(self) -> None:
        """Undo one unit; an error such as a full disk may have undone those before it, which then must hear of it."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK TO unit")
            self.raw.execute("RELEASE unit")
        else:
            self._tell(sqlite3.OperationalError(_LOST))

    async def _save_in_turn(self, first: bool, place: asyncio.Future[None]) -> None:
        await self._line.wait(place)
        try:
            del self._saving[first]
            await self._save()
        finally:
            self._line.pass_on()

    async def _save(self) -> None:
        """COMMIT, in a thread; everybody who waits for it is told how it went."""
        if not self.raw.in_transaction:
            return
        if not self._unsaved:
            self.raw.rollback()
            return
        loop = asyncio.get_running_loop()
        started, saved = loop.time(), loop.run_in_executor(self._disk, self.raw.commit)
        try:
            await asyncio.shield(saved)
        except asyncio.CancelledError:
            await asyncio.wait([saved])
            self._settle(saved.exception())
            raise
        except sqlite3.Error as error:
            self._settle(error)
        else:
            measures.COMMITTING.saw(loop.time() - started)
            self._tell(None)

    def _settle(self, error: BaseException | None) -> None:
        if error is not None and self.raw.in_transaction:
            self.raw.rollback()
        self._tell(error)

    def _tell(self, error: BaseException | None) -> None:
        waiting, self._unsaved = self._unsaved, []
        if error is None:
            measures.COMMITTED.saw(len(waiting))
        for each in waiting:
            if each.done():
                continue
            if error is None:
                each.set_result(None)
            else:
                each.set_exception(sqlite3.OperationalError(str(error)))


class Turn:
    """`async with`: a unit on the connection that writes. Every message takes several, so it is no generator."""

    __slots__ = ("_first", "_writer")

    def __init__(self, writer: Writer, first: bool) -> None:
        self._writer, self._first = writer, first

    async def __aenter__(self) -> sqlite3.Connection:
        await self._writer.enter(first=self._first)
        return self._writer.raw

    async def __aexit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        await self._writer.leave(keep=kind is None, first=self._first)


def held_by_another(error: sqlite3.Error) -> bool:
    """Whether another process has the file: in the midst of a unit, or putting the log in order after one that died.
    Which of the two stands above the lowest byte of the code."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def open_file(path: str, *, reads: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *(["query_only=ON"] if reads else [])):
        connection.execute(f"PRAGMA {pragma}")
    if not reads:
        connection.execute("PRAGMA busy_timeout=0")  # who writes waits for his turn without holding up the loop
    return connection
