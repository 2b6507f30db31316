"""Regular expressions that are compiled when they are first looked for.

There are hundreds of them, and compiling them all takes longer than everything else that a command does until it is
ready; a text meets a few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

Match = re.Match[str]
_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "sub")


class Pattern:
    """An expression with the methods of a compiled one."""

    __slots__ = (*_METHODS, "source")
    known: ClassVar[list[Pattern]] = []

    findall: Callable[..., list[Any]]
    finditer: Callable[..., Iterator[Match]]
    fullmatch: Callable[..., Match | None]
    match: Callable[..., Match | None]
    search: Callable[..., Match | None]
    sub: Callable[..., str]

    def __init__(self, source: str) -> None:
        self.source = source
        self.known.append(self)
        for name in _METHODS:
            setattr(self, name, partial(self._first, name))

    def _first(self, name: str, *args: Any, **named: Any) -> Any:
        """The first call of a method; later ones go to the compiled expression itself."""
        self.compile()
        return getattr(self, name)(*args, **named)

    def compile(self) -> None:
        """Be ready for any text."""
        found = re.compile(self.source)
        for name in _METHODS:
            setattr(self, name, getattr(found, name))


def warm() -> None:
    """Compile all that is known so far, so that no text waits for it."""
    for pattern in Pattern.known:
        pattern.compile()
