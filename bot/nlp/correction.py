"""Corrections: 不对，是60万; 是60万不是80万; 不是华星是华兴; 见的不是邵经理是邵总: the wrong and the right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.nlp.doc import Doc
from bot.nlp.parsed import Amount, Correction, Span, Words
from bot.nlp.pattern import Pattern

_DENIED_FIRST = Pattern(
    r"(?:不是|不叫)(?P<wrong>[^，。！？]{1,14}?)[，, ]?(?:是|而是|应该是|叫|改到|改成)(?P<right>[^，。！？]{1,14})"
)
_DENIED_LAST = Pattern(r"(?:应该)?是(?P<right>[^，。！？]{1,16}?)[，, ]?(?:而)?不是(?P<wrong>[^，。！？]{1,16})")


_CHANGED = Pattern(r"(?:块钱?|元)?[，, ]?(?:改成|改为|改到|更正为|更正成|应该是|写成)了?(?:是)?")


def changed(doc: Doc, places: Sequence[Span]) -> Words | None:
    """合同68万改成70万: the first of two values of one kind, where the message is this one clause.

    What the customer changed (他们把预算从80万改成60万) is news, and no correction."""
    if len(doc.clauses) != 1 or re.search("从|客户|他们?|她们?|对方|要求|希望|想|让", doc.norm):
        return None
    for left, right in pairwise(places):
        if _CHANGED.fullmatch(doc.norm, left.end, right.start):
            return doc.words(left.start, left.end)
    return None


def parts(doc: Doc) -> tuple[Words | None, Words | None]:
    """The wrong value and the right one, where both are said."""
    for pattern in (_DENIED_FIRST, _DENIED_LAST):
        if match := pattern.search(doc.norm):
            return doc.words(*match.span("wrong")), doc.words(*match.span("right"))
    return None, None


_NAMED = Pattern(r"预算|报价|合同|首付|定金|尾款|余款|回款|金额|单价|成交|货款|预付")


def read(doc: Doc, amounts: Sequence[Amount], denied: Words | None) -> Correction:
    """The correction itself; amounts that no word names (不对，是60万) are its `bare_amounts` too."""
    bare = () if _NAMED.search(doc.norm) else tuple(amounts)
    return Correction(denied, bare)
