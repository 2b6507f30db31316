"""What to call a colleague whose name the address book does not give: asked once, and put right by saying it."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.router import Router
from domain.services import addressbook

router = Router("called")
QUESTION = "我该怎么称呼你？名字直接回我"
_NOT = r"^(?:不对|不是)?[，, ]*"
_SAID = re.compile(_NOT + r"(?:以后)?(?:就?叫我|我叫|我的名字[是叫])(?P<name>.{2,20}?)(?:吧|就行|就好)?$")
_ANSWER = re.compile(
    _NOT + r"(?:(?:就?叫我?|我[是叫]|姓名|是)[：: ]*)?(?P<name>[\u4e00-\u9fff·]{2,10}|[A-Za-z][A-Za-z .]{1,29})$"
)
_ACTS = frozenset({"name", "unknown", "note", "correct"})
_TAIL = "。！!，, "


def nameless(ctx: Context) -> bool:
    """Whether he goes by his account, because nobody ever said his name."""
    return ctx.me.name.casefold() == ctx.message.sender


def ask(ctx: Context) -> None:
    """Ask for the name; the next line answers."""
    ctx.ask("me.called")
    ctx.say(QUESTION)


@router.answer("me.called")
async def answered(ctx: Context) -> Reply | None:
    """A line that is nothing but a name; a note, an order or 谢谢 is none."""
    matched = _ANSWER.match(ctx.text.strip(_TAIL))
    if matched is None or ctx.parsed.act not in _ACTS or ctx.parsed.customer is not None:
        return None
    return await _take(ctx, matched["name"])


@router.act("note", "unknown", "name", "smalltalk", "correct")
async def said(ctx: Context) -> Reply | None:
    """叫我林越, whenever it is said."""
    if "我" not in ctx.text[:6] or (matched := _SAID.match(ctx.text.strip(_TAIL))) is None:
        return None
    return await _take(ctx, matched["name"])


async def _take(ctx: Context, name: str) -> Reply | None:
    """None where the address book says his name: then it is put right there."""
    if not await addressbook.call(ctx.uow, ctx.me.id, name):
        return None
    ctx.ask("me.called")
    return Reply("plain.text", {"text": f"记住了，{name.strip()}。不对就再说一遍"})
