"""All that is named in a message: times, people, customers, rivals, goods and sums, each with its place.

What one step found keeps later ones from finding it again as something else; only this file knows their order.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from bot.nlp import amounts, contacts, numbers, opinions, orgs, payment, people, things, times
from bot.nlp import rivals as competing
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.learned import spans
from bot.nlp.learned.spans import Learned
from bot.nlp.org_places import Org
from bot.nlp.parsed import Amount, PaymentTerm, Span, Words
from bot.nlp.people import Person
from bot.nlp.times_model import Time


class Mentions(NamedTuple):
    """All that was found in a message, or what of it belongs to one event."""

    times: list[Time]
    people: list[Person]
    orgs: list[Org]
    rivals: list[Words]
    products: list[Words]
    amounts: list[Amount]
    discounts: list[tuple[Decimal, Span]]
    terms: list[PaymentTerm]
    phones: list[Words]
    emails: list[Words]
    figures: list[tuple[int, int]]  # places of times, phones, shares and sums
    colleagues: frozenset[str]  # the names of ours
    learned: Learned  # what was learned, applied to the message

    def inside(self, start: int, end: int) -> Mentions:
        """What begins in [start, end)."""
        return Mentions(
            times=[t for t in self.times if start <= t.start < end],
            people=[p for p in self.people if start <= p.start < end],
            orgs=[o for o in self.orgs if start <= o.start < end],
            rivals=[w for w in self.rivals if start <= w.span.start < end],
            products=[w for w in self.products if start <= w.span.start < end],
            amounts=[a for a in self.amounts if start <= a.span.start < end],
            discounts=[d for d in self.discounts if start <= d[1].start < end],
            terms=[t for t in self.terms if start <= t.span.start < end],
            phones=[w for w in self.phones if start <= w.span.start < end],
            emails=[w for w in self.emails if start <= w.span.start < end],
            figures=self.figures,
            colleagues=self.colleagues,
            learned=self.learned.inside(start, end),
        )


def find(doc: Doc, book: Book) -> Mentions:
    """Everything that is named in a text."""
    said = times.find(doc)
    phones, emails = list(contacts.find_phones(doc)), list(contacts.find_emails(doc))
    reach = [*phones, *emails]
    shares = list(numbers.find_percents(doc))
    if reach:
        said = [t for t in said if not any(t.start < r.end and r.start < t.end for r in reach)]
    rivals = competing.find(doc, book)
    learned = spans.read(doc)
    folk = _but_words(opinions.folk(doc, people.find(doc, book), learned, book), doc, book)
    if rivals:
        folk = [p for p in folk if not any(r.span.start < p.end and p.start < r.span.end for r in rivals)]
    if folk and any(t.unit == "festival" for t in said):  # 卞国庆
        said = [t for t in said if t.unit != "festival" or not any(p.start < t.start and t.end <= p.end for p in folk)]
    firms = orgs.find(doc, book, folk, said, rivals)
    firms = opinions.firms(doc, firms, learned, folk, rivals)
    rivals = opinions.words(doc, rivals, learned, "competitor", [Span(o.start, o.end) for o in firms], book.competitors)
    if rivals:
        firms = [o for o in firms if not competing.is_rival(doc, o.start, o.end, rivals)]
        rivals = [r for r in rivals if not any(r.span.start < o.end and o.start < r.span.end for o in firms)]
    blocked = [
        *((t.start, t.end) for t in said),
        *((r.start, r.end) for r in reach),
        *((f.start, f.end) for f in shares),
    ]
    sums = amounts.find(doc, [*blocked, *((o.start, o.end) for o in firms)], rivals)
    taken = [*rivals, *(o.words(doc) for o in firms), *(Words(p.name, Span(p.start, p.end)) for p in folk)]
    goods = things.products(doc, book, taken)
    return Mentions(
        times=said,
        people=folk,
        orgs=firms,
        rivals=rivals,
        products=opinions.words(doc, goods, learned, "product", [w.span for w in taken], book.products),
        amounts=sums,
        discounts=amounts.discounts(doc, shares),
        terms=payment.find(doc, sums, shares, said),
        phones=[Words(r.value, Span(r.start, r.end)) for r in phones],
        emails=[Words(r.value, Span(r.start, r.end)) for r in emails],
        figures=[*blocked, *((a.span.start, a.span.end) for a in sums)],
        colleagues=book.colleagues,
        learned=learned,
    )


def _but_words(folk: list[Person], doc: Doc, book: Book) -> list[Person]:
    """Nobody is called by a word that the company has for a product or a competitor: 小云."""
    words = [*book.products.places(doc), *book.competitors.places(doc)]
    if not words:
        return folk
    return [p for p in folk if not any(start < p.end and p.start < end for start, end in words)]
