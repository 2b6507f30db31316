"""The small tables that naming knows: places, words for trades, look-alike characters, readings.

They lie in `data/` as plain text: `#` starts a comment line, words stand between spaces. Read once, on first use.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"
COUNTRY = "中国"


def _lines(name: str) -> list[str]:
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def provinces() -> dict[str, str]:
    """The province of every place: 苏州 -> 江苏, 江苏 -> 江苏. 中国 counts as a place of its own."""
    found: dict[str, str] = {}
    for line in _lines("places"):
        province, _, cities = line.partition(":")
        found.update(dict.fromkeys((province, *cities.split()), province))
    return found


@cache
def trades() -> frozenset[str]:
    return frozenset(word for line in _lines("trades") for word in line.split())


@cache
def surnames() -> frozenset[str]:
    return frozenset(word for line in _lines("surnames") for word in line.split())


@cache
def titles() -> tuple[frozenset[str], ...]:
    """Families of titles: who is called by one word may hold another. `-` marks those that say no rank."""
    return tuple(frozenset(line.split()) for line in _lines("titles"))


@cache
def syllables() -> frozenset[str]:
    return frozenset(word for line in _lines("syllables") for word in line.split())


@cache
def polyphones() -> dict[str, tuple[str, ...]]:
    """Characters of names with more than one reading, the most used first."""
    return {char: tuple(readings) for char, *readings in map(str.split, _lines("polyphones"))}


@cache
def pinyin() -> dict[str, str]:
    """Every character's most used syllable, without tones: 26,000 of them, 4 MB."""
    lines = (line.split(" ", 1) for line in _lines("readings"))
    return {char: syllable for syllable, chars in lines for char in chars}


@cache
def _shapes() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in (word for line in _lines("shapes") for word in line.split()):
        for other in word[1:]:
            found[word[0]] = found.get(word[0], "") + other
            found[other] = found.get(other, "") + word[0]
    return found


def look_alike(one: str, other: str) -> bool:
    """Whether a hurried eye takes one character for the other."""
    return other in _shapes().get(one, "")
