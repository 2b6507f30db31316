"""Logging to standard error, a line an event: for people `key=value`, for machines JSON with the same facts.

Every line has the trace of what it is about. What people say is never a fact, and as the words of an exception may be
theirs, a fault is logged by its type and place; its words are kept with the row that failed (`genjin dead`). Nothing
that comes from outside can begin a line of its own: what is no printable character is escaped.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from config import tracing
from domain.errors import ChannelError

_OWN = len(vars(logging.makeLogRecord({})))  # what a record has by itself; the facts of the event come after it
_LATER = ("message", "asctime", "exc_text")  # what a formatter may have left there
_HOME = str(Path(__file__).parents[2]) + os.sep
_FRAMES = 12
_LONGEST = 1000
_encode = json.JSONEncoder(default=str, separators=(",", ":")).encode


class _Text(logging.Formatter):
    """`2026-11-25 08:00:00,000 WARNING bot.app: what happened key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {key}={value}" for key, value in _facts(record).items())
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        return _printable(head + facts)


class _Json(logging.Formatter):
    """One object a line, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage()[:_LONGEST],
        }
        for key, value in _facts(record).items():
            line[f"its_{key}" if key in line else key] = value
        return _encode(line)


def to_stderr(level: int, *, as_json: bool = False) -> None:
    """Write events of this level and above; libraries only warn."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # None of these is ever shown, and looking them up costs as much as the rest of a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # nor the line that logs
    root.setLevel(max(level, logging.WARNING))
    for package in ("bot", "scheduler", "domain", "cards"):
        logging.getLogger(package).setLevel(level)


def wants_json(setting: Literal["auto", "text", "json"]) -> bool:
    """Whether a process that serves writes JSON: as it is set, else unless somebody sits before it."""
    return setting == "json" or (setting == "auto" and not sys.stderr.isatty())


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {"trace": trace} if (trace := tracing.current().trace) else {}
    for key, value in islice(vars(record).items(), _OWN, None):
        if key not in _LATER:
            facts[key] = value[:_LONGEST] if isinstance(value, str) else value
    if record.exc_info and record.exc_info[1] is not None:
        facts["fault"] = fault(record.exc_info[1])
    return facts


def fault(error: BaseException) -> str:
    """What was raised and where, the innermost place first, then what it came from; without anybody's words."""
    parts: list[str] = []
    at: BaseException | None = error
    while at is not None and len(parts) < 5:
        frames = traceback.extract_tb(at.__traceback__)[-_FRAMES:]
        places = " < ".join(f"{f.filename.removeprefix(_HOME)}:{f.lineno} {f.name}" for f in reversed(frames))
        parts.append(f"{type(at).__name__}{_reason(at)}" + (f" at {places}" if places else ""))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "; from ".join(parts)


def _reason(error: BaseException) -> str:
    """The words of an exception that can only be ours, the system's or the database's."""
    if isinstance(error, OSError):
        said = error.strerror or ""
    elif isinstance(error, (ChannelError, sqlite3.Error)):
        said = str(error)
    else:
        said = str(getattr(error, "sqlstate", None) or "")
    return f" ({said})" if said else ""


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
