"""What a handler gets: one message, who sent it, what was talked about, and the unit of work to act in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.keeping import Arrived
from bot.message import Message, Reply, from_json
from bot.nlp.parsed import Parsed
from bot.reading import Reader
from bot.taps import changeable
from cards.registry import Moment
from domain.actor import JSON, Actor, Address, Ref, ReplyHandle
from domain.errors import NotFound
from domain.names import Names
from domain.services.people import Known
from domain.tables import Inbox, Outbox, Thread
from domain.uow import UnitOfWork

TOPIC = timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class Context:
    """One message on its way through the handlers.

    `parsed` is what the text says (an empty reading for a tap). `clicked` is the delivery whose button was tapped or
    typed; `typed` says that it was typed. `names` finds customers by wording. `repeats`: the very same words were said
    earlier today. `orders` are the handlers of commands by their kind (`bot.orders`). `files` are those of the message;
    `listens` says whether recordings are written down here. `answered_here`: everybody in the group has the answer.
    """

    uow: UnitOfWork
    actor: Actor
    me: Known
    message: Message
    inbox_id: int
    moment: Moment
    parsed: Parsed
    thread: Thread
    names: Names
    reader: Reader
    clicked: Outbox | None = None
    typed: bool = False
    repeats: bool = False
    orders: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Arrived, ...] = ()
    listens: bool = False
    outcome: str = field(default="answered")
    answered_here: bool = False

    @property
    def text(self) -> str:
        return self.message.text.strip()

    # -- answering -------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """One line of text to the sender."""
        self.send(Reply("plain.text", {"text": text}))

    def send(self, reply: Reply) -> None:
        """A new card to the sender, at the bottom of the chat."""
        params: dict[str, Any] = dict(reply.params)
        here = None if self.message.in_group else self.message.channel  # what is said in a group is answered apart
        self.uow.tell(Address.person(self.me.id, here), reply.kind, reply.subject, **params)

    def here(self, reply: Reply) -> None:
        """An answer for everybody in the chat in which it was said; elsewhere, to the sender."""
        if not self.message.in_group:
            self.send(reply)
            return
        self.answered_here = True
        params: dict[str, Any] = dict(reply.params)
        self.uow.tell(self.message.chat, reply.kind, reply.subject, **params)

    def redraw(self, reply: Reply) -> None:
        """The tapped card, changed in place; a new card where none is known."""
        if self.clicked is None:
            self.send(reply)
            return
        self.answered_here |= self.message.in_group
        handle: ReplyHandle | None = None if self.typed else self.message.handle
        params: dict[str, Any] = dict(reply.params)
        self.uow.redraw(self.clicked, reply.kind, reply.subject, handle, **params)

    async def refresh_mine(self, subject: Ref, kinds: Iterable[str]) -> bool:
        """Redraw the sender's own cards about `subject`; True if one of them will change where it stands. Where none
        can be changed any more, the messenger shows it anew, which is an answer at the bottom of the chat by itself."""
        return self._changes(await self.uow.refresh(subject, only=self.me.id, kinds=kinds))

    async def refresh_mine_with(self, subject: Ref, kinds: Iterable[str], params: Mapping[str, Any]) -> bool:
        """The same, with these parameters laid over those that the cards were sent with."""
        return self._changes(await self.uow.refresh(subject, only=self.me.id, kinds=kinds, **params))

    def _changes(self, rows: Iterable[Outbox]) -> bool:
        return any(changeable(row, self.uow.now) for row in rows)

    # -- the thread ------------------------------------------------------------------------------------------------

    @property
    def topic(self) -> int | None:
        """The customer of the last note or card, for thirty minutes."""
        if self.thread.customer_id is None or self.thread.customer_at is None:
            return None
        return self.thread.customer_id if self.uow.now - self.thread.customer_at <= TOPIC else None

    @property
    def last_note(self) -> int | None:
        """The activity that a correction or 撤销 means, for thirty minutes after it was talked about."""
        recent = self.thread.customer_at is not None and self.uow.now - self.thread.customer_at <= TOPIC
        return self.thread.activity_id if recent else None

    def talk_about(self, customer_id: int | None, activity_id: int | None = None) -> None:
        """Remember what this conversation is about; `activity_id` replaces the last note if it is given."""
        self.thread.customer_id = customer_id
        self.thread.customer_at = self.uow.now
        if activity_id is not None:
            self.thread.activity_id = activity_id

    def leave_topic(self) -> None:
        """The talk is of somebody else, and of whom is not settled."""
        self.thread.customer_id = self.thread.customer_at = self.thread.activity_id = None

    def ask(self, name: str, **params: JSON) -> None:
        """Take the next typed line, within thirty minutes, as the answer to the question `name`."""
        self.thread.question = {"name": name, "params": params}
        self.thread.question_until = self.uow.now + TOPIC

    async def said(self, inbox_id: int) -> tuple[Message, Parsed]:
        """An earlier message of the same sender again, understood as of then; `NotFound` for anybody else's."""
        return await self.words_of(inbox_id, self.me.id)

    async def handed(self) -> tuple[int, Message, Parsed] | None:
        """The words of a colleague that stand on the tapped card, with the key of their message."""
        card = self.clicked
        if card is None or card.kind != "note.received":
            return None
        inbox_id = int(card.params["inbox"])
        message = from_json((await self.uow.get(Inbox, inbox_id)).payload)
        return inbox_id, message, self.reader.read(message, self.names)

    async def words_of(self, inbox_id: int, person_id: int) -> tuple[Message, Parsed]:
        """The message of one person again, whoever acts on it now; `NotFound` where it is not his."""
        row = await self.uow.get(Inbox, inbox_id)
        message = from_json(row.payload)
        if await self.reader.person_of(self.uow.session, message) != person_id:
            raise NotFound
        return message, self.reader.read(message, self.names)
