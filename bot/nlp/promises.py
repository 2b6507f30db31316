"""What the customer promised: 王总说月底前给答复, 章工答应周五把参数发我, 他们收到货一周内付清.

Ours are next actions: 我答应周五给方案, 让我们下周三前报价.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.nlp import lexicon
from bot.nlp.action_words import phrase
from bot.nlp.doc import Clause, Doc
from bot.nlp.due import due
from bot.nlp.events import Timed
from bot.nlp.gate import Rule, begun
from bot.nlp.parsed import Promise, Span, Words
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person
from bot.nlp.times_model import Time

_THEY = r"客户|对方|甲方|业主|他们?|她们?|财务|采购|老板|院长|领导|法务|那边|总部|集团"
_THEIRS = Pattern("(?:那|就|等)?(?:他们|她们|对方|甲方|那边)")  # nobody means ours by these
_GIVES = Pattern("(?:会|要|再)?(?:给|发|寄|提供|送|交|出)(?!他|她|客户|对方)")
_SUBJECT = Pattern(f"(?:那|就|等)?(?:{_THEY})")
_OURS = Pattern(
    r"(?:让|要|叫|请|希望|要求|催|问|等着?)?(?<![发给寄回付传诉送打交])(?:我们?|咱们?|我方|我司)(?!答复|回复|发|的|说|看|个|们|打款|付)|(?:让|要|叫|请|要求|希望|催)(?:我们?|咱们?)"
)
_TO_THEM = Pattern(
    r"(?:了|过)?给?(?:客户|对方|他们?|她们?|[\u4e00-\u9fff]{1,3}(?:总|工|姐|哥|经理|主任|老板))(?![说要会把也])"
)
_NOT = Rule(
    r"到现在|至今|一直没|还没|没影|没到账?(?=，|。|$)|没(?:有)?(?=答应|承诺|说|同意|表示)|不(?=答应|承诺|同意|保证|下来|出来)|并未|未(?=承诺|答应)|吗$|[?]|是否|如果|要是|万一|除非|只要"
)
_WAIT = Pattern(r"尽快|马上|到时候?|回头|过几天|随后|稍后|抽空|这几天|近期")


@cache
def _said() -> Rule:
    kinds = {kind: "|".join(w for w, of in lexicon.rows("promises") if of == kind) for kind in ("given", "told")}
    return Rule(f"(?P<given>{kinds['given']})|(?P<told>{kinds['told']})")


@cache
def _deed(kind: str) -> Pattern:
    return Pattern("|".join(word for word, of in lexicon.rows("promises") if of == kind))


def find(doc: Doc, clauses: Sequence[Clause], times: Timed, folk: Sequence[Person]) -> list[Promise]:
    """The customer's promises in the order of the text."""
    found = []
    given, may = _said().bit, begun(doc)
    for clause in clauses:
        here, said = may[clause.start], times.of(clause)
        own = [t for t in said if t.kind != "recurrence"] if said else []
        told = here & given != 0
        if not (own or told) or (here & _NOT.bit and _NOT.search(doc.norm, clause.start, clause.end)):
            continue
        promise = (_bound(doc, clause, own, folk) if told else None) or _awaited(doc, clause, own, folk)
        if promise is not None and promise.text:
            found.append(promise)
    return found


def _bound(doc: Doc, clause: Clause, own: Sequence[Time], folk: Sequence[Person]) -> Promise | None:
    """Somebody of theirs said that it will be done."""
    match = _said().search(doc.norm, clause.start, clause.end)
    if match is None:
        return None
    ahead = doc.norm[clause.start : match.start()]
    if re.search("我们?|咱|我方", ahead) or _TO_THEM.match(doc.norm, match.end(), clause.end):
        return None
    if not ahead and match["given"] and match.start() == 0:
        return None  # 答应了周五给方案: we did
    rest = doc.norm[match.end() : clause.end]
    when = _ahead_of(doc, own, match.end())
    timed = when is not None or _WAIT.search(rest) is not None
    if _ONLY_THEN.search(rest) and not match["given"]:
        return None
    if _OURS.search(_untimed(doc, match.end(), clause.end, own)) or (match["told"] and not timed):
        return None
    deed = _deed("deed").search(_untimed(doc, match.end(), clause.end, own))
    return _promise(doc, match.end(), clause.end, own, when, _who(doc, clause, match.start(), folk)) if deed else None


# 他说预算要等董事会过了才能批: what stands in the way, and nobody's word.
_ONLY_THEN = Pattern("才[能会可好行有]|[得要需]等(?!.{0,6}(?:答复|回复|消息))")


def _awaited(doc: Doc, clause: Clause, own: Sequence[Time], folk: Sequence[Person]) -> Promise | None:
    """他们收到货一周内付清: a subject of theirs, a time, and what only they can do."""
    if not own:
        return None
    subject = _SUBJECT.match(doc.norm, clause.start, clause.end)
    person = next((p for p in folk if clause.start <= p.start <= clause.start + 6), None)
    start = subject.end() if subject else person.end if person else None
    when = _ahead_of(doc, own, start) if start is not None else None
    if start is None or when is None or _OURS.search(doc.norm, clause.start, clause.end):
        return None
    rest = _untimed(doc, start, clause.end, own)
    given = subject is not None and _THEIRS.fullmatch(subject.group()) and _GIVES.match(rest)
    if not (given or _deed("answer").search(rest)) or re.search("了$|已经?|让我", doc.norm[clause.start : clause.end]):
        return None
    who = doc.words(person.start, person.end) if person else None
    return _promise(doc, start, clause.end, own, when, who)


def _ahead_of(doc: Doc, own: Sequence[Time], start: int) -> Time | None:
    """The wording behind `start` that sets it in the future."""
    for said in reversed(own):
        edge = said.stop or said.begin
        if said.start >= start and (said.kind == "duration" or (edge is not None and edge > doc.local)):
            return said
    return None


def _untimed(doc: Doc, start: int, end: int, own: Sequence[Time]) -> str:
    text = doc.norm[start:end]
    for said in own:
        text = text.replace(doc.norm[said.start : said.end], "")
    return text


def _who(doc: Doc, clause: Clause, before: int, folk: Sequence[Person]) -> Words | None:
    """Who bound herself: the nearest person in front of the word, in the clause or in the one before it."""
    near = [p for p in folk if clause.start <= p.start < before] or [
        p for p in folk if p.end <= before and p.start >= clause.start - 30
    ]
    return doc.words(near[-1].start, near[-1].end) if near else None


# 秘书回复说月底 names no deed, and 不考虑新增 is what they will not do.
_ONLY_SAID = Pattern("(?:说|表示)$|^不(?!再)")


def _promise(doc: Doc, start: int, end: int, own: Sequence[Time], when: Time | None, who: Words | None) -> Promise:
    timed = [t for t in own if t.start >= start]
    text = phrase(doc, when.end if when else start, end, timed)
    if len(text.text) < 2 and when:
        text = phrase(doc, start, when.start, timed)
    if _ONLY_SAID.search(text.text):
        text = doc.words(text.span.start, text.span.start)
    moment = due(when, doc.local) if when else None
    span = Span(when.start, when.end) if when and moment is not None else None
    return Promise(text.text, text.span, who, moment, span, bool(when and when.before))
