"""是宏图王经理介绍的: who is named sent the customer to us, and is neither the customer nor somebody there."""

from __future__ import annotations

from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern

_MAY = Rule("介绍")
_BEHIND = r"(?:的|来的?|过来的?|认识的?|给(?:我们?|咱们)的?)(?=[，。；！、 \n]|$|客户)"
_SENDS = Pattern(rf"[^，。；！ \n了是]{{0,6}}?介绍{_BEHIND}")
_BY = Pattern(
    r"(?:是|通过|经过?|靠|由|托)(?:我们?|咱们)?"
    rf"(?P<what>(?!.{{0,2}}(?:我|你|他|她|什么|谁|怎么))[^，。；！ \n是]{{2,14}}?介绍)(?={_BEHIND})"
)


def by(doc: Doc, end: int) -> bool:
    """Whether who is named up to `end` is one who introduced the customer."""
    return _MAY.may(doc) and _SENDS.match(doc.norm, end) is not None


def source(doc: Doc, start: int, end: int) -> Words | None:
    """Who introduced the customer, as it was said: 宏图王经理介绍."""
    match = _BY.search(doc.norm, start, end) if _MAY.may(doc) else None
    return doc.words(*match.span("what")) if match else None
