"""How names sound: tone-less pinyin, and a key in which what dictation and dialects mix up is one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice, product
from typing import TypeAlias

from domain.naming.forms import normal
from domain.naming.words import look_alike, pinyin, polyphones, syllables

Readings: TypeAlias = tuple[str, ...]
_MOST_READINGS = 4
_FIRST_CODE = 0xE000
_LONGEST_SYLLABLE = 6
_MOST_SPLITS = 12


@cache
def readings(char: str) -> Readings:
    """The syllables of one character without tones, most used first; a letter or digit reads as itself."""
    return polyphones().get(char) or (pinyin().get(char, char),)


@cache
def fuzzy(syllable: str) -> str:
    """One key for syllables that are mixed up: zh/z, ch/c, sh/s, n/l at the start, ng/n at the end."""
    if len(syllable) < 2:
        return syllable
    key = syllable.replace("h", "", 1) if syllable[1] == "h" else syllable
    if key[0] == "n":
        key = "l" + key[1:]
    return key[:-1] if key.endswith(("ang", "eng", "ing")) else key


@cache
def _code(token: str) -> str:
    syllable = fuzzy(readings(token)[0])
    return chr(_FIRST_CODE + _numbers().setdefault(syllable, len(_numbers())))


@cache
def _numbers() -> dict[str, int]:
    return {}


def codes(tokens: Iterable[str]) -> str:
    """One private character for the sound key of each character or typed syllable, to search with `str.find`."""
    return "".join(map(_code, tokens))


def key(name: str) -> str:
    """The sound key of a name that is in normal form already, by the first reading of each character."""
    return " ".join(fuzzy(readings(char)[0]) for char in name)


def sound(name: str) -> str:
    """The tone-less, fuzzy key by which names that sound the same are equal: 花星 and 华兴 -> `hua xin`."""
    return key(normal(name))


@cache
def sounds(char: str) -> Readings:
    """The fuzzy keys of a character's readings, most used first."""
    return tuple(dict.fromkeys(map(fuzzy, readings(char))))


def keys(name: str) -> tuple[str, ...]:
    """The sound keys of a normal name for its common readings, at most four."""
    return tuple(map(" ".join, islice(product(*map(sounds, name)), _MOST_READINGS)))


def initials(name: str) -> str:
    """hxjg of 华星精工."""
    return "".join(readings(char)[0][0] for char in name)


def alike(one: str, other: str) -> bool:
    """Whether two characters sound the same but for the tone."""
    return one == other or not set(readings(one)).isdisjoint(readings(other))


def _start(syllable: str) -> str:
    return syllable[:2] if syllable[:2] in {"zh", "ch", "sh"} else syllable[:1]


def slip(one: str, other: str) -> bool:
    """Whether a typing hand or a hurried eye takes one character for the other: same initial consonant or similar
    look."""
    starts = {_start(syllable) for syllable in readings(one)}
    return not starts.isdisjoint(_start(syllable) for syllable in readings(other)) or look_alike(one, other)


def typed(text: str) -> tuple[Readings, ...]:
    """The ways to read Latin letters as syllables, fewest first: xian -> (xian,), (xi, an). Empty if none."""
    ways: list[list[Readings]] = [[()]]
    for end in range(1, len(text) + 1):
        found: list[Readings] = []
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            if text[start:end] in syllables():
                found += [(*way, text[start:end]) for way in ways[start]]
        ways.append(sorted(found, key=len)[:_MOST_SPLITS])
    return tuple(ways[-1]) if text else ()
