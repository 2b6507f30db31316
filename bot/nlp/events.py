"""Cutting a message into events: one customer each, a customer's clauses being those up to the next customer's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.nlp.doc import Clause, Doc
from bot.nlp.org_places import Org
from bot.nlp.parsed import Event
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time


class Timed:
    """The times of some clauses: all of them, and those that a clause holds."""

    __slots__ = ("_held", "all")

    def __init__(self, clauses: Sequence[Clause], times: Sequence[Time]) -> None:
        """Both are in the order of the text."""
        self.all = times
        self._held: dict[int, list[Time]] = {}
        starts = [clause.start for clause in clauses]
        for said in times:
            index = bisect_right(starts, said.start) - 1
            if index >= 0 and said.start < clauses[index].end:
                self._held.setdefault(starts[index], []).append(said)

    def of(self, clause: Clause) -> Sequence[Time]:
        """The times that begin in a clause."""
        return self._held.get(clause.start, ())


_HAPPENED = Pattern(r"了|没|打|见|聊|谈|签|发|催|拜访|开会|电话|去|约|报|要|到账|回|接|过|来|寄|说|丢|嫌")
# What somebody there thinks is told of a customer who is on record, or of whom somebody is named.
_THOUGHT = Pattern("担心|顾虑|怕|希望|需要|想|觉得|意向|考虑|同意|答应|投诉|满意|反对|支持|出差|预算")
_ON_RECORD = 4


_AND = "、|和|跟|与|以及|还有|及"
_HIM = "(?:[那这]边)?的?[\u4e00-\u9fff]{1,2}(?:总监?|工|经理|主任|姐|哥|老板|[部厂院校科处店]长)"
_JOINED = Pattern(f"(?P<him>{_HIM})?(?P<joint>{_AND})")
_HERS = Pattern(_HIM)
_SIDE_BY_SIDE = Pattern(_AND)
_BREATH = 24  # characters that nobody writes without a comma
_SHORTEST = 4
_TAKES = Pattern("(?:[给把跟和与找问去见到从对向为陪约请让叫比像被是]|介绍|推荐|认识)了?$")
_THERE = Pattern("[那这]边")
_DOES = Pattern(
    "(?:也|都|还|又|就|没|不|说|讲|问|想|要|在|反馈|觉得|催|嫌|答应|同意|表示|提|打|来|看|担心|[\u4e00-\u9fff]{1,2}[总工]|[\u4e00-\u9fff]经理)"
)
_ALSO = Pattern(f"(?:还有|以及|和|跟)[^，。]{{2,12}}?{_HIM}")  # 见了华星的张总，还有宏图的王经理
_BOTH = Pattern(r"(?:这?[两三]家)?(?:都|全)(?:去|跑|见|拜访|联系|打|聊|谈|走|约|来|签|回)(?:了|过|完|到)[^\d]*$")


def _listed(doc: Doc, firms: Sequence[Org]) -> list[tuple[int, int]]:
    """华星张总、宏图王经理; 华星、宏图都去了: the gaps between customers who are named side by side in one clause, each
    with somebody there, or both in one breath."""
    named = sorted((o for o in firms if o.weight >= 1), key=lambda o: o.start)
    gaps: list[tuple[int, int]] = []
    for first, second in pairwise(named):
        clause = doc.clause_at(second.start)
        if clause != doc.clause_at(first.start):
            continue
        joint = _JOINED.fullmatch(doc.norm, first.end, second.start)
        if joint is None:
            if clause.end - clause.start > _BREATH and _turns_to(doc, first, second):
                gaps.append((second.start, second.start))
            continue
        behind = _HERS if joint["him"] else _BOTH
        if behind.match(doc.norm, second.end):
            gaps.append(joint.span("joint"))
    return gaps


def _turns_to(doc: Doc, before: Org, org: Org) -> bool:
    """…见的小陈明达的周总说要样机: in dictation without a comma, the next customer with somebody of hers who does
    something."""
    if _TAKES.search(doc.norm, before.end, org.start) or org.start - before.end < _SHORTEST:
        return False
    hers = _HERS.match(doc.norm, org.end) or _THERE.match(doc.norm, org.end)
    return hers is not None and _DOES.match(doc.norm, hers.end()) is not None


def shared(doc: Doc, pieces: Sequence[Sequence[Clause]], events: list[Event]) -> list[Event]:
    """What was done with customers who are named side by side was done with each: 拜访了华星张总、宏图王经理."""
    told = list(events)
    for index in range(1, len(pieces)):
        first, second = told[index - 1], told[index]
        last, clause = pieces[index - 1][-1], pieces[index][0]
        also = len(pieces[index]) == 1 and _ALSO.fullmatch(doc.norm, clause.start, clause.end)
        if not (also or _SIDE_BY_SIDE.fullmatch(doc.norm, last.end, clause.start)):
            continue
        if first.activity and not second.activity:
            told[index] = replace(second, activity=first.activity, reached=first.reached)
        elif second.activity and not first.activity:
            told[index - 1] = replace(first, activity=second.activity, reached=second.reached)
    return told


def cut(doc: Doc, firms: Sequence[Org]) -> list[list[Clause]]:
    """Groups of neighbouring clauses; one group where at most one customer is named or two share a clause."""
    if not doc.clauses:
        return []
    if len({doc.text[o.start : o.end] for o in firms if o.weight >= 1}) <= 1:
        return [list(doc.clauses)]
    if gaps := _listed(doc, firms):
        doc.cut_at(gaps)
    clauses, sure = list(doc.clauses), {end for _, end in gaps}
    sure |= {clause.start for clause in clauses if _is_thought(doc, clause, firms)}
    owners = [_owner(doc, clause, firms) for clause in clauses]
    for index in range(len(clauses) - 1):
        if owners[index] is None and _leads(doc, clauses[index], clauses[index + 1]):
            owners[index] = owners[index + 1]
    groups: list[tuple[str | None, list[Clause]]] = []
    for clause, owner in zip(clauses, owners, strict=True):
        current = groups[-1][0] if groups else None
        if groups and (owner is None or current is None or _same(current, owner)):
            groups[-1] = (current or owner, [*groups[-1][1], clause])
        else:
            groups.append((owner, [clause]))
    return _merged(doc, groups, sure)


def _is_thought(doc: Doc, clause: Clause, firms: Sequence[Org]) -> bool:
    """恒力那边刘工担心停机: what the first customer of a clause thinks."""
    first = next((o for o in firms if clause.start <= o.start < clause.end and o.weight >= 1), None)
    if first is not None and _ALSO.fullmatch(doc.norm, clause.start, clause.end):
        return True
    if first is None or not _THOUGHT.search(doc.norm, first.end, clause.end):
        return False
    return first.weight >= _ON_RECORD or _HERS.match(doc.norm, first.end) is not None


_A_DAY = Pattern(r"周|星期|礼拜|[今明后]天|[上下]午|\d{1,2} ?[号日/:点月]")
_SHORT = 12


def _leads(doc: Doc, clause: Clause, following: Clause) -> bool:
    """周三上午九点半 江北粮库交流: a day in front of a blank belongs to what stands behind it."""
    return (
        clause.end - clause.start <= _SHORT
        and not doc.norm[clause.end : following.start].strip(" ")
        and _A_DAY.search(doc.norm, clause.start, clause.end) is not None
    )


def _owner(doc: Doc, clause: Clause, firms: Sequence[Org]) -> str | None:
    """The customer that a clause names first, if it names one surely and something happens in it."""
    inside = [o for o in firms if clause.start <= o.start < clause.end and o.weight >= 1]
    return doc.text[inside[0].start : inside[0].end] if inside else None


def _same(left: str, right: str) -> bool:
    """A short name and its full form are one customer."""
    return left == right or left.startswith(right) or right.startswith(left)


def _merged(doc: Doc, groups: list[tuple[str | None, list[Clause]]], sure: set[int]) -> list[list[Clause]]:
    """A group in which nothing happens belongs to the one before it; a customer who returns stays where she is."""
    merged: list[tuple[str | None, list[Clause]]] = []
    for owner, clauses in groups:
        text = doc.norm[clauses[0].start : clauses[-1].end]
        if merged and not _HAPPENED.search(text) and clauses[0].start not in sure:
            merged[-1][1].extend(clauses)
        else:
            merged.append((owner, list(clauses)))
    return [clauses for _, clauses in merged]
