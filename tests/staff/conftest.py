from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from config.clock import ShiftableClock
from domain.database import Database
from tests.staff.book import NOW, Book, Office


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """A boss, a lead below him, two who sell; read once."""
    book = Book()
    book.put("boss", "钱峰", unit="1", title="总经理")
    book.put("lead", "周波", title="销售经理")
    book.put("lin", "林越", title="销售")
    book.put("li", "李明", title="销售")
    clock = ShiftableClock(NOW, still=True)
    office = Office(Database(database_url, clock), clock, book)
    await office.read()
    yield office
    await office.database.close()
