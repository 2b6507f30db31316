"""Who is called by a name that begins with these two sounds, or with one of them, or with these letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.naming.sound import letters_of

_MIXED = str.maketrans("n", "l")  # as the sound key has them


class Heads:
    """Slots by the sounds of the first two characters of what they are called: few share them, so that a name is found
    among a handful. A head is the two codes of those sounds."""

    def __init__(self) -> None:
        self._slots: dict[str, list[int]] = {}
        self._firsts: defaultdict[str, list[str]] = defaultdict(list)
        self._seconds: defaultdict[str, list[str]] = defaultdict(list)
        self._letters: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, heads: Iterable[str], slot: int) -> None:
        """Put a slot under its heads."""
        for head in heads:
            slots = self._slots.get(head)
            if slots is None:
                slots = self._slots[head] = []
                self._know(head)
            slots.append(slot)

    def remove(self, heads: Iterable[str], slot: int) -> None:
        """Take a slot from under its heads."""
        for head in heads:
            self._slots[head].remove(slot)

    def _know(self, head: str) -> None:
        self._firsts[head[0]].append(head)
        self._seconds[head[1]].append(head)
        self._letters[letters_of(head)].append(head)

    def slots(self, head: str) -> list[int]:
        """Whose names begin so."""
        return self._slots.get(head, [])

    def beside(self, firsts: str, seconds: str) -> set[int]:
        """Whose names begin with one of the first sounds, or have one of the second ones second."""
        heads = [head for code in firsts for head in self._firsts.get(code, ())]
        heads += [head for code in seconds for head in self._seconds.get(code, ())]
        return {slot for head in heads for slot in self._slots[head]}

    def initialled(self, letters: str) -> set[int]:
        """Whose names begin with sounds that begin with these two letters."""
        return {slot for head in self._letters.get(letters.translate(_MIXED), ()) for slot in self._slots[head]}
