"""A messenger with an address book and without customers outside."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from bot.outside import OFF, OutsideErrands
from domain.names import Names
from domain.tables import Due
from scheduler.timed import TimedWork
from tests.staff.book import Office


async def test_after_its_address_book_there_is_nobody_outside_to_read(office: Office) -> None:
    async with office.database.read() as session:
        row = (await session.scalars(select(Due).where(col(Due.kind) == "outside.all"))).one()
    errands = OutsideErrands(office.database, {}, Names(), OFF).all()

    await TimedWork(office.database, ZoneInfo("Asia/Shanghai"), errands).handle(row)

    async with office.database.read() as session:
        after = await session.get(Due, row.id)
    assert after is not None
    assert (after.state, after.failures) == ("done", 0)
