"""Words to meaning: one chat message to a `Parsed`.

Each step looks at the same document and finds one kind of thing; only this file knows their order. Values first (times,
money, phones), then names, then what happened, and last what is wanted with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from bot.nlp import (
    actions,
    activity,
    amounts,
    context,
    corrected,
    deeds,
    facts,
    frames,
    intent,
    left_over,
    marks,
    mentions,
    moods,
    needs,
    opinions,
    opinions_whole,
    orders,
    promises,
    quantities,
    stage,
    teaching,
)
from bot.nlp.book import Book
from bot.nlp.doc import Clause, Doc
from bot.nlp.events import Timed, cut, shared
from bot.nlp.intent import Wish
from bot.nlp.learned import wholes
from bot.nlp.learned.spans import Learned
from bot.nlp.learned.wholes import Whole
from bot.nlp.mentions import Mentions
from bot.nlp.org_places import Org
from bot.nlp.parsed import Amount, Command, Event, NextAction, Parsed, Promise, Span, Words
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person
from bot.nlp.people_private import buys_herself
from bot.nlp.times_model import Time

LONGEST = 4_000
_HALF = Pattern("[\ud800-\udfff]")  # half a character, which no dictionary takes


def parse(text: str, now: datetime, book: Book | None = None) -> Parsed:
    """The meaning of one message said at `now` (aware; its zone is the company's). Never raises; only the first
    4,000 characters are read, the rest stays text."""
    if (lesson := teaching.read(text)) is not None:
        return lesson
    doc = Doc(_HALF.sub("\ufffd", text[:LONGEST]), now)
    found = mentions.find(doc, book or Book.empty())
    pieces = cut(doc, found.orgs)
    whole = wholes.read(doc)
    if len(pieces) == 1:
        events = [_event(doc, found, found, pieces[0], whole)]
    else:
        events = shared(doc, pieces, [_event(doc, found, found.inside(p[0].start, p[-1].end), p) for p in pieces])
    lead = _leading(events)
    head = events[lead] if events else Event()
    others = tuple(event for index, event in enumerate(events) if index != lead)
    return _wanted(doc, found, head, others, whole)


def _leading(events: Sequence[Event]) -> int:
    """The event that most of the message is about; the first one, unless another is half as long again."""
    lead = 0
    for index, event in enumerate(events):
        if event.customer and (not events[lead].customer or len(event.text) * 2 > len(events[lead].text) * 3):
            lead = index
    return lead


def _event(doc: Doc, found: Mentions, own: Mentions, clauses: Sequence[Clause], whole: Whole | None = None) -> Event:
    """What some clauses tell; of all that was `found` in the message, `own` is theirs. `whole` is the message where
    these are all of its clauses."""
    start, end = clauses[0].start, clauses[-1].end
    spoken, sums = Timed(clauses, own.times), tuple(own.amounts)
    theirs = promises.find(doc, clauses, spoken, found.people)
    promised = [p.span for p in theirs]
    todo = [
        a
        for a in actions.find(doc, clauses, spoken)
        if not _any_over(a.span, promised) and not moods.supposed(doc, a.span)
    ]
    todo = opinions.todo(doc, todo, own.learned, spoken, [*promised, *(w.span for w in own.products)])
    customer, folk = _who(doc, own.orgs, own.people)
    paid = facts.ways(doc, start, end)
    wishes, worries = _wishes(doc, clauses, todo, sums, found, spoken.all, own.learned, [way.span for way in paid])
    told = moods.real(doc, clauses)
    places = [(o.start, o.end) for o in found.orgs]
    coming = {Span(t.start, t.end) for t in spoken.all if t.earlier and doc.norm[t.start] in "周星礼"}
    # 周日来店里看样板间: no visit yet, unless something is told of it.
    planned = [a for a in todo if a.due_span in coming and not _TOLD_OF.search(doc.norm, a.span.end, end)]
    places += [(a.span.start, a.span.end) for a in planned]
    won = stage.outcome(doc, told) or stage.lost_to(doc, told, own.rivals) or stage.settled(doc, told, sums, own)
    at, keen = stage.stage(doc, told), stage.level(doc, clauses)
    met_how = activity.find(doc, clauses, _undated(clauses, spoken, theirs, planned), places)
    if whole:
        won, keen = opinions_whole.outcome(won, whole, told), opinions_whole.level(keen, whole, told)
        at, met_how = opinions_whole.stage(at, whole, told), opinions_whole.contact(met_how, whole)
    sums = amounts.settled(sums, doc) if won and won[0] == "won" else sums
    met, pointers = context.people(doc, [p.mention() for p in folk], start, end)
    return Event(
        text=doc.text[start:end],
        customer=customer,
        contacts=met,
        phones=tuple(own.phones),
        emails=tuple(own.emails),
        activity=met_how,
        amounts=sums,
        discounts=tuple(own.discounts),
        stage=("签约", won[1]) if won and won[0] == "won" else at,
        outcome=won,
        intent_level=keen,
        next_actions=tuple(todo),
        competitors=tuple(own.rivals),
        products=tuple(own.products),
        needs=wishes,
        concerns=worries,
        payment_terms=tuple(own.terms),
        payment_ways=paid,
        promises=tuple(theirs),
        quantities=tuple(quantities.find(doc, own.products, found.figures, start, end)),
        outcome_reason=facts.reason(doc, clauses, won[1] if won else None),
        satisfaction=facts.satisfaction(doc, start, end),
        birthdays=facts.birthdays(doc, start, end, found.people),
        moods=moods.of(doc, clauses, [a.span for a in todo], promised),
        source=facts.source(doc, start, end),
        done=tuple(deeds.done(doc, clauses, found.times, todo)),
        reached=activity.reached(doc, start, end),
        refers=pointers,
    )


def _any_over(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


_TOLD_OF = Pattern("了|过|说|表示|觉得|没|挺|很")


def _undated(clauses: Sequence[Clause], said: Timed, theirs: Sequence[Promise], ours: Sequence[NextAction]) -> Timed:
    """The times that do not say when a promise will be kept or something is to be done."""
    kept = {promise.due_span for promise in theirs} | {action.due_span for action in ours}
    return Timed(clauses, [t for t in said.all if Span(t.start, t.end) not in kept]) if kept else said


def _wishes(
    doc: Doc,
    clauses: Sequence[Clause],
    todo: Sequence[NextAction],
    sums: Sequence[Amount],
    found: Mentions,
    said: Sequence[Time],
    learned: Learned,
    paid: Sequence[Span],
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Needs and concerns; a stretch that is an action or a sum of money is no need."""
    busy = (
        [(a.span.start, a.span.end) for a in todo]
        + [(a.span.start, a.span.end) for a in sums]
        + [(s.start, s.end) for _, s in found.discounts]
        + [(o.start, o.end) for o in found.orgs]
    )
    goods = {w.span for w in found.products}
    worries = needs.concerns(doc, clauses, [*((t.start, t.end) for t in said), *((o.start, o.end) for o in found.orgs)])
    worries = [w for w in worries if not (doc.norm[w.span.start] == "缺" and _any_over(w.span, list(goods)))]
    wishes = needs.needs(doc, clauses, busy + [(w.span.start, w.span.end) for w in worries])
    spans = [Span(*place) for place in busy] + [*goods, *(term.span for term in found.terms), *paid]
    worries = opinions.words(doc, worries, learned, "concern", [*spans, *(w.span for w in wishes)])
    wishes = [w for w in wishes if w.span not in goods]
    wishes = opinions.words(doc, wishes, learned, "need", [*spans, *(w.span for w in worries)])
    return tuple(wishes), tuple(worries)


def _who(doc: Doc, firms: Sequence[Org], folk: Sequence[Person]) -> tuple[Words | None, list[Person]]:
    """The customer, and the people who speak for it; a private person is the customer where no organisation is."""
    private = [p for p in folk if p.private or (not firms and buys_herself(doc, p))]
    if firms:
        best = max(firms, key=lambda o: (min(o.weight, 3), -o.start))
        return best.words(doc), list(folk)
    if private and len(private) == len(folk):
        return doc.words(private[0].start, private[0].end), []
    return None, list(folk)


def _wanted(doc: Doc, found: Mentions, head: Event, others: tuple[Event, ...], whole: Whole) -> Parsed:
    wish = intent.read(
        doc,
        facts=_has_facts(head) or bool(others),
        bare_name=_bare(doc, head),
        organised=head.customer is not None,
        unnamed=_unnamed(doc, head),
    )
    parsed = _as_wished(doc, found, head, others, wish)
    other = opinions_whole.wish(parsed, whole)
    return parsed if other is None else _as_wished(doc, found, head, others, other)


def _as_wished(doc: Doc, found: Mentions, head: Event, others: tuple[Event, ...], wish: Wish) -> Parsed:
    fields = dict(zip(_FIELDS, _fields_of(head), strict=True))
    if wish.act in _ASIDE and (frame := frames.of(doc, found, found.colleagues)) is not None:
        order, wanted = orders.framed(doc, head, frame, found.times), orders.intent_of(frame.kind)
        if frame.kind == "transfer" and (to := frame.args.get("to")):  # whoever it is handed to is one of ours
            fields["contacts"] = tuple(c for c in head.contacts if not _any_over(c.span, [to.span]))
        return _without_story(Parsed(**fields, intent=wanted, act="unknown", command=order))
    wrong = corrected.changed(doc, head) if wish.act in ("note", "correct") else None
    act = wish.act if wrong is None else "correct"
    rest = _left_over(doc, found, (head, *others)) if act == "note" else ()
    parsed = Parsed(
        **fields,
        intent=wish.intent,
        act=act,
        others=others,
        smalltalk=wish.smalltalk,
        left_over=rest,
        follow_up=context.follow_up(doc),
    )
    if act == "correct":
        parsed = corrected.applied(doc, parsed, wrong, [(t.start, t.end) for t in found.times])
    if wish.act in ("approve", "refuse") and wish.rest is not None:
        words = doc.words(wish.rest, len(doc.text))
        parsed = (
            replace(parsed, reason=words) if wish.act == "refuse" else replace(parsed, condition=_after_but(doc, words))
        )
    if wish.act == "apply":
        parsed = replace(parsed, reason=_reason(doc, parsed))
    return _without_story(replace(parsed, command=_command(doc, parsed)) if wish.intent == "command" else parsed)


_ASIDE = frozenset({"note", "correct", "unknown", "name"})  # acts in whose place an order may stand


_KNOWN = {"remind": "remind", "apply": "apply_discount", "approve": "approve", "refuse": "refuse", "undo": "undo"}


def _command(doc: Doc, parsed: Parsed) -> Command | None:
    return orders.read(doc, parsed, known=_KNOWN.get(parsed.act))


def _left_over(doc: Doc, found: Mentions, events: Sequence[Event]) -> tuple[Words, ...]:
    if len(doc.clauses) <= 1:
        return ()
    mentions: tuple[Time | Person | Org, ...] = (*found.times, *found.people, *found.orgs)
    places = [(mention.start, mention.end) for mention in mentions]
    return left_over.find(doc, events, [*places, *((mark.start, mark.end) for mark in marks.wechats(doc))])


def _unnamed(doc: Doc, event: Event) -> str:
    """The text without its customer and contacts."""
    text = doc.norm
    for words in (event.customer, *event.contacts):
        if words is not None:
            text = text.replace(doc.norm[words.span.start : words.span.end], "")
    return text


def _without_story(parsed: Parsed) -> Parsed:
    """A command, a question and a chat report no contact, no stage and no outcome."""
    if parsed.intent == "note":
        return parsed
    if parsed.act == "smalltalk":
        parsed = replace(parsed, customer=None, contacts=())
    kept_stage = stage.ordered(parsed) if parsed.intent == "command" else None
    if parsed.command and parsed.command.kind == "change_stage" and (to := parsed.command.value):
        kept_stage = stage.called(to) or kept_stage
    bare = replace(
        parsed,
        activity=None,
        outcome=None,
        intent_level=None,
        stage=kept_stage,
        others=(),
        done=(),
        moods=(),
        promises=(),
        outcome_reason=None,
    )
    if parsed.intent == "command":
        return bare if parsed.act != "undo" else replace(bare, next_actions=(), needs=(), concerns=())
    return replace(bare, next_actions=(), needs=(), concerns=(), amounts=(), products=(), payment_terms=())


_FACTS = (
    *("activity", "amounts", "discounts", "stage", "outcome", "intent_level", "next_actions", "needs", "concerns"),
    *("phones", "emails", "competitors", "contacts", "done", "products", "promises", "payment_terms", "payment_ways"),
    *("satisfaction", "birthdays", "source"),
)


_facts_of = attrgetter(*_FACTS)
_FIELDS = tuple(Event.__dataclass_fields__)
_fields_of = attrgetter(*_FIELDS)


def _has_facts(event: Event) -> bool:
    return any(_facts_of(event))


def _bare(doc: Doc, event: Event) -> bool:
    """A name and nothing else."""
    said = doc.whole.text
    if event.customer and event.customer.text == said:
        return True
    if len(event.contacts) == 1 and event.contacts[0].name == said:
        return True
    if event.customer and len(event.contacts) == 1 and not said.startswith(("不", "是", "错")):
        return said in (f"{event.customer.text}{of}{event.contacts[0].name}" for of in ("", "的", " ", "那个"))
    return len(event.phones) == 1 and event.phones[0].span == doc.whole.span


def _after_but(doc: Doc, words: Words) -> Words:
    match = re.match(r"(?:但是?|不过|前提是?|只要|条件是?)[，, ]?", doc.norm[words.span.start :])
    return doc.words(words.span.start + match.end(), words.span.end) if match else words


def _reason(doc: Doc, parsed: Parsed) -> Words | None:
    """Why a discount is asked for: what stands behind the discount."""
    if not parsed.discounts:
        return None
    words = doc.words(parsed.discounts[-1][1].end, len(doc.text))
    match = re.match(r"(?:因为|原因是?|理由是?)[：:，, ]?", doc.norm[words.span.start :])
    words = doc.words(words.span.start + match.end(), words.span.end) if match else words
    return words if len(words.text) >= 2 else None
