"""What `genjin doctor` asks of each part: steps that say in a line that all is well, or what is wrong and what to do.

A messenger brings its own steps, in the order in which an administrator mends them: behind one that fails, the others
of that messenger would only repeat it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class Unwell(Exception):
    """A step failed; the message says what is wrong and what to do next."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try. `look` returns what it found, or raises `Unwell`."""

    name: str
    look: Callable[[], Awaitable[str]]
