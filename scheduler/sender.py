"""From an outbox row to a messenger: draw the card as its recipient may see it, keep the pace, send once, remember.

The row's key is the messenger's duplicate key, so a row that was mid-send when its process died is sent again as the
same message. What a card was sent with (receipt, buttons) is kept on the row, because that is what taps and redraws
need.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from cards.links import at_home
from cards.model import Card, Channel, Receipt, Recipient
from cards.registry import Moment, draw
from config import measures
from domain import detours, group_chats, queue
from domain.actor import SYSTEM, Actor, Cause, ReplyHandle
from domain.database import Database
from domain.errors import (
    Absent,
    AlreadySent,
    ChannelError,
    Misconfigured,
    NotFound,
    NotUpdatable,
    Rejected,
    Throttled,
    Unreachable,
)
from domain.services import people
from domain.tables import Outbox, Team
from domain.urgency import Urgency
from scheduler import holding, undelivered
from scheduler.outages import Outages
from scheduler.pace import Pace, Paced
from scheduler.ports import Groups

log = logging.getLogger(__name__)


class Sender:
    """The handler of the `outbox` queue."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        groups: Groups,
        zone: ZoneInfo,
        pages: Mapping[str, str] | None = None,
    ) -> None:
        self._pages = pages or {}  # by directory, where the pages behind cards are; the usual way to sign in first
        self._database = database
        self._channels = channels
        self._pace = Pace()
        self._quiet: dict[str, datetime] = {}  # until when a messenger that refuses for haste is left in peace
        self._groups = groups
        self._zone = zone
        self.outages = Outages(database)

    def reachable(self) -> frozenset[str]:
        return frozenset(name for name, channel in self._channels.items() if channel.reachable())

    async def handle(self, row: Outbox) -> None:
        now = self._database.clock.now()
        try:
            channel = self._channels[row.channel]
            if row.lane != holding.lane_of(row):
                await self._rejoin(row, now)
            elif row.mode == "update" and await holding.overtaken(self._database, row):
                log.info("a change that need not be made by itself", extra={"outbox": row.id})
            elif await self._deliver(row, channel):
                _delivered(row, self._database.clock.now())
                await self.outages.delivered(row.channel)
        except Throttled as throttled:
            await self._put_off(row, throttled, now)
        except queue.LostLease:
            raise
        except Exception as error:
            if isinstance(error, (Unreachable, Absent)) and await self._elsewhere(row, error):
                return
            final = isinstance(error, (Unreachable, Rejected))
            if isinstance(error, ChannelError) and not final and not isinstance(error, Misconfigured):
                self.outages.failed(row.channel)
            log.warning("a delivery failed", extra={"outbox": row.id, "final": final}, exc_info=not final)
            await self._failed(row, f"{type(error).__name__}: {error}", final=final)

    async def give_up(self, row: Outbox, error: str) -> None:
        """A delivery under which process after process died."""
        await self._failed(row, error, final=True)

    async def _keep_pace(self, session: AsyncSession, row: Outbox, channel: Channel) -> None:
        """Raise `Throttled` where the messenger would drop the message, or wants none for now."""
        now = self._database.clock.now()
        if row.urgency > Urgency.ANSWER and (until := self._quiet.get(row.channel, now)) > now:
            raise Throttled(until - now)
        if wait := await self._pace.wait(session, row, channel.limits, now):
            measures.PACED.add(row.channel)
            raise Paced(wait)

    async def _put_off(self, row: Outbox, throttled: Throttled, now: datetime) -> None:
        until = now + throttled.retry_after
        ours = isinstance(throttled, Paced)
        if not ours:
            self._quiet[row.channel] = until
        async with self._database.begin() as connection:
            await holding.put_off(connection, row, until=until, fold=ours)

    async def _rejoin(self, row: Outbox, now: datetime) -> None:
        """After a long wait aside it goes in line again, so that one message at a time goes to its recipient."""
        async with self._database.begin() as connection:
            await queue.put_back(connection, row, until=now, lane=holding.lane_of(row))
        self._database.wake("outbox")

    async def _deliver(self, row: Outbox, channel: Channel) -> bool:
        """Whether the messenger took something; False where there is nothing to show any more."""
        card, target = await self._draw(row, channel)
        if card is None:
            await self._record(row, None, None, target)
            return False
        to = await self._recipient(row)
        handle = _handle(row.handle)
        if row.mode == "update" and target is not None and target.receipt is not None:
            try:
                receipt = await channel.update(to, Receipt.from_json(target.receipt), card, key=row.key, handle=handle)
            except NotUpdatable:
                log.info("a card cannot be changed, it is shown anew", extra={"outbox": row.id})
            else:
                await self._record(row, card, receipt, target)
                return True
        if row.mode == "update":
            async with self._database.read() as session:
                await self._keep_pace(session, row, channel)
            card = replace(card, note=f"更新 · {card.note}" if card.note else "更新")
        receipt = await self._send(channel, to, card, row)
        anew = row.mode == "update"
        await self._record(row, card, receipt, target if anew else None, anew=anew)
        return True

    async def _send(self, channel: Channel, to: Recipient, card: Card, row: Outbox) -> Receipt:
        """Send under the row's key. An earlier attempt may have arrived without our knowing, with a card that has
        changed since: then the messenger refuses the key, and it is sent. What changed is a redraw of its own."""
        try:
            return await channel.send(to, card, key=row.key, handle=_handle(row.handle))
        except AlreadySent as before:
            if row.fence < 2 and row.cause_kind != "due":
                raise  # not by this row: keys are unique, so something else is wrong
            # What was due has a key of its own, made anew where a backup was put back and it falls due once more.
            return Receipt(before.ids)

    async def _draw(self, row: Outbox, channel: Channel) -> tuple[Card | None, Outbox | None]:
        async with self._database.read() as session:
            if row.mode != "update":
                await self._keep_pace(session, row, channel)
            viewer = await viewer_of(session, row)
            target = await session.get(Outbox, row.target_id) if row.target_id else None
            moment = Moment(self._database.clock.now(), self._zone)
            try:
                drawn = await draw(session, viewer, moment, row.kind, row.params)
                return self._at_home(drawn, row.channel), target
            except NotFound as gone:
                # A card that may not be shown any more is not redrawn; a question gets the same words as for "not
                # there".
                return (None if row.mode == "update" else Card(kind="plain.text", text=gone.said)), target

    def _at_home(self, card: Card, channel: str) -> Card:
        """With its page for whoever can sign in there."""
        directory = people.directory_of(channel)
        return at_home(card, self._pages.get(directory), "" if directory == next(iter(self._pages), "") else directory)

    async def _recipient(self, row: Outbox) -> Recipient:
        if row.recipient.startswith("team:"):
            return Recipient("group", await self._groups.chat_of(row.channel, int(row.recipient.removeprefix("team:"))))
        if row.recipient.startswith("group:"):
            return Recipient("group", row.recipient.removeprefix("group:"))
        return Recipient("direct", row.recipient)

    async def _record(
        self,
        row: Outbox,
        card: Card | None,
        receipt: Receipt | None,
        target: Outbox | None,
        *,
        anew: bool = False,
    ) -> None:
        """Mark the row sent with what came back; a changed card's own row gets what is on it now."""
        now = self._database.clock.now()
        kept: dict[str, Any] = {"receipt": receipt.to_json() if receipt else None, "shown": _shown(card)}
        mine: dict[str, Any] = {"attempts": row.fence, "sent_at": now, "handle": None}
        if row.mode == "send" or anew:
            mine |= kept | {"mode": "send", "posted_at": now if receipt else None}
        if target is None or card is None:
            async with self._database.once() as connection:
                await queue.finish(connection, row, **mine)
            return
        async with self._database.begin() as connection:
            await queue.finish(connection, row, **mine)
            if receipt is not None and not anew:
                kept["receipt"] = await _with_new_codes(connection, target, receipt)
            about = {"subject_kind": row.subject_kind, "subject_id": row.subject_id}
            drawn: dict[str, Any] = {"kind": row.kind, "params": row.params, "sent_at": now, **about, **kept}
            if anew:
                drawn = {"mode": "replaced", "shown": []}  # it stays where it is; what is typed goes to the new one
            await connection.execute(update(Outbox).where(col(Outbox.id) == target.id).values(**drawn))

    async def _elsewhere(self, row: Outbox, error: ChannelError) -> bool:
        """Whether the row goes by another channel, because this one does not reach its recipient."""
        async with self._database.read() as session:
            other = await detours.detour(session, row, self._channels, gone=isinstance(error, Absent))
        if other is None:
            return False
        log.info("goes by another channel", extra={"outbox": row.id, "channel": other["channel"], "reason": str(error)})
        async with self._database.begin() as connection:
            now = self._database.clock.now()
            await queue.put_back(connection, row, until=now, handle=None, last_error=str(error)[:500], **other)
        self._database.wake("outbox")
        return True

    async def _failed(self, row: Outbox, error: str, *, final: bool) -> None:
        """Write the failure down; when it is the last one, say so to whoever caused it, in the same transaction."""
        async with self._database.unit(SYSTEM, Cause("outbox", row.id)) as uow:
            retries = queue.DELIVERY_RETRIES
            dead = await queue.fail(uow.session, row, now=uow.now, error=error, retries=retries, final=final)
            if not final:  # it may have arrived, and then it counts
                tried = update(Outbox).where(col(Outbox.id) == row.id, col(Outbox.mode) == "send")
                await uow.session.execute(tried.values(posted_at=uow.now))
            if dead:
                await undelivered.tell(uow, row, error)


async def viewer_of(session: AsyncSession, row: Outbox) -> Actor:
    """As whom a delivery's card is drawn: its person, its team's group, or somebody who may see nothing; raises
    `Unreachable` for a person who has left."""
    if row.viewer is not None:
        return row.viewer
    if row.person_id is not None:
        viewer = await people.viewer(session, row.person_id)
        if viewer is None:
            raise Unreachable("this person has left")
        return viewer
    if row.recipient.startswith("team:"):
        team = await session.get(Team, int(row.recipient.removeprefix("team:")))
        return people.group(team) if team else Actor(person_id=None, audience="group")
    if row.recipient.startswith("group:"):
        chat = await group_chats.of_chat(session, row.channel, row.recipient.removeprefix("group:"))
        team = await session.get(Team, chat.team_id) if chat is not None and chat.team_id is not None else None
        return people.group(team) if team else Actor(person_id=None, audience="group")
    return Actor(person_id=None)


def _delivered(row: Outbox, now: datetime) -> None:
    measures.DELIVERED.add(row.channel)
    if row.cause_at is not None:
        measures.ANSWERED.saw((now - row.cause_at).total_seconds(), row.cause_kind)
    log.info("delivered", extra={"outbox": row.id, "kind": row.kind, "mode": row.mode, "attempt": row.fence})


async def _with_new_codes(connection: AsyncConnection, target: Outbox, receipt: Receipt) -> dict[str, Any]:
    """The receipt after a change: without the spent code, and with those that taps brought while it was under way."""
    query = select(col(Outbox.receipt)).where(col(Outbox.id) == target.id).with_for_update()
    now_kept = Receipt.from_json((await connection.execute(query)).scalar() or {})
    spent = set(Receipt.from_json(target.receipt or {}).codes) - set(receipt.codes)
    return replace(receipt, codes=tuple(pair for pair in now_kept.codes if pair not in spent)).to_json()


def _handle(body: dict[str, Any] | None) -> ReplyHandle | None:
    if body is None:
        return None
    expires = body.get("expires_at")
    return ReplyHandle(body["data"], datetime.fromisoformat(expires) if expires else None)


def _shown(card: Card | None) -> list[list[str]]:
    return [] if card is None else [[said, action.pack()] for said, action in card.typed()]
