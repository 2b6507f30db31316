"""What a customer on record is called: every key by which it is found, and the names that wordings are laid along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeAlias

from domain.naming.forms import Parts, normal, one_place, place_ends, split, stem
from domain.naming.sound import codes, initials
from domain.naming.words import trades

Identity: TypeAlias = int | str
SHORTEST_KEY = 2
_LESS_OTHERWISE = 0.01
_LONGEST_INITIALS = 8
_LONGEST_WORD = 5
_NEXT_WORD, _NEXT_PAIR, _INSIDE, _INTO_FORM = 0.5, 1.0, 2.0, 9.0


class Named(NamedTuple):
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

    def whole_brand(self, sounds: str) -> bool:
        """Whether codes of a wording have the whole brand in one piece."""
        return self.codes[self.brand : self.trade] in sounds


def texts(named: Named) -> tuple[str, ...]:
    """All names of a customer in normal form: registered, short, then aliases and former ones."""
    return tuple(text for text in map(normal, _names(named)) if len(text) >= SHORTEST_KEY)


class Record:
    """A customer as look-ups need it. All is made when it is first asked for: most of a long list never is."""

    def __init__(self, named: Named) -> None:
        self.named = named
        self._parts = [(normal(name), split(name)) for name in _names(named)]

    @cached_property
    def keys(self) -> dict[str, float]:
        """How surely each text means it: a whole name 1, a brand 0.92, former names and aliases a little less."""
        found: dict[str, float] = {}
        own = 2 if self.named.short else 1
        for number, (text, parts) in enumerate(self._parts):
            less = 0 if number < own else _LESS_OTHERWISE
            for key, worth in _keys(text, parts):
                if len(key) >= SHORTEST_KEY and worth - less > found.get(key, 0):
                    found[key] = worth - less
        return found

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """Its names, to lay wordings along."""
        return tuple(_surface(text, parts) for text, parts in self._parts if len(text) >= SHORTEST_KEY)

    @cached_property
    def places(self) -> frozenset[str]:
        """The places in its names and the one on record."""
        places = (one_place(self.named.place or ""), *chain.from_iterable(parts.places for _, parts in self._parts))
        return frozenset(place for place in places if place)

    def letters(self) -> frozenset[str]:
        """The initials of its keys."""
        return frozenset(initials(key) for key in self.keys if len(key) <= _LONGEST_INITIALS and not key.isascii())


def _names(named: Named) -> tuple[str, ...]:
    return (named.full, *((named.short,) if named.short else ()), *named.others)


def _keys(text: str, parts: Parts) -> list[tuple[str, float]]:
    found = [(text, 1.0), (parts.named, 0.98), (parts.core, 0.96), (stem(parts.core), 0.92)]
    if parts.form.startswith("集团"):
        found += [(parts.named + "集团", 0.98), (parts.core + "集团", 0.96)]
    return found


def _surface(text: str, parts: Parts) -> Surface:
    brand = max(text.find(parts.core), 0) if parts.core else 0
    steps = [_INSIDE] * len(text)
    for position in range(brand, len(text), 2):
        steps[position] = _NEXT_PAIR
    for position in (0, brand, *_words(text, brand), *place_ends(text)):
        if position < len(text):
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
