"""The names that the company knows: customers, their contacts, products, colleagues, competitors.

Finding a name costs the same however many there are: the text is walked once, and at each place the longest known
name wins. Names of two characters and more are looked for; matching ignores case and width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.nlp.doc import Doc, normalise

_HEAD = 2


class Wordings:
    """The names of one kind in normal form. Changing one name costs the same however many there are, and a text may be
    read in another thread meanwhile: it sees the name or does not."""

    __slots__ = ("_lengths", "_names")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: dict[str, int] = {}  # name -> how many are called so
        self._lengths: dict[str, tuple[int, ...]] = {}  # first two characters -> how long such names are, longest first
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more name; a name may be added more than once."""
        key = normalise(name.strip())
        if len(key) < _HEAD:
            return
        self._names[key] = self._names.get(key, 0) + 1
        known = self._lengths.get(key[:_HEAD], ())
        if len(key) not in known:
            self._lengths[key[:_HEAD]] = tuple(sorted((*known, len(key)), reverse=True))

    def remove(self, name: str) -> None:
        """Take back what was added once."""
        key = normalise(name.strip())
        left = self._names.get(key, 0) - 1
        if left > 0:
            self._names[key] = left
        else:
            self._names.pop(key, None)

    def __contains__(self, name: str) -> bool:
        return normalise(name.strip()) in self._names

    def places(self, doc: Doc) -> list[tuple[int, int]]:
        """[start, end) of known names, longest first at each place, none overlapping another."""
        found: list[tuple[int, int]] = []
        heads, free = self._lengths, 0
        if not heads or heads.keys().isdisjoint(doc.pairs):
            return found
        for at in [at for at, pair in enumerate(doc.pairs) if pair in heads]:
            if at >= free and (end := self._longest_at(doc.norm, at, heads[doc.pairs[at]])):
                found.append((at, end))
                free = end
        return found

    def _longest_at(self, norm: str, at: int, lengths: tuple[int, ...]) -> int:
        for end in (at + length for length in lengths):
            if end <= len(norm) and norm[at:end] in self._names and not _cuts_word(norm, at, end):
                return end
        return 0


@dataclass(frozen=True, slots=True)
class Book:
    """Wordings by kind; give full names, short names and aliases of a customer alike. `colleagues` are whole names."""

    customers: Wordings = field(default_factory=Wordings)
    contacts: Wordings = field(default_factory=Wordings)
    products: Wordings = field(default_factory=Wordings)
    competitors: Wordings = field(default_factory=Wordings)
    colleagues: frozenset[str] = frozenset()

    @classmethod
    def empty(cls) -> Book:
        """No names: everything is found by patterns alone."""
        return cls()

    @classmethod
    def of(
        cls,
        *,
        customers: Iterable[str] = (),
        contacts: Iterable[str] = (),
        products: Iterable[str] = (),
        colleagues: Iterable[str] = (),
        competitors: Iterable[str] = (),
    ) -> Book:
        """A book of names as people write them."""
        known = (Wordings(customers), Wordings(contacts), Wordings(products), Wordings(competitors))
        return cls(*known, frozenset(colleagues))


def _cuts_word(norm: str, start: int, end: int) -> bool:
    """A Latin name inside a longer Latin word is not that name."""
    before, after = norm[start - 1 : start], norm[end : end + 1]
    return (_latin(before) and _latin(norm[start])) or (_latin(after) and _latin(norm[end - 1]))


def _latin(char: str) -> bool:
    return bool(char) and char.isascii() and char.isalnum()
