"""The names that the company knows: customers, their contacts, products, colleagues, competitors.

Finding a name costs the same however many there are: the text is walked once, and at each place the longest known
name wins. Names of two characters and more are looked for; matching ignores case and width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.nlp.doc import Doc, normalise

NameKind: TypeAlias = Literal["customer", "contact", "product", "colleague", "competitor"]


@dataclass(frozen=True, slots=True)
class Known:
    """A known name at its place in a text."""

    start: int
    end: int
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Book:
    """`names` maps the normal form of a name to its kinds; `lengths` maps the first two characters of names to how
    long such names are, longest first."""

    names: Mapping[str, frozenset[NameKind]] = field(default_factory=dict)
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
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
        """A book of wordings; give full names, short names and aliases of a customer alike."""
        listed: tuple[tuple[NameKind, Iterable[str]], ...] = (
            ("customer", customers),
            ("contact", contacts),
            ("product", products),
            ("colleague", colleagues := frozenset(colleagues)),
            ("competitor", competitors),
        )
        names: dict[str, frozenset[NameKind]] = {}
        for kind, wordings in listed:
            for wording in wordings:
                if len(key := normalise(wording.strip())) >= 2:
                    names[key] = names.get(key, frozenset()) | {kind}
        return cls(names, _lengths(names), frozenset(colleagues))

    def find(self, doc: Doc, kind: NameKind) -> Iterator[Known]:
        """Known names of one kind, longest first at each place, none overlapping another."""
        free = 0
        for at, lengths in self._heads(doc.norm):
            if at >= free and (end := self._longest_at(doc.norm, at, kind, lengths)):
                yield Known(at, end, kind)
                free = end

    def _heads(self, norm: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The places where the first two characters of some name stand."""
        if not self.lengths:
            return
        for at in range(len(norm) - 1):
            if lengths := self.lengths.get(norm[at : at + 2]):
                yield at, lengths

    def _longest_at(self, norm: str, at: int, kind: NameKind, lengths: tuple[int, ...]) -> int:
        for end in (at + length for length in lengths):
            if end <= len(norm) and kind in self.names.get(norm[at:end], ()) and not _cuts_word(norm, at, end):
                return end
        return 0


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    heads: dict[str, set[int]] = {}
    for name in names:
        heads.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(found, reverse=True)) for head, found in heads.items()}


def _cuts_word(norm: str, start: int, end: int) -> bool:
    """A Latin name inside a longer Latin word is not that name."""
    before, after = norm[start - 1 : start], norm[end : end + 1]
    return (_latin(before) and _latin(norm[start])) or (_latin(after) and _latin(norm[end - 1]))


def _latin(char: str) -> bool:
    return bool(char) and char.isascii() and char.isalnum()
