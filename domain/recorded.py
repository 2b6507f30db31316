"""What the company's own notes and sales name as products, rivals and people: known to the reader of the next note.

Read once when a process starts, then followed by the notes that were filed since. A word that many things may be called
by (培训) is known only once it was recorded for a second time; one with a letter or a figure in it, or a longer one, at
once. Of people the whole names are known, family name and given name (王建国), for nothing else tells who that is.
What notes that were undone since had said stays known until the process starts anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.naming import is_whole_name
from domain.prepared import Prepared
from domain.tables import Activity, Contact, Customer, Opportunity

SHORTEST, LONGEST = 2, 20  # characters
ODD = 4  # characters of a word that hardly means anything else
LONGEST_NAME = 4  # characters of the whole name of a person
MOST = 5_000  # words of each kind, the ones recorded most, and people, the last ones
_AT_ONCE = 500  # notes that are followed at a time

_SOLD = (
    select(col(Opportunity.product), func.count())
    .where(col(Opportunity.product) != "", col(Opportunity.gone_at).is_(None))
    .group_by(col(Opportunity.product))
)
_RIVALS = select(col(Customer.competitors)).where(col(Customer.competitors) != "", col(Customer.gone_at).is_(None))
_PEOPLE = (
    select(col(Contact.name))
    .where(col(Contact.gone_at).is_(None), func.length(col(Contact.name)).between(2, LONGEST_NAME))
    .order_by(col(Contact.id).desc())
    .limit(MOST)
)
_SINCE = Prepared(
    select(col(Activity.id), col(Activity.facts))
    .where(col(Activity.id) > bindparam("last"), col(Activity.undone_at).is_(None))
    .order_by(col(Activity.id))
    .limit(_AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The words that are known from the record."""

    products: frozenset[str] = frozenset()
    competitors: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


class RecordedWords:
    """Follows the record; `known` is replaced as a whole when it changes."""

    def __init__(self) -> None:
        self.known = Recorded()
        self._last: int | None = None
        self._products: Counter[str] = Counter()
        self._competitors: Counter[str] = Counter()
        self._people: dict[str, None] = {}

    async def follow(self, session: AsyncSession) -> None:
        """Read what was recorded since the last time."""
        if self._last is None:
            self._last = (await session.execute(select(func.max(col(Activity.id))))).scalar() or 0
            for product, count in (await session.execute(_SOLD)).all():
                self._products[product] += count
            for (said,) in (await session.execute(_RIVALS)).all():
                self._competitors.update(said.split("、"))
            self._meet(reversed((await session.scalars(_PEOPLE)).all()))
        else:
            rows = await _SINCE.all(session, last=self._last)
            if not rows:
                return
            self._last = rows[-1][0]
            for _, facts in rows:
                self._products.update(_texts(facts, "products"))
                self._competitors.update(_texts(facts, "competitors"))
                self._meet(met["name"] for met in facts.get("contacts", ()))
        people = frozenset(self._people)
        found = Recorded(frozenset(_worth(self._products)), frozenset(_worth(self._competitors)), people)
        if found != self.known:
            self.known = found

    def _meet(self, names: Iterable[str]) -> None:
        """People, those met last being known longest."""
        for name in names:
            if is_whole_name(name):
                self._people.pop(name, None)
                self._people[name] = None
        for name in list(self._people)[: max(len(self._people) - MOST, 0)]:
            del self._people[name]


def _texts(facts: dict[str, Any], name: str) -> list[str]:
    return [said["text"] for said in facts.get(name, ())]


def _worth(counted: Counter[str]) -> Iterable[str]:
    """The words that are sure enough to be looked for."""
    for word, count in counted.most_common(MOST):
        plain = all("\u4e00" <= char <= "\u9fff" for char in word)
        if SHORTEST <= len(word) <= LONGEST and not word.isdigit() and (count > 1 or not plain or len(word) >= ODD):
            yield word
