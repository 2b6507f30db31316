"""A full disk as each database meets it, without filling one."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.faults.places import SINGLE
from tests.faults.rig import Rig

FULL = """
CREATE OR REPLACE FUNCTION disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""
ROOM = "CREATE OR REPLACE FUNCTION disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
ASKS = "CREATE OR REPLACE TRIGGER disk BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION disk()"


@asynccontextmanager
async def full_disk(rig: Rig) -> AsyncIterator[None]:
    """What a database meets on a full disk: SQLite's files cannot grow, PostgreSQL answers every write with 53100."""
    if rig.place.name == SINGLE:
        pid = rig.homes[0].pid or 0
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, most))
        try:
            yield
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
        return
    connection = await asyncpg.connect(rig.place.database_url)
    try:
        await connection.execute(ROOM)
        for (table,) in await connection.fetch(TABLES):  # one by one: who is at work holds several of them
            await connection.execute(ASKS.format(table))
        await connection.execute(FULL)
        try:
            yield
        finally:
            await connection.execute(ROOM)
    finally:
        await connection.close()
