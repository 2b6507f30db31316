"""Reading a message: understanding it with the company's own names, without holding up the event loop."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.message import Message
from bot.nlp import lexicon, pattern
from bot.nlp.book import Book, Wordings
from bot.nlp.doc import normalise
from bot.nlp.parsed import Parsed, Span, Words
from bot.nlp.pipeline import LONGEST, parse
from bot.nlp.segment import segmenter
from domain.names import Names
from domain.recorded import Recorded
from domain.services import people
from domain.taught import Taught

INLINE = 300  # characters: a longer text is read in a thread; for a short one the thread costs more than the reading
MANY = 200  # names that changed, of which the book is made in a thread too
LONG = 500  # characters of a text in which pinyin is looked for
_ORDINARY = frozenset(
    ("n", "v", "vn", "a", "d", "s", "t", "f", "ns", "i", "l", "j", "r", "m", "q")
)  # the dictionary's sorts of words
_LATIN = re.compile(r"[A-Za-z](?:[A-Za-z ]{2,38}[A-Za-z])")


class Reader:
    """Understands messages. The book of names follows the names that changed, one by one."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._book = Book.empty()
        self._wordings: dict[int, tuple[str, ...]] = {}
        self._followed = 0  # changes of names
        self._following = Lock()
        self._taught, self._recorded = Taught(), Recorded()

    def warm(self) -> None:
        """Load the dictionaries and the calendar, so that the first message does not wait for them."""
        parse("今天拜访了客户，三个工作日内给方案", datetime.now(self._zone), self._book)
        pattern.warm()

    def read(self, message: Message, names: Names) -> Parsed:
        """What the text says, as of the moment it was sent."""
        parsed = parse(message.text, message.sent_at.astimezone(self._zone), self._of(names))
        return self._second(with_pinyin(parsed, message.text, names), message)

    async def read_aside(self, message: Message, names: Names) -> Parsed:
        """The same; a long text is read in a thread, so that a pasted report holds nobody up."""
        if len(names.changes) - self._followed > MANY:
            await asyncio.to_thread(self._of, names)
        if len(message.text) <= INLINE:
            return self.read(message, names)
        now = message.sent_at.astimezone(self._zone)
        parsed = await asyncio.to_thread(parse, message.text, now, self._of(names))
        return self._second(with_pinyin(parsed, message.text, names), message)

    def _second(self, parsed: Parsed, message: Message) -> Parsed:
        """With what a large model added, where one was asked."""
        if not message.reading:
            return parsed
        from bot.nlp import second  # only who has a large model loads what reads its answers

        now = message.sent_at.astimezone(self._zone)
        return second.merged(parsed, message.text[:LONGEST], now, dict(message.reading), self._book)

    async def person_of(self, session: AsyncSession, message: Message) -> int | None:
        """The person who sent a message."""
        found = await people.by_account(session, message.channel, message.sender)
        return found[0].id if found else None

    def _of(self, names: Names) -> Book:
        """The book, caught up with the names. A text that is being read in a thread sees each change or does not."""
        self._learn(names)
        if self._followed == len(names.changes) and self._book.colleagues is names.colleagues:
            return self._book
        with self._following:
            changed = names.changes[self._followed :]
            for customer in dict.fromkeys(changed):
                self._follow(customer, names.wordings(customer))
            self._followed += len(changed)
            if self._book.colleagues is not names.colleagues:
                self._book = replace(self._book, colleagues=names.colleagues)
        return self._book

    def _learn(self, names: Names) -> None:
        """The words that were taught or recorded, where they changed."""
        if names.taught is self._taught and names.recorded is self._recorded:
            return
        self._book = with_words(self._book, names.taught, names.recorded)
        self._taught, self._recorded = names.taught, names.recorded

    def _follow(self, customer: int, wordings: tuple[str, ...]) -> None:
        for wording in self._wordings.pop(customer, ()):
            self._book.customers.remove(wording)
        for wording in wordings:
            self._book.customers.add(wording)
        self._wordings[customer] = wordings


def with_words(book: Book, taught: Taught, recorded: Recorded) -> Book:
    """The book with the words that were taught, and those that the record knows, in place of those before."""
    words = taught.wordings
    said = {word for sort in words.values() for word in sort}
    none = lexicon.words("not_products") | lexicon.words("not_names")
    products, rivals = (
        [word for word in known if word not in said and normalise(word) not in none]
        for known in (recorded.products, recorded.competitors)
    )
    people = [name for name in recorded.people if name not in said and not _is_a_word(name)]
    return replace(
        book,
        contacts=Wordings((*words.get("person", ()), *people)),
        products=Wordings((*words.get("product", ()), *products)),
        competitors=Wordings((*words.get("competitor", ()), *(r for r in rivals if r not in book.customers))),
    )


def _is_a_word(name: str) -> bool:
    """Whether a name of two characters is a word besides (高峰, 黄金): then nothing tells where it means somebody."""
    return len(name) == 2 and (normalise(name) in lexicon.words("not_names") or segmenter().tag(name) in _ORDINARY)


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
