"""The schema: migrations and tables say the same on both engines, and an old database is refused with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import domain.migrations
import domain.tables
from config.clock import SystemClock
from domain import migrate
from domain.database import Database


async def test_migrations_lead_to_exactly_the_tables_of_this_release(database_url: str) -> None:
    database = Database(database_url, SystemClock())
    async with database.engine().connect() as connection:
        found = await connection.run_sync(_differences)
    await database.close()

    assert found == []


def _differences(connection: Any) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))


def test_the_newest_revision_is_the_one_that_a_start_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(domain.migrations.__file__).parent))

    assert ScriptDirectory.from_config(config).get_current_head() == domain.migrations.HEAD


async def test_a_migrated_database_is_accepted_and_migrating_it_again_changes_nothing(database_url: str) -> None:
    await migrate.upgrade(database_url)

    await migrate.check(database_url)
    database = Database(database_url, SystemClock())
    async with database.engine().connect() as connection:
        found = await connection.run_sync(_differences)
    await database.close()
    assert found == []


async def test_an_empty_database_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    with pytest.raises(migrate.OutdatedSchema, match="run genjin migrate"):
        await migrate.check(f"sqlite:///{tmp_path / 'empty.db'}")
