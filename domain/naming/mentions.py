"""Which customers a text names, letter for letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


class Mentions:
    """Wordings of customers, found in a text by its own substrings: the cost does not grow with the customers."""

    def __init__(self) -> None:
        self._customers: dict[str, tuple[int, ...]] = {}
        self._lengths: Counter[int] = Counter()

    def add(self, customer: int, wordings: Iterable[str]) -> None:
        """Take in what a customer is called."""
        for wording in wordings:
            self._customers[wording] = (*self._customers.get(wording, ()), customer)
            self._lengths[len(wording)] += 1

    def remove(self, customer: int, wordings: Iterable[str]) -> None:
        """Take back what was added."""
        for wording in wordings:
            left = tuple(other for other in self._customers[wording] if other != customer)
            self._lengths[len(wording)] -= 1
            if left:
                self._customers[wording] = left
            else:
                del self._customers[wording]

    def find(self, text: str) -> dict[int, str]:
        """Each customer that is named, with the longest of its wordings that stands in the text."""
        found: dict[int, str] = {}
        for length in sorted(length for length, count in self._lengths.items() if count):
            for at in range(len(text) - length + 1):
                for customer in self._customers.get(text[at : at + length], ()):
                    found[customer] = text[at : at + length]
        return found
