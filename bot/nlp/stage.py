"""The stage of the sale, won or lost, and how strongly the customer means to buy, where the words carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, cast

from bot.nlp import lexicon
from bot.nlp.activity import PLAN
from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Parsed, Span, Stage, Words
from bot.nlp.pattern import Pattern

STAGES: tuple[Stage, ...] = ("初步接触", "需求分析", "方案报价", "商务谈判", "签约")
_OPEN = Pattern(
    r"估计|可能|快要|差点|再(?:不|这样|拖)|(?:下单|签约?|付款)就|先把|的意思|就(?:能|会|可以)?(?:下单|签|订|定|买)|才(?:能|会|肯)?(?:下单|签)|要把|如果|要是|万一|争取|等.{0,6}再|推到|得把|把.{0,14}签下来|没(?=签|丢)|"
    r"还没|没有(?=签)|不再?续|不签|准备|推进到|别(?:记|写|说)成|不是|\?|？|吗$"
)
_NO_LEAD = Pattern(r"没|不太|不是很|不怎么|并不")


@cache
def _table(name: str) -> tuple[tuple[str, Rule], ...]:
    order: dict[str, list[str]] = {}
    for pattern, value in lexicon.rows(name):
        order.setdefault(value, []).append(pattern)
    return tuple((value, Rule("|".join(patterns))) for value, patterns in order.items())


def stage(doc: Doc, clauses: Sequence[Clause]) -> tuple[Stage, Span] | None:
    """The furthest stage that is said; what is only promised or open does not count, but for needs and talks."""
    best: tuple[Stage, Span] | None = None
    for value, rule in _table("stages"):
        if not rule.may(doc):
            continue
        if value == "需求分析":
            match = _unless_denied(doc, clauses, rule)
        else:
            match = next((m for c, m in _each(doc, clauses, rule) if not _is_open(doc, c, value, m)), None)
        if match:
            best = (cast(Stage, value), Span(match.start(), match.end()))
    return best


def called(words: Words) -> tuple[Stage, Span] | None:
    """The stage that an order names, in full or by its beginning: 签约, 方案."""
    return next(((each, words.span) for each in STAGES if words.text and each.startswith(words.text)), None)


_DENIED = Pattern("(?:没有?|未|不是|并非)(?:说|提|聊|谈|讲|做|给|要)?过?$")


def _unless_denied(doc: Doc, clauses: Sequence[Clause], rule: Rule) -> re.Match[str] | None:
    """What is said over a comma too; 没说预算100万 is no talk about what is needed."""
    found = rule.finditer(doc.norm, clauses[0].start, clauses[-1].end) if clauses else iter(())
    return next((m for m in found if not _DENIED.search(doc.norm, max(0, m.start() - 4), m.start())), None)


def _each(doc: Doc, clauses: Sequence[Clause], rule: Rule) -> Iterator[tuple[Clause, re.Match[str]]]:
    """The clauses in which something is said, with what it is."""
    for clause in rule.among(doc, clauses):
        if match := rule.search(doc.norm, clause.start, clause.end):
            yield clause, match


_ASKED = Pattern(r"前.{0,4}(?:给|发|报)|重新报|能接受吗")
_WANTED = Pattern("让我们?|要我们?")  # to be offered; who lets us go down by two points bargains


def _is_open(doc: Doc, clause: Clause, value: str, match: re.Match[str]) -> bool:
    text = doc.norm[clause.start : clause.end]
    if doc.norm.endswith(("没", "没有", "不", "别", "未"), max(clause.start, match.start() - 2), match.start()):
        return True
    if value == "签约":
        return bool(_OPEN.search(text)) or _yet_to_come(doc, clause, match)
    if value == "商务谈判" and match.group().endswith(("点", "折")):
        return False
    if value == "方案报价" and _WANTED.search(text):
        return True
    return value in ("方案报价", "商务谈判") and bool(
        ((value == "方案报价" or match.group().startswith("合同")) and PLAN.search(text)) or _ASKED.search(text)
    )


def _yet_to_come(doc: Doc, clause: Clause, match: re.Match[str]) -> bool:
    """他明天下单, 下周签约: planned, and not said to be done."""
    done = "了" in match.group() or doc.norm[match.end() : match.end() + 1] in ("了", "完", "好", "过")
    return not done and PLAN.search(doc.norm, clause.start, match.start()) is not None


_RATHER = Pattern("，(?:只|先|想|还是)?(?:要|换|改)(?!求)")  # 抗蓝光的不要了，要变色的


def outcome(doc: Doc, clauses: Sequence[Clause]) -> tuple[Literal["won", "lost"], Span] | None:
    """Won or lost as a fact; 估计黄了 is neither. Of both, lost stands only where nothing was won."""
    found: dict[str, Span] = {}
    for value, rule in _table("outcomes"):
        for clause, match in _each(doc, clauses, rule) if rule.may(doc) else ():
            if (value == "won" and _yet_to_come(doc, clause, match)) or (
                match.group().startswith("不要") and _RATHER.match(doc.norm, match.end())
            ):
                continue
            denied = _OPEN.search(doc.norm, clause.start, clause.end)
            if not denied or (denied.group().startswith("不") and value == "lost"):
                found.setdefault(value, Span(match.start(), match.end()))
    if "won" in found:
        return "won", found["won"]
    return ("lost", found["lost"]) if "lost" in found else None


_CHOSE = Pattern("(?:选|选择|定|给|签给|签|订|换成?|输给|败给|倒向)了?(?:[本当外]地的|隔壁的?|对面的?|对手|的是)?$")
_TOOK = Pattern("(?:给)?(?:拿下|拿走|抢走|截胡|签走|撬走|中标|抢了|拿了)")


def lost_to(doc: Doc, clauses: Sequence[Clause], rivals: Sequence[Words]) -> tuple[Literal["lost"], Span] | None:
    """客户最终定了帝森的, 单子恒锐拿走了: a rival who was chosen, as a fact; the span of the words that say so."""
    for rival in rivals:
        start, end = rival.span
        clause = doc.clause_at(start)
        if clause not in clauses or _OPEN.search(doc.norm, clause.start, clause.end):
            continue
        chose = _CHOSE.search(doc.norm, max(clause.start, start - 8), start)
        if chose and "了" in chose.group() and _GONE.search(doc.norm, clause.start, start):
            return "lost", Span(*chose.span())
        if took := _TOOK.match(doc.norm, end):
            return "lost", Span(*took.span())
    return None


_GONE = Pattern("最终|最后|还是|已经|客户|他们|对方|甲方|院里|学校|人家|单子?|项目|的|标")


def level(doc: Doc, clauses: Sequence[Clause]) -> tuple[Literal["high", "medium", "low"], Span] | None:
    """意向很强 high, 感兴趣 medium, 不考虑 low; refusal outweighs interest in the same breath."""
    for value, rule in _levels():
        for clause, match in _each(doc, clauses, rule) if rule.may(doc) else ():
            ahead = max(clause.start, match.start() - 3)
            if value == "low" or not _NO_LEAD.search(doc.norm, ahead, match.start()):
                return value, Span(match.start(), match.end())
    return None


@cache
def _levels() -> tuple[tuple[Literal["high", "medium", "low"], Rule], ...]:
    table = dict(_table("levels"))
    return ("low", table["low"]), ("high", table["high"]), ("medium", table["medium"])


_SET_TO = Pattern(f"(?:推进|改|调|设|变|转|进|挪)(?:到|成|为|至)(?P<stage>{'|'.join(STAGES)})?")


def ordered(parsed: Parsed) -> tuple[Stage, Span | None] | None:
    """The stage that a command names: 改到方案报价 needs no other words of that stage."""
    if (match := _SET_TO.search(parsed.text)) is None:
        return None
    return (cast(Stage, match["stage"]), Span(*match.span("stage"))) if match["stage"] else parsed.stage
