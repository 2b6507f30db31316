"""Promises and reminders on record, and the job that pushes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from cards.registry import Moment
from domain import audit
from domain.actor import SYSTEM, Cause
from domain.errors import NotFound
from domain.services import tasks
from domain.tables import Due, Reminder, Task
from scheduler.jobs import job_for, load_jobs
from tests.work.stage import ZONE, Company, at, company


async def promised(here: Company, text: str = "给方案", due_on: date | None = date(2026, 12, 2)) -> int:
    customer = await here.customer("华星精工", here.lin)
    async with here.acting(here.lin) as uow:
        task = await tasks.promise(
            uow,
            customer_id=customer,
            owner_id=here.lin,
            activity_id=None,
            text=text,
            due_on=due_on,
            due_at=None,
            before=True,
            local=here.local,
        )
        return task.id


async def run_due(here: Company) -> None:
    """Run the job of every due row whose time has come, as the worker would, whether or not it ran before."""
    load_jobs()
    async with here.database.unit(SYSTEM, Cause("due", 1)) as uow:
        rows = (await uow.session.scalars(select(Due).where(col(Due.due_at) <= uow.now))).all()
        for row in rows:
            await job_for(row.kind)(uow, row, Moment(uow.now, ZONE))


async def reminders(here: Company) -> list[tuple[str, str]]:
    async with here.database.read() as session:
        rows = (await session.scalars(select(Reminder).order_by(col(Reminder.id)))).all()
        return [(f"{r.due_at.astimezone(ZONE):%m-%d %H:%M}", r.state) for r in rows]


async def test_a_promise_brings_its_reminder_once(database_url: str) -> None:
    async with company(database_url) as here:
        await promised(here)
        before = await reminders(here)
        here.clock.move_to(at("2026-12-01T09:00"))
        await run_due(here)
        await run_due(here)

        assert before == [("12-01 09:00", "waiting")]
        assert await reminders(here) == [("12-01 09:00", "sent")]
        assert await here.told(here.lin) == ["reminder.due"]


async def test_a_kept_promise_is_not_reminded_of(database_url: str) -> None:
    async with company(database_url) as here:
        task = await promised(here)
        async with here.acting(here.lin) as uow:
            await tasks.finish(uow, task, said="方案发了")
        here.clock.move_to(at("2026-12-01T09:00"))
        await run_due(here)

        assert await reminders(here) == [("12-01 09:00", "done")]
        assert await here.told(here.lin) == []


async def test_taking_back_what_kept_a_promise_brings_its_reminder_back(database_url: str) -> None:
    async with company(database_url) as here:
        task = await promised(here)
        async with here.acting(here.lin) as uow:
            await tasks.finish(uow, task)
            change = uow.change_set
        async with here.acting(here.lin) as uow:
            await audit.revert(uow, change)
        here.clock.move_to(at("2026-12-01T09:00"))
        await run_due(here)

        assert await here.told(here.lin) == ["reminder.due"]


async def test_a_reopened_promise_waits_for_its_reminder_again(database_url: str) -> None:
    async with company(database_url) as here:
        task = await promised(here)
        async with here.acting(here.lin) as uow:
            await tasks.finish(uow, task)
        async with here.acting(here.lin) as uow:
            await tasks.reopen(uow, task)
        here.clock.move_to(at("2026-12-01T09:00"))
        await run_due(here)

        assert await here.told(here.lin) == ["reminder.due"]


async def test_another_day_moves_the_reminder(database_url: str) -> None:
    async with company(database_url) as here:
        task = await promised(here)
        async with here.acting(here.lin) as uow:
            await tasks.reschedule(uow, task, due_on=date(2026, 12, 4), due_at=None, before=True, local=here.local)
        here.clock.move_to(at("2026-12-01T09:00"))
        await run_due(here)
        early = await here.told(here.lin)
        here.clock.move_to(at("2026-12-03T09:00"))
        await run_due(here)

        assert early == []
        assert await reminders(here) == [("12-03 09:00", "sent")]
        assert await here.told(here.lin) == ["reminder.due"]


async def test_a_cancelled_promise_and_an_unwanted_reminder_say_nothing(database_url: str) -> None:
    async with company(database_url) as here:
        first, second = await promised(here), await promised(here, "寄样册")
        async with here.acting(here.lin) as uow:
            await tasks.cancel(uow, first)
            await tasks.unremind(uow, second)
        here.clock.move_to(at("2026-12-03T09:00"))
        await run_due(here)

        assert await here.told(here.lin) == []
        async with here.database.read() as session:
            assert {t.text: t.state for t in (await session.scalars(select(Task))).all()} == {
                "给方案": "cancelled",
                "寄样册": "open",
            }


async def test_a_follow_up_is_planned_once(database_url: str) -> None:
    async with company(database_url) as here:
        task = await promised(here)
        async with here.acting(here.lin) as uow:
            await tasks.finish(uow, task)
            await tasks.follow_up(uow, task, here.local)
        async with here.acting(here.lin) as uow:
            await tasks.follow_up(uow, task, here.local)

        assert await reminders(here) == [("12-01 09:00", "done"), ("11-27 10:00", "waiting")]


async def test_a_deed_finds_the_open_promises_that_it_keeps(database_url: str) -> None:
    async with company(database_url) as here:
        await promised(here, "给报价方案")
        await promised(here, "给方案")
        await promised(here, "寄样册")
        async with here.database.read() as session:
            found = await tasks.matching_open(session, here.lin, None, "方案发了")
            others = await tasks.matching_open(session, here.li, None, "方案发了")

        assert [t.text for t in found] == ["给方案", "给报价方案"]
        assert others == []


async def test_a_reminder_is_touched_by_nobody_else(database_url: str) -> None:
    async with company(database_url) as here:
        async with here.acting(here.lin) as uow:
            made = await tasks.remind(uow, text="开会", due_at=uow.now + timedelta(hours=1))

        for act in (tasks.done, tasks.drop):
            with pytest.raises(NotFound):
                async with here.acting(here.li) as uow:
                    await act(uow, made.id)
        with pytest.raises(NotFound):
            await here.draw(here.zhou, "reminder.set", reminder=made.id)
        assert [state for _, state in await reminders(here)] == ["waiting"]


async def test_a_reminder_that_comes_late_says_for_when_it_was(database_url: str) -> None:
    async with company(database_url) as here:
        async with here.acting(here.lin) as uow:
            made = await tasks.remind(uow, text="首付到期：12-05", due_at=uow.now + timedelta(hours=1))
        here.clock.move_to(at("2026-11-25T19:00"))
        await run_due(here)
        card = await here.draw(here.lin, "reminder.due", reminder=made.id)

        assert (card.title, card.note) == ("首付到期：12-05", "原定 17:00")
