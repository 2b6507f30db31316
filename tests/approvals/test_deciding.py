"""A request is decided once, by the one whose turn it is, on what he saw."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cards.model import Action
from domain.actor import SYSTEM, Cause
from domain.errors import Refused
from domain.services import approvals, decisions
from domain.tables import Opportunity
from scheduler.jobs import job_for, load_jobs
from tests.approvals.office import Office, office


async def test_of_two_taps_at_once_one_decides_and_the_other_is_told_so(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()

        async def tap(act: Any) -> str:
            async with here.acting("周波") as uow:
                return str(await act(uow, approval_id, 1))

        outcomes = await asyncio.gather(tap(decisions.approve), tap(decisions.refuse), tap(decisions.approve))
        assert sorted(outcomes) == ["done", "late", "late"]
        decided = (await here.approval(approval_id)).state
        assert decided == ("refused" if outcomes[1] == "done" else "approved")
        assert len([k for k in await here.told("林越") if k in ("approval.approved", "approval.refused")]) == 1


async def test_a_yes_allows_the_discount_and_ends_all_that_was_due(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        assert [d.kind for d in await here.due()] == ["approval.remind", "approval.deadline"]
        async with here.acting("周波") as uow:
            assert await decisions.approve(uow, approval_id, 1) == "done"
        assert await here.due() == []
        async with here.database.read() as session:
            sale = await session.get(Opportunity, here.sale)
            assert sale is not None
            assert sale.discount == 8500


async def test_a_no_allows_nothing(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("周波") as uow:
            await decisions.refuse(uow, approval_id, 1, reason="毛利太低")
        async with here.database.read() as session:
            sale = await session.get(Opportunity, here.sale)
            assert sale is not None
            assert sale.discount is None


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("陈晨", "这张等周总批，你批不了"),
        ("李岩", "这张等周总批，你批不了"),
        ("林越", "自己的申请自己批不了，等周总"),
    ],
)
async def test_nobody_but_the_approver_decides(database_url: str, who: str, said: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        with pytest.raises(Refused) as refused:
            async with here.acting(who) as uow:
                await decisions.approve(uow, approval_id, 1)
        assert refused.value.said == said
        assert (await here.approval(approval_id)).state == "waiting"


async def test_what_changed_after_the_card_was_seen_is_shown_before_it_is_decided(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        here.clock.advance(timedelta(minutes=10))
        assert await here.asks(8800, text="改成88折") == approval_id
        async with here.acting("周波") as uow:
            assert await decisions.approve(uow, approval_id, 1) == "changed"
        assert (await here.approval(approval_id)).state == "waiting"
        card = await here.draws("周波", "approval.request", approval_id=approval_id, seen=1)
        assert (card.title, card.note) == ("内容变了，再看一眼", "小林 16:10 改成 88折")
        assert card.facts[:2] == (("折扣", "85折→88折"), ("金额", "68万→70.4万，让 9.6万"))
        yes = next(b.action for b in card.buttons if b.label == "同意")
        assert isinstance(yes, Action)
        async with here.acting("周波") as uow:
            assert await decisions.approve(uow, approval_id, int(yes.params[1])) == "done"


async def test_a_nudge_changes_nothing_of_what_was_seen(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("林越") as uow:
            assert await approvals.nudge(uow, approval_id)
        async with here.acting("林越") as uow:
            assert not await approvals.nudge(uow, approval_id)
        async with here.acting("周波") as uow:
            assert await decisions.approve(uow, approval_id, 1) == "done"


async def test_a_late_tap_touches_no_card_but_its_own(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("林越") as uow:
            assert await approvals.withdraw(uow, approval_id)
        redrawn = await here.told("周波", "update")
        async with here.acting("周波") as uow:
            assert await decisions.refuse(uow, approval_id, 1) == "late"
            assert not uow.has_told
        assert await here.told("周波", "update") == redrawn
        card = await here.draws("周波", "approval.request", approval_id=approval_id, how="late")
        assert (card.title, card.note, card.state) == (
            "已撤回 · 华星85折",
            "小林 16:00 已撤回，这次没重复处理",
            "已撤回",
        )


async def test_a_refusal_is_taken_back_within_a_minute_only(database_url: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        async with here.acting("周波") as uow:
            await decisions.refuse(uow, approval_id, 1)
        here.clock.advance(timedelta(seconds=60))
        async with here.acting("周波") as uow:
            assert await decisions.reopen(uow, approval_id)
        assert [d.kind for d in await here.due()] == ["approval.remind", "approval.deadline"]
        async with here.acting("周波") as uow:
            await decisions.refuse(uow, approval_id, 3)
        here.clock.advance(timedelta(seconds=61))
        with pytest.raises(decisions.TooLate):
            async with here.acting("周波") as uow:
                await decisions.reopen(uow, approval_id)
        assert (await here.approval(approval_id)).state == "refused"


async def test_a_deadline_that_passed_moves_the_request_up_once(database_url: str) -> None:
    load_jobs()
    async with office(database_url) as here:
        approval_id = await here.asks()
        planned = await here.due()
        for _ in range(2):  # a row that is run again after a crash finds nothing to do
            for row in planned:
                here.clock.advance(max(row.due_at - here.clock.now(), timedelta()))
                await _run(here, row)
        assert (await here.approval(approval_id)).approver_id == here.people["李岩"]
        assert await here.told("周波") == ["approval.request", "approval.remind"]
        assert await here.told("李岩") == ["approval.escalated"]
        card = await here.draws("周波", "approval.request", approval_id=approval_id)
        assert (card.title, card.note, card.state) == (
            "已升级 · 华星85折",
            "18:00 转到李总，你不用处理了",
            "已升级",
        )
        assert card.buttons == ()
        async with here.acting("周波") as uow:
            assert await decisions.approve(uow, approval_id, 1) == "late"


async def test_where_there_is_no_superior_the_approver_is_asked_once_more(database_url: str) -> None:
    load_jobs()
    async with office(database_url) as here:
        approval_id = await here.asks(name="周波")
        for row in await here.due():
            here.clock.advance(row.due_at - here.clock.now())
            await _run(here, row)
        assert (await here.approval(approval_id)).approver_id == here.people["李岩"]
        assert await here.told("李岩") == ["approval.request", "approval.remind", "approval.remind"]
        card = await here.draws("李岩", "approval.remind", approval_id=approval_id, last=True)
        assert (card.title, card.note) == ("还等你定 · 华星85折", "周总等着回客户")


async def test_a_deadline_is_nothing_to_a_request_that_was_handed_on(database_url: str) -> None:
    load_jobs()
    async with office(database_url) as here:
        approval_id = await here.asks()
        planned = await here.due()
        async with here.acting("周波") as uow:
            await decisions.hand_on(uow, approval_id, here.people["何平"], here.local)
        here.clock.advance(timedelta(hours=2))
        for row in planned:
            await _run(here, row)
        assert (await here.approval(approval_id)).approver_id == here.people["何平"]
        assert {d.params["approver"] for d in await here.due()} == {here.people["何平"]}


@pytest.mark.parametrize("name", ["林越", "周波", "陈晨"])
async def test_a_request_is_handed_on_to_another_leader_only(database_url: str, name: str) -> None:
    async with office(database_url) as here:
        approval_id = await here.asks()
        with pytest.raises(Refused):
            async with here.acting("周波") as uow:
                await decisions.hand_on(uow, approval_id, here.people[name], here.local)
        assert (await here.approval(approval_id)).approver_id == here.people["周波"]


async def _run(here: Office, row: Any) -> None:
    async with here.database.unit(SYSTEM, Cause("due", row.id)) as uow:
        await job_for(row.kind)(uow, row, here.local)
