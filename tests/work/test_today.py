"""今天先跟谁: who comes first, why, and what a row says once it is dealt with. Today is 2026-11-25, a Wednesday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from cards.budget import overruns
from cards.model import Card
from domain.services import people, tasks
from domain.tables import Activity, Approval, Opportunity, Payment, Task
from domain.views import today
from tests.work.stage import Company, at, company


async def listed(here: Company, person_id: int) -> Card:
    async with here.database.read() as session:
        viewer = await people.actor_of(session, person_id)
        found = await today.due(session, viewer, here.local)
    return await shown(here, person_id, found, here.clock.now())


async def shown(here: Company, person_id: int, found: list[int], since: datetime, **more: Any) -> Card:
    return await here.draw(
        person_id,
        "today",
        person=person_id,
        day=here.local.today.isoformat(),
        since=since.isoformat(),
        customers=found,
        **more,
    )


async def task(here: Company, customer: int, text: str, due_on: date, owner: int | None = None) -> int:
    row = Task(customer_id=customer, owner_id=owner or here.lin, text=text, due_on=due_on, created_at=here.clock.now())
    return await here.add(row)


async def test_each_reason_stands_in_words_and_the_most_pressing_first(database_url: str) -> None:
    async with company(database_url) as here:
        now = here.clock.now()
        ids = {
            name: await here.customer(name, here.lin, level=level, last_contact_at=now - timedelta(days=quiet))
            for name, level, quiet in (
                ("恒力机械", "B", 9),
                ("金穗食品", "A", 4),
                ("宏图物流", "C", 1),
                ("华星精工", "C", 1),
                ("天瑞包装", "C", 1),
            )
        }
        await task(here, ids["华星精工"], "给样品", date(2026, 11, 25))
        await task(here, ids["天瑞包装"], "给方案", date(2026, 11, 24))
        paid_by = date(2026, 12, 5)
        await here.add(Payment(customer_id=ids["宏图物流"], label="首付", due_on=paid_by, created_at=now))
        card = await listed(here, here.lin)

        assert card.title == "今天先跟这 5 家"
        assert card.note == "11-25(周三) · 按要紧排"
        assert card.facts == (
            ("天瑞包装", "还没给方案，答应的是 11-24"),
            ("华星精工", "承诺今天给样品"),
            ("宏图物流", "首付还差 10 天，没收到"),
            ("金穗食品", "A类，已 4 天没联系"),
            ("恒力机械", "B类，已 9 天没联系"),
        )
        assert [b.label for b in card.buttons] == ["记一笔", "延后", "看客户"]
        assert overruns(card) == []


async def test_reminders_of_the_day_and_what_is_stuck_are_reasons_too(database_url: str) -> None:
    async with company(database_url) as here:
        now = here.clock.now()
        first = await here.customer("恒力机械", here.lin, last_contact_at=now)
        second = await here.customer("宏图物流", here.lin, last_contact_at=now)
        third = await here.customer("金穗食品", here.lin, last_contact_at=now)
        since = now - timedelta(days=16)
        for customer, stage_since in ((first, since), (third, now - timedelta(days=15))):
            deal = Opportunity(customer_id=customer, stage="商务谈判", stage_since=stage_since, created_at=since)
            await here.add(deal)
        async with here.acting(here.lin) as uow:
            for due_at in (at("2026-11-25T18:00"), at("2026-11-26T18:00")):
                await tasks.remind(uow, text="给王经理打电话", due_at=due_at, customer_id=second)
        card = await listed(here, here.lin)

        assert card.facts == (("宏图物流", "18:00 提醒你给王经理打电话"), ("恒力机械", "商务谈判 16 天没动"))


async def test_a_row_that_was_dealt_with_says_when_and_keeps_its_place(database_url: str) -> None:
    async with company(database_url) as here:
        first = await here.customer("恒力机械", here.lin)
        second = await here.customer("宏图物流", here.lin)
        promised = await task(here, first, "给样品", date(2026, 11, 25))
        await task(here, second, "给方案", date(2026, 11, 25))
        since = here.clock.now()
        here.clock.advance(timedelta(minutes=20))
        async with here.acting(here.lin) as uow:
            await tasks.finish(uow, promised)
        here.clock.advance(timedelta(minutes=20))
        now = here.clock.now()
        note = Activity(
            customer_id=second,
            person_id=here.lin,
            occurred_on=here.local.today,
            occurred_at=now,
            text="聊了聊",
            created_at=now,
        )
        await here.add(note)
        card = await shown(here, here.lin, [first, second], since)

        assert card.facts == (("恒力机械", "已联系 16:20"), ("宏图物流", "已联系 16:40"))


async def test_a_customer_put_off_is_not_listed_until_its_day(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.lin, deferred_until=date(2026, 11, 27))
        await task(here, made, "给样品", date(2026, 11, 25))
        before = await listed(here, here.lin)
        old = await shown(here, here.lin, [made], here.clock.now())
        here.clock.move_to(at("2026-11-27T09:00"))
        after = await listed(here, here.lin)

        assert before.title == "今天没有到期的事"
        assert old.facts == (("恒力机械", "已延到周五"),)
        assert after.facts == (("恒力机械", "还没给样品，答应的是 11-25"),)


async def test_the_days_to_put_off_to_are_those_still_ahead(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.lin)
        labels = {}
        for now in ("2026-11-25T16:00", "2026-11-26T16:00", "2026-11-27T16:00"):
            here.clock.move_to(at(now))
            card = await shown(here, here.lin, [made], here.clock.now(), putting_off=made)
            labels[now[8:10]] = [b.label for b in card.buttons]
            assert overruns(card) == []

        assert labels == {"25": ["明天", "周五", "下周一"], "26": ["周五", "下周一"], "27": ["下周一"]}


async def test_nothing_due_says_who_was_not_talked_to_for_longest(database_url: str) -> None:
    async with company(database_url) as here:
        now = here.clock.now()
        await here.customer("恒力机械", here.lin, level="C", last_contact_at=now - timedelta(days=9))
        await here.customer("宏图物流", here.lin, level="C", last_contact_at=now)
        card = await listed(here, here.lin)

        assert card.title == "今天没有到期的事"
        assert card.lines == ("手上 2 家，最久没联系：恒力机械 9 天",)


async def test_a_manager_sees_his_own_customers_and_what_waits_for_him(database_url: str) -> None:
    async with company(database_url) as here:
        theirs = await here.customer("恒力机械", here.lin)
        own = await here.customer("宏图物流", here.zhou)
        await task(here, theirs, "给样品", date(2026, 11, 25))
        await task(here, own, "见一面", date(2026, 11, 25), owner=here.zhou)
        now = here.clock.now()
        asked = Approval(
            customer_id=theirs,
            asker_id=here.lin,
            approver_id=here.zhou,
            text="85折",
            deadline_at=now,
            created_at=now - timedelta(hours=20),
        )
        await here.add(asked)
        card = await listed(here, here.zhou)

        assert card.facts == (("待审批", "1 件，最久等了 20 小时"), ("宏图物流", "承诺今天见一面"))
