"""A promise kept, and what follows: ask for an opinion, no need, not that one; call again tomorrow."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.router import Router
from domain.actor import Ref
from domain.services import retries, tasks

router = Router("promises")


@router.action("task.follow")
async def follow(ctx: Context, task_id: int) -> Reply:
    """好: a reminder in two working days."""
    await tasks.follow_up(ctx.uow, task_id, ctx.moment)
    return _closed(task_id, follow="planned")


@router.action("task.nofollow")
async def no_follow(_ctx: Context, task_id: int) -> Reply:
    """不用: closed."""
    return _closed(task_id, follow="declined")


@router.action("task.reopen")
async def reopen(ctx: Context, task_id: int) -> Reply:
    """不是这个: open again; the card offers the other open tasks."""
    await tasks.reopen(ctx.uow, task_id)
    return _closed(task_id)


@router.action("task.close")
async def close(ctx: Context, task_id: int) -> Reply:
    """是这件: the task that was meant."""
    await tasks.finish(ctx.uow, task_id)
    return _closed(task_id)


@router.action("task.retry")
async def retry(ctx: Context, activity_id: int, _picked: str = "") -> Reply:
    """明天再打: the call that nobody answered, once more tomorrow at 10:00, whatever the card's choice stands on."""
    inbox_id = await retries.call_again(ctx.uow, activity_id, ctx.moment)
    return Reply("note.recorded_many", {"inbox": inbox_id}, Ref("activity", activity_id))


def _closed(task_id: int, follow: str = "") -> Reply:
    return Reply("task.closed", {"task": task_id, "follow": follow}, Ref("task", task_id))
