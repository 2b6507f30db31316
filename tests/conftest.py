"""What every test may ask for: real servers, and an empty, migrated database on each engine.

`database_url` runs a test twice, on SQLite and on PostgreSQL. `postgres` and `redis_url` are servers for the whole
session; they start when the first test asks.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.services import Postgres, run_aside, start_postgres, start_redis

_HERE = Path(__file__).parent
_TOGETHER = frozenset({"browser"})  # folders whose tests share what is found or installed once


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes run the tests, those of one file stay in one, in their order."""
    for item in items:
        within = item.path.relative_to(_HERE).parts
        item.add_marker(pytest.mark.xdist_group(within[0] if within[0] in _TOGETHER else "/".join(within)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half a character in what a test printed cannot be told from one process to another."""
    report = yield
    report.sections = [
        (name, printed.encode("utf-8", "backslashreplace").decode("utf-8")) for name, printed in report.sections
    ]
    return report


def pytest_configure() -> None:
    """A run that is told to end stops its servers, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server. `postgres.create()` gives the address of a new database, `postgres.drop(url)` removes it."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis server that all tests share: take keys of your own."""
    server = start_redis()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied, never opened."""
    path = tmp_path_factory.mktemp("template") / "genjin.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    """The name of a migrated PostgreSQL database without rows, to be copied, never opened."""
    url = postgres.create()
    migrate(url)
    yield urlsplit(url).path.removeprefix("/")
    postgres.drop(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database of this test."""
    path = tmp_path / "genjin.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database of this test."""
    url = postgres.create(template=postgres_template)
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once on each engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


def migrate(url: str) -> None:
    """Bring a database up to date. The import is here so that tests without a database need none of it."""
    from domain import migrate as migrations

    run_aside(partial(migrations.upgrade, url))
