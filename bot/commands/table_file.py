"""Reads a table from a .csv or .xlsx that somebody hands over: rows of words, whatever the file holds.

A file may be made to harm: a workbook of a few bytes unpacks to gigabytes, or has a cell at the far corner so that
whoever lays out the sheet needs them. So nothing is unpacked that says it is large, rows are read one by one, and no
more of them than a list of people has.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

LARGEST = 16 << 20  # bytes of a file
UNPACKED = 64 << 20  # bytes of a workbook's parts together
ROWS, COLUMNS = 20_000, 100


class BadFile(Exception):
    """The file cannot be read as a table; the message is a line that says what to do."""


def table(path: Path) -> list[list[str]]:
    """Every row, each cell in one line without blanks around it. Raises `BadFile`."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadFile(f"{path} is over {LARGEST >> 20} MB; split it")
        raw = path.read_bytes()
    except OSError as gone:
        raise BadFile(f"cannot read {path}: {gone.strerror or 'no such file'}") from None
    except ValueError:
        raise BadFile("that is no name of a file") from None
    found = _sheet(path, raw) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path, raw)
    rows = [[_text(cell) for cell in row[:COLUMNS]] for row in islice(found, ROWS + 1)]
    if len(rows) > ROWS:
        raise BadFile(f"{path} has over {ROWS} rows; split it")
    return rows


def _csv(path: Path, raw: bytes) -> Iterator[list[str]]:
    """Spreadsheets save CSV as UTF-8 with a mark, or as GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return iter(list(csv.reader(io.StringIO(text, newline=""))))
        except csv.Error as wrong:
            raise BadFile(f"{path} is no CSV: {wrong}") from None
    raise BadFile(f"{path} is neither UTF-8 nor GB 18030; save it as CSV UTF-8")


def _sheet(path: Path, raw: bytes) -> Iterator[tuple[object, ...]]:
    """The first sheet. What the library raises on a file that is not well is of every kind."""
    import openpyxl  # slow to import, and no CSV needs it

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            large = sum(part.file_size for part in packed.infolist()) > UNPACKED
        if not large:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
                rows = book.worksheets[0].iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True)
                return _without_end(list(rows))
    except Exception as wrong:
        raise BadFile(f"{path} is no workbook that can be read ({type(wrong).__name__}); save it as .xlsx") from None
    raise BadFile(f"{path} unpacks to over {UNPACKED >> 20} MB; save only its first sheet")


def _without_end(rows: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Sheets end in rows that were formatted and never filled."""
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return iter(rows)


def _text(cell: object) -> str:
    """A cell as it is shown, in one line: spreadsheets keep 13800138000 as a float."""
    if cell is None:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text if text.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in text).split())
