"""What commands do to the record: whose a customer is, money in parts, and the way back where others stand on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from domain.audit import Overtaken
from domain.errors import NotFound, Refused
from domain.policy import NotYours
from domain.services import colleagues, fields, orders, ownership, payments, todos
from domain.services.fields import FIELDS
from domain.services.people import Known
from domain.services.todos import Deed
from domain.tables import Customer, Payment, Reminder, Task
from tests.work.stage import Company, at, company

NOON = at("2026-11-27T12:00")


@pytest_asyncio.fixture
async def here(sqlite_url: str) -> AsyncIterator[Company]:
    async with company(sqlite_url) as found:
        yield found


async def row(here: Company, kind: type[Customer], row_id: int) -> Customer:
    async with here.database.read() as session:
        found = await session.get(kind, row_id)
        assert found is not None
        return found


async def test_a_promise_and_its_reminder_go_along_with_the_customer(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    async with here.acting(here.lin) as uow:
        await todos.note(uow, Deed(text="寄样册", due=date(2026, 12, 2), customer_id=customer), here.local)
    async with here.acting(here.lin) as uow:
        await ownership.transfer(uow, customer, here.li)

    async with here.database.read() as session:
        task, reminder = await session.get(Task, 1), await session.get(Reminder, 1)
    assert task is not None
    assert reminder is not None
    assert (task.owner_id, reminder.person_id) == (here.li, here.li)
    assert await here.told(here.li) == ["customer.handed"]


async def test_a_leader_hands_over_his_peoples_customers_and_a_colleague_does_not(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)

    async with here.acting(here.li) as uow:
        with pytest.raises(NotYours):
            await ownership.transfer(uow, customer, here.li)
    async with here.acting(here.zhou) as uow:
        await ownership.transfer(uow, customer, here.li)

    assert (await row(here, Customer, customer)).owner_id == here.li
    assert await here.told(here.lin) == ["plain.text"]


async def test_who_is_shared_a_customer_may_change_it_but_not_give_it_away(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    async with here.acting(here.lin) as uow:
        await ownership.share(uow, customer, here.li)

    async with here.acting(here.li) as uow:
        await fields.change_customer(uow, customer, FIELDS["industry"], "电子")
        with pytest.raises(Refused, match="归谁由他或他的上级定"):
            await ownership.release(uow, customer)


async def test_the_second_to_claim_learns_who_was_first(here: Company) -> None:
    customer = await here.customer("启航电子", None)
    async with here.acting(here.lin) as uow:
        await ownership.claim(uow, customer)

    async with here.acting(here.li) as uow:
        with pytest.raises(Refused, match="不在公海，小林在跟"):
            await ownership.claim(uow, customer)


async def test_an_order_on_which_somebody_stands_is_not_taken_back(here: Company) -> None:
    customer = await here.customer("启航电子", None)
    async with here.acting(here.lin) as uow:
        await ownership.claim(uow, customer)
        claimed = uow.change_set
    async with here.acting(here.zhou) as uow:
        await ownership.transfer(uow, customer, here.li)

    async with here.acting(here.lin) as uow:
        with pytest.raises(Overtaken):
            await orders.undo(uow, claimed)


async def test_nobody_takes_back_what_a_colleague_ordered(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    async with here.acting(here.lin) as uow:
        await fields.change_customer(uow, customer, FIELDS["level"], "A")
        changed = uow.change_set

    async with here.acting(here.zhou) as uow:
        with pytest.raises(NotFound):
            await orders.undo(uow, changed)


async def test_undone_and_restored_a_customer_is_found_by_the_name_that_holds(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    async with here.acting(here.lin) as uow:
        await fields.change_customer(uow, customer, FIELDS["short_name"], "启航智造")
        changed = uow.change_set
    assert (await here.names()).find("启航智造").match == customer

    async with here.acting(here.lin) as uow:
        undone = await orders.undo(uow, changed)
    assert (await here.names()).find("启航智造").match is None

    async with here.acting(here.lin) as uow:
        await orders.restore(uow, changed, undone)
    assert (await here.names()).find("启航智造").match == customer


async def test_a_name_that_is_another_customers_is_refused(here: Company) -> None:
    await here.customer("启航电子", here.lin)
    other = await here.customer("远帆电子", here.lin)

    async with here.acting(here.lin) as uow:
        with pytest.raises(Refused, match="已经是另一家的名字"):
            await fields.change_customer(uow, other, FIELDS["short_name"], "启航电子")


async def test_of_a_part_of_a_payment_the_rest_stays_planned(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    planned = Payment(customer_id=customer, label="首付", amount=300_00, due_on=date(2026, 12, 5), created_at=NOON)
    await here.add(planned)

    async with here.acting(here.lin) as uow:
        plan = await payments.planned(uow, customer)
        left = await payments.receive(uow, customer, payments.meant(plan, "首付款", None), "首付", 100_00)

    async with here.database.read() as session:
        came, rest = await session.get(Payment, 1), await session.get(Payment, 2)
    assert came is not None
    assert rest is not None
    assert (came.amount, came.received_at is not None) == (100_00, True)
    assert (rest.amount, rest.label, rest.due_on, rest.received_at) == (200_00, "首付", date(2026, 12, 5), None)
    assert left == 200_00


@pytest.mark.parametrize(
    ("label", "fen", "found"),
    [("尾款", None, 2), ("", 500_00, 2), ("", 100_00, 1), ("", 1, None), ("定金", None, None)],
)
def test_the_planned_payment_is_the_named_one_or_the_one_of_that_amount(
    label: str, fen: int | None, found: int | None
) -> None:
    plan = [payments.Planned(1, "首付", 100_00), payments.Planned(2, "尾款", 500_00)]

    meant = payments.meant(plan, label, fen)
    assert (meant.payment_id if meant else None) == found


async def test_a_customer_that_a_colleague_may_not_see_does_not_go_with_a_to_do(here: Company) -> None:
    customer = await here.customer("启航电子", here.lin)
    async with here.acting(here.lin) as uow:
        task = await todos.assign(uow, here.li, Deed(text="送样", customer_id=customer), here.local)

    assert (task.owner_id, task.customer_id) == (here.li, None)


def test_colleagues_are_told_apart_by_the_whole_name_first() -> None:
    everybody = [known(1, "李明", "销售"), known(2, "李建国", "销售经理"), known(3, "周波", "总监")]

    said = ("李明", "小李", "李总", "老李", "建国", "周总监", "王五")
    found = [[person.id for person in colleagues.called(everybody, name)] for name in said]
    assert found == [[1], [1], [2], [1, 2], [2], [3], []]


def known(person_id: int, name: str, title: str) -> Known:
    return Known(person_id, name, title, frozenset({"sales"}), None, None, new=False)
