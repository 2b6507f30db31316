"""合同80万，首付30%下月5号前付, behind 华星签了: what was signed is told, and belongs to that win."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.called import names_no_other
from bot.context import Context
from bot.drafts import draft as draft_of
from bot.handlers.corrections import put
from bot.message import Reply
from bot.router import Router
from domain.services import corrections
from domain.services.corrections import Right

router = Router("wins")
_READ_AS = "合同"  # what a sum is that stands by itself
_LEAD = re.compile(r"^(?:合同|金额|总额|总价|一共|总共|就是|是|签了|额|[：:，,\s])+")


@router.answer("win.sum", wants="amount", unasked=True)
async def told(ctx: Context, activity_id: int) -> Reply | None:
    """The amount and how it is paid, in the next line; of another customer it is a matter of its own."""
    if not await names_no_other(ctx, await corrections.customer_id_of(ctx.uow, activity_id)):
        return None
    words = f"签了，{_READ_AS}{_LEAD.sub('', ctx.text, count=1)}"
    read = ctx.reader.read(replace(ctx.message, text=words), ctx.names)
    draft = draft_of(read, words, ctx.moment.today, ctx.moment.zone, whole=True)
    deal = draft.sum_of("deal")
    if deal is None:
        return None
    await ctx.uow.begin_change()
    terms = tuple(replace(term, quote=_as_said(term.quote, ctx.text)) for term in draft.terms)
    said = replace(deal, quote=_as_said(deal.quote, ctx.text))
    return await put(ctx, activity_id, Right(amounts=(said,), terms=terms))


def _as_said(quote: str, text: str) -> str:
    """The words of the line: 68万 is read as 合同68万, which nobody said."""
    return quote if quote in text else quote.removeprefix(_READ_AS)
