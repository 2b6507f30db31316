"""What a message leans on: 他, 这家, 那单, 上次说的; and questions that go on with the last one (那上个月呢)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bot.nlp import lexicon, roles
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Attitude, ContactMention, Reference, ReferenceKind, Span, Words

_KINDS: tuple[ReferenceKind, ...] = ("last", "other", "earlier", "deal", "customer", "person")
_GOES_ON = re.compile(
    r"^(?:那|那么|再看看|换成|改看|还有)?(?P<what>[\u4e00-\u9fffa-z0-9]{1,12}?)(?:的)?呢[?？]?$|^(?:那|再)(?:按|看)(?P<by>[\u4e00-\u9fff]{1,10}?)(?:排|看|分|的)?(?:呢|看看)?$"
)


@cache
def _words() -> tuple[tuple[ReferenceKind, Rule], ...]:
    return tuple(
        (kind, Rule("|".join(word for word, of in lexicon.rows("references") if of == kind))) for kind in _KINDS
    )


def refers(doc: Doc, start: int = 0, end: int | None = None) -> tuple[Reference, ...]:
    """Words of [start, end) that point at what was said before, from left to right; the more special kind stands where
    two overlap."""
    found: list[Reference] = []
    end = len(doc.norm) if end is None else end
    for kind, rule in _words():
        for match in rule.finditer(doc.norm, start, end) if rule.may(doc) else ():
            if not any(r.span.start < match.end() and match.start() < r.span.end for r in found):
                found.append(Reference(kind, Span(match.start(), match.end())))
    return tuple(sorted(found, key=lambda reference: reference.span.start)) if found else ()


def people(
    doc: Doc, named: Sequence[ContactMention], start: int, end: int
) -> tuple[tuple[ContactMention, ...], tuple[Reference, ...]]:
    """Those who are named, with their role and attitude, and the words of [start, end) that point at somebody or
    something; what is said of 他 is said of a person too."""
    pointers = refers(doc, start, end)
    his = [ContactMention("", None, r.span) for r in pointers if r.kind == "person"]
    told = roles.told(doc, [*named, *his])
    of_him = {c.span: c for c in told[len(named) :]}
    if len(named) == 1 and of_him:  # 见了张总，他说了算
        later = [c for c in of_him.values() if c.span.start > named[0].span.end]
        role = told[0].role or next((c.role for c in later if c.role), None)
        told = (replace(told[0], role=role, attitude=told[0].attitude or _attitude(later)), *told[1:])
    return told[: len(named)], tuple(
        replace(r, role=him.role, attitude=him.attitude) if (him := of_him.get(r.span)) else r for r in pointers
    )


def _attitude(mentions: Sequence[ContactMention]) -> tuple[Attitude, Span] | None:
    return next((c.attitude for c in mentions if c.attitude), None)


def follow_up(doc: Doc) -> Words | None:
    """那上个月呢 -> 上个月: what takes the place of a part of the last question."""
    said = doc.whole
    match = _GOES_ON.match(doc.norm[said.span.start :].rstrip("。！!~ "))
    if match is None:
        return None
    group = "what" if match["what"] else "by"
    return doc.words(said.span.start + match.start(group), said.span.start + match.end(group))
