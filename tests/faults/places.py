"""The set-ups in which faults are played, made on servers and files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import migrate
from tests.faults.rig import Place
from tests.services import Postgres, Redis, start_postgres, start_redis

SINGLE, REPLICAS = "single", "replicas"


def on_sqlite(folder: Path, roles: tuple[str, ...] = ("all",)) -> Place:
    """Processes on this machine over one new file."""
    url = f"sqlite:///{folder / 'genjin.db'}"
    migrate(url)
    return Place(name=SINGLE, database_url=url, roles=roles)


def on_servers(postgres: Postgres, redis: Redis, roles: tuple[str, ...]) -> Place:
    """Replicas over a new database, made from the one that is named `template`."""
    url = postgres.create(template="template")
    return Place(name=REPLICAS, database_url=url, roles=roles, postgres=postgres, redis=redis)


@contextmanager
def servers() -> Iterator[tuple[Postgres, Redis]]:
    """A PostgreSQL and a Redis that may be halted; a migrated database is named `template`."""
    postgres, redis = start_postgres(own=True), start_redis(own=True)
    try:
        migrate(postgres.create("template"))
        yield postgres, redis
    finally:
        postgres.stop()
        redis.stop()
