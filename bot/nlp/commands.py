"""`genjin parse` and `genjin entities`: text in, JSON out, a line each, flushed as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.nlp import to_json
from bot.nlp.entities import entities

Answer = Callable[[str, datetime], dict[str, Any]]
YEARS = (1900, 2999)


def run_parse(lines: Iterable[str], out: TextIO, err: TextIO, *, zone: ZoneInfo, now: datetime) -> int:
    """Answer each line `{"id", "text", "now"}` with its reading; `now` serves lines without one.

    A line that cannot be read gets `{"id": null, "error"}`, and the next ones go on. Returns the exit code: 0 for all
    done, 1 where a line was refused.
    """
    from bot.nlp.pipeline import parse  # not for `entities`, which is ready in half the time without it

    return _run(lines, out, err, zone, now, lambda text, at: to_json.message(parse(text, at)))


def run_entities(lines: Iterable[str], out: TextIO, err: TextIO, *, zone: ZoneInfo, now: datetime) -> int:
    """The same for times, money, numbers, phones and addresses: `{"id", "entities": [...]}`. Always exits with 0."""
    _run(lines, out, err, zone, now, lambda text, at: {"entities": to_json.entities(text, entities(text, at))})
    return 0


def parse_one(text: str, out: TextIO, *, zone: ZoneInfo, now: datetime) -> int:
    """`genjin parse TEXT`: one message, one object."""
    from bot.nlp.pipeline import parse

    out.write(json.dumps(to_json.message(parse(text, _local(now, zone))), ensure_ascii=False) + "\n")
    return 0


def _run(lines: Iterable[str], out: TextIO, err: TextIO, zone: ZoneInfo, now: datetime, answer: Answer) -> int:
    refused = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row_id, text, at = _row(line, zone, now)
            said = {"id": row_id, **answer(text, at)}
        except (ValueError, TypeError) as error:
            refused += 1
            said = {"id": None, "error": str(error)}
            err.write(f"line {number}: {error}\n")
        out.write(json.dumps(said, ensure_ascii=False) + "\n")
        out.flush()
    return 1 if refused else 0


def _row(line: str, zone: ZoneInfo, now: datetime) -> tuple[object, str, datetime]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON: give one object a line") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise TypeError('an object with "text" is expected')
    said = row.get("now")
    return row.get("id"), row["text"], _local(datetime.fromisoformat(said) if said else now, zone)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the zone of the speaker. Raises ValueError for a year from which 去年 or 十年后 may not exist."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValueError(f"now is outside of the years {YEARS[0]} to {YEARS[1]}")
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
