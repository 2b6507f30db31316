"""The shelf of all customers: found by a key, by the sound of a key, by initials, or by the syllables they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from typing import TypeVar

from domain.naming.records import Identity, Record
from domain.naming.sound import keys, sounds

T = TypeVar("T")
_PAIR = 2


class Shelf:
    """Records by slot, with the ways to find them. No way walks over all of them.

    Most keys belong to one customer or a few, and there are many: they hold tuples, at a fifth of what sets take.
    """

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self._slots: dict[Identity, int] = {}
        self._numbers = count()
        self._texts: dict[str, tuple[int, ...]] = {}
        self._sounds: dict[str, tuple[tuple[int, str], ...]] = {}
        self._initials: dict[str, tuple[int, ...]] = {}
        self._syllables: defaultdict[str, set[int]] = defaultdict(set)
        self._pairs: defaultdict[tuple[int, str], set[int]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self.records)

    def add(self, record: Record) -> None:
        """Put a record on the shelf, in place of one with the same id."""
        self.remove(record.named.id)
        slot = next(self._numbers)
        self.records[slot] = record
        self._slots[record.named.id] = slot
        for text in record.keys:
            _put(self._texts, text, slot)
            for sound in keys(text):
                _put(self._sounds, sound, (slot, text))
        for letters in record.letters():
            _put(self._initials, letters, slot)
        for syllable in _syllables(record):
            self._syllables[syllable].add(slot)
        for pair in _pairs(record):
            self._pairs[pair].add(slot)

    def remove(self, identity: Identity) -> None:
        """Take a record from the shelf; nothing happens if it is not there."""
        slot = self._slots.pop(identity, None)
        if slot is None:
            return
        record = self.records.pop(slot)
        for text in record.keys:
            _drop(self._texts, text, slot)
            for sound in keys(text):
                _drop(self._sounds, sound, (slot, text))
        for letters in record.letters():
            _drop(self._initials, letters, slot)
        for syllable in _syllables(record):
            self._syllables[syllable].discard(slot)
        for pair in _pairs(record):
            self._pairs[pair].discard(slot)

    def written(self, text: str) -> list[tuple[int, float]]:
        """Who has this key, and what it is worth."""
        return [(slot, self.records[slot].keys[text]) for slot in self._texts.get(text, ())]

    def spoken(self, sound: str) -> tuple[tuple[int, str], ...]:
        """Who has keys of this sound, and which."""
        return self._sounds.get(sound, ())

    def initialled(self, letters: str) -> tuple[int, ...]:
        """Whose names have these initials."""
        return self._initials.get(letters, ())

    def near(self, text: Sequence[str]) -> tuple[set[int], set[int]]:
        """Who shares all syllables of the characters, and who shares all but one."""
        postings = sorted((self._posting(char) for char in set(text)), key=len)
        if len(postings) <= _PAIR:
            whole = set.intersection(*postings)
            return whole, self._half(text) - whole
        first, second, *rest = postings
        both, one = first & second, first ^ second
        for posting in rest:
            one = (one & posting) | (both - posting)
            both = both & posting
        return both, one

    def _half(self, text: Sequence[str]) -> set[int]:
        """Whose two-character brand or short name shares one syllable with a text of two."""
        if len(text) != _PAIR:
            return set()
        wanted = ((i, one) for i, char in enumerate(text) for one in sounds(char))
        return set().union(*(self._pairs.get(pair, ()) for pair in wanted))

    def _posting(self, char: str) -> set[int]:
        found = [self._syllables.get(one, set()) for one in sounds(char)]
        return found[0] if len(found) == 1 else set().union(*found)


def _put(shelf: dict[str, tuple[T, ...]], key: str, item: T) -> None:
    shelf[key] = (*shelf.get(key, ()), item)


def _drop(shelf: dict[str, tuple[T, ...]], key: str, item: T) -> None:
    left = tuple(other for other in shelf.get(key, ()) if other != item)
    if left:
        shelf[key] = left
    else:
        shelf.pop(key, None)


def _syllables(record: Record) -> set[str]:
    chars: set[str] = set().union(*(surface.text for surface in record.surfaces))
    return set(chain.from_iterable(map(sounds, chars)))


def _pairs(record: Record) -> set[tuple[int, str]]:
    texts = (text for text in record.keys if len(text) == _PAIR)
    return {(i, one) for text in texts for i, char in enumerate(text) for one in sounds(char)}
