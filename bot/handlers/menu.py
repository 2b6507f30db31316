"""The app's own menu, at the foot of its chat: 今天, 记一笔, 待审批, 帮助. The first, third and fourth are buttons that
cards have too."""

from __future__ import annotations

from bot.context import Context
from bot.router import Router

router = Router("menu")


@router.action("menu.note")
async def begin(ctx: Context) -> None:
    """记一笔: how; whoever is being talked about stays who it is."""
    ctx.say("见了谁、聊了什么，直接说一句，我来记")
