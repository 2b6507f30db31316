"""One unit of work: all or nothing, audited, and its changes can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from domain import audit
from domain.actor import SYSTEM, Address, Cause
from domain.database import Database
from domain.errors import NotFound
from domain.tables import AuditEntry, Customer, Outbox, Person
from tests.domain.conftest import World


async def make(world: World, name: str = "远山机械") -> Customer:
    async with world.database.unit(world.actors["林越"], Cause("test")) as uow:
        return await uow.add(Customer(name=name, owner_id=uow.actor.person_id, created_at=uow.now))


async def test_what_fails_in_the_middle_never_happened(world: World) -> None:
    with pytest.raises(RuntimeError, match="in the middle"):
        await half_done(world)

    async with world.database.read() as session:
        assert (await session.scalars(select(Customer))).all() == []
        assert (await session.scalars(select(Outbox))).all() == []


async def half_done(world: World) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        await uow.add(Customer(name="远山机械", created_at=uow.now))
        uow.tell(Address.person(world.actors["林越"].person_id or 0), "plain.text", text="好")
        raise RuntimeError("in the middle")


async def test_each_change_is_on_record_with_who_and_from_what_to_what(world: World) -> None:
    customer = await make(world)

    async with world.database.unit(world.actors["周波"], Cause("inbox", 7)) as uow:
        (await uow.lock(Customer, customer.id)).level = "A"

    async with world.database.read() as session:
        made, changed = (await session.scalars(select(AuditEntry).where(AuditEntry.kind == "customer"))).all()
    assert (made.op, made.person_id) == ("insert", world.actors["林越"].person_id)
    assert (changed.changes, changed.cause_id) == ({"level": ["C", "A"]}, 7)
    assert changed.person_id == world.actors["周波"].person_id


async def test_a_change_set_is_taken_back_and_its_taking_back_too(world: World) -> None:
    customer = await make(world)
    async with world.database.unit(world.actors["林越"], Cause("test")) as uow:
        row = await uow.lock(Customer, customer.id)
        row.level, row.region = "A", "苏州"
        first = uow.change_set

    async with world.database.unit(world.actors["林越"], Cause("test")) as uow:
        await audit.revert(uow, first)
        second = uow.change_set
    assert await fields(world, customer.id) == ("C", "")
    async with world.database.unit(world.actors["林越"], Cause("test")) as uow:
        await audit.revert(uow, second)

    assert await fields(world, customer.id) == ("A", "苏州")


async def test_what_was_made_is_gone_after_taking_it_back(world: World) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        customer = await uow.add(Customer(name="远山机械", created_at=uow.now))
        made = uow.change_set
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        await audit.revert(uow, made)

    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        with pytest.raises(NotFound):
            await uow.get(Customer, customer.id)


async def test_a_later_change_stands_in_the_way_of_taking_back(world: World) -> None:
    customer = await make(world)
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).level = "A"
        first = uow.change_set
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).level = "B"

    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        with pytest.raises(audit.Overtaken):
            await audit.revert(uow, first)

    assert (await fields(world, customer.id))[0] == "B"


async def test_a_derived_column_that_changed_later_stays_and_the_rest_is_taken_back(world: World) -> None:
    customer = await make(world)
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        row = await uow.lock(Customer, customer.id)
        row.level, row.needs = "A", "对账"
        first = uow.change_set
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).needs = "条码、对账"

    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        await audit.revert(uow, first)

    row = await read(world.database, customer.id)
    assert (row.level, row.needs) == ("C", "条码、对账")


async def test_a_column_changed_twice_in_one_set_goes_by_the_last_change(world: World) -> None:
    """Another set changed it and was taken back: what the first left is there again, and can be taken back too."""
    customer = await make(world)
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        row = await uow.lock(Customer, customer.id)
        for row.level in ("B", "A"):
            await uow.session.flush()
        first = uow.change_set
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).level = "B"
        second = uow.change_set

    for change_set in (second, first):
        async with world.database.unit(SYSTEM, Cause("test")) as uow:
            await audit.revert(uow, change_set)

    assert (await fields(world, customer.id))[0] == "C"


async def test_a_row_that_is_still_needed_stays_when_what_made_it_is_taken_back(world: World) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        customer = await uow.add(Customer(name="远山机械", created_at=uow.now))
        customer.level, customer.region = "A", "苏州"
        made = uow.change_set
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).level = "B"

    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        own = await audit.made_by(uow, [made])
        await audit.revert(uow, made, own=own, stay=own)

    assert (await read(world.database, customer.id)).gone_at is None
    assert await fields(world, customer.id) == ("B", "")


async def test_a_write_that_did_not_see_the_newest_version_is_refused(world: World) -> None:
    """Two read the same row, both write: the second finds out instead of overwriting."""
    customer = await make(world)
    stale = await read(world.database, customer.id)
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, customer.id)).level = "A"

    with pytest.raises(StaleDataError):
        await overwrite(world, stale)

    assert (await fields(world, customer.id))[0] == "A"


async def overwrite(world: World, stale: Customer) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        uow.session.add(stale)
        stale.level = "B"


async def test_the_same_thing_is_told_once(world: World) -> None:
    person = world.actors["林越"].person_id or 0
    for _ in range(2):
        async with world.database.unit(SYSTEM, Cause("test")) as uow:
            uow.tell(Address.person(person), "plain.text", key="once", text="好")

    async with world.database.read() as session:
        assert [r.key for r in (await session.scalars(select(Outbox))).all()] == ["once"]


async def test_a_person_without_an_account_is_a_dead_delivery_and_no_error(world: World) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        person = await uow.add(Person(name="新人", created_at=uow.now))
        uow.tell(Address.person(person.id), "plain.text", text="好")

    async with world.database.read() as session:
        [row] = (await session.scalars(select(Outbox))).all()
    assert (row.state, row.last_error) == ("dead", "no account on any messenger")


async def test_a_reading_session_cannot_write(world: World) -> None:
    async with world.database.read() as session:
        session.add(Customer(name="远山机械", created_at=world.clock.now()))
        with pytest.raises(DBAPIError):
            await session.flush()


async def read(database: Database, customer_id: int) -> Customer:
    async with database.read() as session:
        row = await session.get(Customer, customer_id)
        assert row is not None
        return row


async def fields(world: World, customer_id: int) -> tuple[str, str]:
    row = await read(world.database, customer_id)
    return row.level, row.region
