"""Working on a colleague's customer together: the request, the owner's yes or no, and what the asker learns."""

from __future__ import annotations

from bot.context import Context
from bot.handlers.customers import customer_card
from bot.message import Reply
from bot.router import Router
from domain.actor import JSON, Ref
from domain.services import customers
from domain.views import lookup

router = Router("sharing")


@router.action("share.ask")
async def ask_share(ctx: Context, customer_id: int, inbox_id: int = 0) -> Reply:
    """请他协作: his colleague gets the request with the words that led to it."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if option.visible:
        return customer_card(ctx, customer_id)
    words = (await ctx.said(inbox_id))[0].text if inbox_id else ""
    await customers.ask_share(ctx.uow, customer_id, words)
    params: dict[str, JSON] = {"customer": customer_id, "asker": ctx.me.id}
    return Reply("share.asked", params, Ref("share", customer_id))


@router.action("share.grant")
async def grant(ctx: Context, customer_id: int, asker_id: int) -> Reply:
    """同意协作."""
    return await _answer(ctx, customer_id, asker_id, grant=True)


@router.action("share.keep")
async def keep(ctx: Context, customer_id: int, asker_id: int) -> Reply:
    """我来跟."""
    return await _answer(ctx, customer_id, asker_id, grant=False)


async def _answer(ctx: Context, customer_id: int, asker_id: int, *, grant: bool) -> Reply:
    before = dict(ctx.clicked.params) if ctx.clicked is not None and ctx.clicked.kind == "share.request" else {}
    params: dict[str, JSON] = {"customer": customer_id, "asker": asker_id, "words": before.get("words", "")}
    kept_at = await customers.answer_share(ctx.uow, customer_id, asker_id, grant=grant)
    if kept_at is not None:
        params["kept_at"] = kept_at.isoformat()
    return Reply("share.request", params, Ref("share", customer_id))
