"""What people type that is neither note nor command: each gets an answer, and none of it becomes a record."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.context import Context
from bot.handlers import notes, promises
from bot.handlers.help import REQUEST_CARDS, what_can_be_said
from bot.message import Reply
from bot.router import Router
from bot.taps import typed_tap
from cards.builders.help import TRIAL
from domain.actor import JSON, Ref
from domain.errors import NotFound
from domain.policy import SELLING
from domain.services import corrections, people
from domain.views import help as views
from domain.views import lookup

router = Router("smalltalk")

SOON = timedelta(minutes=10)
SITTING = timedelta(minutes=30)
DAY = timedelta(days=1)
_LOSS = re.compile(r"丢|黄了|被拒|没签|白跑|输")
# What may be answered before everybody, as it tells of nobody.
_FOR_ALL = frozenset({"thanks", "ping", "laugh", "ok", "nothing", "test"})
_CALLED = "在，说。比如 @跟进 华星怎么样了"
_UNCLEAR = "哪句没说清？说给我，我换个说法"
# Not answers of their own: repeating them says nothing.
_LINES = frozenset({"plain.text", "plain.line", "smalltalk.again", "help.unknown", "help.ask_admin"})


@router.act("smalltalk")
async def smalltalk(ctx: Context) -> Reply | None:
    kind = ctx.parsed.smalltalk or ""
    answer = _ANSWERS.get(kind)
    if answer is None:
        return None
    reply = await answer(ctx)
    ctx.thread.last_answer, ctx.thread.last_answer_at = kind, ctx.uow.now
    if ctx.message.in_group and reply is not None and kind in _FOR_ALL:
        ctx.here(_line(_CALLED) if kind == "ping" else reply)
        return None
    return reply


async def _privacy(ctx: Context) -> Reply:
    """我说的领导看得到吗: the truth, as `domain.policy` has it."""
    superior = (await people.names(ctx.uow.session, {ctx.me.manager_id or 0})).get(ctx.me.manager_id or 0)
    if superior is None:
        return _line("通讯录里没有你的上级，你客户的跟进只有你和协作的同事看得到")
    return _line(f"{superior.called}看得到你客户的跟进；你没发出的草稿、我给你的提醒，他看不到")


def _again(ctx: Context, kind: str, within: timedelta) -> bool:
    """Whether the last small talk was of this kind too, not long ago."""
    thread = ctx.thread
    recent = thread.last_answer_at is not None and ctx.uow.now - thread.last_answer_at < within
    return recent and thread.last_answer == kind


async def _thanks(ctx: Context) -> Reply:
    return _line("嗯" if _again(ctx, "thanks", SOON) else "不客气")


async def _ping(ctx: Context) -> Reply:
    return _line("在，直接说")


async def _laugh(ctx: Context) -> Reply:
    return _line("哈哈")


async def _ok(ctx: Context) -> Reply | None:
    """好 of the newest open card; never a decision about others, which has words of its own."""
    sent = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - SITTING)
    newest = next((card for card in sent if card.shown), None)
    if newest is None:
        return _line("嗯")
    if newest.kind in REQUEST_CARDS:
        return _line("同意的话请回「同意」")
    if newest.kind == "note.undo_ask":
        return _line("要撤的话请回「都撤」")
    tap = await typed_tap(ctx.uow, replace(ctx.message, text="好"))
    if tap is None or tap[1].id != newest.id or tap[0].name != "task.follow":
        return _line("嗯")
    ctx.clicked, ctx.typed = tap[1], True
    reply = await promises.follow(ctx, int(tap[0].params[0]))
    ctx.redraw(reply)
    return Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)})


async def _nothing(ctx: Context) -> Reply:
    """算了, 没事, 今天没出去."""
    return _line("好")


async def _who(ctx: Context) -> Reply:
    ctx.say("我是跟进，程序，不是真人。记客户、盯承诺、答数字；原话都在，能查能撤")
    return await what_can_be_said(ctx)


async def _test(ctx: Context) -> Reply:
    tries = "admin" in ctx.me.roles and bool(ctx.me.roles & SELLING)
    return _line(f"通了\n发一条试试：{TRIAL}" if tries else "通了")


async def _curse(ctx: Context) -> Reply:
    """The last record can be taken back with a tap; the second time somebody human may look."""
    if _again(ctx, "curse", SITTING) and "admin" not in ctx.me.roles and await people.administrator(ctx.uow.session):
        return Reply("help.ask_admin", {"inbox": ctx.inbox_id}, Ref("inbox", ctx.inbox_id))
    last = ctx.last_note or await corrections.latest(ctx.uow)
    if last is None:
        return _line("这条没弄好，对不起。哪儿错了说一句我改")
    return Reply("smalltalk.sorry", {"activity": last}, Ref("activity", last))


async def _offtopic(ctx: Context) -> Reply:
    if _again(ctx, "offtopic", DAY):
        return _line("不会这个")
    return Reply("smalltalk.offtopic") if ctx.me.roles & SELLING else _line("这个我不会，我只管客户")


async def _question_marks(ctx: Context) -> Reply:
    """The last answer in other words; where that was a mere line, what to do."""
    sent = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - SITTING)
    if sent and sent[0].kind not in _LINES:
        return Reply("smalltalk.again", {"kind": sent[0].kind, "params": sent[0].params})
    asked = bool(sent) and sent[0].params.get("text") == _UNCLEAR
    return _line("在听，直接说" if asked and set(ctx.text) <= set("?？ ") else _UNCLEAR)


async def _digits(ctx: Context) -> Reply:
    """A number where no list is open: the first three of the last list."""
    sent = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - DAY)
    listed = next((card.shown for card in sent if any(label == "1" for label, _ in card.shown)), [])
    rows = [row for number in ("1", "2", "3") if (row := _option(listed, number))]
    return Reply("smalltalk.number", {"said": ctx.text, "rows": list(rows)})


def _option(shown: list[list[str]], number: str) -> list[JSON] | None:
    """What a number stood for: its words, and its action."""
    action = next((packed for label, packed in shown if label == number), None)
    named = [label for label, packed in shown if packed == action and not label[0].isdigit()]
    return [named[-1], action] if action is not None and named else None


async def _sad(ctx: Context) -> Reply:
    if not _LOSS.search(ctx.text):
        return _line("嗯，我在。要记什么说一句就行")
    offered = await views.negotiating(ctx.uow.session, ctx.actor)
    return Reply("smalltalk.lost", {"offered": list(offered)})


async def _draft(_ctx: Context) -> Reply:
    return _line("还不会写话术。你写你的，发完说一句我记上")


def _line(text: str) -> Reply:
    return Reply("plain.text", {"text": text})


_ANSWERS: dict[str, Callable[[Context], Awaitable[Reply | None]]] = {
    "thanks": _thanks,
    "ping": _ping,
    "laugh": _laugh,
    "ok": _ok,
    "nothing": _nothing,
    "who": _who,
    "test": _test,
    "curse": _curse,
    "offtopic": _offtopic,
    "question_marks": _question_marks,
    "digits": _digits,
    "sad": _sad,
    "draft": _draft,
    "privacy": _privacy,
}


# -- why a sale was lost -----------------------------------------------------------------------------------------------


@router.action("smalltalk.lost")
async def lost(ctx: Context, customer_id: int) -> None:
    """The customer that was lost: the next line says why."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if not option.visible:
        raise NotFound
    ctx.talk_about(customer_id)
    ctx.ask("smalltalk.why")
    ctx.say(f"{option.name}丢在哪？说一句我记上")


@router.answer("smalltalk.why", wants="words")
async def why(ctx: Context) -> Reply | None:
    """The reason, on record as a note about that customer."""
    return await notes.note(ctx) if ctx.parsed.act in ("note", "unknown") else None
