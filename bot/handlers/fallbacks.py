"""What is answered where no handler takes it: strangers, an opened chat, what cannot be read, what was not
understood."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.context import Context
from bot.dispatcher import Fallbacks
from bot.message import Message
from domain.actor import Address
from domain.services import people
from domain.uow import UnitOfWork


class Answers(Fallbacks):
    """The product's answers; see cards.builders.help for their words."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    async def stranger(self, uow: UnitOfWork, message: Message) -> str:
        admin = await people.administrator(uow.session)
        who = f"管理员 {admin.called}" if admin else "管理员"
        if message.kind == "text":
            uow.tell(
                Address.account(message.channel, message.sender),
                "plain.text",
                text=f"我还不认识你。让{who} 把你加进来，现在说的我先存着",
            )
        return "stranger"

    async def unknown(self, ctx: Context) -> None:
        ctx.outcome = "unknown"
        ctx.say(f"没听懂「{ctx.text[:20]}」，已留着")
