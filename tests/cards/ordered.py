"""Commands with the longest that people put into them: what each changed, by the name of its card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from domain.services import customers, fields, ownership, payments, sales, tasks, todos
from domain.services.fields import FIELDS
from domain.services.todos import Deed
from domain.uow import UnitOfWork

if TYPE_CHECKING:
    from tests.cards.longest import Case, Maker

Do: TypeAlias = Callable[[UnitOfWork], Awaitable[Any]]
_LONG_FIELDS = ("industry", "region", "size", "source", "address", "level", "status", "next_follow")


async def ordered(maker: Maker, case: Case, short: str, clause: str, money: int, later: datetime) -> None:
    """Carry out one command of each sort on customers of their own, each in a change set that the case keeps."""
    colleague, local = maker.staff["colleague"], maker.local
    for did, deed in _owning(colleague).items():
        customer = await maker.customer(short, None if did == "claim" else "seller")
        await maker.promised(customer)
        await maker.did(case, did, customer, lambda uow, at=customer, does=deed: does(uow, at))
    shared = case.ids["did_share"]
    await maker.did(case, "unshare", shared, lambda uow: ownership.stop_sharing(uow, shared, colleague))
    here = case.ids["did_hold"] = await maker.customer(short, "seller")
    deed = Deed(text=f"给{clause}", due=later.replace(tzinfo=None), before=True, customer_id=here)
    told: dict[str, Do] = {
        "change": lambda uow: _change(uow, here, later),
        "contact": lambda uow: customers.contact(uow, here, "欧阳长宏图采购", "集团采购中心副总经理", "13800138000"),
        "deal": lambda uow: customers.open_deal(uow, here, clause, money, about=True),
        "task": lambda uow: todos.note(uow, deed, local),
        "assign": lambda uow: todos.assign(uow, colleague, deed, local),
        "payment": lambda uow: payments.receive(uow, here, None, "第二期设备到货验收进度款", money),
        "invoice": lambda uow: sales.request_invoice(uow, here, f"{money} 增值税专用发票"),
        "me": lambda uow: fields.change_person(uow, mobile=f"138{here:08}"),
    }
    for did, do in told.items():
        await maker.did(case, did, here, do)
    await _afterwards(maker, case, here, later)


def _owning(colleague: int) -> dict[str, Callable[[UnitOfWork, int], Awaitable[Any]]]:
    return {
        "transfer": lambda uow, customer: ownership.transfer(uow, customer, colleague),
        "claim": ownership.claim,
        "release": ownership.release,
        "share": lambda uow, customer: ownership.share(uow, customer, colleague),
    }


async def _change(uow: UnitOfWork, customer: int, later: datetime) -> None:
    """Eight fields at once, more than one card names."""
    for name in _LONG_FIELDS:
        field = FIELDS[name]
        words = field.choices or ("高端装备制造与工业自动化集成" * 4,)
        value: Any = later.date() if field.sort == "day" else words[-1]
        await fields.change_customer(uow, customer, field, value)


async def _afterwards(maker: Maker, case: Case, customer: int, later: datetime) -> None:
    """What was made, done otherwise: moved, done, called off, lost."""
    local = maker.local
    async with maker.acting() as uow:
        task = (await todos.meant(uow, "", customer_id=customer))[0]
        reminder = (await todos.reminders_meant(uow, "", local=local, customer_id=customer))[0]
        deal = (await fields.open_deals(uow, customer))[0]
        contact = (await customers.contacts(uow, customer))[0].id
    on = later + timedelta(days=3)
    do: dict[str, Do] = {
        "move_task": lambda uow: todos.move(uow, task, on.replace(tzinfo=None), local),
        "move_reminder": lambda uow: todos.remind_at(uow, reminder, on.replace(tzinfo=None), local),
        "cancel_reminder": lambda uow: tasks.drop(uow, reminder),
        "complete_task": lambda uow: todos.finish(uow, task),
        "lost": lambda uow: fields.lose(uow, deal),
        "left": lambda uow: fields.leave(uow, contact),
    }
    for did, deed in do.items():
        await maker.did(case, did, customer, deed)
    async with maker.acting() as uow:
        again = await todos.note(uow, Deed(text="补" * 60, customer_id=customer), local)
        ticked = [(await todos.note(uow, Deed(text="催" * 60, customer_id=customer), local)).id for _ in range(20)]
    await maker.did(case, "complete_tasks", customer, lambda uow: _all_done(uow, ticked))
    await maker.did(case, "cancel_task", customer, lambda uow: todos.cancel(uow, again.id))


async def _all_done(uow: UnitOfWork, task_ids: list[int]) -> None:
    for task_id in task_ids:
        await todos.finish(uow, task_id)
