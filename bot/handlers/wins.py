"""合同80万，首付30%下月5号前付, behind 华星签了: what was signed, and how it is paid, belongs to that win."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.called import names_no_other
from bot.context import Context
from bot.drafts import draft as draft_of
from bot.handlers.corrections import put
from bot.message import Reply
from bot.questions import answers
from bot.router import Router
from cards.builders.note_facts import term as term_words
from domain.services import corrections, notes
from domain.services.corrections import Right

router = Router("wins")
_READ_AS = "合同"  # what a sum is that stands by itself
_CAME = re.compile("到账|到了|收到|付了|已付|打了|打过来|打来|没付|没到|拖|欠")  # money that came or did not, no terms
_PUT = re.compile("[是改成为]")  # 首付是40% is another share; 余款明天付10万 is a promise
_LEAD = re.compile(r"^(?:合同|金额|总额|总价|一共|总共|就是|是|签了|额|[：:，,\s])+")


@router.answer("win.sum", unasked=True)
async def told(ctx: Context, activity_id: int) -> Reply | None:
    """The amount and how it is paid, in the next line; of another customer it is a matter of its own."""
    if await _is_another_matter(ctx, activity_id):
        return None
    words = f"签了，{_READ_AS}{_LEAD.sub('', ctx.text, count=1)}"
    read = ctx.reader.read(replace(ctx.message, text=words), ctx.names)
    draft = draft_of(read, words, ctx.moment.today, ctx.moment.zone, whole=True)
    deal = draft.sum_of("deal")
    if deal is None or answers(ctx.parsed, ctx.text, wants="amount") != "taken":
        return await _how_paid(ctx, activity_id, "win.sum")
    await ctx.uow.begin_change()
    terms = tuple(replace(term, quote=_as_said(term.quote, ctx.text)) for term in draft.terms)
    said = replace(deal, quote=_as_said(deal.quote, ctx.text))
    ctx.ask("win.terms", activity_id=activity_id)
    return await put(ctx, activity_id, Right(amounts=(said,), terms=terms))


@router.answer("win.terms", lasting=True, unasked=True)
async def paid(ctx: Context, activity_id: int) -> Reply | None:
    """首付是30%, 余款验收后付: how it is paid, part by part, whatever else was told since."""
    return None if await _is_another_matter(ctx, activity_id) else await _how_paid(ctx, activity_id, "win.terms")


async def _is_another_matter(ctx: Context, activity_id: int) -> bool:
    """Whether the line is of somebody else, or the win does not stand any more."""
    if ctx.parsed.command is not None or not await notes.is_win(ctx.uow, activity_id):
        return True
    customer_id = await corrections.customer_id_of(ctx.uow, activity_id)
    return ctx.topic != customer_id or not await names_no_other(ctx, customer_id)


async def _how_paid(ctx: Context, activity_id: int, question: str) -> Reply | None:
    """Parts of the payment alone; a line that tells of anything else is a note. The question stays for the rest."""
    told, own = ctx.parsed, draft_of(ctx.parsed, ctx.text, ctx.moment.today, ctx.moment.zone, whole=True)
    more = (own.promises, own.outcome, own.contacts, told.activity, own.needs, own.concerns, own.products)
    if told.act != "note" or not own.terms or any(more) or any(each.kind != "payment" for each in own.amounts):
        return None
    stored = await corrections.words_of(ctx.uow, activity_id)
    known = {term.label for term in stored[1].terms} if stored is not None else set()
    if _CAME.search(ctx.text) or (known & {term.label for term in own.terms} and not _PUT.search(ctx.text)):
        return None
    if any((own.left_over, own.ways, own.discounts, own.quantities)):
        return None
    ctx.ask(question, activity_id=activity_id)
    there = {replace(term, quote="") for term in stored[1].terms} if stored is not None else set()
    if {replace(term, quote="") for term in own.terms} <= there:
        ctx.say("这个已经记着了：" + "，".join(term_words(term) for term in own.terms))
        return None
    await ctx.uow.begin_change()
    return await put(ctx, activity_id, Right(terms=own.terms))


def _as_said(quote: str, text: str) -> str:
    """The words of the line: 68万 is read as 合同68万, which nobody said."""
    return quote if quote in text else quote.removeprefix(_READ_AS)
