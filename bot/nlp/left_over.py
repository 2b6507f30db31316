"""Clauses that no step understood: they stay text, and the card says so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlp.doc import Doc
from bot.nlp.parsed import Event, Span, Words
from bot.nlp.pattern import Pattern

_SHORTEST = 5
# Remarks, moods and fillers: there is nothing in them to file.
_REMARK = Pattern(
    r"不错|很好|还行|顺利|满意|高兴|开心|客气|热情|爽气|融洽|聊得|氛围|效果|关系|哈哈|谢谢|辛苦|没问题|没什么|其余|其他|一般般|"
    r"记一下|记录|刚才|今天|回头|等信|没接|没人|没见|没联系|不在|没打通|爽约|等消息|没动静|再说|先这样|就这样|已读|知道了|微信号?(?:是|为|:)?$"
)


def find(doc: Doc, events: Sequence[Event], others: Sequence[tuple[int, int]]) -> tuple[Words, ...]:
    """Clauses of five characters and more that hold no value of any event and none of `others` (times, people)."""
    known = [*others]
    for event in events:
        known += _spans(event)
    found = []
    for first, last, _ in doc.clauses:
        for start, end in known:
            if start < last and first < end:
                break
        else:
            words = doc.words(first, last)
            if len(words.text) >= _SHORTEST and not _REMARK.search(doc.norm, first, last):
                found.append(words)
    return tuple(found)


def _spans(event: Event) -> list[Span]:
    """Where the values of an event stand."""
    lists = (
        *(event.contacts, event.phones, event.emails, event.amounts, event.competitors, event.products),
        *(event.needs, event.concerns, event.next_actions, event.done, event.payment_terms, event.promises),
        *(event.quantities, event.payment_ways, event.satisfaction, event.birthdays),
    )
    found = [item.span for items in lists for item in items]
    found += [span for _, span in event.discounts]
    found += [words.span for words in (event.customer, event.source, event.outcome_reason) if words]
    found += [mark[1] for contact in event.contacts for mark in (contact.role, contact.attitude) if mark]
    found += [value[1] for value in (event.stage, event.outcome, event.intent_level) if value and value[1]]
    found += [action.due_span for action in event.next_actions if action.due_span]
    if event.activity:
        found += [span for span in (event.activity.span, event.activity.date_span) if span]
    return found
