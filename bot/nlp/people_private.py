"""Who buys for herself: 冯姐给儿子买了教育金."""

from __future__ import annotations

from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person

_FAMILIARLY = Pattern("[\u4e00-\u9fff]{1,2}(?:姐|哥|叔|嫂|姨|伯)")
_HER_OWN = Rule(
    "投保|续保|加保|保单|理赔|重疾|医疗险|寿险|车险|意外险|教育金|年金险|保费|受益人|户型|样板间|学区房|按揭|试驾|提车|"
    "给(?:孩子|儿子|女儿|老公|老婆|爸妈|父母|宝宝|娃)"
)


def buys_herself(doc: Doc, person: Person) -> bool:
    """冯姐给儿子买了教育金: who is called as a friend is, and buys what nobody buys for a firm."""
    return not person.title and _FAMILIARLY.fullmatch(person.name) is not None and _HER_OWN.first(doc) is not None
