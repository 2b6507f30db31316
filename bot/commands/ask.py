"""`genjin ask`: one message through the whole bot in this process, and every card that it caused.

A messenger that is configured delivers as always; in place of one that is not stands the terminal, so that cards to
colleagues are printed too. The cards are drawn from the delivery rows, as their recipients may see them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.adapters.terminal import CHANNEL, TerminalChannel, TerminalGroups
from bot.app import App, running
from bot.message import Conversation, Message
from cards.model import Action, Card, Link
from cards.registry import Moment, draw
from cards.renderers.text import plain_text
from config.settings import Settings
from domain.errors import NotFound
from domain.migrate import OutdatedSchema
from domain.tables import Account, Inbox, Outbox
from scheduler.sender import viewer_of

PATIENCE = 60.0  # seconds until what is not delivered is left to whoever runs next


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who says what, or taps which button, and how the answer is printed."""

    userid: str
    text: str
    tap: str | None = None
    json: bool = False


async def ask(settings: Settings, asked: Asked) -> int:
    """Returns the exit code: 1 where something could not be handled or delivered."""
    stand_in = () if settings.wecom else (TerminalChannel("wecom"),)
    groups = None if settings.wecom else TerminalGroups()
    try:
        async with running(settings, extra=(TerminalChannel(), *stand_in), groups=groups) as app:
            message = await _message(app, asked, frozenset(c.name for c in stand_in))
            await app.dispatcher.accept(message)
            try:
                row = await asyncio.wait_for(_settled(app, message), PATIENCE)
            except TimeoutError:
                sys.stderr.write("genjin: not all of it is done yet; genjin serve goes on with it\n")
                return 1
            return await _print(app, row, as_json=asked.json)
    except OutdatedSchema as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2


async def _message(app: App, asked: Asked, stood_in: frozenset[str]) -> Message:
    """The message, said where the person would say it: on his own messenger if the terminal stands in for it."""
    async with app.database.read() as session:
        userid = await _spelt(session, asked.userid)
        query = select(col(Account.channel)).where(col(Account.userid) == userid, col(Account.channel).in_(stood_in))
        channel = (await session.scalars(query)).first() or CHANNEL
        card = await _card_with(session, userid, asked.tap) if asked.tap else None
    return Message(
        channel=card.channel if card else channel,
        message_id=f"ask-{uuid.uuid4().hex}",
        conversation=Conversation(userid),
        sender=userid,
        sent_at=app.clock.now(),
        kind="action" if asked.tap else "text",
        text=asked.text,
        action=Action.unpack(asked.tap) if asked.tap else None,
        card=card.key if card else None,
    )


async def _spelt(session: AsyncSession, userid: str) -> str:
    """The account as it is on record, for which upper and lower case need not be minded here."""
    query = select(col(Account.userid)).where(func.lower(col(Account.userid)) == userid.casefold())
    return (await session.scalars(query.order_by(col(Account.id)))).first() or userid.casefold()


async def _card_with(session: AsyncSession, userid: str, tap: str) -> Outbox | None:
    """The newest card before the person that has this button."""
    query = select(Outbox).where(col(Outbox.recipient) == userid, col(Outbox.mode) == "send")
    newest = (await session.scalars(query.order_by(col(Outbox.id).desc()).limit(200))).all()
    return next((row for row in newest if tap in (packed for _, packed in row.shown)), None)


async def _settled(app: App, message: Message) -> Inbox:
    """The message's row, once it and all deliveries that it caused are done."""
    mine = (col(Inbox.channel) == message.channel, col(Inbox.message_id) == message.message_id)
    while True:
        async with app.database.read() as session:
            row = (await session.execute(select(Inbox).where(*mine))).scalar_one()
            waiting = select(func.count()).select_from(Outbox).where(*_caused(row), col(Outbox.state) == "waiting")
            if row.state != "waiting" and not await session.scalar(waiting):
                return row
        await asyncio.sleep(0.02)


def _caused(row: Inbox) -> tuple[Any, ...]:
    return col(Outbox.cause_kind) == "inbox", col(Outbox.cause_id) == row.id


async def _print(app: App, row: Inbox, *, as_json: bool) -> int:
    shown: list[str] = []
    async with app.database.read() as session:
        query = select(Outbox).where(*_caused(row)).order_by(col(Outbox.id))
        deliveries = (await session.scalars(query)).all()
        for delivery in deliveries:
            card = await _drawn(app, session, delivery)
            if card is not None:
                shown.append(_as_json(delivery, card) if as_json else _as_text(delivery, card, row.sender))
    sys.stdout.write("".join(f"{one}\n" for one in shown) if as_json else "\n\n".join(shown) + "\n")
    lost = [d for d in deliveries if d.state == "dead"]
    for delivery in lost:
        sys.stderr.write(f"genjin: not delivered to {delivery.recipient}: {delivery.last_error}\n")
    return 1 if lost or row.state == "dead" else 0


async def _drawn(app: App, session: AsyncSession, row: Outbox) -> Card | None:
    """The card as its recipient may see it; None for a change of a card that he may not see any more."""
    viewer = await viewer_of(session, row)
    try:
        return await draw(session, viewer, Moment(app.clock.now(), app.settings.zone), row.kind, row.params)
    except NotFound as gone:
        return None if row.mode == "update" else Card(kind="plain.text", text=gone.said)


def _as_text(row: Outbox, card: Card, asker: str) -> str:
    """The card in words; whose it is stands above those of others."""
    words = plain_text(card)
    return words if row.recipient == asker else f"→ {row.recipient}\n{words}"


def _as_json(row: Outbox, card: Card) -> str:
    buttons = [
        {"label": b.label, "action": b.action.url if isinstance(b.action, Link) else b.action.pack()}
        for b in (*card.buttons, *card.more)
    ]
    body: dict[str, Any] = {
        "kind": card.kind,
        "title": card.title,
        "note": card.note,
        "facts": dict(card.facts),
        "lines": list(card.lines),
        "quote": card.quote,
        "buttons": buttons,
        "state": card.state,
        "text": card.text,
    }
    if card.choice is not None:
        body["choice"] = {"label": card.choice.label, "options": [list(o) for o in card.choice.options]}
    if card.ticks is not None:
        body["ticks"] = {"name": card.ticks.name, "options": [list(o) for o in card.ticks.options]}
    if card.lists is not None:
        body["lists"] = [
            {"name": each.name, "label": each.label, "options": [list(o) for o in each.options]}
            for each in card.lists.questions
        ]
    return json.dumps({"to": row.recipient, "card": body}, ensure_ascii=False)
