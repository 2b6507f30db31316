"""送了, 等会再说, 推迟到明天上午, 不用了: what is typed behind a reminder that has just come is about it."""

from __future__ import annotations

import re
from datetime import datetime

from bot import values
from bot.context import Context
from bot.handlers import notes, tasks
from bot.message import Reply
from bot.router import Router
from config.calendar import opening
from domain.services import tasks as services
from domain.services import todos

router = Router("due_words")

_LONGEST = 60  # characters; what is longer is a note of its own
_VERBS = "送打发寄去说问约催回给开交见写签付订买拿取带联系处理拜访沟通确认"
_DONE = re.compile(
    r"(?:我|已经?|都|刚|刚刚|这个|这事|那个|电话|东西)*"
    rf"(?:(?P<verb>[{_VERBS}]{{1,2}})|[做办弄搞]|完|搞定|办妥|妥|完成|完事|done)(?:过|完|好|定|掉|到|通)*(?:去|"
    rf"过去|出去)?(?:了|过|啦)*(?:电话)?(?:[，, 。]+(?P<rest>.+))?",
    re.IGNORECASE | re.DOTALL,
)
# Verbs that may stand for one another: he was to call, and 联系过了.
_ALIKE = ("打联系电话沟通说问约催回确认", "送寄发给交带写", "去见拜访取拿", "开签付订买处理")
_MISSED = re.compile(
    r"(?:我)?(?:打|去|找|联系)?(?:了|过)?(?:几次|两次|半天)?[，, ]?(?:电话)?(?:没(?:有)?人?接|没打通|打不通|关机|"
    r"占线|没联系上|没见[到着]|没找到|不在|无人接听)(?:了)?(?:[，, 。]+.{0,20})?"
)
_ENDS = re.compile("[了过啦]|搞定|办妥|妥|完成|done", re.IGNORECASE)
_LATER = re.compile(
    r"(?:我|现在|这会儿?|正)*(?:等|过|晚|迟|待)(?:一?会儿?|一?下|点|些)(?:再)?(?:说|弄|打|办|看|做|联系|"
    r"提醒(?:我)?)?(?:吧|哈)?"
    r"|(?:我)?(?:现在|这会儿?|正)*(?:在忙|忙着呢?|没空|没时间|开会呢?|在开会|不方便|开车呢?|在开车)(?:呢|，?(?:等|"
    r"晚|待)(?:会儿?|点|下)(?:再说)?)?"
)
_WHEN = r"[今明后大下这个周礼拜星期一二两三四五六日天七八九十号月点半刻早晚上中下午傍底初旬\d:：小时钟分之以后 ]"
_MOVES = re.compile(
    r"(?:那就?|就|先|再|帮我|麻烦|我|，)*(?:推迟?|延后?|延期|改期?|挪|换|放|缓|往后推)(?:一?下)?(?:到|成|"
    rf"至)?(?P<to>{_WHEN}{{1,16}}?)(?:吧|再说|再提醒(?:我)?|提醒(?:我)?)?"
    rf"|(?P<then>{_WHEN}{{2,12}}?)(?:再|吧)(?:说|弄|打|办|看|做|联系|提醒(?:一下)?(?:我)?)?(?:吧)?"
)
_OFF = re.compile(
    r"(?:这个|那)?(?:不用|不需要|没必要|用不着)(?:提醒|打|去|送|做|弄)?了|(?:不|没)(?:打|去|送|做|弄|办)了(?:吧)?"
)


@router.act("note", "unknown", "correct", "remind", "smalltalk", "undo")
async def answered(ctx: Context) -> Reply | None:
    """None where no reminder is the last thing that he was told, or the line is about something else."""
    said = ctx.text.strip("。！!~ ")
    if ctx.message.in_group or ctx.parsed.customer is not None or len(said) > _LONGEST:
        return None
    if not any(pattern.fullmatch(said) for pattern in (_DONE, _LATER, _MOVES, _OFF, _MISSED)):
        return None
    reminder = await tasks.come(ctx)
    if reminder is None:
        return None
    if _OFF.fullmatch(said):
        return _line(await tasks.drop(ctx, reminder))
    if _LATER.fullmatch(said):
        return _line(await tasks.later(ctx, reminder))
    if _MISSED.fullmatch(said):
        return await _missed(ctx, reminder)
    done = _DONE.fullmatch(said)
    if done is not None and _ENDS.search(said):
        return await _done(ctx, reminder, done)
    moves = _MOVES.fullmatch(said)
    return await _moved(ctx, reminder, moves["to"] or moves["then"]) if moves is not None else None


async def _done(ctx: Context, reminder: int, said: re.Match[str]) -> Reply | None:
    """送了 where it was to be sent; what is told besides becomes a note there."""
    verb, text = said["verb"], await services.came(ctx.uow, reminder) or ""
    if verb and not any(each in text for like in _ALIKE if verb[0] in like for each in like):
        return None
    reply = await tasks.done(ctx, reminder)
    if said["rest"] and ctx.topic is not None and ctx.parsed.act in ("note", "unknown"):
        ctx.send(_line(reply))
        return await notes.note(ctx)
    return _line(reply)


async def _missed(ctx: Context, reminder: int) -> Reply | None:
    """打了没人接: it comes again in an hour; what was tried is on record where a customer is known."""
    reply = _line(await tasks.later(ctx, reminder))
    customer = await services.reminds_of(ctx.uow, reminder)
    if customer is None or ctx.parsed.act not in ("note", "unknown"):
        return reply
    ctx.talk_about(customer)
    ctx.send(reply)
    return await notes.note(ctx)


async def _moved(ctx: Context, reminder: int, words: str) -> Reply | None:
    local = ctx.moment.local
    was = max(await todos.reminds_at(ctx.uow, reminder, ctx.moment), local.replace(tzinfo=None))
    when = values.moved(words, local, was)
    if when is None:
        return None
    at = when if isinstance(when, datetime) else opening(when, ctx.moment.zone).replace(tzinfo=None)
    if at <= local.replace(tzinfo=None):
        return Reply("plain.text", {"text": "这个时间已经过了，换一个"})
    await services.move(ctx.uow, reminder, at.replace(tzinfo=ctx.moment.zone))
    return Reply("plain.line", {"kind": "reminder.due", "params": {"reminder": reminder, "moved": "day"}})


def _line(reply: Reply) -> Reply:
    """The card above changes in place; a line at the bottom says so."""
    return Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)})
