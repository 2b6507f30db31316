"""Expressions of many alternatives that cost little where none of them begins.

The engine tries every alternative at every place of a text. `gated` puts the characters with which a match may begin in
front, as one class, so that most places are passed over with one look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"\((?:\?:|\?P<\w+>|(?P<around>\?<?[=!]))?")
_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|[^()|]")
_TIMES = re.compile(r"[?*+]\??|\{\d*,?\d*\}\??")


def gated(pattern: str) -> re.Pattern[str]:
    """The same expression, tried only where one of its first characters stands; as it is where they may be any."""
    first, empty = _first_of(pattern)
    return re.compile(pattern if first is None or empty else f"(?=[{first}])(?:{pattern})")


def _first_of(pattern: str) -> tuple[str | None, bool]:
    """The inside of a class of all characters with which a match may begin, None where it may begin with any; and
    whether it may be empty."""
    found = [_first(branch) for branch in _branches(pattern)]
    known = [chars for chars, _ in found if chars is not None]
    return "".join(known) if len(known) == len(found) else None, any(empty for _, empty in found)


def _first(branch: str) -> tuple[str | None, bool]:
    found, at = "", 0
    while at < len(branch):
        end = _atom_end(branch, at)
        atom = branch[at:end]
        opening = _OPENING.match(atom)
        times = _TIMES.match(branch, end)
        at = times.end() if times else end
        if atom == "^" or (opening and opening["around"]):
            continue
        chars, empty = _first_of(atom[opening.end() : -1]) if opening else (_chars(atom), False)
        if chars is None:
            return None, False
        found += chars
        if not empty and (times is None or not times.group().startswith(("?", "*", "{0", "{,"))):
            return found, False
    return found, True


def _chars(atom: str) -> str | None:
    if atom.startswith("["):
        inside = atom[1:-1]
        return None if inside.startswith("^") else inside[:-1] + "\\-" if inside.endswith("-") else inside
    if atom.startswith("\\"):
        return None if atom[1] in "bBAZ" else atom
    return None if atom in ".$" else re.escape(atom)


def _branches(pattern: str) -> Iterator[str]:
    """The alternatives of an expression, not those inside of its groups."""
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield pattern[start:at]
            start = at = at + 1
        else:
            at = _atom_end(pattern, at)
    yield pattern[start:]


def _atom_end(pattern: str, at: int) -> int:
    """Where the character, class or group ends that begins here."""
    if pattern[at] != "(":
        atom = _ATOM.match(pattern, at)
        return atom.end() if atom else at + 1
    depth = 0
    while True:
        if pattern[at] in "()":
            depth += 1 if pattern[at] == "(" else -1
        at = at + 1 if pattern[at] in "()|" else _atom_end(pattern, at)
        if not depth:
            return at
