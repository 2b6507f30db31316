"""How the matches of an expression may begin: their first characters, and the first two of each."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, TypeAlias

_OPENING = re.compile(r"\((?:\?:|\?P<\w+>|(?P<around>\?<?[=!]))?")
_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|[^()|]")
_TIMES = re.compile(r"(?:[?*+]\??|\{\d*,?\d*\}\??)?")
_ATOMS = re.compile(r"(?:[^()|\\\[]|\\.|\[(?:\\.|[^\]\\])+\])*")
_TWO = 2
_WIDEST = 30  # characters of a class that are listed one by one

_Branches: TypeAlias = "list[list[_Piece]]"


def behind_first(pattern: str) -> str:
    """The same expression, tried only where one of its first characters stands; as it is where they may be any."""
    first, empty = _first_of(_branches(pattern))
    return pattern if first is None or empty or _ATOM.fullmatch(pattern) else f"(?=[{first}])(?:{pattern})"


def beginnings(pattern: str) -> frozenset[str]:
    """The first two characters of all that an expression matches, or the first where any may follow. A match that may
    begin with anything has none to tell it by, and is an error."""
    found = frozenset(start.said for start in _starts_of(_branches(pattern)))
    if "" in found:
        raise ValueError(f"may begin with anything: {pattern}")
    return frozenset(said for said in found if len(said) == 1 or said[0] not in found)


# -- taking it apart -------------------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    """A character, a class or a group, and how often it may stand. It takes `least` characters, two for more; of a
    group there are its `branches`, and `around` where it looks ahead or behind (?=, ?!, ?<=, ?<!)."""

    said: str
    times: str
    least: int
    branches: _Branches | None = None
    around: str | None = None

    @property
    def may_miss(self) -> bool:
        return self.times.startswith(("?", "*", "{0", "{,"))


@lru_cache(maxsize=1)
def _branches(pattern: str) -> _Branches:
    """Its alternatives, each with as many of its pieces as surely take two characters."""
    return _Taking(pattern).branches()


class _Taking:
    """Takes an expression apart from the left to the right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def branches(self) -> _Branches:
        found = [self._branch()]
        while self._pattern.startswith("|", self._at):
            self._at += 1
            found.append(self._branch())
        return found

    def _branch(self) -> list[_Piece]:
        found: list[_Piece] = []
        sure = 0
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if sure >= _TWO:
                self._pass_over()
                break
            found.append(piece := self._piece())
            sure += 0 if piece.may_miss else piece.least
        return found

    def _piece(self) -> _Piece:
        opening = _OPENING.match(self._pattern, self._at)
        if opening is None:
            atom = _ATOM.match(self._pattern, self._at)
            said = atom.group() if atom else self._pattern[self._at]
            self._at += len(said)
            return _Piece(said, self._times(), said not in ("^", "$"))
        self._at = opening.end()
        inside = self.branches()
        self._at += 1  # its bracket
        least = min(sum(0 if p.may_miss else p.least for p in branch) for branch in inside)
        around: str | None = opening["around"]
        return _Piece("", self._times(), 0 if around else least, inside, around)

    def _times(self) -> str:
        found = _TIMES.match(self._pattern, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found.group()

    def _pass_over(self) -> None:
        """Go on to where this branch ends."""
        depth = 0
        while self._at < len(self._pattern):
            if (run := _ATOMS.match(self._pattern, self._at)) and run.end() > self._at:
                self._at = run.end()
                continue
            sign = self._pattern[self._at]
            if depth == 0 and sign in "|)":
                return
            depth += {"(": 1, ")": -1}.get(sign, 0)
            self._at += 1


# -- first characters ------------------------------------------------------------------------------------------------


def _first_of(branches: _Branches) -> tuple[str | None, bool]:
    """The inside of a class of all characters with which a match may begin, None where it may begin with any; and
    whether it may be empty."""
    found = [_first(branch) for branch in branches]
    known = [chars for chars, _ in found if chars is not None]
    return "".join(known) if len(known) == len(found) else None, any(empty for _, empty in found)


def _first(branch: list[_Piece]) -> tuple[str | None, bool]:
    found = ""
    for piece in branch:
        if piece.said == "^" or piece.around:
            continue
        chars, empty = _first_of(piece.branches) if piece.branches else (_chars(piece.said), False)
        if chars is None:
            return None, False
        found += chars
        if not empty and not piece.may_miss:
            return found, False
    return found, True


def _chars(atom: str) -> str | None:
    if atom.startswith("["):
        inside = atom[1:-1]
        return None if inside.startswith("^") else inside[:-1] + "\\-" if inside.endswith("-") else inside
    if atom.startswith("\\"):
        return None if atom[1] in "bBAZ" else atom
    return None if atom in ".$" else re.escape(atom)


# -- first pairs -----------------------------------------------------------------------------------------------------


class _Start(NamedTuple):
    """How a match may begin: one or two characters, or none; `whole` where it may end with them."""

    said: str
    whole: bool


def _starts_of(branches: _Branches) -> set[_Start]:
    return {start for branch in branches for start in _starts(branch)}


def _starts(branch: list[_Piece]) -> set[_Start]:
    """The beginnings of one branch: those that are told, and those to which the next character or group adds."""
    told: set[_Start] = set()
    growing = {""}
    for piece in branch:
        if not growing:
            break
        if piece.said in ("^", "$") or piece.around not in (None, "?="):
            continue
        options = _starts_of(piece.branches) if piece.branches else _one(piece.said)
        if piece.around:
            told, growing = _looked_ahead(told, growing, options)
            continue
        if "" not in growing:  # one more character is asked for
            options = {_Start(option.said[:1], len(option.said) == _TWO or option.whole) for option in options}
        elif piece.times.startswith(("*", "+", "{")):
            options |= {_Start((a.said + b.said)[:_TWO], b.whole) for a in options if a.whole for b in options}
        before, growing = growing, set(growing) if piece.may_miss else set()
        for said in before:
            for option in options:
                start = (said + option.said)[:_TWO]
                if len(start) == _TWO or not option.whole:
                    told.add(_Start(start, len(start) == _TWO))
                else:
                    growing.add(start)
    return told | {_Start(said, True) for said in growing}


def _looked_ahead(told: set[_Start], growing: set[str], options: set[_Start]) -> tuple[set[_Start], set[str]]:
    """再(?=跟|约): what must follow a first character is its second; 没(?=，|$) may as well stand last."""
    if any(not option.said for option in options):
        return told, growing
    second = {_Start(said + option.said[0], True) for said in growing if said for option in options}
    return told | second, growing & {""}


def _one(atom: str) -> set[_Start]:
    """A character, or those of a class; none that could be listed is a beginning that says nothing."""
    chars = _chars(atom)
    if chars is None:
        return {_Start("", False)}
    listed = _listed(chars)
    return {_Start(char, True) for char in listed} if listed else {_Start("", False)}


def _listed(inside: str) -> str:
    """The characters of a class; empty where they are too many, or not named one by one."""
    found, at = "", 0
    while at < len(inside):
        escaped = inside[at] == "\\"
        char = inside[at + escaped]
        at += 1 + escaped
        if escaped and char.isalnum() and char != "n":
            return ""
        char = "\n" if escaped and char == "n" else char
        if inside[at : at + 1] == "-" and at + 1 < len(inside):
            last = inside[at + 1]
            if last == "\\" or ord(last) - ord(char) > _WIDEST:
                return ""
            found, at = found + "".join(map(chr, range(ord(char), ord(last) + 1))), at + 2
        else:
            found += char
    return found if len(found) <= _WIDEST else ""
