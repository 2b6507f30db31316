"""What was taught, kept in memory beside the names: looked up with every note, changed rarely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.naming import normal


class LessonRow(NamedTuple):
    """A row of `lesson`, as much as is needed of it."""

    id: int
    customer_id: int | None
    wording: str
    sort: str
    means: str
    live: bool


@dataclass(frozen=True, slots=True)
class Taught:
    """The lessons that hold: words for products and competitors with what they mean, and people by customer."""

    products: Mapping[str, str] = field(default_factory=dict)
    competitors: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    wordings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[LessonRow]) -> Taught:
        """What these rows teach; the later one counts where two teach the same word."""
        meant: dict[str, dict[str, str]] = {"product": {}, "competitor": {}}
        people: dict[str, dict[int, str]] = {}
        wordings: dict[str, list[str]] = {}
        for row in sorted(rows, key=lambda row: row.id):
            wordings.setdefault(row.sort, []).append(row.wording)
            if row.sort in meant:
                meant[row.sort][normal(row.wording)] = row.means
                wordings[row.sort].append(row.means)
            elif row.sort == "person" and row.customer_id is not None:
                people.setdefault(normal(row.wording), {})[row.customer_id] = row.means
        found = {sort: tuple(dict.fromkeys(words)) for sort, words in wordings.items()}
        return cls(meant["product"], meant["competitor"], people, found)

    def product(self, wording: str) -> str:
        """What the company calls the product that is meant."""
        return self.products.get(normal(wording), wording)

    def competitor(self, wording: str) -> str:
        """The same of a competitor."""
        return self.competitors.get(normal(wording), wording)

    def person(self, wording: str, customer_id: int) -> str:
        """The contact of a customer who is called so."""
        return self.people.get(normal(wording), {}).get(customer_id, wording)

    def customers_of(self, wording: str) -> tuple[int, ...]:
        """At which customers somebody is called so."""
        return tuple(self.people.get(normal(wording), ()))
