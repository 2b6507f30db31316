"""How each clause is meant: it happened, we will, she promised, if, it did not, they say, it is put right."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule, gated
from bot.nlp.parsed import Mood, Span
from bot.nlp.pattern import Pattern

_IF = Rule(r"如果|(?<!主)要是|万一|假如|假设|倘若|只要|除非|的话|若是|若(?=[\u4e00-\u9fff]{2})")
_THEN = Pattern(r"[^，。]{0,8}(?:就|才|便|愿意|可以|能|会)")
_MAY_RIGHT = Rule("不对|错了|更正|错|纠正|口误|应该是|不是")
_RIGHT = Pattern(
    r"(?:^|刚才|刚刚)(?:不对|错了|更正|写错|记错|说错|搞错|打错|纠正|口误|应该是)|不是[^，。]{1,10}(?:是|而是)|是[^，。]{1,10}不是"
)
_NOT = (
    r"没(?!问题|事|意见|关系|准|错)|未(?=[签定到见付报接发回])|不是(?!很|太|特别)|并非|不再|不要|不用|"
    r"不打算|不考虑|不需要|取消|别(?=再|给|跟)"
)
_TOLD = r"说|表示|反馈|觉得|认为|透露|要求|希望|想要|担心|嫌|怕|问|抱怨|投诉|回复|承认"
_DONE = r"了(?!解)|过(?![去来会户滤程])|已|刚|昨|前天|上周|上个?月|去年"
_MARKS = gated(f"(?P<negated>{_NOT})|(?P<reported>{_TOLD})|(?P<past>{_DONE})")
_RANK: tuple[Mood, ...] = ("negated", "reported", "past")


_THEIR_MOVE = Pattern(r"(?:就|能|会|可以|才)*(?:签|下单|下订|定下来|付款|打款|成交|采购|买|续)")
_MAY = Pattern(r"能|会|可以|肯|愿意|同意|没|不|批|过会|通过")


def supposed(doc: Doc, span: Span) -> bool:
    """如果月底前能签, 要是批下来，下个月就签: what somebody else may do on a condition; 如果周五没回就再催 is ours."""
    if not _IF.may(doc):
        return False
    clause = doc.clause_at(span.start)
    if _THEIR_MOVE.match(doc.norm, span.start) and _THEN.match(doc.norm, clause.start, clause.end):
        before = (c for c in doc.clauses if c.sentence == clause.sentence and c.start < clause.start)
        if any(_IF.search(doc.norm, c.start, c.end) for c in before):
            return True
    theirs = _MAY.match(doc.norm, span.start) or _THEIR_MOVE.match(doc.norm, span.start)
    return theirs is not None and _IF.search(doc.norm, clause.start, clause.end) is not None


def real(doc: Doc, clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses without those that say 如果, and those that follow from them: 要是领导同意，下个月就能下单."""
    if not _IF.may(doc):
        return list(clauses)
    kept, supposed = [], -1
    for clause in clauses:
        if _IF.search(doc.norm, clause.start, clause.end):
            supposed = clause.sentence
        elif supposed != clause.sentence or not _THEN.match(doc.norm, clause.start, clause.end):
            kept.append(clause)
    return kept


def of(
    doc: Doc, clauses: Sequence[Clause], todo: Sequence[Span], promised: Sequence[Span]
) -> tuple[tuple[Mood, Span], ...]:
    """The mood of each clause that has one; `todo` are our next actions, `promised` the customer's promises."""
    if not clauses:
        return ()
    marks: dict[int, set[str | None]] = {}  # what is marked in the clause that begins at an offset
    for match in _MARKS.finditer(doc.norm, clauses[0].start, clauses[-1].end):
        marks.setdefault(doc.clause_at(match.start()).start, set()).add(match.lastgroup)
    may_suppose, may_correct = _IF.may(doc), _MAY_RIGHT.may(doc)
    found: list[tuple[Mood, Span]] = []
    supposed = -1  # the sentence of a condition: what follows from it is as uncertain
    for clause in clauses:
        start, end, sentence = clause
        mood: Mood | None = None
        if may_suppose:
            condition = _IF.search(doc.norm, start, end) is not None
            supposed = sentence if condition else supposed
            follows = supposed == sentence and _THEN.match(doc.norm, start, end) is not None
            mood = "hypothetical" if condition or follows else None
        if mood is None and may_correct and _RIGHT.search(doc.norm[start:end]):
            mood = "corrected"
        mood = mood or _plain(start, end, marks.get(start), todo, promised)
        if mood is not None:
            found.append((mood, doc.span(start, end)))
    return tuple(found)


def _plain(
    start: int, end: int, marked: set[str | None] | None, todo: Sequence[Span], promised: Sequence[Span]
) -> Mood | None:
    for first, last in promised:
        if first < end and start < last:
            return "promised"
    for first, last in todo:
        if first < end and start < last:
            return "planned"
    return next((mood for mood in _RANK if mood in marked), None) if marked else None
