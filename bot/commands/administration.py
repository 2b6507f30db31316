"""`genjin migrate` and `genjin admin`."""

from __future__ import annotations

import sys

from config.clock import SystemClock
from config.settings import Settings
from domain import migrate as migrations
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import directory


async def migrate(settings: Settings) -> int:
    """Bring the database to this release's schema."""
    if not settings.database_url:
        settings.data.mkdir(parents=True, exist_ok=True)
    try:
        await migrations.upgrade(settings.database)
    except migrations.Broken as wrong:
        sys.stderr.write(f"genjin: {wrong}; nothing was changed. Restore the last backup, or report it\n")
        return 2
    sys.stdout.write("the database is at this release's schema\n")
    return 0


async def admin(settings: Settings, userid: str) -> int:
    """Make somebody an administrator."""
    database = Database(settings.database, SystemClock())
    try:
        await migrations.check(settings.database)
        async with database.unit(SYSTEM, Cause("cli")) as uow:
            name, new = await directory.make_admin(uow, userid)
    except migrations.OutdatedSchema as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    except directory.NobodyThere:
        sys.stderr.write(f"genjin: nobody has the account {userid}: bring people in with genjin import people FILE\n")
        return 2
    finally:
        await database.close()
    sys.stdout.write(f"{name} ({userid}) is {'now' if new else 'already'} an administrator\n")
    return 0
