"""The shelf of all customers: found by a key, by the sound of a key, by initials, or by the syllables they share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import count, product

from domain.naming.bits import Bits, members
from domain.naming.forms import starts
from domain.naming.heads import Heads
from domain.naming.records import Identity, Named, Record, texts
from domain.naming.sound import all_codes, codes, keys

_PAIR = 2
_FEW = 40  # names that are looked at one by one rather than put through the sets of syllables first


class Shelf:
    """Customers by slot, with the ways to find them. No way walks over all of them.

    Putting one on the shelf notes only where its names begin and how they sound; what else look-ups need of it
    is made when it is first among those who may be meant.
    """

    def __init__(self) -> None:
        self._names: dict[int, Named] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self._records: dict[int, Record] = {}
        self._slots: dict[Identity, int] = {}
        self._numbers = count()
        self._syllables = Bits()
        self._heads = Heads()

    def __len__(self) -> int:
        return len(self._names)

    def add(self, named: Named) -> None:
        """Put a customer on the shelf, in place of one with the same id."""
        self.remove(named.id)
        slot = next(self._numbers)
        self._slots[named.id] = slot
        self._names[slot] = named
        self._texts[slot] = found = texts(named)
        coded = all_codes("".join(found))
        self._syllables.add(slot, coded)
        self._heads.add(_heads(found, coded), slot)

    def remove(self, identity: Identity) -> None:
        """Take a customer from the shelf; nothing happens if it is not there."""
        slot = self._slots.pop(identity, None)
        if slot is not None:
            del self._names[slot]
            self._records.pop(slot, None)
            found = self._texts.pop(slot)
            self._heads.remove(_heads(found, self._syllables.remove(slot)), slot)

    def record(self, slot: int) -> Record:
        """The customer in a slot."""
        found = self._records.get(slot)
        if found is None:
            found = self._records[slot] = Record(self._names[slot])
        return found

    def texts(self, slot: int) -> tuple[str, ...]:
        """The names of the customer in a slot in normal form, in the order of its surfaces."""
        return self._texts[slot]

    def written(self, text: str) -> list[tuple[int, float]]:
        """Who has this key, and what it is worth."""
        found = ((slot, self.record(slot).keys.get(text)) for slot in self._called(codes(text)))
        return [(slot, worth) for slot, worth in found if worth is not None]

    def spoken(self, sound: str) -> Iterator[tuple[int, str]]:
        """Who has keys of this sound, and which."""
        for slot in self._called(sound):
            for key in self.record(slot).keys:
                if len(key) == len(sound) and sound in keys(key):
                    yield slot, key

    def _called(self, sound: str) -> Collection[int]:
        """Who may have a key of this sound."""
        if len(sound) < _PAIR:
            return ()
        slots = self._heads.slots(sound[:_PAIR])
        if len(slots) > _FEW:
            slots = members(self._all_of(sound))
        return [slot for slot in dict.fromkeys(slots) if self._syllables.holds(slot, sound)]

    def initialled(self, letters: str) -> list[int]:
        """Whose names have these initials."""
        found = self._heads.initialled(letters[:_PAIR]) if len(letters) >= _PAIR else ()
        return [slot for slot in found if letters in self.record(slot).letters()]

    def near(self, text: Sequence[str]) -> tuple[list[int], list[int]]:
        """Who shares all syllables of the characters, and who shares all but one."""
        first, *rest = [self._posting(token) for token in dict.fromkeys(text)]
        if not rest:
            return members(first), []
        both, one = first & rest[0], first ^ rest[0]
        for posting in rest[1:]:
            both, one = both & posting, (one & posting) | (both & ~posting)
        return members(both), members(one)

    def _all_of(self, sound: str) -> int:
        first, *rest = (self._syllables.any_of(code) for code in sound)
        for posting in rest:
            first &= posting
        return first

    def pairs(self, text: str) -> set[int]:
        """Whose names begin with two characters of which one sounds like its counterpart in a text of two."""
        return self._heads.beside(all_codes(text[0]), all_codes(text[1]))

    def _posting(self, token: str) -> int:
        return self._syllables.any_of(all_codes(token) if len(token) == 1 else codes((token,)))


def _heads(names: Sequence[str], coded: str) -> set[str]:
    """The sounds of the first two characters wherever one of the names may begin; `coded` has all that they may be."""
    found: set[str] = set()
    plain, offset = len(coded) == sum(map(len, names)), 0
    for name in names:
        for at in starts(name):
            if at + _PAIR > len(name):
                break
            if plain:
                found.add(coded[offset + at : offset + at + _PAIR])
            else:
                found.update(map("".join, product(*map(all_codes, name[at : at + _PAIR]))))
        offset += len(name)
    return found
