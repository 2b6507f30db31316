"""From what understanding found to what the record files: one draft for each event of a message."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.arrivals import came
from bot.nlp import marks
from bot.nlp.doc import Doc
from bot.nlp.numbers import plain
from bot.nlp.parsed import Amount, Event, NextAction, Parsed, PaymentTerm, PaymentWay, Quantity, Span, Words
from bot.nlp.parsed import Promise as CustomersPromise
from domain.facts import Born, Lean, Met, NoteDraft, Promise, Said, Score, Sum, Term
from domain.naming import addressed

_CLAUSE_END = re.compile(r"[，,。；;！!？?\n]")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5}")
_PIECE = "[个台件套吨箱米只条张片支瓶桶根块斤副卷袋]"
_EACH = re.compile(rf"(?:单价|每一?{_PIECE})[^，。；,;\n]*$")
_PER = re.compile(rf"\s*(?:/|每|一){_PIECE}(?![月年到])")
_NEVER = datetime.min.replace(tzinfo=UTC)  # what is looked for has no time
_TALKED = re.compile(r"^(?:聊|谈|讲|介绍|演示|推|看)(?:了|到|过|的)?(?=[A-Za-z])")
_BARE = re.compile(r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+")
_LEAST_MARKED = 10_000  # yuan: nobody counts so much in 万 without saying so
SHARE = 10_000
LARGEST = 10**13  # yuan: beyond it a number is a slip of the keyboard, and no database column


def drafts(parsed: Parsed, text: str, today: date, zone: ZoneInfo) -> list[tuple[Words | None, NoteDraft]]:
    """Each event with the wording of its customer, in the order of the message."""
    events: list[Event] = [parsed, *parsed.others]
    single = len(events) == 1
    rest = tuple(words.text for words in parsed.left_over) if single else ()
    return [(e.customer, draft(e, text, today, zone, whole=single, left_over=rest)) for e in events]


def draft(
    event: Event, text: str, today: date, zone: ZoneInfo, *, whole: bool, left_over: tuple[str, ...] = ()
) -> NoteDraft:
    """One event; `text` is the whole message, `whole` says that the event is all of it, `left_over` are the clauses
    of the message that nothing was found in."""

    def said(words: Words) -> Said:
        return Said(words.text, clause(text, words.span))

    met = _met(event, text)
    named = [each for each in met if each.title]  # 小陈是采购助理 names no product
    return NoteDraft(
        text=text.strip() if whole else event.text.strip("，,。；; \n"),
        type=event.activity.type if event.activity else None,
        occurred_on=event.activity.date if event.activity else today,
        said_when=(event.activity.said or "") if event.activity else "",
        reached=event.reached,
        contacts=met,
        products=tuple(_goods(said(w)) for w in event.products if not any(w.text in met.title for met in named)),
        amounts=tuple(sum_of(a, text) for a in event.amounts if _sensible(a)),
        discounts=tuple(int(share * SHARE) for share, _ in event.discounts if 0 < share <= 1),
        stage=_worded(event.stage, text),
        outcome=_worded(event.outcome, text),
        intent_level=_worded(event.intent_level, text),
        promises=tuple(promise_of(a, text, zone) for a in event.next_actions),
        awaited=tuple(awaited(p, text, zone) for p in event.promises),
        competitors=tuple(said(w) for w in event.competitors),
        needs=tuple(said(w) for w in event.needs),
        concerns=tuple(said(w) for w in event.concerns),
        terms=tuple(_term(t, text) for t in event.payment_terms if (t.share or 0) <= 1 and (t.value or 0) < LARGEST),
        came=came(event.text, event.amounts, max(text.find(event.text), 0)),
        source=said(event.source) if event.source else None,
        done=tuple(said(w) for w in event.done),
        emails=tuple(w.text for w in event.emails),
        quantities=tuple(_quantity(q, text) for q in event.quantities),
        ways=tuple(Said(w.text, clause(text, w.span)) for w in event.payment_ways if not _of_a_term(w, event)),
        reason=said(event.outcome_reason) if event.outcome_reason else None,
        scores=tuple(Score(s.scale, int(s.value * 10), clause(text, s.span)) for s in event.satisfaction),
        births=tuple(b for b in _births(event, text) if not any(m.born == b for m in met)),
        left_over=left_over,
        leans=_leans(event, text),
    )


def _goods(said: Said) -> Said:
    """ERP二期 of 聊ERP二期."""
    return replace(said, text=_TALKED.sub("", said.text, count=1))


def _met(event: Event, text: str) -> tuple[Met, ...]:
    """Who is named, each with what is his; else the nameless one whom 他 points at, or whose phone it is."""
    phones, emails = _owned(event, event.phones, text), _owned(event, event.emails, text)
    told = _wechats(event, text)
    wechats = _owned(event, told, text)
    births = _births(event, text)
    met = tuple(
        Met(
            addressed(c.name, c.title or ""),
            c.title or "",
            phones.get(i, ""),
            _worded(c.role, text),
            _worded(c.attitude, text),
            emails.get(i, ""),
            next((b for b in births if b.who == c.name or (not b.who and len(event.contacts) == 1)), None),
            wechats.get(i, ""),
        )
        for i, c in enumerate(event.contacts)
    )
    his = [r for r in event.refers if r.kind == "person"]
    if met or not (his or event.phones or event.emails or told):
        return met
    role = next((_worded(r.role, text) for r in his if r.role), None)
    attitude = next((_worded(r.attitude, text) for r in his if r.attitude), None)
    born = next((b for b in births if not b.who), None) if his else None
    first = [next((w.text for w in words), "") for words in (event.phones, event.emails, told)]
    return (Met("", "", first[0], role, attitude, first[1], born, first[2]),)


def _wechats(event: Event, text: str) -> tuple[Words, ...]:
    """WeChat ids in the words of the event; most messages have no letters that could be one."""
    if _LETTERS.search(event.text) is None:
        return ()
    at = max(text.find(event.text), 0)
    doc = Doc(text, _NEVER)
    found = (Words(mark.value, Span(mark.start, mark.end)) for mark in marks.wechats(doc))
    return tuple(words for words in found if at <= words.span.start < at + len(event.text))


def _owned(event: Event, reaches: tuple[Words, ...], text: str) -> dict[int, str]:
    """Whose each phone or address is: his who is named last before it, else the next one's who has none yet."""
    found: dict[int, str] = {}
    for words in reaches:
        ahead = [(text.rfind(c.name, 0, words.span.start), i) for i, c in enumerate(event.contacts)]
        named = max((place for place in ahead if place[0] >= 0), default=None)
        free = [i for i in range(len(event.contacts)) if i not in found]
        owner = named[1] if named is not None and named[1] in free else next(iter(free), None)
        if owner is not None:
            found[owner] = words.text
    return found


def _births(event: Event, text: str) -> list[Born]:
    return [
        Born(
            month=b.month,
            day=b.day,
            lunar=b.lunar,
            year=b.year,
            who=b.who.text if b.who else "",
            quote=clause(text, b.span),
        )
        for b in event.birthdays
    ]


def _quantity(quantity: Quantity, text: str) -> Said:
    """12台蒸烤箱 as 蒸烤箱 12台, 3到5台 as it was said."""
    top = f"到{plain(quantity.value_max)}" if quantity.value_max is not None else ""
    said = f"{plain(quantity.value)}{top}{quantity.unit}"
    goods = f"{quantity.of.text} " if quantity.of else ""
    return Said(goods + said, clause(text, quantity.span))


def _leans(event: Event, text: str) -> tuple[Lean, ...]:
    said = ((r.kind, text[r.span.start : r.span.end]) for r in event.refers)
    return tuple(Lean(kind=kind, word=word) for kind, word in dict.fromkeys(said))


def _sensible(amount: Amount) -> bool:
    return max(abs(amount.value), abs(amount.value_max or Decimal())) < LARGEST


def sum_of(amount: Amount, text: str) -> Sum:
    """Yuan to fen."""
    return Sum(
        kind=amount.kind,
        fen=int(amount.value * 100),
        fen_max=int(amount.value_max * 100) if amount.value_max is not None else None,
        about=amount.about,
        currency=amount.currency,
        quote=clause(text, amount.span),
        each=_is_each(text, amount.span),
        bare=_is_bare(text, amount),
    )


def _is_bare(text: str, amount: Amount) -> bool:
    """78 of 我们报78, 七十八; not the 38 of 45w太高 要38, which is counted as the sum before it."""
    said = text[amount.span.start : amount.span.end]
    return amount.value < _LEAST_MARKED and _BARE.fullmatch(said) is not None


def _is_each(text: str, span: Span) -> bool:
    """单价3.5, 每台2万, 1200一套, 4500/吨."""
    return _EACH.search(text[max(0, span.start - 6) : span.end]) is not None or _PER.match(text, span.end) is not None


def promise_of(action: NextAction, text: str, zone: ZoneInfo) -> Promise:
    """A local time of day becomes a moment, a day stays a day."""
    due_at = action.due.replace(tzinfo=zone) if isinstance(action.due, datetime) else None
    due_on = action.due if due_at is None else None
    return Promise(
        text=action.text[:200],
        due_on=due_on if not isinstance(due_on, datetime) else None,
        due_at=due_at,
        before=action.before,
        quote=clause(text, action.span),
    )


def awaited(promised: CustomersPromise, text: str, zone: ZoneInfo) -> Promise:
    """What the customer promised, in the form in which ours are kept."""
    kept = promise_of(NextAction(promised.text, promised.span, promised.due, None, promised.before), text, zone)
    return replace(kept, by=promised.by.text) if promised.by else kept


def clause(text: str, span: Span) -> str:
    """The clause of the message that a span stands in, as it was typed."""
    ends = _clause_ends(text)
    before, behind = bisect_left(ends, span.start), bisect_left(ends, span.end)
    start = ends[before - 1] + 1 if before else 0
    return text[start : ends[behind] if behind < len(ends) else len(text)].strip()


@lru_cache(maxsize=16)
def _clause_ends(text: str) -> list[int]:
    return [match.start() for match in _CLAUSE_END.finditer(text)]


def _worded(value: tuple[str, Span | None] | tuple[str, Span] | None, text: str) -> Said | None:
    if value is None:
        return None
    word, span = value
    return Said(word, clause(text, span) if span else "")


def _of_a_term(way: PaymentWay, event: Event) -> bool:
    """Whether it is said within one part of a sum: 验收后付 of 余款验收后付 is that part's condition."""
    return any(term.span.start <= way.span.start and way.span.end <= term.span.end for term in event.payment_terms)


def _term(term: PaymentTerm, text: str) -> Term:
    return Term(
        label=term.label,
        share=int(term.share * SHARE) if term.share is not None else None,
        fen=int(term.value * Decimal(100)) if term.value is not None else None,
        due_on=term.due,
        condition=term.condition or "",
        quote=clause(text, term.span),
    )
