"""Two budgets on one customer: it fell, one was wrong, or there are two projects."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.router import Router
from domain.actor import Ref
from domain.services import budgets

router = Router("budgets")


@router.action("fact.changed")
async def changed(ctx: Context, activity_id: int) -> Reply:
    """降了 (涨了): the new one stands."""
    await budgets.settle(ctx.uow, activity_id)
    return _note(activity_id)


@router.action("fact.fix")
async def fix(ctx: Context, activity_id: int) -> Reply:
    """记错了: the next line says what it is."""
    await budgets.settle(ctx.uow, activity_id)
    ctx.ask("note.fix", activity_id=activity_id, fact="预算")
    ctx.say("预算是多少？直接说")
    return _note(activity_id)


@router.action("fact.both")
async def both(ctx: Context, activity_id: int) -> Reply:
    """两个项目: each keeps its own."""
    await budgets.split(ctx.uow, activity_id)
    return _note(activity_id)


def _note(activity_id: int) -> Reply:
    return Reply("note.recorded", {"activity": activity_id}, Ref("activity", activity_id))
