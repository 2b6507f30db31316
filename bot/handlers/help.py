"""帮助: what can be said, by role."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.router import Router

router = Router("help")


@router.act("help")
@router.command("帮助", "help", "怎么用")
async def what_can_be_said(ctx: Context) -> Reply:
    return Reply("plain.text", {"text": "我能替你记、替你盯"})
