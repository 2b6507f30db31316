"""加个待办, 让李明周五前…, 取消明天的提醒, 我的待办: what is to be done, for oneself and by colleagues."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from bot import pointed, recent, values
from bot.context import Context
from bot.handlers import finance
from bot.message import Reply
from bot.orders import DONE, Order
from bot.router import Router
from bot.taps import redrawn
from cards.picked import Picked
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.policy import SELLING
from domain.services import tasks, todos
from domain.services.todos import Deed
from domain.views import lookup

router = Router("todos")
SEVERAL = 3  # to-dos of which more than one may well be done
NOTHING = Picked()
_ASKS = re.compile("(?:帮我|麻烦|请)?问")  # 问下李明华星什么时候能签: he is to answer it
WHAT = "什么事？带上时间更好，比如「周五前交周报」"


# -- making ------------------------------------------------------------------------------------------------------------


@router.order("create_task")
async def note(ctx: Context, order: Order) -> Reply:
    """加个待办：周五前给华星发合同."""
    deed = await _with_customer(ctx, order, order.deed(WHAT))
    await order.begin()
    await todos.note(ctx.uow, deed, ctx.moment)
    return await order.done("task", deed.customer_id)


@router.act("note")
async def planned(ctx: Context) -> Reply | None:
    """明天下午两点开会, from somebody who has no customers: a to-do of his own."""
    plans = [each for each in ctx.parsed.next_actions if each.due is not None]
    if ctx.me.roles & SELLING or ctx.parsed.customer is not None or len(plans) != 1 or ctx.message.in_group:
        return None
    plan = plans[0]
    changed = await ctx.uow.begin_change()
    await todos.note(ctx.uow, Deed(text=plan.text[:200], due=plan.due, before=plan.before), ctx.moment)
    await ctx.uow.begin_change()
    ctx.outcome = DONE
    return Reply("order.done", {"changes": changed, "did": "task", "customer": None}, Ref("inbox", ctx.inbox_id))


@router.order("assign_task")
async def assign(ctx: Context, order: Order) -> Reply:
    """让李明周五前给华星发合同: he gets a card with it."""
    to, _ = await order.at_once(order.colleague("派给谁？"), order.perhaps_when("哪天要？"))
    deed = await _with_customer(ctx, order, order.deed(f"要{to.called}做什么？带上时间更好"))
    if _ASKS.match(order.text):
        deed = replace(deed, text=f"回{ctx.me.called}：{deed.text}")
    await order.begin()
    task = await todos.assign(ctx.uow, to.id, deed, ctx.moment)
    unseen = deed.customer_id is not None and task.customer_id is None
    lines: list[JSON] = [f"{to.called}看不了这家的资料，要一起跟说「共享给{to.name}」"] if unseen else []
    return await order.done("assign", deed.customer_id, lines=lines)


async def _with_customer(ctx: Context, order: Order, deed: Deed) -> Deed:
    """The customer that the words name, where it is one the sender may see."""
    named = order.command.customer
    if named is None:
        return deed
    return replace(deed, customer_id=await lookup.may_mean(ctx.uow.session, ctx.actor, ctx.names, named.text))


# -- changing ----------------------------------------------------------------------------------------------------------


@router.order("complete_task")
async def complete(ctx: Context, order: Order) -> Reply:
    """把给方案的待办勾掉."""
    if not order.words("text") and len(await todos.meant(ctx.uow, "")) >= SEVERAL:
        return _to_tick(ctx)
    task_id = await order.task("哪件做完了？")
    await order.begin()
    task = await todos.finish(ctx.uow, task_id)
    await tasks.refresh_today(ctx.uow, ctx.moment)
    return await order.done("complete_task", task.customer_id)


@router.order("cancel_task")
async def cancel(ctx: Context, order: Order) -> Reply:
    """删掉给方案的待办."""
    task_id = await order.task("哪件不做了？")
    await order.begin()
    task = await todos.cancel(ctx.uow, task_id)
    return await order.done("cancel_task", task.customer_id)


@router.order("move_task")
async def move(ctx: Context, order: Order) -> Reply:
    """把给方案的待办推到下周三."""
    task_id = await order.task("哪件改期？")
    due = await _later_than_due(ctx, order, task_id) or order.when("改到哪天？")
    await order.begin()
    task = await todos.move(ctx.uow, task_id, due, ctx.moment)
    return await order.done("move_task", task.customer_id)


async def _later_than_due(ctx: Context, order: Order, task_id: int) -> date | datetime | None:
    """往后推三天, 提前一天: counted from when it was due."""
    if (by := values.duration(order.words("value"), order.local)) is None:
        return None
    was, whole_day = await todos.due_at(ctx.uow, task_id, ctx.moment)
    due = was - by if "提前" in order.text or "往前" in order.text else was + by
    return due.date() if whole_day else due


@router.order("cancel_reminder")
async def cancel_reminder(ctx: Context, order: Order) -> Reply:
    """取消明天给张总的提醒."""
    reminder_id = await order.reminder("哪个提醒不要了？", day=order.day)
    await order.begin()
    reminder = await tasks.drop(ctx.uow, reminder_id)
    return await order.done("cancel_reminder", reminder.customer_id)


@router.order("move_reminder")
async def move_reminder(ctx: Context, order: Order) -> Reply:
    """把给张总打电话的提醒改到后天上午十点."""
    reminder_id = await order.reminder("哪个提醒改时间？")
    due = await _later(ctx, order, reminder_id) or order.when("改到什么时候？")
    await order.begin()
    reminder = await todos.remind_at(ctx.uow, reminder_id, due, ctx.moment)
    return await order.done("move_reminder", reminder.customer_id)


async def _later(ctx: Context, order: Order, reminder_id: int) -> datetime | None:
    """推迟一小时, 提前两天: counted from when it was to come."""
    if (by := values.duration(order.words("value"), order.local)) is None:
        return None
    at = await todos.reminds_at(ctx.uow, reminder_id, ctx.moment)
    return at - by if "提前" in order.text or "往前" in order.text else at + by


@router.order("finish_it", "cancel_it", "move_it")
async def it(ctx: Context, order: Order) -> Reply | None:
    """第二个推到周三, 送样品那个不要了: a to-do, or a reminder where that is what fits; None where nothing does."""
    words, uow = order.words("text"), ctx.uow
    listed = await _last_list(ctx)
    if pointed.is_place(words) and listed is None:
        return None
    found = await pointed.among(ctx, words, partial(todos.meant, uow)) if listed != "reminder.list" else []
    if found:
        return await {"finish_it": complete, "cancel_it": cancel, "move_it": move}[order.command.kind](ctx, order)
    if listed == "todo.list" or order.command.kind == "finish_it":
        return None
    if not await pointed.among(ctx, words, partial(todos.reminders_meant, uow, local=ctx.moment)):
        return None
    return await (cancel_reminder if order.command.kind == "cancel_it" else move_reminder)(ctx, order)


async def _last_list(ctx: Context) -> str | None:
    """Which list he looked at last, of those in which 第二个 has a meaning."""
    told = await recent.told(ctx)
    return next((card.kind for card in told if card.kind in ("todo.list", "reminder.list")), None)


# -- looking -----------------------------------------------------------------------------------------------------------


@router.order("list_tasks")
async def mine(ctx: Context, order: Order) -> Reply:
    """我的待办, 我答应了什么."""
    day = order.day
    params: dict[str, JSON] = {"day": day.isoformat()} if day is not None else {}
    listed = Reply("todo.list", params, Ref("todo", ctx.me.id))
    alone = not await todos.meant(ctx.uow, "")
    if (bills := await finance.to_make_out(ctx, alone=alone)) is None:
        return listed
    if not alone:
        ctx.send(listed)
    return bills


@router.order("list_reminders")
async def my_reminders(ctx: Context, _order: Order) -> Reply:
    """我的提醒."""
    return Reply("reminder.list", {}, Ref("todo", ctx.me.id))


@router.action("ask.tasks")
async def mine_by_button(ctx: Context) -> None:
    """A card of its own: the tapped one has other things on it."""
    ctx.send(Reply("todo.list", {}, Ref("todo", ctx.me.id)))


@router.action("ask.reminders")
async def reminders_by_button(ctx: Context) -> None:
    """The same for reminders."""
    ctx.send(Reply("reminder.list", {}, Ref("todo", ctx.me.id)))


@router.action("todo.list")
async def page(_ctx: Context, kind: str, offset: int, _picked: str = "") -> Reply:
    """更多 turns the page; what was picked on this one does not matter to the next."""
    return Reply("reminder.list" if kind == "reminder" else "todo.list", {"offset": max(offset, 0)})


@router.action("todo.check")
async def check(ctx: Context, offset: int, task_id: int) -> Reply:
    """完成 on the list: the picked one is done, the list is drawn anew."""
    await todos.finish(ctx.uow, task_id)
    await tasks.refresh_today(ctx.uow, ctx.moment)
    return Reply("todo.list", {"offset": max(offset, 0)})


@router.command("勾几件", "勾几件待办", "勾待办")
async def several(ctx: Context) -> Reply:
    """A card on which any of the to-dos are ticked."""
    return _to_tick(ctx)


@router.action("todo.several")
async def several_by_button(ctx: Context, _picked: str = "") -> None:
    """勾几件: a card of its own, the list stays, and what was picked on it does not matter."""
    ctx.send(_to_tick(ctx))


@router.action("todo.finish")
async def finish(ctx: Context, picked: Picked = NOTHING) -> Reply | None:
    """完成: what was ticked, as one change with one way back; a second tap does nothing."""
    task_ids = picked.numbers("tasks")
    if not task_ids:
        raise Refused("还没勾。先勾上做完的，再点「完成」")
    await ctx.uow.begin_change()
    changed = ctx.uow.change_set
    for task_id in task_ids:
        await todos.finish(ctx.uow, task_id)
    await tasks.refresh_today(ctx.uow, ctx.moment)
    await ctx.uow.flush()
    if not any(entry["change_set"] == changed for entry in ctx.uow.audited):
        if ctx.clicked is not None and await redrawn(ctx.uow, ctx.clicked):
            return None
        raise Refused("这几件都已经办完了")
    await ctx.uow.begin_change()
    return Reply("order.done", {"changes": changed, "did": "complete_tasks"}, Ref("inbox", ctx.inbox_id))


def _to_tick(ctx: Context) -> Reply:
    return Reply("todo.tick", {}, Ref("todo", ctx.me.id))


@router.action("todo.off")
async def off(ctx: Context, offset: int, reminder_id: int) -> Reply:
    """不用了 on the list of reminders."""
    await tasks.drop(ctx.uow, reminder_id)
    return Reply("reminder.list", {"offset": max(offset, 0)})


# -- a colleague's to-do -----------------------------------------------------------------------------------------------


@router.action("todo.done")
async def done(ctx: Context, task_id: int, by: int) -> Reply:
    """完成 on the card of a to-do that a colleague gave: he is told."""
    await todos.finish(ctx.uow, task_id)
    return _assigned(task_id, by)


@router.action("todo.decline")
async def decline(ctx: Context, task_id: int, by: int) -> Reply:
    """做不了: the colleague finds somebody else."""
    await todos.decline(ctx.uow, task_id)
    return _assigned(task_id, by)


def _assigned(task_id: int, by: int) -> Reply:
    return Reply("task.assigned", {"task": task_id, "by": by}, Ref("task", task_id))
