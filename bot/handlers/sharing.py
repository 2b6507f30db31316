"""Working on a colleague's customer together: the request, the owner's yes or no, and what the asker learns."""

from __future__ import annotations

from bot.context import Context
from bot.drafts import drafts
from bot.handlers.customers import customer_card
from bot.message import Reply
from bot.router import Router
from domain.actor import JSON, Address, Ref
from domain.services import customers, notes, people
from domain.views import lookup

router = Router("sharing")


@router.action("share.ask")
async def ask_share(ctx: Context, customer_id: int, inbox_id: int = 0, part: int = 0) -> Reply:
    """请他协作: his colleague gets the request with the words that led to it; they are filed once he says yes."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if option.visible:
        return customer_card(ctx, customer_id)
    words = (await ctx.said(inbox_id))[0].text if inbox_id else ""
    await customers.ask_share(ctx.uow, customer_id, words, inbox_id, part)
    params: dict[str, JSON] = {"customer": customer_id, "asker": ctx.me.id, "inbox": inbox_id, "part": part}
    return Reply("share.asked", params, Ref("share", customer_id))


@router.action("share.grant")
async def grant(ctx: Context, customer_id: int, asker_id: int, inbox_id: int = 0, part: int = 0) -> Reply:
    """同意协作: the asker may work on it, and his words are filed as his."""
    reply = await _answer(ctx, customer_id, asker_id, inbox_id, part, grant=True)
    if inbox_id:
        await _file_kept(ctx, customer_id, asker_id, inbox_id, part)
    return reply


@router.action("share.keep")
async def keep(ctx: Context, customer_id: int, asker_id: int, inbox_id: int = 0, part: int = 0) -> Reply:
    """我来跟: the asker's words stay his own."""
    return await _answer(ctx, customer_id, asker_id, inbox_id, part, grant=False)


async def _answer(ctx: Context, customer_id: int, asker_id: int, inbox_id: int, part: int, *, grant: bool) -> Reply:
    before = dict(ctx.clicked.params) if ctx.clicked is not None and ctx.clicked.kind == "share.request" else {}
    params: dict[str, JSON] = {**before, "customer": customer_id, "asker": asker_id}
    kept_at = await customers.answer_share(ctx.uow, customer_id, asker_id, grant=grant, inbox_id=inbox_id, part=part)
    if kept_at is not None:
        params["kept_at"] = kept_at.isoformat()
    return Reply("share.request", params, Ref("share", customer_id))


async def _file_kept(ctx: Context, customer_id: int, asker_id: int, inbox_id: int, part: int) -> None:
    """File the words that waited for this yes, on behalf of who wrote them; once."""
    if await notes.filed_as(ctx.uow, inbox_id, part) is not None:
        return
    message, parsed = await ctx.words_of(inbox_id, asker_id)
    day = message.sent_at.astimezone(ctx.moment.zone).date()
    waiting = drafts(parsed, message.text, day, ctx.moment.zone)
    if not 0 <= part < len(waiting):
        return
    owner = ctx.uow.actor
    ctx.uow.actor = await people.actor_of(ctx.uow.session, asker_id)
    await ctx.uow.begin_change()
    origin = notes.Origin(
        inbox_id=inbox_id,
        message_id=message.message_id,
        channel=message.channel,
        sent_at=message.sent_at,
        part=part,
    )
    filed = await notes.file(ctx.uow, waiting[part][1], customer_id, origin, ctx.moment)
    subject = Ref("activity", filed.activity_id)
    ctx.uow.tell(Address.person(asker_id), "note.recorded", subject, activity=filed.activity_id)
    ctx.uow.actor = owner
