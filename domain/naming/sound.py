"""How names sound: tone-less pinyin, and a key in which what dictation and dialects mix up is one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
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


class _Codes(dict[int, str]):
    """What `str.translate` puts for a character, made when it first comes: a code for each sound that it may have."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __missing__(self, char: int) -> str:
        found = self[char] = "".join(map(_code, sounds(chr(char))[: self._most]))
        return found


class _Initials(dict[int, str]):
    """The same for the first letter."""

    def __missing__(self, char: int) -> str:
        found = self[char] = readings(chr(char))[0][0]
        return found


def _code(syllable: str) -> str:
    code = _CODES.get(syllable)
    if code is None:
        code = _CODES[syllable] = chr(_FIRST_CODE + len(_CODES))
        _SYLLABLES[code] = syllable
    return code


_CODES: dict[str, str] = {}  # the code of each sound key that came so far
_SYLLABLES: dict[str, str] = {}  # and the way back
_FIRST_SOUND, _ALL_SOUNDS, _INITIAL = _Codes(1), _Codes(_MOST_READINGS), _Initials()


def codes(tokens: Sequence[str]) -> str:
    """One private character for the sound key of each character or typed syllable, to search with `str.find`."""
    if isinstance(tokens, str):
        return tokens.translate(_FIRST_SOUND)
    return "".join(_code(fuzzy(readings(token)[0])) for token in tokens)


def letters_of(coded: str) -> str:
    """The first letters of the sound keys behind codes: n is l there, zh is z."""
    return "".join(_SYLLABLES[code][0] for code in coded)


def all_codes(text: str) -> str:
    """The codes of all that the characters of a text may sound like, in no order of use."""
    return text.translate(_ALL_SOUNDS)


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
    """The codes of a normal name in its common readings, at most four."""
    every = name.translate(_ALL_SOUNDS)
    if len(every) == len(name):
        return (every,)
    return tuple(map("".join, islice(product(*map(all_codes, name)), _MOST_READINGS)))


def initials(name: str) -> str:
    """hxjg of 华星精工."""
    return name.translate(_INITIAL)


def alike(one: str, other: str) -> bool:
    """Whether two characters sound the same but for the tone."""
    return one == other or not set(readings(one)).isdisjoint(readings(other))


@lru_cache(maxsize=1 << 10)
def all_alike(char: str) -> frozenset[str]:
    """Every character that sounds the same as this one, and itself."""
    mine, several = set(readings(char)), polyphones()
    once = (other for other, syllable in pinyin().items() if syllable in mine and other not in several)
    return frozenset((char, *once, *(other for other, each in several.items() if not mine.isdisjoint(each))))


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
