"""The shelf of all customers: found by a key, by the sound of a key, by initials, or by the syllables they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

from domain.naming.records import Identity, Record
from domain.naming.sound import fuzzy, keys, readings

_PAIR = 2


class Shelf:
    """Records by slot, with the ways to find them. No way walks over all of them."""

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self._slots: dict[Identity, int] = {}
        self._numbers = count()
        self._texts: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._sounds: defaultdict[str, dict[int, set[str]]] = defaultdict(dict)
        self._initials: defaultdict[str, set[int]] = defaultdict(set)
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
        for text, worth in record.keys.items():
            self._texts[text][slot] = worth
            for sound in keys(text):
                self._sounds[sound].setdefault(slot, set()).add(text)
        for letters in record.letters:
            self._initials[letters].add(slot)
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
            self._texts[text].pop(slot, None)
            for sound in keys(text):
                self._sounds[sound].pop(slot, None)
        for letters in record.letters:
            self._initials[letters].discard(slot)
        for syllable in _syllables(record):
            self._syllables[syllable].discard(slot)
        for pair in _pairs(record):
            self._pairs[pair].discard(slot)

    def written(self, text: str) -> dict[int, float]:
        """Who has this key, and what it is worth."""
        return self._texts.get(text, {})

    def spoken(self, sound: str) -> dict[int, set[str]]:
        """Who has keys of this sound, and which."""
        return self._sounds.get(sound, {})

    def initialled(self, letters: str) -> set[int]:
        """Whose names have these initials."""
        return self._initials.get(letters, set())

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
        wanted = ((i, fuzzy(one)) for i, char in enumerate(text) for one in readings(char))
        return set().union(*(self._pairs.get(pair, ()) for pair in wanted))

    def _posting(self, char: str) -> set[int]:
        found = [self._syllables.get(one, set()) for one in dict.fromkeys(map(fuzzy, readings(char)))]
        return found[0] if len(found) == 1 else set().union(*found)


def _syllables(record: Record) -> set[str]:
    chars: set[str] = set().union(*(surface.text for surface in record.surfaces))
    return {fuzzy(one) for char in chars for one in readings(char)}


def _pairs(record: Record) -> set[tuple[int, str]]:
    texts = (text for text in record.keys if len(text) == _PAIR)
    return {(i, fuzzy(one)) for text in texts for i, char in enumerate(text) for one in readings(char)}
