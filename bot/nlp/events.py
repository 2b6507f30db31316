"""Cutting a message into events: one customer each, a customer's clauses being those up to the next customer's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bot.nlp.doc import Clause, Doc
from bot.nlp.org_places import Org
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


_HAPPENED = Pattern(r"了|没|打|见|聊|谈|签|发|催|拜访|开会|电话|去|约|报|要|到账|回|接|过|来|寄|说|丢")


def cut(doc: Doc, firms: Sequence[Org]) -> list[list[Clause]]:
    """Groups of neighbouring clauses; one group where at most one customer is named or two share a clause."""
    clauses = list(doc.clauses)
    if not clauses:
        return []
    if len({doc.text[o.start : o.end] for o in firms if o.weight >= 1}) <= 1:
        return [clauses]
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
    return _merged(doc, groups)


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


def _merged(doc: Doc, groups: list[tuple[str | None, list[Clause]]]) -> list[list[Clause]]:
    """A group in which nothing happens belongs to the one before it; a customer who returns stays where she is."""
    merged: list[tuple[str | None, list[Clause]]] = []
    for owner, clauses in groups:
        text = doc.norm[clauses[0].start : clauses[-1].end]
        if merged and not _HAPPENED.search(text):
            merged[-1][1].extend(clauses)
        else:
            merged.append((owner, list(clauses)))
    return [clauses for _, clauses in merged]
