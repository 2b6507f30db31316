"""What is learned on the way: 就是它 and 不是华星是华兴 teach how people call a customer."""

from __future__ import annotations

from bot.context import Context
from bot.drafts import drafts
from domain.errors import NotFound
from domain.naming import looks_registered, normal
from domain.services import lessons
from domain.services.lessons import How
from domain.views import lookup

SHORTEST, LONGEST = 2, 20  # characters of a word that is worth learning
_A_BRAND = 0.9


async def learn(ctx: Context, inbox_id: int | None, part: int, customer_id: int, how: How) -> str:
    """The name by which one part of a message called its customer, if nobody else is called so; empty where nothing is
    to be learned.

    Never a whole registered name, which is another company's, and never what others are called in full or in brief.
    """
    word = await _wording(ctx, inbox_id, part)
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if not option.visible or not SHORTEST <= len(normal(word)) <= LONGEST or looks_registered(word):
        return ""
    found = ctx.names.find(word)
    known = {identity: score for identity, score, reason in found.candidates if reason in ("name", "place")}
    if found.match == customer_id and customer_id in known:
        return ""
    guessed = {about.customer_id for about in await lessons.called(ctx.uow, word) if not about.told}
    rivals = known.keys() - guessed - {customer_id}
    others = [int(other) for other in rivals if known[other] >= _A_BRAND]
    if others and await lookup.by_ids(ctx.uow.session, ctx.actor, others):  # one that was made by mistake is gone
        return ""
    await lessons.teach(ctx.uow, "customer", word, option.name, customer_id=customer_id, how=how)
    return word


async def _wording(ctx: Context, inbox_id: int | None, part: int) -> str:
    if inbox_id is None:
        return ""
    try:
        message, parsed = await ctx.said(inbox_id)
    except NotFound:
        return ""
    day = message.sent_at.astimezone(ctx.moment.zone).date()
    parts = drafts(parsed, message.text, day, ctx.moment.zone)
    wording = parts[part][0] if 0 <= part < len(parts) else None
    return wording.text if wording is not None else ""
