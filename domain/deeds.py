"""Which promise a deed keeps: 方案发了 keeps 给方案, 样册寄出去了 keeps 寄样册.

What tells promises apart is their matter; the verbs with which one promises (给) and reports (发了) hardly ever agree.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from domain.naming import normal
from domain.naming.people import PERSON

_SHORTEST = 2
_PEOPLE = re.compile(PERSON)
_NOT_DONE = re.compile(r"还?没|未|不")
_EMPTY = re.compile(
    r"提交|提供|准备|安排|完成|搞定|处理|客户|他们|她们|对方|那边|他|她|我|已经|已|刚才|刚|今天|上午|下午|都|也|去|过来|过去|出去|出"
    r"|把|给|发|寄|送|做|打|交|带|拿|传|写|到|了|过|的|好|完|一份|一个|一下|份|个|下"
)


def matter(words: str) -> str:
    """What promise or deed is about: 方案 of 给张总发方案."""
    return _EMPTY.sub("", _PEOPLE.sub("", normal(words)))


def likeness(deed: str, promise: str, customer: str = "") -> float:
    """How surely a deed keeps a promise: 0 not at all, else up to 1 for the same matter. That both name the `customer`
    tells nothing: 恒力合同签了 does not keep 去恒力."""
    if _NOT_DONE.search(deed):
        return 0.0
    named = normal(customer)
    one, other = _unnamed(matter(deed), named), _unnamed(matter(promise), named)
    if not one or not other:
        return 0.0
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    if shared < _SHORTEST and shared < min(len(one), len(other)):
        return 0.0
    return 2 * shared / (len(one) + len(other))


def _unnamed(words: str, customer: str) -> str:
    """Without the part of the customer's name that is said in them."""
    same = SequenceMatcher(None, words, customer, autojunk=False).find_longest_match()
    return words[: same.a] + words[same.a + same.size :] if same.size >= _SHORTEST else words
