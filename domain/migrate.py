"""Bring a database to the schema of this release: Alembic, driven from code, on either engine."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from config.clock import SystemClock
from domain.database import Database

_FOLDER = Path(__file__).parent / "migrations"


class OutdatedSchema(Exception):
    """The database is older (or newer) than this release."""


async def upgrade(url: str) -> None:
    """Run every migration that the database has not seen."""
    database = Database(url, SystemClock())
    try:
        async with database.engine().connect() as connection:
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await database.close()


async def check(url: str) -> None:
    """Raise `OutdatedSchema`, saying what to do, unless the database is at this release's schema."""
    database = Database(url, SystemClock())
    try:
        async with database.engine().connect() as connection:
            found = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    finally:
        await database.close()
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if found != head:
        raise OutdatedSchema(
            f"the database is at schema {found or 'none'}, this release needs {head}: run genjin migrate"
        )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")
