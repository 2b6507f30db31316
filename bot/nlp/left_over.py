"""Clauses that no step understood: they stay text, and the card says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlp.doc import Doc
from bot.nlp.parsed import Event, Span, Words
from bot.nlp.to_json import spans

_SHORTEST = 5
# Remarks, moods and fillers: there is nothing in them to file.
_REMARK = re.compile(
    r"不错|很好|还行|顺利|满意|高兴|开心|客气|热情|爽气|融洽|聊得|氛围|效果|关系|哈哈|谢谢|辛苦|没问题|没什么|其余|其他|一般般|"
    r"记一下|记录|刚才|今天|回头|等信|没接|没人|没见|没联系|不在|没打通|爽约|等消息|没动静|再说|先这样|就这样|已读|知道了"
)


def find(doc: Doc, events: Sequence[Event], others: Sequence[Span]) -> tuple[Words, ...]:
    """Clauses of five characters and more that hold no value of any event and none of `others` (times, people)."""
    known = [Span(start, end) for event in events for start, end in spans(event).values()]
    known += [deed.span for event in events for deed in event.done]
    known += [term.span for event in events for term in event.payment_terms]
    known += [*others, *(event.source.span for event in events if event.source)]
    found = []
    for clause in doc.clauses:
        words = doc.words(clause.start, clause.end)
        empty = not any(span.start < clause.end and clause.start < span.end for span in known)
        if empty and len(words.text) >= _SHORTEST and not _REMARK.search(doc.norm, clause.start, clause.end):
            found.append(words)
    return tuple(found)
