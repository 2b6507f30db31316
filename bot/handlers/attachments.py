"""Pictures, files and links: onto the customer of the thread; asked where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Context
from bot.keeping import Arrived
from bot.message import Reply
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import NotFound, Refused
from domain.policy import SELLING
from domain.services import attachments, in_a_row
from domain.services.attachments import Sent
from domain.views import lookup

router = Router("attachments")
_PROBLEMS = {
    "gone": "这个文件已经取不到了，再发一次",
    "large": "这个文件超过 20 MB，存不下。压缩一下或分开再发",
}
_TYPED = "语音这会儿转不了，打几个字就行：长按语音点「转文字」，复制了发给我。录音留着"
_LATER = "语音这会儿转不了，打几个字也行；录音留着，好了就补记"
_UNCLEAR = "听到了，没听清，再说一遍？"
_SPOKEN = 300  # characters of a long speech that are repeated


@router.comes("file")
async def received(ctx: Context) -> Reply | None:
    """Each file of the message; a message of WeCom has one."""
    reply: Reply | None = None
    for each in ctx.files:
        if reply is not None:
            ctx.send(reply)
        reply = await _file(ctx, each)
    return reply


async def _file(ctx: Context, file: Arrived) -> Reply | None:
    if file.problem in _PROBLEMS:
        raise Refused(_PROBLEMS[file.problem])
    sent = Sent(
        sort=file.ref.kind,
        name=file.name,
        text=file.said,
        stored=file.stored,
        channel=ctx.message.channel,
        source=file.ref.source if file.stored is None else {},
    )
    if file.ref.kind == "voice":
        await _voice(ctx, sent)
        return None
    if attachments.is_sheet(file.name):
        kept = await attachments.keep(ctx.uow, sent, ctx.inbox_id, None, ctx.moment)
        return Reply("attachment.sheet", {"attachment": kept}, Ref("attachment", kept))
    return await keep(ctx, sent)


async def _voice(ctx: Context, sent: Sent) -> None:
    """A recording that nobody wrote down, or not yet."""
    ctx.outcome = "unreadable"
    await attachments.keep(ctx.uow, sent, ctx.inbox_id, await on_thread(ctx), ctx.moment)
    if not ctx.listens:
        ctx.say(_TYPED)
    else:
        ctx.say(_LATER if sent.stored is None else _UNCLEAR)


@router.comes("spoken")
async def spoken(ctx: Context) -> None:
    """The words of a recording were handled like typed ones; what was understood stands below, and the recording is
    kept where they went."""
    ctx.say(f"语音：{ctx.text[:_SPOKEN]}")
    for file in ctx.files:
        if file.problem in _PROBLEMS:  # the words are there all the same
            continue
        source = file.ref.source if file.stored is None else {}
        where = ctx.message.channel
        sent = Sent(sort="voice", name=file.name, text=file.said, stored=file.stored, channel=where, source=source)
        await attachments.keep(ctx.uow, sent, ctx.inbox_id, await on_thread(ctx), ctx.moment)


@router.comes("link")
async def linked(ctx: Context) -> Reply | None:
    """A page that was passed on, by its title and address; nobody opens it."""
    if (link := ctx.message.link) is None:
        return None
    return await keep(ctx, Sent(sort="link", name=link.title or link.url, text=link.text, url=link.url))


async def keep(ctx: Context, sent: Sent) -> Reply | None:
    """On record, with the question whose it is where nobody was being talked about. What is sent in a row is answered
    once: None where the card of the one before stands for this one too."""
    customer = await on_thread(ctx)
    kept = await attachments.keep(ctx.uow, sent, ctx.inbox_id, customer, ctx.moment)
    if customer is not None:
        ctx.talk_about(customer)
    if not ctx.message.in_group and await in_a_row.joined(ctx.uow, kept, ctx.message.channel):
        return None
    if customer is None and ctx.me.roles & SELLING:
        return _whose(ctx, [kept])
    return card_of(kept)


async def on_thread(ctx: Context) -> int | None:
    """The customer that is being talked about, if the sender may put something there."""
    if ctx.topic is None:
        return None
    found = await lookup.by_ids(ctx.uow.session, ctx.actor, [ctx.topic])
    return ctx.topic if found and found[0].visible else None


# -- whose it is -------------------------------------------------------------------------------------------------------


@router.action("attachment.place")
async def place(ctx: Context, attachment_id: int, customer_id: int) -> Reply | None:
    """One of those that were offered, for everything that waits with it; 都不是 asks for the name."""
    if customer_id == 0:
        _ask(ctx, await _on_card(ctx, attachment_id))
        ctx.say("是哪家的？客户名直接回我")
        return None
    return await _placed(ctx, await _on_card(ctx, attachment_id), customer_id)


@router.action("attachment.move")
async def move(ctx: Context, attachment_id: int) -> Reply:
    """换一家."""
    return _whose(ctx, await _on_card(ctx, attachment_id))


@router.answer("attachment.whose", wants="name")
async def named(ctx: Context, attachment: int, more: Sequence[int] = ()) -> Reply | None:
    """The name that was typed after the question about one, or about `more` in a row."""
    wording = ctx.parsed.customer.text if ctx.parsed.customer is not None else ctx.text
    match await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording):
        case lookup.One() as one:
            return await _placed(ctx, [attachment, *more], one.customer_id)
        case lookup.Colleague() as theirs:
            raise Refused(f"{theirs.name}是{theirs.owner}的客户，附件先留在你这")
        case lookup.Several() | lookup.Alike() as found:
            return _whose(ctx, [attachment, *more], [option.customer_id for option in found.options])
    _ask(ctx, [attachment, *more])
    ctx.say(f"没有「{wording[:20]}」。换个说法，或先说一句它的情况建起来再归")
    return None


async def _placed(ctx: Context, shown: list[int], customer_id: int) -> Reply:
    counts = [await attachments.place(ctx.uow, each, customer_id, ctx.moment) for each in shown]
    ctx.talk_about(customer_id)
    if counts[0] > len(shown):
        ctx.say(f"一起发的 {counts[0]} 个都归过去了")
    return card_of(shown[0], shown[1:])


def _whose(ctx: Context, shown: list[int], offered: list[int] | None = None) -> Reply:
    ctx.outcome = "asked"
    params = _ask(ctx, shown)
    if offered is not None:
        params["offered"] = [*offered]
    return Reply("attachment.whose", params, Ref("attachment", shown[0]))


def _ask(ctx: Context, shown: list[int]) -> dict[str, JSON]:
    """The next line typed is a customer's name; returns what the question is about."""
    about: dict[str, JSON] = {"attachment": shown[0]} | ({"more": [*shown[1:]]} if len(shown) > 1 else {})
    ctx.ask("attachment.whose", **about)
    return {**about}


async def _on_card(ctx: Context, attachment_id: int) -> list[int]:
    """This one with those that stand on the tapped card with it."""
    found = await in_a_row.of(ctx.uow, ctx.clicked, attachment_id)
    if ctx.clicked is not None and len(found) > 1:
        await in_a_row.call_off(ctx.uow, ctx.clicked)
    return found


# -- back, and out again -----------------------------------------------------------------------------------------------


@router.action("attachment.undo")
async def undo(ctx: Context, attachment_id: int) -> Reply:
    """撤销: off the customer; the bytes stay, so that it can be restored."""
    shown = await _on_card(ctx, attachment_id)
    for each in shown:
        await attachments.take_back(ctx.uow, each)
    return _same(ctx, shown)


@router.action("attachment.restore")
async def restore(ctx: Context, attachment_id: int) -> Reply:
    """恢复."""
    shown = await _on_card(ctx, attachment_id)
    for each in shown:
        await attachments.put_back(ctx.uow, each)
    return _same(ctx, shown)


@router.command("附件", "看附件", "看看附件", "有哪些附件")
async def of_thread(ctx: Context) -> Reply:
    """Those of the customer that is being talked about."""
    customer = await on_thread(ctx)
    if customer is None:
        raise Refused("哪家的附件？先说客户名，再说「附件」")
    return list_of(customer)


@router.action("attachment.list")
async def of_customer(ctx: Context, customer_id: int) -> None:
    """看附件: a card of its own, the tapped one stays."""
    ctx.talk_about(customer_id)
    ctx.send(list_of(customer_id))


@router.action("attachment.page")
async def page(
    _ctx: Context, customer_id: int, offset: int, sort: str = "", about: str = "", _picked: str = ""
) -> Reply:
    """更多: the next page in place; what was picked on this one does not matter to it."""
    return list_of(customer_id, offset, sort=sort, about=about)


@router.action("attachment.send")
async def send(ctx: Context, attachment_id: int = 0) -> None:
    """发给我: the picture or the file itself, if it may be seen, which is judged when it is drawn."""
    if not attachment_id:
        raise NotFound
    ctx.send(Reply("attachment.file", {"attachment": attachment_id}))


def card_of(attachment_id: int, more: Sequence[int] = ()) -> Reply:
    params: dict[str, JSON] = {"attachment": attachment_id} | ({"more": [*more]} if more else {})
    return Reply("attachment.kept", params, Ref("attachment", attachment_id))


def _same(ctx: Context, shown: list[int]) -> Reply:
    """The card on which it was tapped, as it is now."""
    if ctx.clicked is not None and ctx.clicked.kind == "attachment.sheet":
        return Reply("attachment.sheet", {"attachment": shown[0]}, Ref("attachment", shown[0]))
    return card_of(shown[0], shown[1:])


def list_of(customer_id: int, offset: int = 0, **filtered: str) -> Reply:
    given: dict[str, JSON] = {name: value for name, value in filtered.items() if value}
    params: dict[str, JSON] = {"customer": customer_id, "offset": max(offset, 0), **given}
    return Reply("attachment.list", params, Ref("customer", customer_id))
