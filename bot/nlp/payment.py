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
    r"(?:签约|签合同|合同签订|下单|到货|发货|提货|验收|安装|调试|上线|交付|开工|竣工)(?:完成?|合格|通过)?(?:后|时|之后)?"
    r"(?=[先再]?(?:付|打|给|支付)[0-9]{1,3}%|[先再]?付[一二三四五六七八九]成)|"
    r"首付款?|首款|定金|订金|预付款?|进度款|二期款|到货款|发货款|验收款|尾款|余款|质保金|剩余款项?|剩余|剩下的?"
)
_CONDITION = Pattern(
    r"(?P<when>(?:[\u4e00-\u9fff]{0,2}(?:验收|到货|发货|安装|上线|调试|交付|交货|签约|签合同|"
    r"开票|质保期?满?|培训)(?:完成?|合格|通过|完毕|结束)?)(?:后|时|前|之后|以后|"
    r"完)(?:\d+天内)?)(?:再)?(?:付|结|给|支付|打|收)?"
)
_EVENT = Pattern(
    "签|合同签|下单|[到发提]货|验收|安装|调试|上线|交付|[开竣]工"
)  # 签约付40%: when, in place of what it is called
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
    named = _EVENT.match(doc.norm, start, match.end())
    if share is not None:
        term = replace(term, share=(share.value / 100).normalize())
    elif value is not None:
        term = replace(term, value=value.value)
    if when is not None:
        term = replace(term, due=due_on(when, doc.local))
    elif named is not None:
        term = replace(term, condition=doc.text[start : match.end()])
    elif condition is not None:
        term = replace(term, condition=doc.text[condition.start("when") : condition.end("when")])
    return term if any(x is not None for x in (term.share, term.due, term.condition)) else None
