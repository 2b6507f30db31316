"""Terms of payment: 首付30%下月5号前付，余款验收后付."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.nlp.doc import Doc
from bot.nlp.due import due_on
from bot.nlp.gate import Rule
from bot.nlp.numbers import Figure
from bot.nlp.parsed import Amount, PaymentTerm
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time

_LABEL = Rule(
    r"首付款?|首款|定金|订金|预付款?|进度款|二期款|到货款|发货款|验收款|尾款|余款|质保金|剩余款项?|剩余|剩下的?"
)
_CONDITION = Pattern(
    r"(?P<when>(?:[\u4e00-\u9fff]{0,2}(?:验收|到货|发货|安装|上线|调试|交付|交货|签约|签合同|"
    r"开票|质保期?满?|培训)(?:完成?|合格|通过|完毕|结束)?)(?:后|时|前|之后|以后|"
    r"完)(?:\d+天内)?)(?:再)?(?:付|结|给|支付|打|收)?"
)
_STOP = Pattern(r"[。；！\n]")


def find(doc: Doc, amounts: Sequence[Amount], shares: Sequence[Figure], times: Sequence[Time]) -> list[PaymentTerm]:
    """Each part with its share or amount and its day or condition; a label without any of them is no term."""
    labels = list(_LABEL.finditer(doc.norm)) if _LABEL.may(doc) else []
    found = []
    for index, match in enumerate(labels):
        following = labels[index + 1].start() if index + 1 < len(labels) else len(doc.norm)
        stop = _STOP.search(doc.norm, match.end(), following)
        term = _term(doc, match, stop.start() if stop else following, amounts, shares, times)
        if term is not None:
            found.append(term)
    return found


_PAID = Pattern(r"付|打(?!电话|了?个|给)|结|到账|给清|支付|汇")


def _paid_until(doc: Doc, start: int, end: int) -> int:
    """A day belongs to the term in its own clause, or in the next one where that speaks of paying."""
    comma = doc.norm.find("，", start, end)
    if comma < 0:
        return end
    following = doc.norm.find("，", comma + 1, end)
    following = end if following < 0 else following
    return following if _PAID.search(doc.norm, comma, following) else comma


def _term(
    doc: Doc,
    match: re.Match[str],
    end: int,
    amounts: Sequence[Amount],
    shares: Sequence[Figure],
    times: Sequence[Time],
) -> PaymentTerm | None:
    start = match.start()
    term = PaymentTerm(doc.text[start : match.end()], doc.words(start, end).span)
    share = next((f for f in shares if match.end() <= f.start < end and f.start - match.end() <= 4), None)
    value = next((a for a in amounts if match.end() <= a.span.start < end and a.span.start - match.end() <= 4), None)
    paid = _paid_until(doc, match.end(), end)
    when = next((t for t in times if match.end() <= t.start < paid and due_on(t, doc.local)), None)
    condition = _CONDITION.search(doc.norm, match.end(), end)
    if share is not None:
        term = replace(term, share=(share.value / 100).normalize())
    elif value is not None:
        term = replace(term, value=value.value)
    if when is not None:
        term = replace(term, due=due_on(when, doc.local))
    elif condition is not None:
        term = replace(term, condition=doc.text[condition.start("when") : condition.end("when")])
    return term if any(x is not None for x in (term.share, term.due, term.condition)) else None
