"""The cards of this part with the longest that a record can hold, and those that a conversation does not reach."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cards.budget import fit, overruns
from cards.builders import customer as customers
from cards.builders import share, today, work
from cards.model import Card
from domain.views.attachments import KeptThere
from domain.views.customer import (
    ActivityLine,
    ContactLine,
    CustomerView,
    DealLine,
    DueLine,
    PhoneView,
    PromiseLine,
    SharePlea,
    Timeline,
)
from domain.views.lookup import Option
from domain.views.pressing import Reason
from domain.views.today import Row, Today
from domain.views.work import Asked, ReminderView
from domain.when import Local

LONG = "苏州工业园区华星精密机械制造有限公司"
SAID = "说了很多话一直说到天黑还没有说完" * 9
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MOMENT = Local(NOW, ZoneInfo("Asia/Shanghai"))
DAY = date(2027, 12, 31)


def reminder(state: str, **changes: object) -> ReminderView:
    values: dict[str, object] = {
        "id": 10**9,
        "text": SAID,
        "state": state,
        "due_at": NOW,
        "done_at": NOW,
        "put_off": 0,
        "customer_id": 10**9,
        "customer": LONG,
        "contact": "欧阳震华总工程师",
        "phone": "13800138000",
        "last_on": DAY,
        "last_type": "delivery",
        "last_words": SAID,
        "carried": True,
        "changing": False,
    }
    return ReminderView(**{**values, **changes})  # type: ignore[arg-type]


def contact(n: int) -> ContactLine:
    return ContactLine(name=f"欧阳震华总工{n}", title="总工程师", role="决策人", phone="13800138000")


def customer() -> CustomerView:
    line = ActivityLine(on=DAY, type="visit", words=SAID)
    return CustomerView(
        id=10**9,
        name=LONG,
        level="A",
        named=False,
        owner="欧阳震华",
        pool=False,
        top=contact(0),
        contacts=tuple(contact(n) for n in range(9)),
        deal=DealLine(product=SAID, amount=10**12 + 1, about=True, stage="商务谈判", day=1000),
        promises=(PromiseLine(text=SAID, due_on=DAY, due_at=None, before=True),) * 3,
        payments=(DueLine(label="一期第三笔尾款", amount=10**12 + 1, due_on=DAY, condition=""),) * 3,
        activities=(line,) * 3,
        last_contact_at=NOW,
        overdue=SAID,
        worried=True,
        stuck=1000,
        kept=KeptThere(count=1000, sort="image", at=NOW, place=LONG, was_there=NOW),
    )


def option(n: int) -> Option:
    return Option(
        customer_id=n, name=LONG, full=LONG, owner_id=1, owner=f"欧阳震华{n}", visible=False, region="内蒙古自治区"
    )


def rows(count: int) -> Today:
    reason = Reason(sort="promise", words=SAID, day=date(2026, 1, 1))
    return Today(
        day=DAY,
        rows=tuple(Row(customer_id=n, name=LONG, reason=reason, done_at=None, until=None) for n in range(count)),
        putting_off=None,
        approvals=100,
        waiting_since=datetime(2026, 1, 1, tzinfo=UTC),
        own=5000,
        longest=(LONG, 1000),
    )


def plea(verdict: str) -> SharePlea:
    return SharePlea(
        customer_id=1,
        customer=LONG,
        asker_id=2,
        asker="欧阳总",
        owner="欧阳震华",
        words=SAID,
        verdict=verdict,
        decided_at=NOW,
    )


TIMELINE = Timeline(
    id=1, name=LONG, page=99, more=True, activities=(ActivityLine(on=DAY, type="visit", words=SAID),) * 10
)
CARDS = {
    "reminder.set": work.reminder_set(reminder("waiting"), MOMENT),
    "reminder.set-changing": work.reminder_set(reminder("waiting", changing=True), MOMENT),
    "reminder.set-done": work.reminder_set(reminder("done"), MOMENT),
    "reminder.when": work.reminder_when(Asked(10**9, SAID, NOW), MOMENT),
    "reminder.due": work.reminder_due((reminder("sent"), ""), MOMENT),
    "reminder.due-put-off": work.reminder_due((reminder("waiting", put_off=1), "day"), MOMENT),
    "reminder.due-asks": work.reminder_due((reminder("waiting", put_off=3), "hour"), MOMENT),
    "reminder.due-dropped": work.reminder_due((reminder("cancelled"), ""), MOMENT),
    "today": today.today_card(rows(5), MOMENT),
    "today-nothing": today.today_card(rows(0), MOMENT),
    "customer.360": customers.customer_360(customer(), MOMENT),
    "customer.360-colleague": customers.customer_360(option(1), MOMENT),
    "customer.timeline": customers.timeline(TIMELINE, MOMENT),
    "customer.which": customers.which(("", tuple(option(n) for n in range(10))), MOMENT),
    "customer.unknown": customers.unknown((LONG * 3, ()), MOMENT),
    "phone.whose": customers.whose_phone(
        PhoneView(phone="13800138000", customer_id=1, customer=LONG, kept=False), MOMENT
    ),
    "phone.whose-kept": customers.whose_phone(
        PhoneView(phone="13800138000", customer_id=1, customer=LONG, kept=True), MOMENT
    ),
    "share.request": share.request(plea(""), MOMENT),
    "share.request-granted": share.request(plea("granted"), MOMENT),
    "share.asked": share.asked(plea(""), MOMENT),
    "share.answer": share.answer(plea("kept"), MOMENT),
}


@pytest.mark.parametrize("card", [pytest.param(card, id=name) for name, card in CARDS.items()])
def test_the_longest_data_keeps_the_budget_once_it_is_fitted(card: Card) -> None:
    fitted = fit(card)

    assert overruns(fitted) == []
    assert [b.label for b in fitted.buttons] == [b.label for b in card.buttons]
    assert fitted.title.startswith(card.title[:3])


def test_ten_lines_of_a_timeline_all_find_room() -> None:
    card = fit(CARDS["customer.timeline"])

    assert len(card.facts) + len(card.lines) == 10
    assert [b.label for b in card.buttons] == ["更多", "看客户"]


def test_the_last_contact_stands_on_a_reminder_that_is_due() -> None:
    view = reminder("sent", text="给张总打电话", customer="华星精工", last_words="担心实施周期太长", contact="张总")
    card = work.reminder_due((view, ""), MOMENT)

    assert card.title == "该给张总打电话了"
    assert card.facts == (("电话", "13800138000"), ("上次", "12-31 送样，担心实施周期太长"))
    assert overruns(card) == []


def test_two_customers_of_one_name_are_told_apart_by_their_owner() -> None:
    options = (
        Option(customer_id=1, name="恒力", full="恒力甲", owner_id=1, owner="李明", visible=True),
        Option(customer_id=2, name="恒力", full="恒力乙", owner_id=None, owner="", visible=True, region="南通"),
    )

    assert customers.told_apart(options) == ["恒力(李明)", "恒力(南通)"]
    card = customers.which(("", options), MOMENT)
    assert card.title == "哪一家？"
    assert [b.label for b in card.buttons] == ["恒力(李明)", "恒力(南通)"]
    assert overruns(card) == []
