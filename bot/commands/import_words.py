"""`genjin import words`: what the company calls its products, competitors, customers and their people, from a list."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from bot.commands.table_file import BadFile, table
from config.clock import SystemClock
from config.settings import Settings
from domain import migrate
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.errors import Refused
from domain.names import Names
from domain.naming import normal, same_person
from domain.services import customers, lessons, people
from domain.services.lessons import Sort
from domain.tables import Lesson
from domain.uow import UnitOfWork

COLUMNS = {
    "word": ("词", "word"),
    "means": ("意思", "指", "means"),
    "kind": ("类别", "类型", "kind"),
    "customer": ("客户", "customer"),
}
KINDS: dict[Sort, tuple[str, ...]] = {
    "product": ("产品", "product"),
    "competitor": ("竞品", "竞争对手", "对手", "competitor"),
    "customer": ("客户", "customer"),
    "person": ("联系人", "contact", "person"),
}
_KIND: dict[str, Sort] = {name: kind for kind, names in KINDS.items() for name in names}
_A_NAME = 0.93  # a whole name; what two firms may share, their brand, counts less


class _DryRun(Exception):
    """Ends the unit without a trace."""


class _Rejected(Exception):
    """A row cannot be taken over; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, the header being row 1."""

    number: int
    word: str
    means: str
    kind: str
    customer: str


async def import_words(settings: Settings, file: Path, *, dry_run: bool) -> int:
    """Returns the exit code: 1 if a row was rejected, 2 if the file or the database cannot be used."""
    try:
        lines = read(file)
        await migrate.check(settings.database)
    except (BadFile, migrate.OutdatedSchema) as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    database = Database(settings.database, SystemClock())
    outcomes: Counter[str] = Counter()
    rejected: list[tuple[int, str]] = []
    try:
        async with database.unit(SYSTEM, Cause("cli")) as uow:
            admin = await people.administrator(uow.session)
            if admin is None:
                sys.stderr.write("genjin: nobody is an administrator who could teach; genjin admin USERID makes one\n")
                return 2
            roles = frozenset({"admin", "manager"})
            uow.actor = Actor(person_id=admin.id, name=admin.name, roles=roles, audience="system")
            await _teach_all(uow, lines, outcomes, rejected)
            _end_if(dry_run)
    except _DryRun:
        pass
    finally:
        await database.close()
    would = "dry run, nothing was written: " if dry_run else ""
    done = ", ".join(f"{name} {outcomes[name]}" for name in ("created", "updated", "unchanged"))
    sys.stdout.write(f"{would}{done}, merged 0, rejected {len(rejected)}\n")
    for number, why in rejected:
        sys.stdout.write(f"row {number}: {why}\n")
    return 1 if rejected else 0


def _end_if(dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


def read(path: Path) -> list[Line]:
    """Every row with a word in it. Raises `BadFile`."""
    rows = table(path)
    columns = _columns(rows[0]) if rows else {}
    if "word" not in columns or "kind" not in columns:
        raise BadFile(
            f"{path} has no column 词 or no column 类别; its first row names the columns: 词, 意思, 类别, 客户"
        )
    lines = []
    for number, row in enumerate(rows[1:], 2):
        said = {key: row[at].strip() if at < len(row) else "" for key, at in columns.items()}
        if any(said.values()):
            word = said["word"]
            lines.append(Line(number, word, said.get("means") or word, said["kind"], said.get("customer", "")))
    return lines


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = {name: key for key, known in COLUMNS.items() for name in known}
    found: dict[str, int] = {}
    for at, title in enumerate(header):
        key = names.get(title.strip().casefold())
        if key is not None:
            found.setdefault(key, at)
    return found


async def _teach_all(
    uow: UnitOfWork, lines: list[Line], outcomes: Counter[str], rejected: list[tuple[int, str]]
) -> None:
    names = Names()
    await names.catch_up(uow.session, uow.now)
    for line in lines:
        known = (await uow.session.execute(select(func.max(col(Lesson.id))))).scalar() or 0
        before = await lessons.stands(uow, line.word)
        try:
            lesson = await _teach(uow, names, line)
        except (_Rejected, Refused) as why:
            rejected.append((line.number, str(why) or type(why).__name__))
            continue
        outcomes["unchanged" if lesson <= known else "updated" if before else "created"] += 1


async def _teach(uow: UnitOfWork, names: Names, line: Line) -> int:
    kind = _KIND.get(line.kind.casefold())
    if kind is None:
        raise _Rejected(f"{line.kind!r} is no kind; kinds are {', '.join(names[0] for names in KINDS.values())}")
    if not 2 <= len(normal(line.word)) <= 40:
        raise _Rejected(f"{line.word!r} is too short or too long for a word")
    if kind in ("product", "competitor"):
        return await lessons.teach(uow, kind, line.word, line.means)
    customer = _customer(names, line.customer if kind == "person" else line.means)
    if kind == "person":
        return await _teach_person(uow, customer, line)
    if normal(line.word) == normal(line.means):
        raise _Rejected(f"{line.word} means itself")
    taken = [i for i, score, reason in names.find(line.word).candidates if reason == "name" and score > _A_NAME]
    if any(int(i) != customer for i in taken):
        raise _Rejected(f"{line.word} is another customer's name")
    return await lessons.teach(uow, "customer", line.word, line.means, customer_id=customer)


def _customer(names: Names, called: str) -> int:
    found = names.find(called) if called else None
    if found is None or found.match is None:
        raise _Rejected(f"no customer, or more than one, is called {called or '(empty)'}")
    return int(found.match)


async def _teach_person(uow: UnitOfWork, customer: int, line: Line) -> int:
    there = [c for c in await customers.contacts(uow, customer) if same_person(line.means, c.name, c.title or None)]
    if len(there) != 1:
        raise _Rejected(f"{line.customer} has nobody, or more than one, called {line.means}")
    him = there[0]
    return await lessons.teach(uow, "person", line.word, him.name, customer_id=customer, contact_id=him.id)
