"""Bring a database to the schema of this release: Alembic, driven from code, on either engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncSession

from config.clock import SystemClock
from domain.database import Database
from domain.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"


class OutdatedSchema(Exception):
    """The database is older (or newer) than this release."""


class Broken(Exception):
    """Rows point at rows that are not there; nothing was changed."""


async def upgrade(url: str) -> None:
    """Run every migration that the database has not seen."""
    database = Database(url, SystemClock())
    database.loosen()
    try:
        async with database.engine().connect() as connection:
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await database.close()


async def check(url: str) -> None:
    """Raise `OutdatedSchema`, saying what to do, unless the database is at this release's schema."""
    if _is_missing(url):
        raise OutdatedSchema("there is no database yet: run genjin migrate")
    database = Database(url, SystemClock())
    try:
        async with database.engine().connect() as connection:
            found = await connection.run_sync(_revision)
    finally:
        await database.close()
    if found != HEAD:
        raise OutdatedSchema(
            f"the database is at schema {found or 'none'}, this release needs {HEAD}: run genjin migrate"
        )


async def revision(session: AsyncSession) -> str | None:
    """The schema that the database is at; None where there is none."""
    return await (await session.connection()).run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    """The schema that the database is at, read without Alembic, which is slow to import."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _is_missing(url: str) -> bool:
    """Whether a SQLite file is not there; opening it would make an empty one."""
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def require_whole(connection: Connection) -> None:
    """On SQLite, once keys were loosened: every row that another points at is there. PostgreSQL sees to it itself."""
    if connection.dialect.name == "sqlite" and (lost := connection.execute(text("PRAGMA foreign_key_check")).first()):
        raise Broken(f"rows of {lost[0]} point at rows of {lost[2]} that are not there")


def build(connection: Connection, revision: str) -> None:
    """Make the tables of a release's schema where there are none, in the transaction of this connection."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def revisions() -> frozenset[str]:
    """Every schema that this release can bring to its own."""
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions())


def _upgrade(connection: Connection) -> None:
    if _revision(connection) == HEAD:
        return
    from alembic import command

    command.upgrade(_config(connection), "head")
    require_whole(connection)
