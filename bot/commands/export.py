"""`genjin export`: everything of one kind, oldest first, as JSON lines, CSV or a workbook.

The operator sees all that is on record; what was taken back is left out. Moments are ISO 8601 in UTC, money is yuan.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

from bot.commands.export_kinds import KINDS
from config.clock import SystemClock
from config.settings import Settings
from domain import migrate
from domain.database import Database

Form: TypeAlias = Literal["jsonl", "csv", "xlsx"]
AT_ONCE = 500  # rows read at a time
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet would run
# What no workbook may hold, and what a terminal would obey.
_UNFIT = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF))
Write = Callable[[Sequence[Any]], None]


async def export(settings: Settings, kind: str, form: Form, file: Path | None) -> int:
    """Write one kind to standard output, or to a workbook; returns the exit code."""
    try:
        await migrate.check(settings.database)
    except migrate.OutdatedSchema as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    database = Database(settings.database, SystemClock())
    try:
        if form == "xlsx" and file is not None:
            await _workbook(database, kind, file)
        elif form == "csv":
            await _csv(database, kind)
        else:
            await _jsonl(database, kind)
    finally:
        await database.close()
    return 0


async def rows(database: Database, kind: str) -> AsyncIterator[dict[str, Any]]:
    """The rows of one kind as JSON values."""
    wanted = KINDS[kind]
    async with database.read() as session:
        found = await session.stream(wanted.query, execution_options={"yield_per": AT_ONCE})
        async for row in found.mappings():
            yield {name: _value(wanted.read(name, value)) for name, value in row.items()}


async def _jsonl(database: Database, kind: str) -> None:
    async for row in rows(database, kind):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


async def _csv(database: Database, kind: str) -> None:
    table = csv.writer(sys.stdout, lineterminator="\r\n")
    table.writerow(KINDS[kind].columns)
    async for row in rows(database, kind):
        table.writerow([_cell(value) for value in row.values()])


async def _workbook(database: Database, kind: str, file: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    sheet.append(list(KINDS[kind].columns))
    async for row in rows(database, kind):
        sheet.append([_cell(value) for value in row.values()])
    book.save(file)


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _cell(value: Any) -> str | int | float | bool | None:
    """A cell that no spreadsheet takes for a formula, and that holds no character a workbook refuses."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = "、".join(value)
    elif isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return]
    text = value.translate(_UNFIT)
    return f"'{text}" if text.startswith(FORMULA) else text
