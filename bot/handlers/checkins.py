"""签到: where somebody is, on the visit of the customer that is being talked about."""

from __future__ import annotations

from bot.context import Context
from bot.handlers.attachments import keep
from bot.message import Reply
from bot.router import Router
from domain.services.attachments import Sent

router = Router("checkins")


@router.comes("place")
async def check_in(ctx: Context) -> Reply | None:
    """A place that was sent; `attachments.keep` finds today's visit to the customer."""
    if (where := ctx.message.location) is None:
        return None
    label = where.label or f"{where.latitude:.4f}, {where.longitude:.4f}"
    degrees = {"latitude": where.latitude, "longitude": where.longitude}
    return await keep(ctx, Sent(sort="place", text=label, details=degrees))
