"""把这个群设为华东组销售群, 这个群不用了: what a chat group is there for, said in it and answered in it."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.orders import DONE, Order
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import groups
from domain.services.groups import NotAllowed, Place
from domain.views import groups as views

router = Router("groups")
ALERTS = 0  # in the place of a team's key on a button
_ALERTS = re.compile(r"预警|告警|报警|警报|异常")
_IN_IT = "这句要在群里说：先把我加进那个群，再 @我 说「把这个群设为华东组销售群」"


@router.order("set_group")
async def set_group(ctx: Context, order: Order) -> Reply | None:
    """For a team, or for alerts; a team that is not known is asked for, once."""
    if not _in_group(ctx):
        return None
    wording = order.words("value")
    if _ALERTS.search(wording):
        return await _set(ctx, ALERTS)
    teams = await views.teams(ctx.uow.session, ctx.actor)
    meant = views.meant(teams, wording)
    if len(meant) == 1:
        return await _set(ctx, meant[0].id)
    if not any(each.mine for each in teams):
        _say(ctx, NotAllowed.of(None).said)
        return None
    among: list[JSON] = [each.id for each in meant if each.mine]
    ctx.outcome = "asked"
    ctx.ask("group.team", among=among)
    ctx.here(Reply("group.which", {"person": ctx.me.id, "among": among}))
    return None


@router.answer("group.team", wants="value")
async def named(ctx: Context, among: list[int]) -> Reply | None:
    """The team in the next line."""
    if _ALERTS.search(ctx.text):
        return await _set(ctx, ALERTS)
    teams = await views.teams(ctx.uow.session, ctx.actor)
    meant = views.meant([each for each in teams if not among or each.id in among], ctx.text)
    return await _set(ctx, meant[0].id) if len(meant) == 1 else None


@router.action("group.team")
async def picked(ctx: Context, team_id: int) -> Reply | None:
    """One of the teams that were offered; the question becomes the answer."""
    return await _set(ctx, team_id)


@router.order("drop_group")
async def drop(ctx: Context, _order: Order) -> Reply | None:
    """Nothing is sent here unasked any more."""
    if not _in_group(ctx):
        return None
    changes = await ctx.uow.begin_change()
    try:
        chat = await groups.drop(ctx.uow, _place(ctx))
    except NotAllowed as refused:
        _say(ctx, refused.said)
        return None
    if chat is None:
        _say(ctx, "这个群没设过用途，没有 @我 我本来就不说话")
        return None
    ctx.outcome = DONE
    ctx.here(_card(chat.id, changes=changes, by=ctx.me.id))
    return None


@router.order("show_group")
async def show(ctx: Context, _order: Order) -> Reply | None:
    """What is sent here, and who said so."""
    if not _in_group(ctx):
        return None
    place = _place(ctx)
    if (found := await views.of_chat(ctx.uow.session, place.channel, place.chat_id)) is not None:
        ctx.here(_card(found))
        return None
    text = "这个群还没设用途，没有 @我 我不说话。要设就说「把这个群设为华东组销售群」"
    _say(ctx, text)
    return None


@router.action("group.undo")
async def undo(ctx: Context, group_id: int, changes: str) -> Reply | None:
    """撤销: as it was before."""
    await ctx.uow.begin_change()
    try:
        await groups.undo(ctx.uow, group_id, changes)
    except Refused as refused:
        _say(ctx, refused.said)
        return None
    return _card(group_id, by=ctx.me.id, undone=ctx.uow.now.isoformat())


# -- inside ------------------------------------------------------------------------------------------------------------


async def _set(ctx: Context, team_id: int) -> Reply | None:
    changes = await ctx.uow.begin_change()
    team = team_id if team_id != ALERTS else None
    moved = await views.is_elsewhere(ctx.uow.session, ctx.message.channel, ctx.message.conversation.id, team)
    try:
        chat = await groups.set_use(ctx.uow, _place(ctx), "alerts" if team is None else "team", team)
    except Refused as refused:
        _say(ctx, refused.said)
        return None
    ctx.outcome = DONE
    reply = _card(chat.id, changes=changes, moved=moved)
    if ctx.clicked is not None:
        return reply
    ctx.here(reply)
    return None


def _card(chat_id: int, **more: JSON) -> Reply:
    return Reply("group.card", {"group": chat_id, **more}, Ref("group", chat_id))


def _say(ctx: Context, text: str) -> None:
    ctx.here(Reply("plain.text", {"text": text}))


def _in_group(ctx: Context) -> bool:
    if not ctx.message.in_group:
        ctx.say(_IN_IT)
    return ctx.message.in_group


def _place(ctx: Context) -> Place:
    return Place(channel=ctx.message.channel, chat_id=ctx.message.conversation.id)
