"""把这个群设为华东组销售群, 这个群不用了, 把推送地址设为预警群: what a chat group is there for.

What is said in a group is answered there, for everybody; the address of a webhook is a password and belongs in a
single chat.
"""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Message, Reply
from bot.orders import DONE, Order
from bot.router import Router
from domain.actor import JSON, Address, Ref
from domain.errors import Refused
from domain.group_chats import by_webhook
from domain.services import groups
from domain.services.groups import NotAllowed, Place
from domain.views import groups as views

router = Router("groups")
ALERTS = 0  # in the place of a team's key on a button
HERE = 0  # in the place of the message in which a webhook was told
_ALERTS = re.compile(r"预警|告警|报警|警报|异常")
_IN_IT = "这句要在群里说：先把我加进那个群，再 @我 说「把这个群设为华东组销售群」"
_NOT_IN_A_GROUP = "推送地址等于密码，别发在群里。让管理员私聊发我，再把这个地址作废换一个"
_NO_ADDRESS = "把推送地址整条发我，比如「把 https://… 设为华东组销售群」，或「… 不用了」"


@router.order("set_group")
async def set_group(ctx: Context, order: Order) -> Reply | None:
    """The chat in which it is said is for a team, or for alerts."""
    if not ctx.message.in_group:
        ctx.say(_IN_IT)
        return None
    return await _mean(ctx, order.words("value"), HERE)


@router.order("set_hook")
async def set_hook(ctx: Context, order: Order) -> Reply | None:
    """The group behind a webhook is."""
    return await _mean(ctx, order.words("value"), ctx.inbox_id) if _told(ctx) else None


@router.order("drop_group", "drop_hook")
async def drop(ctx: Context, order: Order) -> Reply | None:
    """Nothing is sent there unasked any more."""
    if order.command.kind == "drop_hook" and not _told(ctx):
        return None
    if order.command.kind == "drop_group" and not ctx.message.in_group:
        ctx.say(_IN_IT)
        return None
    changes = await ctx.uow.begin_change()
    try:
        chat = await groups.drop(ctx.uow, _place(ctx.message))
    except NotAllowed as refused:
        _say(ctx, refused.said)
        return None
    if chat is None:
        _say(ctx, "这个群没设过用途，没有 @我 我本来就不说话")
        return None
    await ctx.uow.begin_change()  # what else the message changes is not taken back with it
    ctx.outcome = DONE
    ctx.here(_card(chat.id, changes=changes, by=ctx.me.id))
    return None


@router.order("show_group")
async def show(ctx: Context, _order: Order) -> Reply | None:
    """What is sent here, and who said so."""
    if not ctx.message.in_group:
        ctx.say(_IN_IT)
        return None
    place = _place(ctx.message)
    found = await views.of_chat(ctx.uow.session, place.channel, place.chat_id)
    if found is None:
        _say(ctx, "这个群还没设用途，没有 @我 我不说话。要设就说「把这个群设为华东组销售群」")
        return None
    ctx.here(_card(found))
    return None


@router.answer("group.team", wants="value")
async def named(ctx: Context, among: list[int], told: int) -> Reply | None:
    """The team in the next line."""
    if _ALERTS.search(ctx.text):
        return await _set(ctx, ALERTS, told)
    teams = await views.teams(ctx.uow.session, ctx.actor)
    meant = views.meant([each for each in teams if not among or each.id in among], ctx.text)
    return await _set(ctx, meant[0].id, told) if len(meant) == 1 else None


@router.action("group.team")
async def picked(ctx: Context, told: int, team_id: int) -> Reply | None:
    """One of the teams that were offered; the question becomes the answer."""
    return await _set(ctx, team_id, told)


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


async def _mean(ctx: Context, wording: str, told: int) -> Reply | None:
    """For which team, or for alerts; a team that is not known is asked for, once."""
    if _ALERTS.search(wording):
        return await _set(ctx, ALERTS, told)
    teams = await views.teams(ctx.uow.session, ctx.actor)
    meant = views.meant(teams, wording)
    if len(meant) == 1:
        return await _set(ctx, meant[0].id, told)
    if not any(each.mine for each in teams):
        _say(ctx, NotAllowed.of(None).said)
        return None
    among: list[JSON] = [each.id for each in meant if each.mine]
    ctx.outcome = "asked"
    ctx.ask("group.team", among=among, told=told)
    ctx.here(Reply("group.which", {"person": ctx.me.id, "among": among, "told": told}))
    return None


async def _set(ctx: Context, team_id: int, told: int) -> Reply | None:
    place = _place((await ctx.said(told))[0] if told else ctx.message)
    team = team_id if team_id != ALERTS else None
    moved = await views.is_elsewhere(ctx.uow.session, place.channel, place.chat_id, team)
    changes = await ctx.uow.begin_change()
    try:
        chat = await groups.set_use(ctx.uow, place, "alerts" if team is None else "team", team)
    except Refused as refused:
        _say(ctx, refused.said)
        return None
    await ctx.uow.begin_change()  # what else the message changes is not taken back with it
    ctx.outcome = DONE
    reply = _card(chat.id, changes=changes, moved=moved)
    if by_webhook(place.channel):  # its group learns it too, and it shows that the key is right
        ctx.uow.tell(Address.group(place.channel, place.chat_id), "group.card", reply.subject, group=chat.id)
    if ctx.clicked is None:
        ctx.here(reply)
        return None
    return reply


def _told(ctx: Context) -> bool:
    """Whether the message has the address of a webhook, where it may be told."""
    if ctx.message.in_group:
        _say(ctx, _NOT_IN_A_GROUP)
    elif ctx.message.hook is None:
        ctx.say(_NO_ADDRESS)
    return ctx.message.hook is not None and not ctx.message.in_group


def _place(message: Message) -> Place:
    """The group behind the webhook that a message told, or the one in which it was said."""
    if message.hook is not None:
        return Place(channel=message.hook.channel, chat_id=message.hook.chat_id, sealed=message.hook.sealed)
    return Place(channel=message.channel, chat_id=message.conversation.id)


def _card(chat_id: int, **more: JSON) -> Reply:
    return Reply("group.card", {"group": chat_id, **more}, Ref("group", chat_id))


def _say(ctx: Context, text: str) -> None:
    ctx.here(Reply("plain.text", {"text": text}))
