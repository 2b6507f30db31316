"""Every schema that was ever released, with data in it, is brought to this release's, and people go on talking.

`released_SCHEMA.backup` were made by the releases themselves (`freeze.py`) and never change again; nor does a migration
that was released.
"""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlmodel import SQLModel, col

import domain.migrations
from config.clock import ShiftableClock
from domain import migrate
from domain.backup import restore
from domain.backup.rows import layouts, tables
from domain.database import Database
from domain.tables import Activity, Due, Presence
from tests.services import Postgres
from tests.stage import NOW, Stage, staged
from tests.upgrade.freeze import COMPANY, PEOPLE, SAID

HERE = Path(__file__).parent
RELEASED = sorted(HERE.glob("released_*.backup"))
# Of each migration that was released: it is never edited, what is to change is a new migration.
UNTOUCHED = {"v0001_first_schema.py": "7a088491436b11291671627b9a341831a039bd14bf81fef5ba9b5764510f44f8"}


@pytest.fixture(params=["sqlite", "postgresql"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a place, on each engine, where nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'released.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


async def install(url: str, released: Path) -> None:
    """The database as that release left it."""
    restore.look(released)
    await restore.restore(url, ShiftableClock(NOW, still=True), released)


async def ask(url: str, question: Callable[[Any], Any]) -> Any:
    """What the answer to a question is that is asked of a connection."""
    database = Database(url, ShiftableClock(NOW, still=True))
    try:
        async with database.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await database.close()


def sizes(connection: Any) -> dict[str, int]:
    there = inspect(connection).get_table_names()
    here = [table for table in tables() if table in there]
    return {t: connection.execute(text(f'SELECT count(*) FROM "{t}"')).scalar() for t in layouts(connection, here)}


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
async def test_a_released_database_is_refused_until_it_is_migrated_and_keeps_its_rows(
    released: Path, nowhere: str
) -> None:
    await install(nowhere, released)
    there = await ask(nowhere, sizes)
    if not released.stem.endswith(domain.migrations.HEAD):
        with pytest.raises(migrate.OutdatedSchema, match="run genjin migrate"):
            await migrate.check(nowhere)

    await migrate.upgrade(nowhere)

    await migrate.check(nowhere)
    differences = await ask(nowhere, lambda c: compare_metadata(MigrationContext.configure(c), SQLModel.metadata))
    assert differences == []
    now = await ask(nowhere, sizes)
    assert {table: now[table] for table in there} == there
    assert [table for table in now.keys() - there.keys() if now[table]] == []


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
async def test_people_go_on_talking_after_the_upgrade(released: Path, nowhere: str) -> None:
    await install(nowhere, released)
    await migrate.upgrade(nowhere)

    everybody = [*PEOPLE, {"userid": "somebody", "name": "路人"}]
    async with staged(nowhere, COMPANY, everybody, now=NOW + timedelta(minutes=12)) as stage:
        heard = await _goes_on(stage)
        async with stage.app.database.read() as session:
            said = await session.scalar(select(func.count()).where(col(Activity.text).in_([t for _, t in SAID])))
            notes = await session.scalar(select(func.count()).select_from(Activity))

    assert "禾田" in heard["customer"]
    assert "75万" in heard["customer"]
    assert "已记录" in heard["note"]
    assert "明天例会改到九点半" in heard["waited"]
    assert "88折" in heard["decided"]
    assert "给梁总打电话" in heard["reminder"]
    assert (said, notes) == (5, 6)


async def _goes_on(stage: Stage) -> dict[str, str]:
    """What people are shown who go on talking."""
    await stage.say("fang.lei", "禾田机械")
    customer = str(stage.chat("fang.lei")[-1])
    await stage.say("fang.lei", "拜访了禾田机械的梁总，聊了交期")
    note = str(stage.chat("fang.lei")[-1])
    await stage.move(timedelta(minutes=10))
    waited = str(stage.chat("fang.lei")[-1])
    await stage.move(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    await stage.tap("gao.yun", "同意")
    decided = str(stage.chat("fang.lei")[-1])
    await stage.move(datetime(2026, 11, 27, 2, 0, tzinfo=UTC))
    reminder = str(stage.chat("fang.lei")[-1])

    return {"customer": customer, "note": note, "waited": waited, "decided": decided, "reminder": reminder}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_a_released_migration_is_never_edited(name: str) -> None:
    file = Path(domain.migrations.__file__).parent / "versions" / name

    assert sha256(file.read_bytes()).hexdigest() == UNTOUCHED[name], "write a new migration instead"


def test_a_backup_is_read_by_every_later_release_as_it_was_written() -> None:
    for released in RELEASED:
        assert gzip.decompress(released.read_bytes()).startswith(b'{"genjin":"backup"')
        assert restore.look(released).rows > 100


REBUILT = '''
"""A column becomes another one: on SQLite its table is made anew, while other tables point at its rows"""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.alter_column("title", existing_type=sa.String(50), type_=sa.String(80), existing_nullable=False)
'''


async def test_a_migration_may_make_a_table_anew_to_which_others_point(
    nowhere: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(Path(domain.migrations.__file__).parent, folder)
    (folder / "versions" / "v9999_rebuilt.py").write_text(REBUILT.format(head=domain.migrations.HEAD))
    await install(nowhere, RELEASED[-1])
    monkeypatch.setattr(migrate, "_FOLDER", folder)
    monkeypatch.setattr(migrate, "HEAD", "9999")

    await migrate.upgrade(nowhere)

    assert await ask(nowhere, lambda c: c.execute(text("SELECT count(*) FROM person")).scalar()) == 3
    if nowhere.startswith("sqlite:"):
        with closing(sqlite3.connect(nowhere.removeprefix("sqlite:///"))) as database:
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_who_held_a_connection_before_the_upgrade_is_known_after_it(nowhere: str) -> None:
    columns = "kind, subject_kind, subject_id, params, created_at, last_error, trace, failures, leases_lost"
    row = f"""
        INSERT INTO due (key, lane, due_at, lease_until, state, fence, {columns})
        VALUES ('present:a1b2', 'dingtalk', '2026-05-06 02:00:00+00:00', '2026-05-06 02:05:00+00:00', 'done', 1,
                'present', 'present', 0, '{{}}', '2026-05-06 02:00:00+00:00', '', '', 0, 0)"""
    await ask(nowhere, lambda c: migrate.build(c, "0009"))
    await ask(nowhere, lambda c: c.execute(text(row)))

    await migrate.upgrade(nowhere)

    found = await ask(nowhere, lambda c: c.execute(select(Presence.__table__)).mappings().all())
    since = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
    stretch = {"name": "a1b2", "channel": "dingtalk", "since": since, "until": since + timedelta(minutes=5)}
    assert [dict(each) for each in found] == [{"id": 1, "over": True, "told": True} | stretch]
    assert await ask(nowhere, lambda c: c.execute(select(func.count()).select_from(Due)).scalar()) == 0
