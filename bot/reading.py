"""Reading a message: understanding it with the company's own names, without holding up the event loop."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.message import Message
from bot.nlp.book import Book
from bot.nlp.parsed import Parsed, Span, Words
from bot.nlp.pipeline import parse
from domain.names import Names
from domain.naming import brand
from domain.services import people

LONG = 500  # characters; a longer text is read in a thread
SHORTEST = 2  # characters of a brand that is looked for by itself
_LATIN = re.compile(r"[A-Za-z](?:[A-Za-z ]{2,38}[A-Za-z])")


class Reader:
    """Understands messages. The book of names is made anew only when a name changed."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._book = Book.empty()
        self._revision = 0

    def warm(self) -> None:
        """Load the dictionaries, so that the first message does not wait for them."""
        parse("今天拜访了客户", datetime.now(self._zone), self._book)

    def read(self, message: Message, names: Names) -> Parsed:
        """What the text says, as of the moment it was sent."""
        parsed = parse(message.text, message.sent_at.astimezone(self._zone), self._of(names))
        return with_pinyin(parsed, message.text, names)

    async def read_aside(self, message: Message, names: Names) -> Parsed:
        """The same; a long text is read in a thread, so that a pasted report holds nobody up."""
        book = self._of(names)
        now = message.sent_at.astimezone(self._zone)
        if len(message.text) <= LONG:
            parsed = parse(message.text, now, book)
        else:
            parsed = await asyncio.to_thread(parse, message.text, now, book)
        return with_pinyin(parsed, message.text, names)

    async def person_of(self, session: AsyncSession, message: Message) -> int | None:
        """The person who sent a message."""
        found = await people.by_account(session, message.channel, message.sender)
        return found[0].id if found else None

    def _of(self, names: Names) -> Book:
        if names.revision != self._revision:
            self._book = _book(names)
            self._revision = names.revision
        return self._book


def with_pinyin(parsed: Parsed, text: str, names: Names) -> Parsed:
    """A customer that is written in Latin letters (huaxing jinggong), where the words name none in characters."""
    if parsed.customer is not None:
        return parsed
    for latin in _LATIN.finditer(text[:LONG]):
        if names.find(latin.group()).match is None:
            continue
        customer = Words(latin.group(), Span(*latin.span()))
        if latin.group() == text.strip():
            return Parsed(text=text, intent="query", act="name", customer=customer)
        return replace(parsed, customer=customer)
    return parsed


def _book(names: Names) -> Book:
    known = names.known.values()
    wordings = {n for named in known for n in (named.full, named.short, *named.others) if n}
    brands = {brand(named.short or named.full) for named in known}
    wordings |= {b for b in brands if len(b) >= SHORTEST}
    return Book.of(customers=wordings, colleagues=names.colleagues)
