"""What DingTalk's codes mean to whoever sends: one table, in errcodes.toml, and one function (reference 4.2).

Throttling comes as HTTP 403 with a code that holds `Forbidden`, so nothing goes by the status alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from domain.errors import ChannelError, FileGone, Misconfigured, NotUpdatable, Rejected, Throttled, Unreachable

Does: TypeAlias = Literal["refresh", "wait", "setup", "other", "anew", "push", "gone", "nobody", "refuse"]


class NoCards(ChannelError):
    """The template of a card cannot be used; another one, or words, may do."""


class SessionOver(ChannelError):
    """The webhook that came with a message lives no more; the robot's API still reaches the chat."""


class Unlisted(ChannelError):
    """Refused for good with a code that stands in no table; worth another try, unless the caller knows better."""


DEEDS: Mapping[Does, str] = {
    "refresh": "the token is fetched anew and the call made once more; then tried again later",
    "wait": "nothing goes out there for so long, then it is tried again; it is no failure",
    "setup": "tried again for over an hour, as it can be mended meanwhile; then the administrator is told",
    "other": "for ten minutes other cards, or words in their place, are sent",
    "anew": "the card is shown anew below, once",
    "push": "it is sent by the robot's API instead",
    "gone": "who sent the file is asked to send it again",
    "nobody": "given up at once; who caused it is told",
    "refuse": "given up at once; who caused it and the administrator are told",
}

_RAISES: Mapping[Does, Callable[[str], ChannelError]] = {
    "setup": Misconfigured,
    "other": NoCards,
    "anew": NotUpdatable,
    "push": SessionOver,
    "gone": FileGone,
    "nobody": Unreachable,
    "refuse": Rejected,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table."""

    codes: tuple[str, ...]
    means: str
    does: Does
    wait: timedelta


def _rows() -> Iterator[Row]:
    given = tomllib.loads(Path(__file__).with_name("errcodes.toml").read_text(encoding="utf-8"))
    for row in given["row"]:
        wait = timedelta(seconds=row.get("seconds", 0))
        yield Row(codes=tuple(row["codes"]), means=row["means"], does=row["does"], wait=wait)


TABLE: tuple[Row, ...] = tuple(_rows())
_EXACT: Mapping[str, Row] = {code: row for row in TABLE for code in row.codes if not code.endswith("*")}
_BEGINNINGS = sorted(
    ((code[:-1], row) for row in TABLE for code in row.codes if code.endswith("*")), key=lambda pair: -len(pair[0])
)


def row_of(code: str) -> Row | None:
    """The row of a code; None for one that is worth another try."""
    if (row := _EXACT.get(code)) is not None:
        return row
    return next((row for beginning, row in _BEGINNINGS if code.startswith(beginning)), None)


def refreshes(code: str) -> bool:
    """Whether the token was refused."""
    row = row_of(code)
    return row is not None and row.does == "refresh"


def failure(code: str, call: str, status: int = 200) -> ChannelError:
    """The error to raise for an answer of `call` with this code, and this HTTP status."""
    said, row = f"dingtalk {call}: {code}", row_of(code)
    if row is None:
        return Unlisted(said) if 400 <= status < 500 else ChannelError(said)
    if row.does == "wait":
        return Throttled(row.wait)
    return _RAISES.get(row.does, ChannelError)(said)
