"""Who decides at the customer's, and who is for us or against: 拍板的是安书记, 阎经理说了算, 庄总支持，冉经理有顾虑."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import cast

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Attitude, ContactMention, Role, Span
from bot.nlp.pattern import Pattern

_ROLES = ("decider", "influencer", "user", "finance")
_ATTITUDES = ("opposed", "neutral", "supportive")
_DENIED = Pattern("(?:不|没|并不|不是|谁)$")
_AND = Pattern("(?:和|跟|、|与|也|都|，)*(?:都|也)?")
_BETWEEN = Pattern("[，。；！？\\n、]")
_REACH = 8  # characters between a name and the words about it
_NOT_ALONE = Pattern("说了不算|不拍板|做不了主|不能拍板|拍不了板")


@cache
def _words(kind: str) -> Pattern | None:
    found = "|".join(word for word, of in lexicon.rows("roles") if of == kind)
    return Pattern(found) if found else None


@cache
def _hint() -> Rule:
    return Rule(lexicon.either("roles", "hint"), lexicon.beginnings("roles", "hint"))


def told(doc: Doc, contacts: Sequence[ContactMention]) -> tuple[ContactMention, ...]:
    """The contacts with their role and attitude where words beside one of the places where they are named say so."""
    if not contacts or not _hint().may(doc) or not _hint().search(doc.norm):
        return tuple(contacts)
    named = [_named_at(doc, c) for c in contacts]
    everybody = sorted({span for spans in named for span in spans})
    return tuple(
        replace(
            c,
            role=cast("tuple[Role, Span] | None", _beside_any(doc, spans, _ROLES, everybody)),
            attitude=cast("tuple[Attitude, Span] | None", _beside_any(doc, spans, _ATTITUDES, everybody)),
        )
        for c, spans in zip(contacts, named, strict=True)
    )


_MOST = 8  # places of one name that are looked at


def _named_at(doc: Doc, contact: ContactMention) -> list[Span]:
    """The places where somebody is named, the first one being that of the mention."""
    found = [contact.span]
    name = doc.norm[contact.span.start : contact.span.end] if contact.name else ""
    at = doc.norm.find(name, contact.span.end) if name else -1
    while at >= 0 and len(found) < _MOST:
        found.append(Span(at, at + len(name)))
        at = doc.norm.find(name, at + len(name))
    return found


def _beside_any(
    doc: Doc, places: Sequence[Span], kinds: Sequence[str], everybody: Sequence[Span]
) -> tuple[str, Span] | None:
    said = (_beside(doc, place, kinds, everybody) for place in places)
    return next((found for found in said if found is not None), None)


def _beside(doc: Doc, at: Span, kinds: Sequence[str], everybody: Sequence[Span]) -> tuple[str, Span] | None:
    start, end = _in_front(doc, at.start), at.end
    stop = _behind(doc, end, everybody)
    if _NOT_ALONE.search(doc.norm, end, stop):
        return None
    for kind in kinds:
        front = _words(f"{kind} front")
        for match in front.finditer(doc.norm, start, at.start) if front else ():
            if at.start - match.end() <= _REACH and not _DENIED.search(doc.norm[start : match.start()]):
                return kind, Span(match.start(), match.end())
        behind = _words(f"{kind} behind")
        after = behind.search(doc.norm, end, stop) if behind else None
        if after and after.start() - end <= _REACH and not _DENIED.search(doc.norm[end : after.start()]):
            return kind, Span(after.start(), after.end())
    return None


def _in_front(doc: Doc, at: int) -> int:
    breaks = [match.end() for match in _BETWEEN.finditer(doc.norm, max(0, at - 20), at)]
    return breaks[-1] if breaks else max(0, at - 20)


def _behind(doc: Doc, end: int, everybody: Sequence[Span]) -> int:
    """Where the words about a name end: with its clause, but 庄总和翟总都同意 is said of both."""
    others = [span for span in everybody if span.start >= end]
    at = end
    for span in others:
        if _AND.fullmatch(doc.norm, at, span.start) is None or doc.norm[at : span.start] == "，":
            break
        at = span.end
    stop = _BETWEEN.search(doc.norm, at)
    limit = stop.start() if stop else len(doc.norm)
    following = next((span.start for span in others if span.start >= at), limit)
    return min(limit, following)
