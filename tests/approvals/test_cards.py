"""What the asker and the approver read, to the letter, and that it fits the smallest messenger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cards.budget import overruns
from cards.model import Progress
from domain.errors import NotFound
from domain.services import approvals, decisions
from domain.tables import Activity, Contract, Customer, Opportunity, Payment
from tests.approvals.office import NOW, Office, office

LONG = "这个客户的预算在年底之前必须用完，对手已经报了更低的价格，再不答应就要丢掉这一单，" * 3


async def test_the_approver_reads_what_he_needs_to_decide(database_url: str) -> None:
    async with office(database_url) as here:
        await _history(here)
        approval_id = await here.asks(reason="对手用友报70万", text="华星ERP二期申请85折，对手用友报70万")
        card = await here.draws("周波", "approval.request", approval_id=approval_id)
        assert (card.title, card.note) == ("待你审批 · 华星ERP二期 85折", "小林 · 今天 18:00 前")
        assert card.facts == (
            ("金额", "80万→68万，让 12万"),
            ("客户", "B类，一期 35万，尾款 12万没到期"),
            ("对手", "用友 报70万"),
            ("上次", "11-24 拜访，担心实施周期"),
        )
        assert card.quote == "华星ERP二期申请85折，对手用友报70万"
        assert [b.label for b in card.buttons] == ["同意", "驳回", "转交"]
        assert [b.label for b in card.more] == ["看客户", "附条件"]
        assert [b.style for b in card.buttons] == ["primary", "plain", "plain"]
        assert card.text == "待审批：华星ERP二期85折，80万→68万，对手用友报70万。回：同意/驳回+原因/转交+姓名"


async def test_the_asker_reads_where_his_request_stands(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks(reason="对手用友报70万")
        card = await here.draws("林越", "approval.sent", approval_id=approval_id)
        assert (card.title, card.note) == ("已提交 · 华星ERP二期 85折", "等周总 · 今天 18:00 前")
        assert card.block(Progress) == Progress((("小林", "done"), ("周总", "now")))
        assert card.facts == (("金额", "80万→68万"), ("理由", "对手用友报70万"))
        assert card.text == "85折已提交周总，18:00前答复。回：补一句/催一下/撤回"


async def test_an_unknown_amount_is_left_out(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks(product="手持终端")
        for name, kind in (("林越", "approval.sent"), ("周波", "approval.request")):
            card = await here.draws(name, kind, approval_id=approval_id)
            assert "金额" not in dict(card.facts)
            assert card.title.endswith("· 华星 85折")


async def test_precedents_are_told_from_five_on(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("周波") as uow:
            customer = await uow.get(Customer, here.customer)
            customer.industry = "制造业"
            for n in range(4):
                await uow.add(_past(here, "won" if n < 3 else "lost"))
        assert "先例" not in dict((await here.draws("周波", "approval.request", approval_id=approval_id)).facts)
        async with here.acting("周波") as uow:
            await uow.add(_past(here, "lost"))
        facts = dict((await here.draws("周波", "approval.request", approval_id=approval_id)).facts)
        assert facts["先例"] == "同行业 5 单低于9折，赢 3 单"


async def test_a_yes_with_a_condition_reads_the_same_on_both_sides(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        here.clock.advance(timedelta(minutes=12))
        async with here.acting("周波") as uow:
            await decisions.approve(uow, approval_id, 1, condition="首付要50%")
        for name, kind in (("周波", "approval.request"), ("林越", "approval.sent")):
            card = await here.draws(name, kind, approval_id=approval_id)
            assert (card.title, card.state) == ("已同意 · 华星ERP二期 85折", "有条件同意")
            assert dict(card.facts)["条件"] == "首付要50%"
            assert card.buttons == ()
        news = await here.draws("林越", "approval.approved", approval_id=approval_id)
        assert (news.title, news.note) == ("批了 · 华星85折", "周总 16:12 · 可以报 68万了")
        assert news.facts == (("条件", "首付要50%"),)


async def test_only_those_who_have_to_do_with_it_see_a_request(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        for name in ("陈晨", "何平"):
            with pytest.raises(NotFound):
                await here.draws(name, "approval.request", approval_id=approval_id)
        above = await here.draws("李岩", "approval.request", approval_id=approval_id)
        assert (above.title, above.buttons, above.state) == ("等周总 · 华星ERP二期 85折", (), "等周总")


async def test_who_is_asked_reads_the_card_of_a_customer_that_he_may_not_open(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("周波") as uow:
            await decisions.hand_on(uow, approval_id, here.people["何平"], here.local)
        card = await here.draws("何平", "approval.handed_on", approval_id=approval_id)
        assert (card.title, card.note) == ("转到你这 · 华星85折", "周总转给你 · 今天 18:00 前")
        assert [b.label for b in card.more] == ["附条件"]


@pytest.mark.parametrize("end", ["waiting", "approved", "refused", "withdrawn", "escalated", "handed_on"])
async def test_every_card_of_a_long_request_keeps_the_budget(sqlite_url: str, end: str) -> None:
    async with office(sqlite_url) as here:
        await _history(here, long=True)
        approval_id = await here.asks(8550, reason=LONG[:60], text=LONG)
        async with here.acting("林越") as uow:
            await approvals.add(uow, approval_id, LONG)
        await _end(here, approval_id, end)
        mine = ("approval.sent", "approval.approved", "approval.refused")
        his = ("approval.request", "approval.remind", "approval.escalated", "approval.handed_on")
        for name, kinds in (("林越", mine), ("周波", his), ("李岩", his)):
            for kind in kinds:
                for how in ("", "late", "moved", "hand_on", "condition", "add", "nudged", "again", "left"):
                    card = await here.draws(name, kind, approval_id=approval_id, how=how)
                    assert overruns(card) == [], (kind, how)
                    assert card.title.endswith("折"), (kind, how)


async def _end(here: Office, approval_id: int, end: str) -> None:
    if end == "escalated":
        async with here.acting("周波") as uow:
            await decisions.run_out(uow, approval_id, here.people["周波"], here.local)
    if end == "withdrawn":
        async with here.acting("林越") as uow:
            await approvals.withdraw(uow, approval_id)
    async with here.acting("周波") as uow:
        if end == "approved":
            await decisions.approve(uow, approval_id, 2, condition=LONG)
        if end == "refused":
            await decisions.refuse(uow, approval_id, 2, reason=LONG)
        if end == "handed_on":
            await decisions.hand_on(uow, approval_id, here.people["李岩"], here.local)


async def _history(here: Office, *, long: bool = False) -> None:
    """An earlier sale with a payment to come, and a visit yesterday."""
    async with here.acting("林越") as uow:
        if long:
            customer = await uow.get(Customer, here.customer)
            customer.short_name = "上海浦东新区张江高科技园区智能制造装备研究院"
        first = Opportunity(customer_id=here.customer, product="一期", state="won", stage_since=NOW, created_at=NOW)
        await uow.add(first)
        signed = Contract(
            customer_id=here.customer,
            opportunity_id=first.id,
            amount=35_000_000,
            signed_on=date(2026, 3, 2),
            created_at=NOW,
        )
        await uow.add(signed)
        rest = {"label": "尾款", "amount": 12_000_000, "due_on": date(2026, 12, 10), "created_at": NOW}
        await uow.add(Payment(customer_id=here.customer, contract_id=signed.id, **rest))
        concern = LONG if long else "实施周期"
        visit = Activity(
            customer_id=here.customer,
            person_id=here.people["林越"],
            type="visit",
            occurred_on=date(2026, 11, 24),
            occurred_at=NOW - timedelta(days=1),
            text="见了张总，担心实施周期",
            facts={"text": "见了张总", "occurred_on": "2026-11-24", "concerns": [{"text": concern, "quote": ""}]},
            created_at=NOW,
        )
        await uow.add(visit)


def _past(here: Office, state: str) -> Opportunity:
    return Opportunity(
        customer_id=here.customer, product="一期", state=state, discount=8800, stage_since=NOW, created_at=NOW
    )
