"""Putting a backup back: all of it in one transaction, compared with the file before it counts, or nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from config.clock import Clock
from domain import migrate
from domain.backup import archive
from domain.backup.archive import Damaged, Newer, Reader, Table
from domain.backup.dump import Backup
from domain.backup.resume import Held, resume
from domain.backup.rows import PAGE, VERSIONS, Layout, layouts, tables, total, values
from domain.database import Database
from domain.files import FileStore
from domain.sqlite import held_by_another

LEAVING = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0)  # seconds between two looks whether whoever was connected has gone


class NotEmpty(Exception):
    """The database has rows, which nobody allowed to be replaced."""


class InUse(Exception):
    """Somebody else is connected to the database."""


class Unusable(Exception):
    """There is a file at the place of the database that is none any more; the message says why."""


def look(path: Path) -> Backup:
    """Read the whole file and compare its sums. Raises `Damaged`, `Newer`, or OSError where it cannot be read."""
    found = archive.check(path)
    if found.header.schema not in migrate.revisions():
        raise Newer(f"its schema is {found.header.schema}, which this release does not know")
    return Backup(found.header, len(found.sums), found.rows, found.files)


async def put_files(path: Path, store: FileStore) -> None:
    """Put what people sent into `store`; what is there already stays, for files are kept by what is in them."""
    await asyncio.to_thread(archive.check, path, store.put_now)


async def restore(url: str, clock: Clock, path: Path, *, replace: bool = False) -> Held:
    """Fill the database at `url` from a file that `look` has passed; it is then at the schema of the file.

    Raises `NotEmpty` unless `replace` allows rows to go, `InUse`, `Unusable`, and `Damaged` where the file is not what
    arrived in the database; the database is then as it was.
    """
    if url.startswith("sqlite:"):
        _require_alone(Path(url.removeprefix("sqlite:///")))
    database = Database(url, clock)
    database.loosen()
    try:
        with archive.reading(path) as reader:
            async with database.begin() as connection:
                if not database.is_sqlite:
                    await _require_only_client(connection)
                await _clear(connection, replace=replace)
                await connection.run_sync(migrate.build, reader.header.schema)
                await _fill(connection, reader)
                return await resume(connection, clock.now())
    finally:
        await database.close()


def _require_alone(file: Path) -> None:
    """Leaving the write-ahead log is possible only where nobody else has the file open."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as wrong:
            if held_by_another(wrong):
                raise InUse("another process has the database open") from wrong
            raise Unusable(f"{file}: {wrong}") from wrong


async def _require_only_client(connection: AsyncConnection) -> None:
    """PostgreSQL counts whoever has hung up until his process there has ended, so that is waited for."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    pauses = iter(LEAVING)
    while count := (await connection.execute(others)).scalar_one():
        if (pause := next(pauses, None)) is None:
            raise InUse(f"{count} other connections to the database are open")
        await asyncio.sleep(pause)
        await connection.execute(text("SELECT pg_stat_clear_snapshot()"))


async def _clear(connection: AsyncConnection, *, replace: bool) -> None:
    """Drop our tables, whichever release made them."""
    there = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    ours = sorted(there & {*tables(), VERSIONS})
    if not replace:
        for name in ours:
            if name != VERSIONS and (await connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1'))).first():  # noqa: S608
                raise NotEmpty(f"the table {name} has rows")
    cascade = "" if connection.dialect.name == "sqlite" else " CASCADE"
    for name in ours:
        await connection.execute(text(f'DROP TABLE "{name}"{cascade}'))


async def _fill(connection: AsyncConnection, reader: Reader) -> None:
    names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()) - {VERSIONS})
    found = await connection.run_sync(layouts, sorted(names))
    links = await _loose(connection)
    for table in reader.tables():
        layout = found.pop(table.name, None)
        if layout is None or set(layout.columns) != set(table.columns):
            raise Damaged(f"its table {table.name} is not that of schema {reader.header.schema}")
        await _load(connection, layout, table)
        if await total(connection, layout) != reader.sums[table.name]:
            raise Damaged(f"what arrived in the table {table.name} is not what is in the file")
    if missing := found.keys() & set(tables()):
        raise Damaged(f"its table {min(missing)} is missing")
    for statement in links:
        await connection.execute(text(statement))
    await connection.run_sync(migrate.require_whole)


async def _load(connection: AsyncConnection, layout: Layout, table: Table) -> None:
    engine = connection.dialect.name
    driver = (await connection.get_raw_connection()).driver_connection
    names = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    insert = f'INSERT INTO "{layout.name}" ({names}) VALUES ({marks})'  # noqa: S608
    for batch in table.batches:
        for start in range(0, len(batch), PAGE):
            rows = values(batch[start : start + PAGE], layout, table.columns, engine=engine)
            if engine == "sqlite":
                await connection.exec_driver_sql(insert, rows)
            else:
                await driver.copy_records_to_table(layout.name, records=rows, columns=table.columns)  # type: ignore[union-attr]
    if engine == "postgresql":
        key = f"pg_get_serial_sequence('{layout.name}', 'id')"
        last = f'SELECT max(id) FROM "{layout.name}"'  # noqa: S608
        await connection.execute(text(f"SELECT setval({key}, coalesce(({last}), 1), ({last}) IS NOT NULL)"))


async def _loose(connection: AsyncConnection) -> list[str]:
    """Take the links between tables off while they are filled; returns what puts them back.

    PostgreSQL would check each row at once, and no order of the tables suits rows that point at each other; on SQLite
    they were loosened before.
    """
    if connection.dialect.name == "sqlite":
        return []
    query = text(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    links = (await connection.execute(query)).all()
    for table, name, _ in links:
        await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in links]
