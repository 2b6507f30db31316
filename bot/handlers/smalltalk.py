"""What people type that is neither note nor command: each gets an answer, and none of it becomes a record."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.context import Context
from bot.handlers.help import REQUEST_CARDS, what_can_be_said
from bot.message import Reply
from bot.router import Router
from bot.taps import typed_tap
from cards.builders.help import TRIAL
from domain.policy import SELLING
from domain.views import help as views

router = Router("smalltalk")

SOON = timedelta(minutes=10)
SITTING = timedelta(minutes=30)
DAY = timedelta(days=1)
_LOSS = re.compile(r"丢|黄了|被拒|没签|白跑|输")
_DIGITS = re.compile(r"\d{1,3}")
# Not answers of their own: repeating them says nothing.
_LINES = frozenset({"plain.text", "plain.line", "smalltalk.again", "help.unknown", "help.ask_admin"})


@router.act("smalltalk")
async def smalltalk(ctx: Context) -> Reply | None:
    answer = _ANSWERS.get(ctx.parsed.smalltalk or "")
    return await answer(ctx) if answer is not None else None


def _again(ctx: Context, kind: str, within: timedelta) -> bool:
    """Whether the last small talk was of this kind too, not long ago; remembers this one."""
    thread, now = ctx.thread, ctx.uow.now
    recent = thread.last_answer_at is not None and now - thread.last_answer_at < within
    again = recent and thread.last_answer == kind
    thread.last_answer, thread.last_answer_at = kind, now
    return again


async def _thanks(ctx: Context) -> Reply:
    return _line("嗯" if _again(ctx, "thanks", SOON) else "不客气")


async def _ping(ctx: Context) -> Reply:
    return _line("在，直接说")


async def _laugh(ctx: Context) -> Reply:
    return _line("哈哈")


async def _ok(ctx: Context) -> Reply | None:
    """好 of the newest card that has it; never a decision about others, which has words of its own."""
    last = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - SITTING)
    newest = next((card for card in last if card.shown), None)
    if newest is not None and newest.kind in REQUEST_CARDS:
        return _line("同意的话请回「同意」")
    if newest is not None and newest.kind == "note.undo_ask":
        return _line("要撤的话请回「都撤」")
    if await typed_tap(ctx.uow, replace(ctx.message, text="好")) is not None:
        return Reply("plain.text", {"text": "要我做就回「好」"}) if ctx.text == "好" else await _tapped(ctx)
    return _line("嗯")


async def _who(ctx: Context) -> Reply:
    ctx.say("我是跟进，程序，不是真人。记客户、盯承诺、答数字；原话都在，能查能撤")
    return await what_can_be_said(ctx)


async def _test(ctx: Context) -> Reply:
    tries = "admin" in ctx.me.roles and bool(ctx.me.roles & SELLING)
    return _line(f"通了\n发一条试试：{TRIAL}" if tries else "通了")
