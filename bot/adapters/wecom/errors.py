"""What WeCom's errcodes mean to whoever sends (protocol reference 2.3): one table, in errcodes.toml, and one function.

What is not in the table is worth another try. So is trouble with the set-up (wrong secret, IP not trusted, app switched
off), because an administrator repairs it while the row waits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from domain.errors import ChannelError, Misconfigured, NotUpdatable, Rejected, Throttled, Unreachable

Does: TypeAlias = Literal["retry", "refresh", "wait", "setup", "nobody", "again", "anew", "push", "stop", "refuse"]


class NotAnswerable(ChannelError):
    """A message to the robot cannot be answered by its own way any more; a push can still reach the chat."""


class BadCredentials(ChannelError):
    """The server does not know the robot, or its secret is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is done, and who is told, in words for the documentation."""

    words: str
    told: str = "nobody"


DEEDS: Mapping[Does, Deed] = {
    "retry": Deed(words="tried again after 1 s, 5 s, 30 s, 5 min, 1 h"),
    "refresh": Deed(words="the token is fetched anew and the call made once more; then tried again later"),
    "wait": Deed(words="nothing goes out there for so long, then it is tried again; it is no failure"),
    "setup": Deed(
        words="tried again as above, for it can be mended meanwhile", told="the administrator, when it is given up"
    ),
    "nobody": Deed(words="given up at once", told="who caused it"),
    "again": Deed(words="the file is uploaded again, once", told="as for a refusal, where that does not help"),
    "anew": Deed(words="the card is shown anew below, once"),
    "push": Deed(words="it is pushed into the chat instead"),
    "stop": Deed(words="three tries to connect, then no more until genjin is restarted", told="genjin doctor, the log"),
    "refuse": Deed(words="given up at once", told="who caused it, and the administrator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table. `setup`: it shows in the log as an error of the set-up, and deploy/ alarms on it."""

    codes: tuple[int, ...]
    written: str
    means: str
    does: Does
    wait: timedelta = timedelta()
    setup: bool = False


def _rows() -> Iterator[Row]:
    given: dict[str, Any] = tomllib.loads(Path(__file__).with_name("errcodes.toml").read_text(encoding="utf-8"))
    for row in given["row"]:
        yield Row(
            codes=tuple(code for each in row["codes"] for code in _codes(each)),
            written=", ".join(row["codes"]),
            means=row["means"],
            does=row["does"],
            wait=timedelta(seconds=row.get("seconds", 0)),
            setup=row.get("setup", False),
        )


def _codes(written: str) -> range:
    first, dash, last = written[1:].partition("-")
    begin = int(written[0] + first)
    return range(begin, int(last) + 1 if dash else begin + 1)


TABLE: tuple[Row, ...] = tuple(_rows())
_BY_CODE: Mapping[int, Row] = {code: row for row in TABLE for code in row.codes}

REQUEST_USED = 846605  # the robot's request cannot be answered, or not any more
TOKEN_REFUSED = frozenset(code for row in TABLE if row.does == "refresh" for code in row.codes)
SETUP = frozenset(code for row in TABLE if row.setup for code in row.codes)
FILE_GONE = frozenset(code for row in TABLE if row.does == "again" for code in row.codes)
# Of a used, unknown or expired response_code: the reference is not sure which.
CODE_REFUSED = frozenset(code for row in TABLE if row.does == "anew" for code in row.codes) | {40058}

_RAISES: Mapping[Does, Callable[[str], ChannelError]] = {
    "setup": Misconfigured,
    "nobody": Unreachable,
    "again": Rejected,
    "anew": NotUpdatable,
    "push": NotAnswerable,
    "stop": BadCredentials,
    "refuse": Rejected,
}


def failure(code: int, call: str, hint: str = "") -> ChannelError:
    """The error to raise for an answer of `call` with this errcode; `hint` is WeCom's own word for it."""
    said, row = f"wecom {call}: errcode {code}" + (f": {hint}" if hint else ""), _BY_CODE.get(code)
    if row is None:
        return ChannelError(said)
    if row.does == "wait":
        return Throttled(row.wait)
    if row.setup:
        return Misconfigured(said)
    return _RAISES.get(row.does, ChannelError)(said)
