"""Taps, real and typed: which sent card a tap belongs to, and which button a typed line means."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from bot.message import Message
from cards.model import Action
from domain.errors import Refused
from domain.tables import Outbox
from domain.uow import UnitOfWork

RECENT = timedelta(minutes=30)
LONGEST = 16  # characters; a label or an option is never longer
# A decision about others is never taken from a word that may have meant something else: `handlers.approvals` looks at
# how many requests are open before it counts a typed 同意.
# What these words do to an older card than the one just seen is not what was meant.
NEWEST = frozenset({"好", "撤销", "恢复", "改一下", "改回去", "都撤"})
NEVER_TYPED = frozenset({"approval.approve", "approval.refuse"})


class ForgottenCard(Refused):
    """The card is older than what is kept, or younger than the backup that was put back: then the numbers on its
    buttons may be those of other rows by now."""

    said = "这张卡片我这里没有记录了，直接说你要做什么就行"


def _place(message: Message) -> str:
    """The recipient of what stands in the chat of a message."""
    return f"group:{message.conversation.id}" if message.in_group else message.sender


def changeable(row: Outbox, now: datetime) -> bool:
    """Whether the sent card can still be changed where it stands; if not, a change shows it anew at the bottom."""
    codes = (row.receipt or {}).get("codes", ())
    return any(datetime.fromisoformat(until) > now for _code, until in codes)


async def clicked_card(uow: UnitOfWork, message: Message) -> Outbox | None:
    """The delivery whose button was tapped; the tap's one-time code is added to its receipt. Raises `ForgottenCard`
    where it is not on record."""
    if message.card is None:
        return None
    query = select(Outbox).where(col(Outbox.key) == message.card, col(Outbox.channel) == message.channel)
    row = (await uow.session.execute(query)).scalar_one_or_none()
    if row is None:
        raise ForgottenCard
    if row.recipient != _place(message):
        return None
    handle = message.handle
    if handle is not None and (code := handle.data.get("code")) and handle.expires_at is not None:
        receipt = dict(row.receipt or {"ids": {}, "codes": []})
        receipt["codes"] = [*receipt["codes"], [code, handle.expires_at.isoformat()]]
        row.receipt = receipt
    return row


async def typed_tap(uow: UnitOfWork, message: Message) -> tuple[Action, Outbox] | None:
    """The button that a typed line means: on the newest card of the last thirty minutes that has it."""
    said = message.text.strip().strip("。！!").removeprefix("回").strip("：: ")
    if not said or len(said) > LONGEST:
        return None
    query = (
        select(Outbox)
        .where(
            col(Outbox.channel) == message.channel,
            col(Outbox.recipient) == _place(message),
            col(Outbox.sent_at) >= uow.now - RECENT,
            col(Outbox.mode) == "send",
        )
        .order_by(col(Outbox.sent_at).desc(), col(Outbox.id).desc())
        .limit(20)
    )
    for row in (await uow.session.execute(query)).scalars():
        for label, packed in row.shown:
            action = Action.unpack(packed)
            if label == said and action.name not in NEVER_TYPED:
                return action, row
        if row.shown and (said.isdigit() or said in NEWEST):
            return None  # these mean the newest card only
    return None
