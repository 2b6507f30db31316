"""Taking a backup while genjin works: one snapshot, table by table, and what people sent, into one file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from domain.backup import archive
from domain.backup.archive import Header, Sum, Writer
from domain.backup.rows import Layout, layouts, lines, tables
from domain.database import Database
from domain.files import FileStore
from domain.migrations import HEAD
from domain.tables import Attachment


class Unsound(Exception):
    """The database file itself is damaged; the message says how."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a file holds; `missing` are the files that people sent and that were not on this machine's disk."""

    header: Header
    tables: int
    rows: int
    files: int = 0
    missing: int = 0


async def dump(database: Database, path: Path, store: FileStore | None = None) -> Backup:
    """Write everything that is committed at this moment to a new file, with what people sent, from `store`.

    Nobody waits for it: on SQLite it is one read transaction, on PostgreSQL one that repeats its reads. The database
    has to be at this release's schema. Raises `Unsound`, and OSError where the file cannot be written.
    """
    async with _snapshot(database) as connection:
        if database.is_sqlite:
            await _require_sound(connection)
        taken_at = f"{database.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        engine = connection.dialect.name
        header = Header(schema=HEAD, taken_at=taken_at, release=version("genjin"), engine=engine)
        found = await connection.run_sync(layouts, tables())
        with archive.writing(path, header) as file:
            sums = [await _table(connection, file, layout) for layout in found.values()]
            files, missing = await _files(connection, file, store) if store is not None else (0, 0)
    return Backup(header, len(sums), sum(each.rows for each in sums), files, missing)


async def _files(connection: AsyncConnection, file: Writer, store: FileStore) -> tuple[int, int]:
    """Each file of the snapshot once: its bytes were on disk before its row was committed."""
    query = select(col(Attachment.sha256)).where(col(Attachment.sha256) != "").distinct()
    digests = sorted((await connection.execute(query)).scalars())
    missing = 0
    for digest in digests:
        try:
            file.kept(digest, await store.get(digest))
        except FileNotFoundError:
            missing += 1
    return len(digests) - missing, missing


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees one state of the database throughout."""
    if database.is_sqlite:
        async with database.read() as session:
            yield await session.connection()
        return
    async with database.engine().connect() as connection:
        yield await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def _require_sound(connection: AsyncConnection) -> None:
    said = (await connection.execute(text("PRAGMA integrity_check(1)"))).scalar_one()
    if said != "ok":
        raise Unsound(str(said).replace("\n", " "))


async def _table(connection: AsyncConnection, file: Writer, layout: Layout) -> Sum:
    file.table(layout.name, layout.columns)
    digest, count = sha256(), 0
    async for more, page in lines(connection, layout):
        digest.update(page)
        file.rows(page)
        count += more
    found = Sum(count, digest.hexdigest())
    file.end(found)
    return found
