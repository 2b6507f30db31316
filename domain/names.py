"""The names of all customers, kept in memory and caught up with the database before each message.

Linking a wording must not read thousands of rows, and names change rarely: `catch_up` asks for what changed since it
last looked, with an overlap for transactions that committed late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.naming import Found, Named, NameIndex
from domain.tables import CustomerName, Person

_OVERLAP = timedelta(seconds=30)


class NameRow(NamedTuple):
    """A row of `customer_name`, as much as is needed of it."""

    id: int
    customer_id: int
    name: str
    sort: str
    place: str
    live: bool


_COLUMNS = tuple(CustomerName.__table__.c[name] for name in NameRow._fields)  # type: ignore[attr-defined]


class Names:
    """Finds customers by wording. `revision` grows with each change, so that what is derived from it can be kept;
    `colleagues` are read anew with each change of a customer's name."""

    def __init__(self) -> None:
        self.revision = 0
        self.colleagues: frozenset[str] = frozenset()
        self._index = NameIndex(())
        self._rows: dict[int, dict[int, NameRow]] = {}  # customer -> name row -> name
        self._seen: dict[int, NameRow] = {}
        self._asked_at: datetime | None = None
        self._reading = asyncio.Lock()

    @property
    def known(self) -> Mapping[int, Named]:
        """Every named customer."""
        return {customer: _named(customer, rows) for customer, rows in self._rows.items() if rows}

    async def catch_up(self, session: AsyncSession, now: datetime) -> None:
        """Read the names that changed since the last time; whoever comes meanwhile waits, and then finds them read."""
        async with self._reading:
            query = select(*_COLUMNS)
            if self._asked_at is not None:
                query = query.where(col(CustomerName.changed_at) >= self._asked_at - _OVERLAP)
            found = [NameRow(*row) for row in (await session.execute(query)).all()]
            rows = [row for row in found if self._seen.get(row.id) != row]
            if rows:
                colleagues = (await session.scalars(select(col(Person.name)))).all()
                index = None if len(self._index) else await asyncio.to_thread(_built, rows)
                self._take(rows, frozenset(colleagues), index)
            self._asked_at = now

    def _take(self, rows: list[NameRow], colleagues: frozenset[str], index: NameIndex | None) -> None:
        for row in rows:
            self._seen[row.id] = row
            names = self._rows.setdefault(row.customer_id, {})
            names.pop(row.id, None)
            if row.live:
                names[row.id] = row
        if index is not None:
            self._index = index
        else:
            self._reindex({row.customer_id for row in rows})
        self.colleagues = colleagues
        self.revision += 1

    def find(self, wording: str) -> Found:
        """Which customer a wording means, with the candidates where it is not clear."""
        return self._index.find(wording)

    def _reindex(self, customers: set[int]) -> None:
        for customer in customers:
            self._index.remove(customer)
            if rows := self._rows.get(customer):
                self._index.add(_named(customer, rows))


def _built(rows: list[NameRow]) -> NameIndex:
    """The index of a whole company, made beside the event loop: sounding out thousands of names takes a second."""
    by_customer: dict[int, dict[int, NameRow]] = {}
    for row in rows:
        if row.live:
            by_customer.setdefault(row.customer_id, {})[row.id] = row
    return NameIndex(_named(customer, names) for customer, names in by_customer.items())


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
