"""`genjin backup` and `genjin restore`."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from config.clock import SystemClock
from config.settings import Settings
from domain import migrate
from domain.actor import SYSTEM, Cause
from domain.backup import dump, restore
from domain.backup.archive import Damaged, Newer
from domain.backup.dump import Backup
from domain.backup.resume import Held
from domain.database import Database
from domain.files import FOLDER, FileStore
from domain.services import upkeep


async def backup(settings: Settings, file: Path, *, files: bool) -> int:
    """Write a backup to a new file while genjin works; `files`: with what people sent."""
    database = Database(settings.database, SystemClock())
    try:
        await migrate.check(settings.database)
        made = await dump.dump(database, file, _store(settings) if files else None)
    except migrate.OutdatedSchema as wrong:
        return _refuse(f"{wrong}, or back it up with the release that made it")
    except dump.Unsound as wrong:
        return _refuse(f"the database file is damaged ({wrong}); keep it, and restore the last backup elsewhere")
    except ConnectionError:
        raise  # the database's, not the file's
    except OSError as wrong:
        return _refuse(f"{file}: {wrong.strerror or wrong}")
    finally:
        await database.close()
    sys.stdout.write(f"{file}: {_told(made)}, {_size(file)}\n")
    if made.missing:
        sys.stdout.write(
            f"{made.missing} files that people sent are not in {settings.data}; does another machine have them?\n"
        )
    return 0


async def put_back(settings: Settings, file: Path, *, force: bool, dry_run: bool, tell: bool) -> int:
    """Fill the database of the settings from a backup, and bring it to this release's schema."""
    try:
        found = restore.look(file)
    except OSError as wrong:
        return _refuse(f"{file}: {wrong.strerror or wrong}")
    except Damaged as wrong:
        return _refuse(f"{file}: {wrong}; nothing was changed. Take another copy, or an earlier backup")
    except Newer as wrong:
        return _refuse(f"{file}: {wrong}; install the release that made it, or a later one")
    if dry_run:
        sys.stdout.write(f"{file}: whole; {_told(found)}\n")
        return 0
    try:
        held = await _replace(settings, file, force=force)
    except restore.NotEmpty as wrong:
        return _refuse(f"{wrong}; --force replaces all of genjin's data in this database")
    except restore.InUse as wrong:
        return _refuse(f"{wrong}; stop all processes of genjin first")
    except restore.Unusable as wrong:
        return _refuse(f"{wrong}; move it away and try again")
    except (Damaged, migrate.Broken) as wrong:
        return _refuse(f"{file}: {wrong}; please report it")
    sys.stdout.write(f"{file}: put back; {_told(found)}\n{_said(held)}")
    if tell:
        await _tell(settings, datetime.fromisoformat(found.header.taken_at))
    return 0


async def _replace(settings: Settings, file: Path, *, force: bool) -> Held:
    if not settings.database_url:
        settings.data.mkdir(parents=True, exist_ok=True)
    held = await restore.restore(settings.database, SystemClock(), file, replace=force)
    await restore.put_files(file, _store(settings))
    await migrate.upgrade(settings.database)
    return held


def _store(settings: Settings) -> FileStore:
    return FileStore(settings.data / FOLDER)


def _refuse(why: str) -> int:
    sys.stderr.write(f"genjin: {why}\n")
    return 2


def _told(backup: Backup) -> str:
    header = backup.header
    rows = f"{backup.rows:,} rows in {backup.tables} tables at schema {header.schema}"
    files = f" and {backup.files:,} files" if backup.files else ""
    return f"{rows}{files}, as of {header.taken_at}"


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"


def _said(held: Held) -> str:
    if not (held.deliveries or held.reminders):
        return ""
    return (
        f"held back, being over a day late: deliveries {held.deliveries}, reminders {held.reminders}; see genjin dead\n"
    )


async def _tell(settings: Settings, taken_at: datetime) -> None:
    """Everybody who wrote within a week before the backup learns in chat what is missing."""
    database = Database(settings.database, SystemClock())
    try:
        async with database.unit(SYSTEM, Cause("cli")) as uow:
            week_before = taken_at - timedelta(days=7)
            told = await upkeep.tell_of_restore(uow, taken_at, settings.zone, since=week_before)
    finally:
        await database.close()
    sys.stdout.write(f"{told} people are told in chat, as soon as genjin serves\n")
