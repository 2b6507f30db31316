"""合同80万，首付30%下月5号前付, behind 华星签了: what was signed is told, and belongs to that win."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.context import Context
from bot.drafts import draft as draft_of
from bot.handlers.corrections import put
from bot.message import Reply
from bot.router import Router
from domain.services import corrections
from domain.services.corrections import Right
from domain.views import lookup

router = Router("wins")
_LEAD = re.compile(r"(?:合同|金额|总额|总价|一共|总共|就是|是|签了|额|[：:，,\s])+")


@router.answer("win.sum", wants="amount", unasked=True)
async def told(ctx: Context, activity_id: int) -> Reply | None:
    """The amount and how it is paid, in the next line; of another customer it is a matter of its own."""
    customer_id = await corrections.customer_id_of(ctx.uow, activity_id)
    if ctx.parsed.customer is not None:
        found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, ctx.parsed.customer.text)
        if not isinstance(found, lookup.One) or found.customer_id != customer_id:
            return None
    words = "签了，合同" + _LEAD.sub("", ctx.text, count=1) if _LEAD.match(ctx.text) else f"签了，合同{ctx.text}"
    read = ctx.reader.read(replace(ctx.message, text=words), ctx.names)
    draft = draft_of(read, words, ctx.moment.today, ctx.moment.zone, whole=True)
    deal = draft.sum_of("deal")
    if deal is None:
        return None
    await ctx.uow.begin_change()
    return await put(ctx, activity_id, Right(amounts=(deal,), terms=draft.terms))
