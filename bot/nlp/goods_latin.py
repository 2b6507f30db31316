"""Goods named in English: 12 infusion pumps, 5000个M8 bracket, the vacuum sealer demo, a quote for conveyor belts."""

from __future__ import annotations

from collections.abc import Iterator

from bot.nlp.doc import Doc
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern

# Every repetition has its end: a long run of letters without a blank costs no more than its length.
_NAME = (
    "(?P<name>(?=[a-z0-9-]{0,27}[a-z]{3})[a-z0-9-]{3,30}(?![a-z0-9-])(?: [a-z0-9-]{1,30}(?![a-z0-9-])){0,2}?|"
    "[a-z]{1,3}[0-9]{1,6} [a-z]{3,30})"
)
_ENDS = (
    r"(?=[，。；、,.;)\n]|$| (?:before|by|at|from|for|and|but|with|in|per|to|next|this|sample|passed|"
    r"price|within|asap)\b)"
)
_PLACES = (
    Pattern(
        r"(?<![a-z0-9$.])[0-9][0-9,]*"
        r"(?: ?(?:pcs|sets?|units?|tons?|boxes|containers?|pallets?|cartons?|x)(?: of)? | (?!x )|[个台套只支箱件])"
        rf"{_NAME}{_ENDS}"
    ),
    Pattern(
        rf"\b(?:quote|quotation|prices?|offer|demo|samples?|order) (?:for|of|on) (?:the |an? |our |their |[0-9]+ )?"
        rf"{_NAME}{_ENDS}"
    ),
    Pattern(rf"\b(?:loved?|likes?|liked|interested in|keen on|asked about|looking at) (?:the|our|an?) {_NAME}{_ENDS}"),
    Pattern(rf"\b(?:the|our|an?) {_NAME} (?:demo|samples?|quote|quotation|trial)\b"),
    Pattern(rf"\bsample {_NAME} (?:passed|failed|approved|ok)\b"),
)
_NONE = Pattern(
    r"\b(?:days?|weeks?|months?|years?|year|hours?|minutes?|people|persons?|usd|eur|rmb|am|pm|pcs|sets?|units?|percent|times?|"
    r"quotes?|prices?|budget|meetings?|calls?|contract|payment|warranty|discount|delivery|proposal|email|update|training|"
    r"revised|new|updated|official|final|free|wechat|demo|samples?|orders?|terms?|[a-z]+day|trial|moq|of|is|was|are)\b"
)


def find(doc: Doc) -> Iterator[Words]:
    """What is counted, quoted, shown or sampled; how long, how much and by when are none."""
    for place in _PLACES if doc.latin and " " in doc.norm else ():
        for match in place.finditer(doc.norm):
            if not _NONE.search(match["name"]):
                yield doc.words(*match.span("name"))
