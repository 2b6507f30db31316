"""Pictures, films and files that somebody sends one after the other: one card stands for all of them.

The card of the first says a few seconds after the last how many they are; until then it is not touched, because a
messenger lets a card be changed once or twice. What is done with the card is done with all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import col

from domain.actor import Ref
from domain.services.attachments import is_sheet
from domain.tables import Attachment, Outbox
from domain.uow import UnitOfWork

CARDS = frozenset({"attachment.kept", "attachment.whose"})
SORTS = frozenset({"image", "video", "file"})
BETWEEN = timedelta(minutes=1)  # two of them
QUIET = timedelta(seconds=4)  # after the last one
MOST = 50


@dataclass(frozen=True, slots=True)
class Run:
    """The card of a run, what is to be on it, and the attachments, in the order in which they came."""

    card: Outbox
    params: Mapping[str, Any]

    @property
    def ids(self) -> list[int]:
        return ids_of(self.params)


def ids_of(params: Mapping[str, Any]) -> list[int]:
    """The attachments on a card."""
    return [int(params["attachment"]), *params.get("more", [])]


async def joined(uow: UnitOfWork, attachment_id: int, channel: str) -> bool:
    """Whether this one goes onto the card of those before it; False where it needs a card of its own."""
    run = await _newest(uow, channel)
    if run is None or len(run.ids) >= MOST:
        return False
    new, last = [await uow.session.get(Attachment, each) for each in (attachment_id, run.ids[-1])]
    if new is None or last is None or not _alike(new, last) or uow.now - last.created_at > BETWEEN:
        return False
    await call_off(uow, run.card)
    params = {**run.params, "more": [*run.ids[1:], attachment_id]}
    uow.redraw(run.card, run.card.kind, Ref(Attachment.kind, run.ids[0]), None, after=uow.now + QUIET, **params)
    return True


async def of(uow: UnitOfWork, card: Outbox | None, attachment_id: int) -> list[int]:
    """All that stand on the tapped card with this one, also those that it does not show yet."""
    if card is None or card.kind not in CARDS:
        return [attachment_id]
    found = ids_of((await _as_it_will_be(uow, card)).params)
    return found if found[0] == attachment_id else [attachment_id]


async def call_off(uow: UnitOfWork, card: Outbox) -> None:
    """What the card was to become in a moment is overtaken by what it becomes now."""
    waiting = (col(Outbox.target_id) == card.id, col(Outbox.state) == "waiting", col(Outbox.due_at) > uow.now)
    await uow.session.execute(update(Outbox).where(*waiting).values(state="done", last_error="overtaken"))


async def _newest(uow: UnitOfWork, channel: str) -> Run | None:
    """The newest card in the actor's chat, if it is one of these."""
    query = (
        select(Outbox)
        .where(col(Outbox.person_id) == uow.actor.person_id, col(Outbox.channel) == channel)
        .where(col(Outbox.mode) == "send")
        .order_by(col(Outbox.id).desc())
        .limit(1)
    )
    card = (await uow.session.scalars(query)).first()
    return await _as_it_will_be(uow, card) if card is not None and card.kind in CARDS else None


async def _as_it_will_be(uow: UnitOfWork, card: Outbox) -> Run:
    """With what waits to be shown on it."""
    of_card = or_(col(Outbox.id) == card.id, col(Outbox.target_id) == card.id)
    query = select(Outbox).where(of_card, col(Outbox.kind) == card.kind).order_by(col(Outbox.id).desc()).limit(1)
    newest = (await uow.session.scalars(query)).first()
    return Run(card, (newest or card).params)


def _alike(new: Attachment, last: Attachment) -> bool:
    """Of one sort, of one person, on the same customer or on none yet."""
    mine = (new.person_id, new.customer_id, new.sort) == (last.person_id, last.customer_id, last.sort)
    return mine and new.sort in SORTS and last.gone_at is None and not is_sheet(new.name) and not is_sheet(last.name)
