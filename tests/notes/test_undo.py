"""Undoing, restoring, correcting and moving a note while life went on after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.actor import SYSTEM, Cause
from domain.errors import NotFound, Refused
from domain.facts import Met, NoteDraft, Promise, Said, Sum, Term
from domain.services import approvals, budgets, corrections, customers, decisions, notes
from domain.services.corrections import Right
from domain.tables import Activity, Approval, Contact, Contract, Customer, Due, Opportunity, Payment, Reminder, Task
from domain.tables.base import Row
from tests.work.stage import Company, company

R = TypeVar("R", bound=Row)
MESSAGES = count(1)
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PLAIN = NoteDraft(text="拜访了刘工", type="visit", occurred_on=date(2026, 11, 25))


@dataclass(slots=True)
class Desk:
    """林越 at work on one customer of his, 金穗食品."""

    here: Company
    customer: int

    async def writes(self, **facts: Any) -> int:
        """A note a minute later; returns its id."""
        self.here.clock.advance(timedelta(minutes=1))
        async with self.here.acting(self.here.lin) as uow:
            return await self._file(uow, self.customer, replace(PLAIN, **facts))

    async def writes_of_new(self, name: str, **facts: Any) -> int:
        """The first note of a customer that was not on record."""
        async with self.here.acting(self.here.lin) as uow:
            made = await customers.create(uow, name, owner_id=self.here.lin, named=False)
            return await self._file(uow, made.id, replace(PLAIN, new_customer=True, **facts))

    async def _file(self, uow: Any, customer_id: int, draft: NoteDraft) -> int:
        origin = notes.Origin(inbox_id=next(MESSAGES), message_id="", channel="wecom", sent_at=uow.now)
        return (await notes.file(uow, draft, customer_id, origin, self.here.local)).activity_id

    async def undoes(self, note: int) -> None:
        async with self.here.acting(self.here.lin) as uow:
            await corrections.undo(uow, note)

    async def restores(self, note: int) -> None:
        async with self.here.acting(self.here.lin) as uow:
            await corrections.restore(uow, note)

    async def goes_back(self, note: int) -> None:
        async with self.here.acting(self.here.lin) as uow:
            await corrections.go_back(uow, note)

    async def corrects(self, note: int, **right: Any) -> None:
        self.here.clock.advance(timedelta(minutes=1))
        async with self.here.acting(self.here.lin) as uow:
            assert await corrections.correct(uow, note, Right(**right), self.here.local)

    async def moves(self, note: int, customer_id: int) -> int:
        async with self.here.acting(self.here.lin) as uow:
            return (await corrections.move(uow, note, customer_id, self.here.local)).activity_id

    async def rows(self, table: type[R]) -> list[R]:
        """All rows of a table, those taken back too, in the order in which they were made."""
        async with self.here.database.read() as session:
            return list((await session.scalars(select(table).order_by(col(table.id)))).all())

    async def row(self, table: type[R], row_id: int) -> R:
        return next(r for r in await self.rows(table) if r.id == row_id)


@asynccontextmanager
async def desk(url: str) -> AsyncIterator[Desk]:
    async with company(url) as here:
        yield Desk(here, await here.customer("金穗食品", here.lin))


def budget(fen: int) -> tuple[Sum, ...]:
    return (Sum("budget", fen),)


# -- not the newest --------------------------------------------------------------------------------------------------


async def test_an_older_note_is_undone_after_a_newer_one_and_what_the_newer_says_stays(database_url: str) -> None:
    async with desk(database_url) as at:
        first = await at.writes(needs=(Said("对账"),), competitors=(Said("甲软件"),))
        second = await at.writes(needs=(Said("条码"),))

        await at.undoes(first)

        customer = await at.row(Customer, at.customer)
        assert (customer.needs, customer.competitors) == ("条码", "")
        assert customer.last_contact_at == (await at.row(Activity, second)).created_at


async def test_after_both_notes_are_undone_the_customer_is_as_before_them(database_url: str) -> None:
    async with desk(database_url) as at:
        first, second = await at.writes(needs=(Said("对账"),)), await at.writes(needs=(Said("条码"),))

        await at.undoes(first)
        await at.undoes(second)

        customer = await at.row(Customer, at.customer)
        assert (customer.needs, customer.last_contact_at) == ("", None)


async def test_a_note_is_restored_after_another_one_came(database_url: str) -> None:
    async with desk(database_url) as at:
        first = await at.writes(needs=(Said("对账"),))
        await at.undoes(first)
        await at.writes(needs=(Said("条码"),))

        await at.restores(first)

        assert (await at.row(Activity, first)).undone_at is None
        assert set((await at.row(Customer, at.customer)).needs.split("、")) == {"对账", "条码"}


async def test_what_was_said_later_of_a_sale_from_before_still_stands_in_the_way(database_url: str) -> None:
    async with desk(database_url) as at:
        await at.here.add(Opportunity(customer_id=at.customer, stage_since=NOW, created_at=NOW))
        first = await at.writes(amounts=budget(800_000_00))
        await at.writes(amounts=(Sum("quote", 700_000_00),))

        with pytest.raises(Refused, match="后来又改过"):
            await at.undoes(first)

        assert (await at.rows(Opportunity))[0].amount == 700_000_00


async def test_a_promise_kept_by_a_later_note_does_not_stand_in_the_way(database_url: str) -> None:
    """The sale that the first note began goes on with what the second said of it."""
    async with desk(database_url) as at:
        first = await at.writes(amounts=budget(300_000_00), promises=(Promise("给方案", date(2026, 12, 2)),))
        await at.writes(done=(Said("方案发了"),), stage=Said("方案报价"))

        await at.undoes(first)

        [sale], [task] = await at.rows(Opportunity), await at.rows(Task)
        assert (sale.gone_at, sale.stage) == (None, "方案报价")
        assert task.gone_at is not None


# -- what others refer to --------------------------------------------------------------------------------------------


async def test_a_customer_stays_while_a_later_note_stands_on_it(database_url: str) -> None:
    async with desk(database_url) as at:
        first = await at.writes_of_new("恒力机械", contacts=(Met("王芳"),))
        at.customer = (await at.row(Activity, first)).customer_id
        await at.writes(contacts=(Met("王芳"),))

        await at.undoes(first)

        assert (await at.row(Customer, at.customer)).gone_at is None
        assert [c.gone_at for c in await at.rows(Contact)] == [None]


async def test_a_note_whose_customer_was_taken_back_waits_for_the_note_that_made_it(database_url: str) -> None:
    async with desk(database_url) as at:
        first = await at.writes_of_new("恒力机械")
        at.customer = (await at.row(Activity, first)).customer_id
        second = await at.writes()
        await at.undoes(second)
        await at.undoes(first)

        with pytest.raises(Refused, match="先恢复那条"):
            await at.restores(second)
        await at.restores(first)
        await at.restores(second)

        assert (await at.row(Customer, at.customer)).gone_at is None
        assert [a.undone_at for a in await at.rows(Activity)] == [None, None]


async def test_a_sale_stays_while_a_request_on_it_is_open_and_can_be_decided(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(amounts=budget(800_000_00))
        request = approvals.Request(customer_id=at.customer, discount=8500, text="申请85折")
        async with at.here.acting(at.here.lin) as uow:
            asked = await approvals.ask(uow, request, at.here.local)

        await at.undoes(note)
        async with at.here.acting(at.here.zhou) as uow:
            assert await decisions.approve(uow, asked, 1) == "done"

        [sale] = await at.rows(Opportunity)
        assert (sale.gone_at, sale.discount, sale.amount) == (None, 8500, None)


async def test_a_request_on_a_sale_that_is_gone_can_still_be_approved(database_url: str) -> None:
    async with desk(database_url) as at:
        await at.writes(amounts=budget(800_000_00))
        request = approvals.Request(customer_id=at.customer, discount=8500, text="申请85折")
        async with at.here.acting(at.here.lin) as uow:
            asked = await approvals.ask(uow, request, at.here.local)
        async with at.here.database.unit(SYSTEM, Cause("test")) as uow:
            (await uow.lock(Opportunity, 1)).gone_at = uow.now

        async with at.here.acting(at.here.zhou) as uow:
            await decisions.approve(uow, asked, 1)

        assert [a.state for a in await at.rows(Approval)] == ["approved"]


# -- an undone note is not changed -----------------------------------------------------------------------------------


async def test_an_undone_note_is_neither_corrected_nor_moved_nor_settled(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(amounts=budget(800_000_00))
        await at.undoes(note)

        for change in (
            lambda uow: corrections.correct(uow, note, Right(amounts=budget(1)), at.here.local),
            lambda uow: corrections.go_back(uow, note),
            lambda uow: corrections.move(uow, note, at.customer, at.here.local),
            lambda uow: corrections.unremind(uow, note),
            lambda uow: budgets.settle(uow, note),
            lambda uow: budgets.split(uow, note),
        ):
            async with at.here.acting(at.here.lin) as uow:
                with pytest.raises(Refused, match="已经撤销"):
                    await change(uow)


async def test_undo_means_the_newest_note_that_stands(database_url: str) -> None:
    async with desk(database_url) as at:
        older, newest = await at.writes(), await at.writes()
        async with at.here.acting(at.here.lin) as uow:
            assert await corrections.last(uow, newest) == newest
        await at.undoes(newest)

        async with at.here.acting(at.here.lin) as uow:
            assert await corrections.last(uow, newest) == older


# -- correcting ------------------------------------------------------------------------------------------------------


async def test_two_corrections_go_back_one_after_the_other(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(amounts=budget(800_000_00))
        await at.corrects(note, amounts=budget(600_000_00))
        once = (await at.row(Activity, note)).corrected_at
        await at.corrects(note, amounts=budget(700_000_00))

        await at.goes_back(note)
        assert (await at.row(Activity, note)).corrected_at == once
        assert (await at.rows(Opportunity))[0].amount == 600_000_00
        await at.goes_back(note)

        assert (await at.row(Activity, note)).corrected_at is None
        assert (await at.rows(Opportunity))[0].amount == 800_000_00
        with pytest.raises(Refused, match="没有改过"):
            await at.goes_back(note)


async def test_the_amount_of_a_win_is_corrected_wherever_it_stands(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(
            outcome=Said("won"),
            amounts=(Sum("deal", 800_000_00),),
            terms=(Term("首付", share=3000), Term("余款", condition="验收后")),
        )
        await at.corrects(note, amounts=(Sum("deal", 600_000_00),))

        assert await worth(at) == (600_000_00, [180_000_00, 420_000_00], 600_000_00)
        await at.goes_back(note)

        assert await worth(at) == (800_000_00, [240_000_00, 560_000_00], 800_000_00)


async def worth(at: Desk) -> tuple[int | None, list[int | None], int | None]:
    """The contract, its payments and the sale, in fen."""
    [contract], [sale] = await at.rows(Contract), await at.rows(Opportunity)
    return contract.amount, [p.amount for p in await at.rows(Payment)], sale.amount


async def test_a_wrong_contact_is_gone_with_the_correction_and_back_with_its_way_back(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(contacts=(Met("赵总"),))
        await at.corrects(note, contacts=(Met("李总"),))

        assert [c.name for c in await at.rows(Contact) if c.gone_at is None] == ["李总"]
        await at.goes_back(note)

        assert [c.name for c in await at.rows(Contact) if c.gone_at is None] == ["赵总"]


async def test_a_contact_whom_another_note_names_stays_after_the_correction(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(contacts=(Met("赵总"),))
        await at.writes(contacts=(Met("赵总"),))
        await at.corrects(note, contacts=(Met("李总"),))

        assert {c.name for c in await at.rows(Contact) if c.gone_at is None} == {"赵总", "李总"}


# -- moving and restoring --------------------------------------------------------------------------------------------


async def test_a_note_that_moved_away_has_no_way_back_beside_the_moved_one(database_url: str) -> None:
    async with desk(database_url) as at:
        right = await at.here.customer("宏图物流", at.here.lin)
        note = await at.writes(amounts=budget(300_000_00))
        await at.writes()  # the older of two notes moves as well

        moved = await at.moves(note, right)

        for way in (at.restores, at.goes_back, at.undoes):
            with pytest.raises(Refused, match="移到别的客户"):
                await way(note)
        assert (await at.row(Activity, moved)).customer_id == right
        assert [a.id for a in await at.rows(Activity) if a.undone_at is None] == [2, moved]


async def test_a_reminder_whose_time_passed_while_its_note_was_undone_is_pushed_after_all(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes(promises=(Promise("给方案", due_on=date(2026, 12, 2), before=True),))
        await at.undoes(note)
        [reminder] = await at.rows(Reminder)
        at.here.clock.move_to(reminder.due_at + timedelta(hours=2))
        planned = {d.id for d in await at.rows(Due)}

        await at.restores(note)

        [again] = [d for d in await at.rows(Due) if d.id not in planned]
        assert (again.kind, again.subject_id, again.due_at) == ("reminder", reminder.id, at.here.clock.now())


async def test_nobody_else_undoes_a_note(database_url: str) -> None:
    async with desk(database_url) as at:
        note = await at.writes()

        async with at.here.acting(at.here.zhou) as uow:
            with pytest.raises(NotFound):
                await corrections.undo(uow, note)
