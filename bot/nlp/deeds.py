"""Deeds done that may keep a promise: 方案发张总了, 已经给李工打了电话."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import NextAction, Words
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time

_DONE = Pattern(
    r"(?:已经?|刚|都|终于)?(?P<a>(?:(?![号日月点年])[\u4e00-\u9fffA-Za-z]{1,8})(?:已经?)?(?:发|"
    r"寄|给|交|送|签|做|改|提交|提报|传|拿|办|打|演示|整理)(?<!交(?=[会流往期]))(?:好|完|出)?(?!来)(?:给|"
    r"到)?)(?P<whom>[\u4e00-\u9fff]{0,5}?)了"
    r"|(?:已经?|刚刚?|都)(?P<b>(?:把)?[\u4e00-\u9fff]{0,6}(?:发|寄|给|交|送|签|做|改|提交|报|"
    r"打|回|约|拜访|联系)[\u4e00-\u9fff]{0,8}?)(?=了|，|。|$)"
    r"|(?P<c>(?:给|跟|和|向)[\u4e00-\u9fff]{1,8}(?:打|发|寄|送|回|约|交|提交|"
    r"演示)了?[\u4e00-\u9fff]{0,6})(?=了|，|。|$)"
)
_MAY_BE_DONE = Rule("[发寄给交送签做改提传拿办打演整报回约拜联跟和向]")
_MAY_HAVE_ENDED = Rule("[了已刚都给跟和向]")
_UNDONE = Pattern(r"没|不接(?!受)|还未|未(?=[发寄给交])|要(?!求)|准备|打算|如果|吗|\?|等")


def done(doc: Doc, clauses: Sequence[Clause], times: Sequence[Time], todo: Sequence[NextAction]) -> list[Words]:
    """Deeds that may keep a promise: 方案发张总了 has 方案发; what is still to be done (`todo`) is no deed."""
    found: list[Words] = []
    for clause in _MAY_BE_DONE.among(doc, _MAY_HAVE_ENDED.among(doc, clauses)):
        match = _DONE.search(doc.norm, clause.start, clause.end)
        if match and not _UNDONE.search(doc.norm, clause.start, clause.end):
            group = "a" if match["a"] else "b" if match["b"] else "c"
            start, end = match.start(group), match.end(group)
            start = max([t.end for t in times if t.start < end and start < t.end < end], default=start)
            start = max(start, doc.norm.rfind("说", start, end) + 1)
            start += doc.norm[start] in "的了"
            if not any(start < n.span.end and n.span.start < end for n in todo):
                found.append(doc.words(start, end))
    return [words for words in found if len(words.text) >= 2]
