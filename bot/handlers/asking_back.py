"""为什么要85折, 最多9折: what an approver says behind a request, beside yes and no, goes to whoever asked."""

from __future__ import annotations

import re

from bot.context import Context
from bot.handlers.help import REQUEST_CARDS
from bot.message import Reply
from bot.recent import newest_card
from bot.router import Router
from domain.actor import Address
from domain.views import approvals

router = Router("asking_back")
_LONGEST = 40  # characters; what is longer is a story of its own
_ELSE = re.compile("[这本上下]个?(?:周|星期|月|季度|年)(?!.{0,4}[前内底])|业绩|几单|漏斗")  # a question about figures
_MISTAKE = re.compile(r"(?:我)?(?:刚才|刚刚|刚)?(?:批|同意|通过|点|按)错了[吧啊。！]*")


@router.act("note", "unknown")
async def asked_back(ctx: Context) -> Reply | None:
    """None unless a request that waits for him is the last card that he got."""
    read = ctx.parsed
    if _ELSE.search(ctx.text) or any(name in ctx.text for name in ctx.names.colleagues):
        return None
    if ctx.message.in_group or read.customer is not None or read.contacts or len(ctx.text) > _LONGEST:
        return None
    if read.command is not None or (read.activity is not None and read.activity.type != "other"):
        return None
    newest = await newest_card(ctx)
    if newest is None:
        return None
    if _MISTAKE.fullmatch(ctx.text):
        late = newest.kind in REQUEST_CARDS
        return Reply("plain.text", {"text": "已经告诉提的人了，收不回来。跟他说一声，让他撤回再提"}) if late else None
    if newest.kind not in REQUEST_CARDS:
        return None
    waiting = await approvals.open_requests(ctx.uow.session, ctx.actor, ctx.moment)
    meant = next((each for each in waiting if each.id == newest.params.get("approval_id")), None)
    if meant is None:
        return None
    asker = Address.person(meant.asker.id)
    ctx.uow.tell(asker, "approval.question", approval_id=meant.id, by=ctx.me.called, said=ctx.text)
    return Reply("plain.text", {"text": f"转给{meant.asker.called}了，他回的会补在申请上。要定就回「同意」或「驳回」"})
