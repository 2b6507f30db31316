"""What the sender of a message was shown lately: a line without a name is about that."""

from __future__ import annotations

from datetime import timedelta

from bot.context import TOPIC, Context
from domain.views import help as sent
from domain.views.help import Told


async def told(ctx: Context, within: timedelta = TOPIC) -> list[Told]:
    """What he was sent in this chat, the newest first."""
    return await sent.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - within)


async def newest_card(ctx: Context) -> Told | None:
    """The last card of this sitting; mere lines are none."""
    return next((card for card in await told(ctx) if not card.kind.startswith("plain.")), None)
