"""What is answered where no handler takes it: strangers, an opened chat, what cannot be read, what was not understood,
and the first words to somebody new."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.context import TOPIC, Context
from bot.dispatcher import Fallbacks
from bot.handlers import binding, called, happenings
from bot.handlers.help import role_of
from bot.message import Message, Reply
from cards.registry import Moment
from domain.actor import JSON, Ref
from domain.policy import SELLING
from domain.services import people
from domain.uow import UnitOfWork
from domain.views import help as views
from domain.views import lookup

GREETING = "我是跟进，以后这样说就行，改错说一声"
IN_ENGLISH = 'Logged. Say "undo" to take it back.'
AGAIN = timedelta(minutes=10)
EVER = timedelta(days=3650)
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNREADABLE = {
    "语音": "语音这会儿转不了，打几个字就行",
    "图片": "图片里的字我看不清，关键的一句打给我就行",
    "视频": "视频我看不了，留在聊天里；关键的一句打给我就行",
    "文件": "文件我还读不了，留在聊天里；要紧的一句打给我就行",
    "位置": "位置我还看不了，留在聊天里；在哪家客户，打个名字就行",
    "链接": "链接我还打不开，留在聊天里；要紧的一句打给我就行",
}
_OF_PEOPLE = frozenset({"joined", "left", "people"})
_MISSES = frozenset({"help.unknown", "help.ask_admin"})
_ANYTHING = "这种消息我还看不懂，留在聊天里；打几个字给我就行"


class Answers(Fallbacks):
    """The product's answers; cards.builders.help and cards.builders.first_contact have their words."""

    def __init__(self, zone: ZoneInfo, *, follows: bool = True) -> None:
        self._zone = zone
        self._follows = follows

    async def stranger(self, uow: UnitOfWork, message: Message) -> str:
        """Kept always, answered at most once in ten minutes; an opened chat only if nothing was said before. Who says
        the code that he was told on another messenger is no stranger any more."""
        if (code := binding.code_in(message)) is not None:
            uow.tell(message.chat, "plain.text", text=await binding.bound(uow, message, code))
            return "bound"
        since = uow.now - (EVER if message.kind == "enter" else AGAIN)
        to = message.chat
        asked_at = f"group:{to.id}" if message.in_group else message.sender
        if not await views.told(uow.session, message.channel, asked_at, since):
            admin = await people.administrator(uow.session)
            who = f"管理员 {admin.called} " if admin else "管理员"
            uow.tell(to, "plain.text", text=f"我还不认识你。让{who}把你加进来，现在说的我先存着")
        return "stranger"

    async def happened(self, uow: UnitOfWork, message: Message, inbox_id: int, moment: Moment) -> str:
        """Acted on, unless an administrator keeps the list of people himself."""
        if not self._follows and message.event is not None and message.event.name in _OF_PEOPLE:
            return happenings.KEPT
        return await happenings.happened(uow, message, inbox_id, moment)

    async def enter(self, ctx: Context) -> None:
        """The first opening of a life is a greeting; later ones say nothing."""
        ctx.outcome = "entered"
        await _introduce(ctx)

    async def unreadable(self, ctx: Context) -> None:
        """What it was, and what to do instead."""
        ctx.outcome = "unreadable"
        ctx.say(_UNREADABLE.get(ctx.text, _ANYTHING))
        await _introduce(ctx)

    async def unknown(self, ctx: Context) -> None:
        """The nearest three; other words; somebody human: never the same twice running."""
        ctx.outcome = "unknown"
        recent = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - TOPIC)
        if not any(card.kind in _MISSES for card in recent):
            ctx.thread.misses = 0
        ctx.thread.misses += 1
        miss = (ctx.thread.misses - 1) % 3 + 1
        subject = Ref("inbox", ctx.inbox_id)
        if miss == 3 and await _has_helper(ctx):
            ctx.send(Reply("help.ask_admin", {"inbox": ctx.inbox_id}, subject))
            return
        customer, called = await _likely(ctx)
        params: dict[str, JSON] = {
            "inbox": ctx.inbox_id,
            "customer": customer,
            "called": called,
            "miss": 2 if miss == 2 else 1,
            "sells": bool(ctx.me.roles & SELLING),
        }
        ctx.send(Reply("help.unknown", params, subject))

    async def first_contact(self, ctx: Context) -> None:
        """What stands below an answer: the English line, and once in a life the greeting."""
        if ctx.outcome != "unknown":
            ctx.thread.misses = 0
        noted = ctx.parsed.act == "note"
        if noted and _filed(ctx) and mostly_latin(ctx.text):
            ctx.say(IN_ENGLISH)
        if not ctx.me.new:
            return
        if ctx.parsed.act == "help" or ctx.parsed.smalltalk == "who":
            await people.greet(ctx.uow, ctx.me.id)
        elif ctx.outcome == "unknown" or ctx.parsed.act == "smalltalk":
            await _introduce(ctx)
        elif await people.greet(ctx.uow, ctx.me.id):
            ctx.say(GREETING)
            if called.nameless(ctx):
                called.ask(ctx)


def mostly_latin(text: str) -> bool:
    """Whether a text has more Latin words than Chinese characters: then its writer reads English. A Chinese note with
    a few foreign names has not."""
    return len(_LATIN_WORD.findall(text)) > len(_CHINESE.findall(text))


def _filed(ctx: Context) -> bool:
    """Whether this very message was filed, rather than asked about."""
    return ctx.thread.customer_at == ctx.uow.now and ctx.thread.activity_id is not None


async def _introduce(ctx: Context) -> None:
    """Once in a life; who administrates is shown the state of things first."""
    if not ctx.me.new or not await people.greet(ctx.uow, ctx.me.id):
        return
    role = "admin" if "admin" in ctx.me.roles else role_of(ctx.me.roles)
    if called.nameless(ctx):
        called.ask(ctx)
        return
    ctx.send(Reply("first.contact", {"person": ctx.me.id, "role": role, "channel": ctx.message.channel}))


async def _likely(ctx: Context) -> tuple[int | None, str]:
    """The customer that the words name, else that of the conversation, and what it is called on a button."""
    session = ctx.uow.session
    if (named := await views.about(session, ctx.actor, ctx.names, ctx.text)) is not None:
        return named
    if ctx.topic is None:
        return None, ""
    options = await lookup.by_ids(session, ctx.actor, [ctx.topic])
    return (ctx.topic, options[0].name) if options and options[0].visible else (None, "")


async def _has_helper(ctx: Context) -> bool:
    """Whether there is an administrator beside the one who asks."""
    admin = await people.administrator(ctx.uow.session)
    return admin is not None and admin.id != ctx.me.id
