"""绑定, and 绑定482913 on the other messenger: one person on both."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Message, Reply
from bot.router import Router
from domain.errors import Refused
from domain.services import binding, people
from domain.uow import UnitOfWork

router = Router("binding")
_CODE = re.compile(r"绑定\s*[码：:]?\s*(?P<code>\d{6})")


@router.command("绑定", "绑定账号", "绑定钉钉", "绑定企业微信", "绑定企微")
async def offer(ctx: Context) -> Reply | None:
    """A code for the other messenger, in his own chat."""
    code = await binding.offer(ctx.uow, ctx.me.id)
    ctx.say(f"用另一个账号给我发：绑定{code}。10 分钟内有效，只能用一次，别给别人")
    return None


@router.act("unknown", "note", "name", "smalltalk")
async def taken(ctx: Context) -> Reply | None:
    """From an account that is known already."""
    if (code := code_in(ctx.message)) is None:
        return None
    return Reply("plain.text", {"text": await bound(ctx.uow, ctx.message, code)})


def code_in(message: Message) -> str | None:
    """The code that a message is; in a group it is worth nothing, for everybody could read it."""
    matched = _CODE.fullmatch(message.text.strip("。！! \n")) if not message.in_group else None
    return matched["code"] if matched is not None else None


async def bound(uow: UnitOfWork, message: Message, code: str) -> str:
    """What became of it, in words."""
    try:
        person = await binding.take(uow, code, people.directory_of(message.channel), message.sender)
    except Refused as refused:
        return refused.said
    return f"绑好了，{person.called}。两边说的都记在你名下"
