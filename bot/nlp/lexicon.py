"""The word lists in `words/*.txt`, read once each.

A line is `word` or `word<TAB>kind`; `#` begins a comment, an empty line is nothing.
What its kinds mean is said at the head of each list.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, str], ...]:
    """The list `words/NAME.txt` as (word, kind) in its own order; the kind is empty where the line has none."""
    text = files("bot.nlp").joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    found: list[tuple[str, str]] = []
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if line:
            word, _, kind = line.partition("\t")
            found.extend((part, kind.strip()) for part in word.split())
    return tuple(found)


@cache
def words(name: str) -> frozenset[str]:
    """All words of a list."""
    return frozenset(word for word, _ in rows(name))


@cache
def kinds(name: str) -> dict[str, str]:
    """Word to kind; the first line of a word wins."""
    table: dict[str, str] = {}
    for word, kind in rows(name):
        table.setdefault(word, kind)
    return table


@cache
def either(name: str, kind: str | None = None) -> str:
    """The words of a list (of one kind) as the inside of an alternation, longest first, so that the longest wins."""
    chosen = [word for word, of in rows(name) if kind is None or of == kind]
    return "|".join(re.escape(word) for word in sorted(set(chosen), key=lambda word: (-len(word), word)))
