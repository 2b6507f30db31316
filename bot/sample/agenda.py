"""What is still to be done: promises, reminders that wait, and requests that wait for an answer."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from bot.sample.ledger import Ledger
from bot.sample.model import Customer, Opportunity, Task
from bot.sample.staff import EAST, LIN_YUE, NORTH, SOUTH, people, sellers
from config.calendar import opening, working_before, working_from

PROMISES = (
    "发方案",
    "给报价",
    "寄样册",
    "约演示时间",
    "回复技术问题",
    "发同行案例",
    "改合同条款",
    "带实施同事上门",
    "发培训资料",
    "对账",
)
REASONS = ("客户要求月底前签，一次付清", "对手报价低一成，客户更认可我们的方案")
ANSWER_BY = 18


def plan_ahead(ledger: Ledger, chance: random.Random) -> None:
    """Fill everybody's agenda."""
    _lin_yue(ledger)
    for team in (EAST, SOUTH, NORTH):
        for person in sellers(team):
            if person != LIN_YUE:
                _open_tasks(ledger, chance, person)
            _kept_tasks(ledger, chance, person)
    _ask(ledger, sellers(SOUTH)[0], 9_000, REASONS[0], hours=3)
    _ask(ledger, sellers(NORTH)[1], 8_800, REASONS[1], hours=20)


def _lin_yue(ledger: Ledger) -> None:
    """The agenda that the first question, 今天先跟谁, is answered from."""
    days, named = ledger.days, {c.short_name: c for c in ledger.customers}
    _promise(ledger, named["华星精工"], LIN_YUE, "给样品", days.today, days.at(days.ago(5), 15))
    _promise(ledger, named["金穗食品"], LIN_YUE, "回复数据迁移的问题", days.ago(1), days.at(days.ago(5), 12))
    _promise(ledger, named["宏图物流"], LIN_YUE, "发同行案例", days.ahead(2), days.at(days.ago(2), 12))
    meng = next(c for c in ledger.contacts if c.name == "孟总")
    ledger.put_reminder(meng, LIN_YUE, "给孟总打电话", days.at(days.ahead(1), 10), days.at(days.ago(2), 16))


def _promise(
    ledger: Ledger, customer: Customer, owner: int, text: str, due_on: date, made_at: datetime, *, before: bool = False
) -> Task:
    task = ledger.put(
        ledger.tasks,
        Task,
        customer_id=customer.id,
        owner_id=owner,
        activity_id=None,
        sort="promise",
        text=text,
        due_on=due_on,
        before=before,
        created_at=made_at,
    )
    remind_at = opening(working_before(due_on), ledger.days.zone)
    if remind_at > ledger.days.now:
        contact = next(c for c in ledger.contacts if c.customer_id == customer.id)
        ledger.put_reminder(contact, owner, text, remind_at, made_at, task)
    return task


def _open_tasks(ledger: Ledger, chance: random.Random, person: int) -> None:
    """A handful of promises: one past its day, one for today, the others ahead."""
    days = ledger.days
    mine = [c for c in ledger.customers if c.owner_id == person and c.status in ("潜在客户", "合作客户")]
    dues = [days.ago(chance.randrange(1, 4)), days.today, *(days.ahead(chance.randrange(1, 8)) for _ in range(3))]
    customers = chance.sample(mine, len(dues))
    for customer, due_on, text in zip(customers, dues, chance.sample(PROMISES, len(dues)), strict=True):
        made_at = days.at(days.ago(chance.randrange(4, 9)), 17)
        _promise(ledger, customer, person, text, due_on, made_at, before=chance.random() < 0.5)


def _kept_tasks(ledger: Ledger, chance: random.Random, person: int) -> None:
    """Promises of the last months that were kept, each made by a note."""
    days = ledger.days
    old = [a for a in ledger.activities if a.person_id == person and a.created_at < days.now - timedelta(days=20)]
    for note in chance.sample(old, 8):
        due_on = working_from(note.occurred_on + timedelta(days=chance.randrange(2, 8)))
        ledger.put(
            ledger.tasks,
            Task,
            customer_id=note.customer_id,
            owner_id=person,
            activity_id=note.id,
            sort="promise",
            text=chance.choice(PROMISES),
            due_on=due_on,
            state="done",
            done_at=days.at(due_on, chance.choice((9, 11, 14, 16)), chance.randrange(60)),
            created_at=note.created_at,
        )


def _ask(ledger: Ledger, asker: int, discount: int, reason: str, hours: int) -> None:
    """A request for a discount on the largest sale that is being bargained about."""
    days, sale = ledger.days, _largest(ledger, asker)
    customer = ledger.customers[sale.customer_id - 1]
    approver = next(p.manager_id for p in people() if p.id == asker)
    ledger.ask(
        sale,
        approver or asker,
        text=f"{customer.short_name}{sale.product}申请{discount / 1000:g}折".replace(".", ""),
        discount=discount,
        reason=reason,
        deadline_at=days.at(days.ahead(1), ANSWER_BY),
        created_at=days.now - timedelta(hours=hours),
    )


def _largest(ledger: Ledger, owner: int) -> Opportunity:
    mine = [o for o in ledger.opportunities if o.owner_id == owner and o.state == "open"]
    return max(mine, key=lambda o: (o.stage in ("方案报价", "商务谈判"), o.amount))
