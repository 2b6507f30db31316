"""Sets of slots as bits: which customers have a syllable, and who has all of several, at a byte for eight customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SPARSE = 16  # members up to which they are taken one by one; more are read off a string of ones and noughts


class Bits:
    """For each sign the set of slots whose text holds it. A set is made when its sign is first asked for: of a list
    that has just been read nobody may ever ask, and making all sets takes longer than reading the list."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._sets: dict[str, int] = {}

    def add(self, slot: int, text: str) -> None:
        """Know what a slot's text is."""
        self._texts[slot] = text
        if self._sets:
            self._mark(slot, text)

    def remove(self, slot: int) -> str:
        """Forget a slot; what its text was."""
        text = self._texts.pop(slot)
        self._mark(slot, text)
        return text

    def _mark(self, slot: int, text: str) -> None:
        """Turn the slot's bit in the sets that are made: it was nought before it was added, and one since."""
        for sign in set(text):
            if sign in self._sets:
                self._sets[sign] ^= 1 << slot

    def any_of(self, signs: Iterable[str]) -> int:
        """The slots whose text holds one of the signs, as bits."""
        found = 0
        for sign in signs:
            if sign not in self._sets:
                self._sets[sign] = _made(sign, self._texts)
            found |= self._sets[sign]
        return found

    def holds(self, slot: int, signs: str) -> bool:
        """Whether a slot's text holds all of the signs."""
        text = self._texts[slot]
        for sign in signs:  # noqa: SIM110 - asked of dozens with every name: a generator takes three times as long
            if sign not in text:
                return False
        return True


def _made(sign: str, texts: Mapping[int, str]) -> int:
    slots = [slot for slot, text in texts.items() if sign in text]
    room = bytearray((max(slots, default=0) >> 3) + 1)
    for slot in slots:
        room[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(room, "little")


def members(bits: int) -> list[int]:
    """The slots of which the bit is set, lowest first."""
    if bits.bit_count() > _SPARSE:
        return _read(format(bits, "b")[::-1])
    found: list[int] = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def _read(digits: str) -> list[int]:
    found: list[int] = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found
