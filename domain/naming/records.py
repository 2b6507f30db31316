"""What a customer on record is called: every key by which it is found, and the names that wordings are laid along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from domain.naming.forms import Parts, normal, one_place, split, stem
from domain.naming.sound import codes, initials
from domain.naming.words import trades

Identity: TypeAlias = int | str
SHORTEST_KEY = 2
_LONGEST_INITIALS = 8
_LONGEST_WORD = 5
_NEXT_WORD, _NEXT_PAIR, _INSIDE, _INTO_FORM = 0.5, 1.0, 2.0, 9.0


@dataclass(frozen=True, slots=True)
class Named:
    """A customer and its names. `others` are aliases and former names, `place` its province or city on record."""

    id: Identity
    full: str
    short: str | None = None
    others: tuple[str, ...] = ()
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A name in normal form, to lay wordings along.

    `codes` has one character for each syllable; `brand` and `trade` say where those parts begin; `steps` what it
    costs to leap to each character.
    """

    text: str
    codes: str
    brand: int
    trade: int
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A customer as the index holds it. `keys` say how surely each text means it: a whole name 1, a brand 0.92."""

    named: Named
    keys: dict[str, float]
    surfaces: tuple[Surface, ...]
    places: frozenset[str]

    def letters(self) -> frozenset[str]:
        """The initials of its keys."""
        return frozenset(initials(key) for key in self.keys if len(key) <= _LONGEST_INITIALS and not key.isascii())


def record(named: Named) -> Record:
    """All that the index needs of one customer."""
    current = (named.full, *((named.short,) if named.short else ()))
    keys: dict[str, float] = {}
    surfaces: list[Surface] = []
    places: set[str] = set()
    for name in (*current, *named.others):
        text, parts = normal(name), split(name)
        places.update(parts.places)
        for key, worth in _keys(text, parts, less=0.0 if name in current else 0.01):
            if len(key) >= SHORTEST_KEY and worth > keys.get(key, 0):
                keys[key] = worth
        if len(text) >= SHORTEST_KEY:
            surfaces.append(_surface(text, parts))
    if place := one_place(named.place or ""):
        places.add(place)
    return Record(named=named, keys=keys, surfaces=tuple(surfaces), places=frozenset(places))


def _keys(text: str, parts: Parts, *, less: float) -> list[tuple[str, float]]:
    found = [(text, 1 - less), (parts.named, 0.98 - less), (parts.core, 0.96 - less), (stem(parts.core), 0.92 - less)]
    if parts.form.startswith("集团"):
        found += [(parts.named + "集团", 0.98 - less), (parts.core + "集团", 0.96 - less)]
    return found


def _surface(text: str, parts: Parts) -> Surface:
    brand = max(text.find(parts.core), 0) if parts.core else 0
    steps = [_INSIDE] * len(text)
    for position in range(brand, len(text), 2):
        steps[position] = _NEXT_PAIR
    for position in (0, brand, *_words(text, brand)):
        steps[position] = _NEXT_WORD
    legal = len(parts.form.removeprefix("集团").removeprefix("股份"))
    steps[len(text) - legal :] = [_INTO_FORM] * legal
    trade = brand + len(stem(parts.core) or parts.core)
    return Surface(text=text, codes=codes(text), brand=brand, trade=trade, steps=tuple(steps))


def _words(text: str, start: int) -> list[int]:
    """Where the known words of a name begin, longest words first."""
    found, position = [], start
    while position < len(text):
        length = _word_length(text, position)
        if length:
            found.append(position)
        position += length or 1
    return found


def _word_length(text: str, position: int) -> int:
    lengths, known = range(_LONGEST_WORD, 1, -1), trades()
    return next((n for n in lengths if text[position : position + n] in known), 0)
