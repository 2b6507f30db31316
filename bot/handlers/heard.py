"""What a colleague heard about one's customer (同事说到): 记上 files his words there."""

from __future__ import annotations

from bot.context import Context
from bot.drafts import drafts
from bot.handlers.notes import answer_of, card_of, file
from bot.handlers.placing import Place
from bot.message import Reply
from bot.router import Router, StaleButton
from domain.services import notes

router = Router("heard")


@router.action("note.take")
async def take(ctx: Context, inbox_id: int, part: int, customer_id: int) -> Reply | None:
    """As a note of who has the customer, once; only from the card on which the words came to him."""
    heard = await ctx.handed()
    if heard is None or heard[0] != inbox_id:
        raise StaleButton
    if (done := await notes.filed_as(ctx.uow, inbox_id, part)) is not None:
        return await card_of(ctx, done)
    _, message, parsed = heard
    told = drafts(parsed, message.text, message.sent_at.astimezone(ctx.moment.zone).date(), ctx.moment.zone)
    if not 0 <= part < len(told):
        raise StaleButton
    filed = await file(ctx, Place(customer_id), told[part][1], message, inbox_id, part)
    return answer_of([filed], inbox_id)
