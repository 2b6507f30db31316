"""`genjin import people`: everybody of a list in one transaction; what is wrong is rejected by its row."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bot.commands.people_file import Line, read
from bot.commands.table_file import BadFile
from bot.messengers import home_channel
from config.clock import SystemClock
from config.settings import Settings
from domain import migrate
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import directory
from domain.tables import Account, Person
from domain.uow import UnitOfWork


class _DryRun(Exception):
    """Ends the unit without a trace."""


async def import_people(settings: Settings, file: Path, *, dry_run: bool) -> int:
    """Returns the exit code: 1 if a row was rejected, 2 if the file or the database cannot be used."""
    try:
        lines = read(file)
        await migrate.check(settings.database)
    except (BadFile, migrate.OutdatedSchema) as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    rejected = [(line.number, line.wrong) for line in lines if line.entry is None]
    database = Database(settings.database, SystemClock())
    outcomes: dict[int, str] = {}
    try:
        async with database.unit(SYSTEM, Cause("cli")) as uow:
            await _put_all(uow, lines, outcomes, rejected, home_channel(settings))
            _end_if(dry_run)
    except _DryRun:
        pass
    finally:
        await database.close()
    _report(Counter(outcomes.values()), sorted(rejected), dry_run=dry_run)
    return 1 if rejected else 0


def _end_if(dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


async def _put_all(
    uow: UnitOfWork,
    lines: list[Line],
    outcomes: dict[int, str],
    rejected: list[tuple[int, str]],
    channel: str,
) -> None:
    """First everybody, then who leads whom: a superior may stand below his people in the list."""
    known = await _on_record(uow, channel)
    good, superiors = _placed([line for line in lines if line.entry is not None], known, rejected)
    for line in good:
        if line.entry is not None:
            outcomes[line.number] = await directory.put(uow, line.entry, channel)
    for line in good:
        if line.entry is None or line.number not in superiors:
            continue
        try:
            changed = await directory.set_superior(uow, line.entry.userid, superiors[line.number])
        except directory.Circle:
            rejected.append((line.number, f"{line.superior} would be over himself; the rest of the row is taken over"))
        else:
            if changed and outcomes[line.number] == "unchanged":
                outcomes[line.number] = "updated"


def _placed(
    lines: list[Line], known: dict[str, str], rejected: list[tuple[int, str]]
) -> tuple[list[Line], dict[int, str]]:
    """The rows whose superior is somebody, with his account by row; a rejected row is nobody's superior."""
    while True:
        everybody = known | {line.entry.userid.casefold(): line.entry.name for line in lines if line.entry}
        found = {line.number: _account(line.superior, everybody) for line in lines if line.superior}
        lost = {number for number, userid in found.items() if userid is None}
        if not lost:
            return lines, {number: userid for number, userid in found.items() if userid is not None}
        rejected += [
            (line.number, f"the superior {line.superior} is nobody in the file or on record")
            for line in lines
            if line.number in lost
        ]
        lines = [line for line in lines if line.number not in lost]


def _account(said: str, everybody: dict[str, str]) -> str | None:
    """The account that an account or a name means; a name that two people have means nobody."""
    if said.casefold() in everybody:
        return said.casefold()
    named = [userid for userid, name in everybody.items() if name == said]
    return named[0] if len(named) == 1 else None


async def _on_record(uow: UnitOfWork, channel: str) -> dict[str, str]:
    """The name of everybody on record by account, case-folded."""
    query = select(col(Account.userid), col(Person.name)).join(Person, col(Person.id) == col(Account.person_id))
    query = query.where(col(Account.channel) == channel, col(Person.gone_at).is_(None))
    return {str(row[0]).casefold(): str(row[1]) for row in (await uow.session.execute(query)).all()}


def _report(counts: Counter[str], rejected: list[tuple[int, str]], *, dry_run: bool) -> None:
    done = ", ".join(f"{name} {counts[name]}" for name in ("created", "updated", "unchanged"))
    merged = "merged 0"  # people are told apart by their account, so none are ever merged
    would = "dry run, nothing was written: " if dry_run else ""
    sys.stdout.write(f"{would}{done}, {merged}, rejected {len(rejected)}\n")
    for number, why in rejected:
        sys.stdout.write(f"row {number}: {why}\n")
