"""One id from a callback to everything that follows from it: answers, cards of others, and what is due weeks later.

The id is made from the messenger's own, so a repeated callback has the same; rows keep it in `trace`, whoever works on
a row works under its trace, what he writes inherits it, and every line of the log carries it.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s


@dataclass(frozen=True, slots=True)
class Work:
    """What this task is working on: its trace, and since when it was due (UTC); nothing in particular without."""

    trace: str = ""
    since: datetime | None = None


_NOTHING = Work()
_current: ContextVar[Work] = ContextVar("work", default=_NOTHING)


def of(channel: str, message_id: str) -> str:
    """The trace of a message: 16 hexadecimal digits."""
    return blake2s(f"{channel}:{message_id}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def begin(trace: str = "", since: datetime | None = None) -> None:
    """What follows in this task belongs to this trace; without arguments to none."""
    _current.set(Work(trace, since) if trace or since else _NOTHING)


def current() -> Work:
    """What this task is working on."""
    return _current.get()
