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

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cards.model import Card, Channel, Receipt, Recipient
from cards.registry import Moment, draw
from domain import queue
from domain.actor import SYSTEM, Actor, Address, Cause, ReplyHandle
from domain.database import Database
from domain.errors import AlreadySent, NotFound, NotUpdatable, Rejected, Throttled, Unreachable
from domain.services import people
from domain.tables import Inbox, Outbox, Team
from scheduler.coordination import Coordination
from scheduler.ports import Groups

log = logging.getLogger(__name__)


class Sender:
    """The handler of the `outbox` queue."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        coordination: Coordination,
        groups: Groups,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._channels = channels
        self._coordination = coordination
        self._groups = groups
        self._zone = zone

    def reachable(self) -> frozenset[str]:
        return frozenset(name for name, channel in self._channels.items() if channel.reachable())

    async def handle(self, row: Outbox) -> None:
        now = self._database.clock.now()
        channel = self._channels[row.channel]
        wait = await self._coordination.pace(
            f"{row.channel}:{row.recipient}",
            row.key,
            per_minute=channel.limits.per_minute,
            per_hour=channel.limits.per_hour,
            now=now,
        )
        try:
            if wait:
                raise Throttled(wait)  # noqa: TRY301 - our own limit and the messenger's are one case
            await self._deliver(row, channel)
        except Throttled as throttled:
            async with self._database.begin() as connection:
                await queue.put_back(connection, row, until=now + throttled.retry_after)
        except queue.LostLease:
            raise
        except Exception as error:
            await self._failed(row, error)

    async def _deliver(self, row: Outbox, channel: Channel) -> None:
        card, target = await self._draw(row)
        if card is None:
            await self._record(row, None, None, target)
            return
        to = await self._recipient(row)
        handle = _handle(row.handle)
        if row.mode == "update" and target is not None and target.receipt is not None:
            try:
                receipt = await channel.update(to, Receipt.from_json(target.receipt), card, key=row.key, handle=handle)
            except NotUpdatable:
                log.info("a card cannot be changed, it is shown anew", extra={"outbox": row.id})
            else:
                await self._record(row, card, receipt, target)
                return
        if row.mode == "update":
            card = replace(card, note=f"更新 · {card.note}" if card.note else "更新")
        receipt = await self._send(channel, to, card, row)
        anew = row.mode == "update"
        await self._record(row, card, receipt, target if anew else None, anew=anew)

    async def _send(self, channel: Channel, to: Recipient, card: Card, row: Outbox) -> Receipt:
        """Send under the row's key. An earlier attempt may have arrived without our knowing, with a card that has
        changed since: then the messenger refuses the key, and it is sent. What changed is a redraw of its own."""
        try:
            return await channel.send(to, card, key=row.key)
        except AlreadySent as before:
            if row.fence < 2:
                raise  # not by this row: keys are unique, so something else is wrong
            return Receipt(before.ids)

    async def _draw(self, row: Outbox) -> tuple[Card | None, Outbox | None]:
        async with self._database.read() as session:
            viewer = await viewer_of(session, row)
            target = await session.get(Outbox, row.target_id) if row.target_id else None
            moment = Moment(self._database.clock.now(), self._zone)
            try:
                return await draw(session, viewer, moment, row.kind, row.params), target
            except NotFound as gone:
                # A card that may not be shown any more is not redrawn; a question gets the same words as for "not
                # there".
                return (None if row.mode == "update" else Card(kind="plain.text", text=gone.said)), target

    async def _recipient(self, row: Outbox) -> Recipient:
        if row.recipient.startswith("team:"):
            return Recipient("group", await self._groups.chat_of(row.channel, int(row.recipient.removeprefix("team:"))))
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
        async with self._database.begin() as connection:
            mine: dict[str, Any] = {"attempts": row.fence, "sent_at": now, "handle": None}
            if row.mode == "send" or anew:
                mine |= kept | {"mode": "send"}
            await queue.finish(connection, row, **mine)
            if target is None or card is None:
                return
            about = {"subject_kind": row.subject_kind, "subject_id": row.subject_id}
            drawn: dict[str, Any] = {"kind": row.kind, "params": row.params, "sent_at": now, **about, **kept}
            if anew:
                drawn = {"mode": "replaced", "shown": []}  # it stays where it is; what is typed goes to the new one
            await connection.execute(update(Outbox).where(col(Outbox.id) == target.id).values(**drawn))

    async def _failed(self, row: Outbox, error: Exception) -> None:
        final = isinstance(error, (Unreachable, Rejected))
        log.warning("a delivery failed", extra={"outbox": row.id, "final": final}, exc_info=not final)
        async with self._database.begin() as connection:
            dead = await queue.fail(
                connection,
                row,
                now=self._database.clock.now(),
                error=f"{type(error).__name__}: {error}",
                retries=queue.DELIVERY_RETRIES,
                final=final,
            )
        if dead:
            await self._tell_causer(row)

    async def _tell_causer(self, row: Outbox) -> None:
        """Whoever caused a delivery to somebody else learns that it did not arrive, and what to do."""
        if row.cause_kind != "inbox" or row.cause_id is None:
            return
        async with self._database.unit(SYSTEM, Cause("outbox", row.id)) as uow:
            cause = await uow.session.get(Inbox, row.cause_id)
            if cause is None or (cause.channel, cause.sender) == (row.channel, row.recipient):
                return
            text = "群里那条没发出去（可能群还没建成，或应用看不到全部成员）。让管理员看一下应用的可见范围"
            if row.person_id is not None:
                missed = (await people.names(uow.session, {row.person_id}))[row.person_id].called
                text = f"没发到{missed}（可能不在应用可见范围）。让管理员把他加进来，或换个人"
            uow.tell(Address.account(cause.channel, cause.sender), "plain.text", key=f"missed-{row.id}", text=text)


async def viewer_of(session: AsyncSession, row: Outbox) -> Actor:
    """As whom a delivery's card is drawn: its person, its team's group, or somebody who may see nothing."""
    if row.person_id is not None:
        return await people.actor_of(session, row.person_id)
    if row.recipient.startswith("team:"):
        team = await session.get(Team, int(row.recipient.removeprefix("team:")))
        return people.group(team) if team else Actor(person_id=None, audience="group")
    return Actor(person_id=None)


def _handle(body: dict[str, Any] | None) -> ReplyHandle | None:
    if body is None:
        return None
    expires = body.get("expires_at")
    return ReplyHandle(body["data"], datetime.fromisoformat(expires) if expires else None)


def _shown(card: Card | None) -> list[list[str]]:
    return [] if card is None else [[said, action.pack()] for said, action in card.typed()]
