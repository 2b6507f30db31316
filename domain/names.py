"""The names of all customers, kept in memory and caught up with the database before each message.

Linking a wording must not read thousands of rows, and names change rarely: `catch_up` asks for what changed since it
last looked, with an overlap for transactions that committed late. One name that changes costs the same however many
there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, bindparam, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.naming import Found, Mentions, Named, NameIndex, brand
from domain.recorded import Recorded, RecordedWords
from domain.tables import CustomerName, Lesson, Person
from domain.taught import LessonRow, Taught

_OVERLAP = timedelta(seconds=30)
_PATIENCE = timedelta(minutes=1)  # for which notes of others may wait to teach their words, while names keep changing
_SHORTEST = 2  # characters of a wording that is looked for in a text
_AT_ONCE = 50  # rows of which new names are made before others have their turn: some ten milliseconds


class NameRow(NamedTuple):
    """A row of `customer_name`, as much as is needed of it."""

    id: int
    customer_id: int
    name: str
    sort: str
    place: str
    live: bool


_NAMED = select(
    *(CustomerName.__table__.c[name] for name in NameRow._fields),  # type: ignore[attr-defined]
    literal(False).label("taught"),
)
_LEARNED = select(
    Lesson.__table__.c.id,  # type: ignore[attr-defined]
    col(Lesson.customer_id),
    col(Lesson.wording),
    col(Lesson.sort),
    col(Lesson.means),
    col(Lesson.gone_at).is_(None),
    literal(True),
)
_ALL: CompoundSelect[Any] = union_all(_NAMED, _LEARNED)
_CHANGED: CompoundSelect[Any] = union_all(
    _NAMED.where(col(CustomerName.changed_at) >= bindparam("since")),
    _LEARNED.where(col(Lesson.changed_at) >= bindparam("since")),
)
_COLLEAGUES = select(col(Person.name))


@dataclass(slots=True)
class _Found:
    """What is made of names, to be looked things up in."""

    index: NameIndex = field(default_factory=NameIndex)
    mentions: Mentions = field(default_factory=Mentions)
    wordings: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def put(self, customer: int, rows: Mapping[int, NameRow]) -> None:
        """Know a customer by these names, in place of those before; by none where there are none."""
        self.mentions.remove(customer, self.wordings.pop(customer, ()))
        self.index.remove(customer)
        if rows:
            named = _named(customer, rows)
            self.index.add(named)
            self.wordings[customer] = _wordings(named)
            self.mentions.add(customer, self.wordings[customer])


class Names:
    """Finds customers by wording. `changes` are the customers whose names changed, as they came, so that what is
    derived from names can follow; `colleagues` are read anew with each change of a customer's name."""

    def __init__(self) -> None:
        self.changes: list[int] = []
        self.colleagues: frozenset[str] = frozenset()
        self.taught = Taught()  # replaced as a whole when it changes
        self._recorded = RecordedWords()
        self._lessons: dict[int, LessonRow] = {}
        self._found = _Found()
        self._rows: dict[int, dict[int, NameRow]] = {}  # customer -> name row -> name
        self._seen: dict[int, NameRow] = {}
        self._asked_at: datetime | None = None
        self._followed_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def catch_up(self, session: AsyncSession, now: datetime) -> None:
        """Read the names that changed since the last time; whoever comes meanwhile waits, and then finds them read."""
        async with self._reading:
            if self._asked_at is None:
                answer = await session.execute(_ALL)
            else:
                answer = await session.execute(_CHANGED, {"since": self._asked_at - _OVERLAP})
            found = answer.all()
            self._learn([LessonRow._make(row[:-1]) for row in found if row.taught])
            named = [NameRow._make(row[:-1]) for row in found if not row.taught]
            rows = [row for row in named if self._seen.get(row.id) != row]
            if rows:
                self.colleagues = frozenset((await session.scalars(_COLLEAGUES)).all())
                await self._take(rows)
            if not rows or self._followed_at is None or now - self._followed_at > _PATIENCE:
                await self._recorded.follow(session)  # not on the way of the note after one with a new customer
                self._followed_at = now
            self._asked_at = now

    @property
    def recorded(self) -> Recorded:
        """The products and competitors that the record knows; replaced as a whole when it changes."""
        return self._recorded.known

    def _learn(self, rows: Iterable[LessonRow]) -> None:
        fresh = {row.id: row for row in rows if self._lessons.get(row.id) != row}
        if fresh:
            self._lessons |= fresh
            self.taught = Taught.of(row for row in self._lessons.values() if row.live)

    async def _take(self, rows: list[NameRow]) -> None:
        """The names of a whole company are made beside the event loop, a few thousand that were imported in turns with
        other work: sounding out ten thousand takes seconds."""
        first = not self._seen
        if first:
            self._found = await asyncio.to_thread(_made, rows)
        for start in range(0, len(rows), _AT_ONCE):
            customers = self._keep(rows[start : start + _AT_ONCE])
            for customer in () if first else customers:
                self._found.put(customer, self._rows[customer])
            self.changes.extend(customers)
            await asyncio.sleep(0)

    def _keep(self, rows: Iterable[NameRow]) -> list[int]:
        for row in rows:
            self._seen[row.id] = row
            names = self._rows.setdefault(row.customer_id, {})
            names.pop(row.id, None)
            if row.live:
                names[row.id] = row
        return list(dict.fromkeys(row.customer_id for row in rows))

    def find(self, wording: str) -> Found:
        """Which customer a wording means, with the candidates where it is not clear."""
        return self._found.index.find(wording)

    def mentioned(self, text: str) -> dict[int, str]:
        """The customers of which a wording stands in the text as it is, each with the longest."""
        return self._found.mentions.find(text)

    def wordings(self, customer: int) -> tuple[str, ...]:
        """What a customer is called: full and short name, brand, aliases and former names, of two characters and more;
        nothing where it has no name any more."""
        return self._found.wordings.get(customer, ())


def _made(rows: Iterable[NameRow]) -> _Found:
    by_customer: dict[int, dict[int, NameRow]] = {}
    for row in rows:
        if row.live:
            by_customer.setdefault(row.customer_id, {})[row.id] = row
    found = _Found()
    for customer, names in by_customer.items():
        found.put(customer, names)
    return found


def _wordings(named: Named) -> tuple[str, ...]:
    every = (named.full, named.short or "", brand(named.short or named.full), *named.others)
    return tuple(dict.fromkeys(wording for wording in every if len(wording) >= _SHORTEST))


def _named(customer: int, rows: Mapping[int, NameRow]) -> Named:
    by_sort: dict[str, list[NameRow]] = {}
    for row in rows.values():
        by_sort.setdefault(row.sort, []).append(row)
    full = by_sort.get("full") or by_sort.get("short") or next(iter(by_sort.values()))
    short = by_sort.get("short", [])
    others = [r.name for sort in ("alias", "former") for r in by_sort.get(sort, [])]
    return Named(
        id=customer,
        full=full[0].name,
        short=short[0].name if short else None,
        others=tuple(others),
        place=full[0].place or None,
    )
