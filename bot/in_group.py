"""What stands in a group under a message to us: one line that everybody may read, the answer itself goes apart."""

from __future__ import annotations

from bot.context import Context

NOTED = "记好了，卡片私聊发你"
ELSEWHERE = "明细私聊发你了"
ASKED = "差一点，私聊问你一句"


def line(ctx: Context) -> str:
    """That a note was filed, that something is asked about it, or that the answer is in the sender's own chat."""
    if ctx.parsed.act != "note":
        return ELSEWHERE
    filed = ctx.thread.customer_at == ctx.uow.now and ctx.thread.activity_id is not None
    return NOTED if filed and ctx.outcome == "answered" else ASKED
