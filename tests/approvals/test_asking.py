"""Asking: whom, for how much, until when; and what is not asked at all."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain import policy
from domain.errors import Refused
from domain.services import approvals
from domain.services.approval_flow import answer_by
from domain.tables import Opportunity
from domain.views import approvals as views
from domain.when import Local
from tests.approvals.office import NOW, ZONE, office


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2026-11-25 08:00", "2026-11-25 18:00"),
        ("2026-11-25 16:59", "2026-11-25 18:00"),
        ("2026-11-25 17:00", "2026-11-26 18:00"),
        ("2026-11-27 17:30", "2026-11-30 18:00"),  # Friday evening: Monday
        ("2026-11-28 10:00", "2026-11-30 18:00"),  # Saturday
        ("2026-09-30 17:30", "2026-10-08 18:00"),  # before the national holiday
        ("2026-10-10 10:00", "2026-10-10 18:00"),  # a Saturday that is worked
    ],
)
def test_an_answer_is_expected_by_six_of_a_working_day(asked: str, until: str) -> None:
    now = datetime.fromisoformat(asked).replace(tzinfo=ZONE)
    assert answer_by(Local(now, ZONE)) == datetime.fromisoformat(until).replace(tzinfo=ZONE)


async def test_the_superior_is_asked_with_the_price_on_record(database_url: str) -> None:
    async with office(database_url) as here:
        approval = await here.approval(await here.asks())
        assert approval.approver_id == here.people["周波"]
        assert (approval.amount_before, approval.amount_after) == (80_000_000, 68_000_000)
        assert approval.opportunity_id == here.sale
        assert await here.told("周波") == ["approval.request"]


async def test_asked_again_the_open_request_changes_and_no_second_one_is_made(database_url: str) -> None:
    async with office(database_url) as here:
        first = await here.asks()
        assert await here.asks() == first
        assert await here.told("周波", "update") == []
        assert await here.asks(8800) == first
        assert (await here.approval(first)).amount_after == 70_400_000
        assert await here.told("周波") == ["approval.request"]


async def test_another_products_amount_is_not_put_on_the_card(database_url: str) -> None:
    async with office(database_url) as here:
        approval = await here.approval(await here.asks(product="手持终端", text="华星手持终端申请85折"))
        assert (approval.opportunity_id, approval.amount_before, approval.amount_after) == (None, None, None)


async def test_without_a_product_the_newest_sale_with_an_amount_is_meant(database_url: str) -> None:
    async with office(database_url) as here:
        async with here.acting("林越") as uow:
            newer = Opportunity(customer_id=here.customer, product="年度维保", stage_since=NOW, created_at=NOW)
            await uow.add(newer)
        assert (await here.approval(await here.asks(product=""))).opportunity_id == here.sale


async def test_who_has_no_superior_is_told_what_is_missing(database_url: str) -> None:
    async with office(database_url) as here:
        with pytest.raises(approvals.NobodyDecides) as refused:
            await here.asks(name="李岩")
        assert "通讯录里没有你的上级" in refused.value.said


async def test_a_colleagues_customer_is_not_asked_for(database_url: str) -> None:
    async with office(database_url) as here:
        with pytest.raises(policy.NotYours) as refused:
            await here.asks(name="陈晨")
        assert refused.value.said == "华星精工是小林的客户"


@pytest.mark.parametrize("share", [0, 10_000, 12_000])
async def test_what_is_no_discount_is_not_asked_for(sqlite_url: str, share: int) -> None:
    async with office(sqlite_url) as here:
        with pytest.raises(approvals.NoDiscount):
            await here.asks(share)


@pytest.mark.parametrize("act", [approvals.nudge, approvals.withdraw])
async def test_only_the_asker_nudges_and_withdraws(database_url: str, act: object) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        with pytest.raises(Refused):
            async with here.acting("陈晨") as uow:
                await act(uow, approval_id)  # type: ignore[operator]
        assert (await here.approval(approval_id)).state == "waiting"


async def test_what_waits_is_counted_for_the_approver_alone(database_url: str) -> None:
    async with office(database_url) as here:
        await here.asks()
        async with here.database.read() as session:
            for name, count in (("周波", 1), ("李岩", 0), ("林越", 0)):
                viewer = await approvals.people.actor_of(session, here.people[name])
                assert len(await views.open_requests(session, viewer, here.local)) == count
