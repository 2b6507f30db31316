"""From an inbox row to an answer: who sent it, what it says, who handles it; all effects in one transaction.

`accept` stores a message before the messenger is told that we have it; `handle` is run by the inbox worker, in order
for one sender in one conversation. What cannot be handled is kept, answered with a sentence, and visible in the export.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot import hooks, in_group
from bot.context import Context
from bot.keeping import Arrived, Keeper
from bot.message import Message, Reply, from_json, to_json
from bot.mishaps import RETRIES, Mishaps, answer_with_handle, handled
from bot.nlp.parsed import Parsed
from bot.precedence import Precedence
from bot.reading import Reader
from bot.router import Routes
from bot.taps import changeable, clicked_card, typed_tap
from cards.model import Action
from cards.registry import Moment
from config import tracing
from domain import intake, queue
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.errors import Refused
from domain.names import Names
from domain.secrets import Box
from domain.services import arrival, people
from domain.tables import Account, Inbox, Thread
from domain.uow import UnitOfWork

log = logging.getLogger(__name__)

NAMES_HOLD = 1.0  # seconds for which names are taken to be those that were read
HASTE = timedelta(hours=1)  # by which what hurries stands before what waits
USED_HOLD = timedelta(hours=1)


class Dispatcher:
    """Accepts messages and handles them."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        reader: Reader,
        fallbacks: Fallbacks,
        zone: ZoneInfo,
        keeper: Keeper,
        second: SecondReader | None = None,
        *,
        box: Box,
    ) -> None:
        self._database = database
        self._mishaps = Mishaps(database)
        self._routes = routes
        self._reader = reader
        self._fallbacks = fallbacks
        self._zone = zone
        self._keeper = keeper
        self._second = second
        self._box = box
        self.names = Names()
        self._acknowledging = Precedence()
        self._name_changes, self._names_seen, self._names_until = 0, -1, 0.0

    # -- accepting -------------------------------------------------------------------------------------------------

    async def accept(self, message: Message) -> bool:
        """Store a message, once; False when it was here before. Returns only after it is durable."""
        if hooks.told_in(message):
            message = hooks.hidden(message, self._box)
        now = self._database.clock.now()
        values = {
            "lane": f"{message.channel}:{message.conversation.id}:{message.sender}",
            "due_at": now - HASTE if message.event is not None and message.event.hurries else now,
            "trace": tracing.of(message.channel, message.message_id),
            "channel": message.channel,
            "message_id": message.message_id,
            "sender": message.sender,
            "kind": message.kind,
            "text": message.content,
            "payload": to_json(message),
            "sent_at": message.sent_at,
            "received_at": now,
        }
        hands = self._database.hands.get(Inbox)
        lease = hands.spare(message.channel) if hands is not None else None
        with self._acknowledging.first():
            row = await intake.store(self._database, values, now + lease if lease else None)
        if row is None:
            return False
        if hands is not None and row.lease_until is not None:
            hands.take(row)
        elif hands is None or not hands.behind(row.lane):
            self._database.wake("inbox")
        return True

    async def warm(self) -> None:
        """Load dictionaries and names beside the event loop, so that the first message finds them there."""
        await asyncio.to_thread(self._reader.warm)
        await self._catch_up()
        await asyncio.to_thread(self.names.find, "预热")

    # -- handling --------------------------------------------------------------------------------------------------

    async def handle(self, row: Inbox) -> None:
        """Handle one row in one transaction; what goes wrong is tried again, then apologised for."""
        try:
            await self._acknowledging.pass_by()
            message = from_json(row.payload)
            await self._catch_up()
            files: tuple[Arrived, ...] = ()
            if message.kind == "file":
                message, files = await self._bring(row, message)
            parsed = await self._reader.read_aside(message, self.names) if message.kind == "text" else Parsed()
            if self._second is not None and message.kind == "text" and await self._wanted(message, parsed):
                message, parsed = await self._read_again(message, parsed, self._second)
            try:
                await self._answer(row, message, parsed, files)
            except Refused as refused:
                await self._mishaps.refuse(row, refused.said)
        except queue.LostLease:
            raise
        except Exception as error:
            log.exception("a message could not be handled", extra={"inbox": row.id, "failures": row.failures + 1})
            await self._mishaps.failed(row, f"{type(error).__name__}: {error}")
        finally:
            self._acknowledging.worked()

    async def _wanted(self, message: Message, parsed: Parsed) -> bool:
        """Whether a large model is asked what the message says."""
        from bot.nlp.second import wanted  # only who has one loads what reads its answers

        return wanted(parsed) and await self._knows(message)

    async def _read_again(self, message: Message, parsed: Parsed, other: SecondReader) -> tuple[Message, Parsed]:
        """The message with what a large model said of it, if it said anything in time, and its reading with that."""
        reading = await other.read(message.text, message.sent_at.astimezone(self._zone))
        if reading is None:
            return message, parsed
        message = replace(message, reading=reading)
        return message, self._reader.read(message, self.names)

    async def give_up(self, row: Inbox, error: str) -> None:
        """A message under which process after process died: kept, answered, not tried again."""
        await self._mishaps.failed(row, error, final=True)

    async def _catch_up(self) -> None:
        """Names that changed here are known at once; those of another process when it says so, or within a second."""
        now, changes = asyncio.get_running_loop().time(), self._name_changes
        if changes == self._names_seen and now < self._names_until:
            return
        async with self._database.read() as session:
            await self.names.catch_up(session, self._database.clock.now())
        self._names_seen, self._names_until = changes, now + NAMES_HOLD

    def names_changed(self) -> None:
        """Somebody changed a name: look before the next message is read."""
        self._name_changes += 1

    async def _knows(self, message: Message) -> bool:
        """Whether somebody of the company wrote: what a stranger sends is neither fetched nor shown to a service."""
        async with self._database.read() as session:
            account = await people.by_account(session, people.directory_of(message.channel), message.sender)
        return account is not None

    async def _bring(self, row: Inbox, message: Message) -> tuple[Message, tuple[Arrived, ...]]:
        """The message with its files, if it is from somebody we know; a recording that was written down is words."""
        if not await self._knows(message):
            return message, ()
        files = await self._keeper.take(message)
        said = " ".join(each.said for each in files if each.said)
        if said:
            message = replace(message, kind="text", text=said)
            row.kind, row.text = message.kind, said
        return message, files

    async def _answer(self, row: Inbox, message: Message, parsed: Parsed, files: tuple[Arrived, ...] = ()) -> None:
        async with self._database.unit(SYSTEM, Cause("inbox", row.id)) as uow:
            moment = Moment(uow.now, self._zone)
            if message.event is not None:
                outcome = await self._fallbacks.happened(uow, message, row.id, moment)
                await queue.finish(uow.session, row, handled_at=uow.now, outcome=outcome)
                handled(row, outcome)
                return
            midnight = moment.local.replace(hour=0, minute=0, second=0, microsecond=0)
            found = await arrival.arrived(uow.session, row, message.conversation.id, midnight)
            if found is None and people.directory_of(row.channel) != row.channel:
                found = await _from_directory(uow, row, message, midnight)
            answer_with_handle(uow, message)
            if found is None:
                outcome = await self._fallbacks.stranger(uow, message)
            elif found.redelivered:
                outcome = "redelivered"  # the first of the two answers
            else:
                outcome = await self._converse(uow, row, message, parsed, found, files)
                if files and message.kind == "text":
                    await _write_down(uow, row, message)
            kept = {"payload": to_json(message)} if message.reading is not None else {}
            await queue.finish(uow.session, row, handled_at=uow.now, outcome=outcome, **kept)
        handled(row, outcome)

    async def _converse(
        self,
        uow: UnitOfWork,
        row: Inbox,
        message: Message,
        parsed: Parsed,
        found: arrival.Arrival,
        files: tuple[Arrived, ...],
    ) -> str:
        uow.actor = await arrival.actor(uow.session, found)
        uow.know(found.accounts)
        uow.has_today = found.has_today
        if not message.in_group and not _only_looks(message):
            _use(found.account, found.accounts, uow.now)
        thread = found.thread or Thread(
            channel=message.channel, conversation=message.conversation.id, sender=message.sender
        )
        ctx = Context(
            uow=uow,
            actor=uow.actor,
            me=people.known(found.person),
            message=message,
            inbox_id=row.id,
            moment=Moment(uow.now, self._zone),
            parsed=parsed,
            thread=thread,
            names=self.names,
            reader=self._reader,
            repeats=found.repeats,
            orders=self._routes.orders,
            files=files,
            listens=self._keeper.listens or any(each.ref.said is not None for each in files),
        )
        if message.kind == "action" and message.action is not None:
            ctx.clicked = await clicked_card(uow, message)
            await self._tap(ctx, message.action)
        elif message.kind == "enter":
            await self._fallbacks.enter(ctx)
        elif message.kind == "other":
            await self._fallbacks.unreadable(ctx)
        elif message.kind == "text":
            await self._text(ctx)
            if message.files:
                await self._routes.coming(ctx, "spoken")
        else:
            await self._coming(ctx)
        if row.failures >= len(RETRIES):
            ctx.say("刚才那条记好了")
        if message.mentioned and message.in_group and uow.has_told and not ctx.answered_here:
            uow.tell(message.chat, "plain.text", text=in_group.line(ctx))
        if found.thread is None:
            await uow.add(thread)
        return ctx.outcome

    async def _tap(self, ctx: Context, action: Action) -> None:
        reply = await self._routes.tap(ctx, action)
        if reply is not None:
            ctx.redraw(reply)

    async def _coming(self, ctx: Context) -> None:
        reply = await self._routes.coming(ctx, ctx.message.kind)
        if reply is not None:
            ctx.send(reply)
        await self._fallbacks.first_contact(ctx)

    async def _text(self, ctx: Context) -> None:
        tap = await typed_tap(ctx.uow, ctx.message)
        if tap is not None:
            action, ctx.clicked = tap
            ctx.typed = True
            reply = await self._routes.tap(ctx, action)
            if reply is not None:
                ctx.redraw(reply)
                if changeable(ctx.clicked, ctx.uow.now):
                    # A change above the fold is no answer: one line at the bottom says it too.
                    ctx.here(Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)}))
        else:
            reply = await self._routes.text(ctx)
            if reply is not None:
                ctx.send(reply)
        if not ctx.uow.has_told:
            await self._fallbacks.unknown(ctx)
        await self._fallbacks.first_contact(ctx)


class SecondReader(Protocol):
    """A second opinion on what a text says; `bot.nlp.llm`."""

    async def read(self, text: str, now: datetime) -> dict[str, Any] | None:
        """What it says, as `bot.nlp.second` keeps it; None for nothing, or not in time."""


class Fallbacks:
    """What is answered where no handler takes it; implemented beside the handlers, handed over in `bot.app`."""

    async def stranger(self, uow: UnitOfWork, message: Message) -> str:
        """Somebody who is not in the directory; returns the outcome."""
        raise LookupError

    async def happened(self, uow: UnitOfWork, message: Message, inbox_id: int, moment: Moment) -> str:
        """Something that nobody said; returns the outcome."""
        raise LookupError

    async def enter(self, ctx: Context) -> None:
        """The chat was opened."""

    async def unreadable(self, ctx: Context) -> None:
        """A type of message that genjin cannot read yet."""

    async def unknown(self, ctx: Context) -> None:
        """Nothing understood."""

    async def first_contact(self, ctx: Context) -> None:
        """The first message in a person's life was answered."""


async def _from_directory(uow: UnitOfWork, row: Inbox, message: Message, midnight: datetime) -> arrival.Arrival | None:
    """Somebody whom the directory knows, on a channel that shares its accounts. Who writes to us there alone has an
    account on it from now on, so that he can be reached there; who speaks in a group has none by that."""
    home, conversation = people.directory_of(row.channel), message.conversation.id
    if not message.in_group and not await people.join(uow.session, row.channel, row.sender):
        return None
    return await arrival.arrived(
        uow.session, row, conversation, midnight, home=home if message.in_group else row.channel
    )


def _only_looks(message: Message) -> bool:
    """Whether he opened a chat in which nobody can be written to before he wrote himself."""
    return message.kind == "enter" and people.directory_of(message.channel) != message.channel


async def _write_down(uow: UnitOfWork, row: Inbox, message: Message) -> None:
    """From now on the message is its words: it may be read again when a question about it is answered."""
    kept = await uow.session.get(Inbox, row.id)
    if kept is not None:
        kept.kind, kept.text, kept.payload = message.kind, message.text, to_json(message)


def _use(account: Account, accounts: tuple[Account, ...], now: datetime) -> None:
    """Remember where a person was last: exactly where there is a choice, else by the hour, as every note comes by."""
    before = account.used_at
    if (
        before is None
        or now - before > USED_HOLD
        or any(a.used_at is not None and a.used_at > before for a in accounts)
    ):
        account.used_at = now
