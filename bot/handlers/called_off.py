"""不去了, 那个会取消了: behind a plan that was just told or set, that plan is off."""

from __future__ import annotations

import re

from bot.context import Context
from bot.handlers import rescheduling
from bot.message import Reply
from bot.router import Router
from domain.actor import Ref
from domain.services import orders, tasks, todos

router = Router("called_off")
_WHEN = r"[今明后大下这个周礼拜星期一二两三四五六日天七八九十号月点半早晚上中下午\d]{2,10}"
_WHAT = r"(?:会议?|拜访|约会?|见面|行程|安排|计划|饭局|活动|演示|提醒|待办|事)"
_OFF = re.compile(
    r"(?:算了|那就?|哎|唉|对方说?|客户说?|他们?说?|她说?|临时|又|[，, ])*(?:"
    rf"(?:{_WHEN}的?)?(?:刚才|上面)?(?:的?[那这]个)?{_WHAT}?(?:又|都|就|先|临时|给|被|他们|客户|对方|，)*取消(?:掉|了)+|"
    r"(?:先|就|都|又|我|暂时|，)*不(?:用?去|用?见|约|开|用?办|聊|用?跑|用?拜访)了|"
    rf"取消(?:掉|了)?(?:{_WHEN}的?)?(?:刚才|上面)?的?[那这]个{_WHAT}?|"
    r"(?:没|不)(?:去|见|约|聊|开|办)成"
    r")(?:吧|啊|哈|，?(?:以后|改天|回头|下次)再(?:说|约|去))*"
)


def _is_of(said: str, plan: str) -> bool:
    """那个会取消了 is not about 开完票."""
    return "会" not in said or re.search("会|议|谈|见|约|聊|培训|去|到|拜访|演示|汇报|参加", plan) is not None


@router.act("note", "unknown", "correct", "undo")
async def off(ctx: Context) -> Reply | None:
    """None where nothing was planned last, or the line names somebody else."""
    said = ctx.text.strip("。！!~ ")
    if ctx.message.in_group or ctx.parsed.customer is not None or _OFF.fullmatch(said) is None:
        return None
    planned = await rescheduling.planned(ctx)
    if planned is None or not _is_of(said, await orders.words_of(ctx.uow, planned)):
        return None
    changed = await ctx.uow.begin_change()
    if planned.kind == "task":
        customer, did = (await todos.cancel(ctx.uow, planned.row_id)).customer_id, "cancel_task"
        await tasks.refresh_today(ctx.uow, ctx.moment)
    else:
        customer, did = (await tasks.drop(ctx.uow, planned.row_id)).customer_id, "cancel_reminder"
    await ctx.uow.begin_change()
    return Reply("order.done", {"changes": changed, "did": did, "customer": customer}, Ref("inbox", ctx.inbox_id))
