"""Taps, real and typed: which sent card a tap belongs to, and which button a typed line means."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import reduce

from sqlalchemy import select
from sqlmodel import col

from bot.message import Message
from cards.model import Action
from cards.picked import Picked
from domain.errors import Refused
from domain.tables import Outbox
from domain.uow import UnitOfWork

RECENT = timedelta(minutes=30)
LONGEST = 16  # characters; a label or an option is never longer
# A decision about others is never taken from a word that may have meant something else: `handlers.approvals` looks at
# how many requests are open before it counts a typed 同意.
_NUMBER = re.compile(r"\d{1,2}")
_SEVERAL = re.compile(r"(?P<numbers>\d{1,2}(?:\s*[、,，和\s]\s*\d{1,2})+)\s*(?P<label>\D*)")
_DIGITS = "一二三四五六七八九"
_ORDINAL = re.compile(
    rf"(?:第(?P<number>\d{{1,2}}|[{_DIGITS}])(?:个|件|条|项|家)?|(?P<bare>\d{{1,2}})(?=.{{0,2}}[做办弄搞]))"
    r"[，, ]?(?:已经?|都)?(?:(?P<done>完成|做完|办完|搞定|弄完|"
    r"做好|办好|弄好|搞完)了?|(?P<label>[^了]{2,6})了?)?"
)
# What these words do to an older card than the one just seen is not what was meant.
NEWEST = frozenset({"好", "撤销", "改一下", "改回去", "都撤"})
_RESTORE = re.compile(
    r"(?:哎|啊|哦|呀|不对|等等|，|,)*(?:我)?(?:刚才|刚刚|刚)?(?:撤|删|撤销|点)错了(?:[，, ]*(?:帮我)?(?:恢复|还原|"
    r"拿|找)(?:一下|回来)?)?[吧啊了]*|(?:帮我)?(?:恢复|还原|找回)(?:一下|回来)?"
    r"(?:刚才|刚刚)?(?:撤销?|删掉?|撤掉)?(?:了)?(?:的)?(?:[那上]一?[条个])?(?:记录)?[吧了]*|(?:还是)?(?:别|不要?|"
    r"不用|不该)撤(?:销)?了[吧啊]*|取消撤销"
)
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


async def redrawn(uow: UnitOfWork, row: Outbox) -> bool:
    """Whether a tap has changed this card before, or is about to: then a second one need not be answered."""
    query = select(col(Outbox.id)).where(col(Outbox.target_id) == row.id).limit(1)
    return (await uow.session.execute(query)).first() is not None


async def typed_tap(uow: UnitOfWork, message: Message) -> tuple[Action, Outbox] | None:
    """The button that a typed line means: on the newest card of the last thirty minutes that has it."""
    said = message.text.strip().strip("。！!").removeprefix("回").strip("：: ")
    if not said or len(said) > LONGEST:
        return None
    if _RESTORE.fullmatch(said):
        said = "恢复"  # the last thing that was taken back, whatever was shown since
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
        action = _meant(dict(reversed(row.shown)), said)
        if action is not None and action.name not in NEVER_TYPED:
            return action, row
        if row.shown and (said.isdigit() or said in NEWEST):
            return None  # these mean the newest card only
    return None


def _as_shown(said: str) -> str:
    """第一个做完了 as the list has it: 1完成."""
    ordinal = _ORDINAL.fullmatch(said)
    if ordinal is None:
        return said
    number = ordinal["number"] or ordinal["bare"]
    digits = number if number.isdigit() else str(_DIGITS.index(number) + 1)
    return digits + ("完成" if ordinal["done"] else ordinal["label"] or "")


def _meant(shown: dict[str, str], said: str) -> Action | None:
    """The button that a line means on one card; 1、3完成 are those that 1完成 and 3完成 mean, together."""
    said = _as_shown(said)
    if said in shown:
        return Action.unpack(shown[said])
    several = _SEVERAL.fullmatch(said)
    if several is None:
        return None
    each = [shown.get(f"{int(number)}{several['label']}") for number in _NUMBER.findall(several["numbers"])]
    actions = [Action.unpack(packed) for packed in each if packed is not None]
    if len(actions) < len(each) or not actions or not all(action.params for action in actions):
        return None
    try:
        picked = reduce(Picked.joined, (Picked.unpack(action.params[-1]) for action in actions))
    except ValueError:
        return None  # one of them only can be picked there
    return Action(actions[0].name, (*actions[0].params[:-1], picked.pack()))
