"""把启航的合同照片发我, 看看附件: what was sent before is had again by asking for it."""

from __future__ import annotations

from bot.context import Context
from bot.file_wishes import Wish, wish
from bot.handlers.attachments import list_of, on_thread
from bot.message import Reply
from bot.router import Router
from domain.actor import Ref
from domain.errors import Refused
from domain.policy import NotYours
from domain.views import attachments as views
from domain.views import lookup

router = Router("wanted")


@router.act("note", "unknown", "name", "smalltalk", "remind", "apply")
async def asked_for(ctx: Context) -> Reply | None:
    """把启航的合同照片发我, 看看附件: the one that is meant, or the list to choose from."""
    wanted = wish(ctx.text)
    if wanted is None or ctx.message.in_group:
        return None
    meant = await _whose_files(ctx, wanted)
    if meant is None:
        return None
    customer, asked = meant
    ctx.talk_about(customer)
    session, about = ctx.uow.session, asked
    found = await views.matching(session, ctx.actor, customer, sort=wanted.sort, about=about)
    if not found and about:  # pictures come without a name
        found, about = await views.matching(session, ctx.actor, customer, sort=wanted.sort), ""
    if len(found) == 1:
        kind = "attachment.look" if wanted.looks else "attachment.file"
        return Reply(kind, {"attachment": found[0]}, Ref("attachment", found[0]) if wanted.looks else None)
    missed = asked if found and not about else ""
    return list_of(customer, sort=wanted.sort if found else "", about=about if found else "", missed=missed)


async def _whose_files(ctx: Context, wanted: Wish) -> tuple[int, str] | None:
    """The customer that is named, or talked about, and what the file is about; None where the line is about something
    else. Of 把技术协议的文件发我 no customer's name stands in front."""
    session, actor = ctx.uow.session, ctx.actor
    if wanted.who:
        match await lookup.resolve(session, actor, ctx.names, wanted.who):
            case lookup.One() as one:
                return one.customer_id, wanted.about
            case lookup.Colleague() as theirs:
                raise NotYours(theirs.name, theirs.owner)
            case lookup.Several():
                raise Refused(f"「{wanted.who[:10]}」有好几家，说全一点")
        topic = await on_thread(ctx)
        return None if topic is None else (topic, wanted.who)
    mentioned = [*ctx.names.mentioned(ctx.text)]
    customer = mentioned[0] if len(mentioned) == 1 else await on_thread(ctx)
    if customer is None:
        raise Refused("哪家的附件？先说客户名，再说「附件」")
    found = await lookup.option(session, actor, customer)
    if not found.visible:
        raise NotYours(found.name, found.owner)
    return customer, wanted.about
