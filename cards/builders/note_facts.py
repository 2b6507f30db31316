"""The facts of a note, in the order in which somebody would ask: what, how much, what worries, what changed, what
next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from cards import words
from cards.registry import Moment
from domain.facts import ATTITUDES, CAME, ROLES, Lean, Met, NoteDraft, Promise, Said, Sum, Term
from domain.views.notes import NoteView, TaskLine

# 款项 is any sum that is or will be paid; what is on record as received is CAME.
SUMS = {"budget": "预算", "quote": "报价", "deal": "合同", "payment": "款项", "other": "金额"}
SHORT = 8  # characters of a clause that is shown whole
FACTS = 6  # on one card
LEAST = (
    *(
        "意向",
        "邮箱",
        "生日",
        "态度",
        "电话",
        "折扣",
        "数量",
        "付款",
        "对手",
        "需求",
        "来源",
        "决策",
        "满意度",
        "原因",
        "顾虑",
    ),
    *("产品", "对方答应"),
)
LEVELS = {"high": "意向强", "medium": "有意向", "low": "意向低"}
KIND = {
    "call": "电话",
    "visit": "拜访",
    "meeting": "会议",
    "wechat": "微信",
    "email": "邮件",
    "demo": "演示",
    "meal": "吃饭",
    "delivery": "送样",
    "other": "跟进",
}
SIGNS = {"USD": "美元", "EUR": "欧元", "HKD": "港币", "JPY": "日元", "GBP": "英镑"}


def facts(view: NoteView, moment: Moment) -> list[tuple[str, str]]:
    """Key and value of everything that the note put on record."""
    return [*_who(view), *_what(view.draft), *_stage(view), *_next(view, moment)]


def ranked(shown: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[str]]:
    """The facts that fit on a card, and the rest as lines: what was promised stays, what helps least goes first."""
    kept, rest = list(shown), []
    for key in LEAST:
        for row in [r for r in kept if r[0] == key]:
            if len(kept) > FACTS:
                kept.remove(row)
                rest.append(" ".join(row))
    return kept, rest


def evidence(view: NoteView) -> list[str]:
    """预算 约80万 ←「预算大概80万」, a line for each value that has a quote."""
    return [f"{value} ←「{quote}」" for value, quote in quoted(view.draft) if quote]


def quoted(draft: NoteDraft) -> list[tuple[str, str]]:
    """Each value in words, with the clause that it came from."""
    found = [(f"{SUMS[a.kind]} {money(a)}", a.quote) for a in draft.amounts]
    groups = (
        *(("产品", draft.products), ("顾虑", draft.concerns), ("需求", draft.needs), ("对手", draft.competitors)),
        *(("数量", draft.quantities), ("付款", draft.ways)),
        *((key, (value,)) for key, value in (("原因", draft.reason), ("来源", draft.source)) if value),
    )
    for key, values in groups:
        found += [(f"{key} {v.text}", v.quote) for v in values]
    found += [(f"付款 {term(t)}", t.quote) for t in draft.terms]
    found += [(f"阶段 {v.text}", v.quote) for v in (draft.stage,) if v]
    found += [(f"满意度 {s.words}", s.quote) for s in draft.scores]
    for met in draft.contacts:
        found += [(f"{key} {met.name} {value}".replace("  ", " "), quote) for key, value, quote in _of_person(met)]
    found += [(f"生日 {b.words}", b.quote) for b in draft.births]
    found += [(said, f"{lean.word}") for lean in draft.leans if (said := _pointed(lean))]
    found += [(f"待办 {p.text}", p.quote) for p in draft.promises]
    return found + [(f"对方答应 {p.text}" + (f"（{p.by}）" if p.by else ""), p.quote) for p in draft.awaited]


def _of_person(met: Met) -> Iterator[tuple[str, str, str]]:
    """What is said of somebody: key, value, quote."""
    if met.role is not None:
        yield "决策", ROLES[met.role.text], met.role.quote
    if met.attitude is not None:
        yield "态度", ATTITUDES[met.attitude.text], met.attitude.quote
    if met.born is not None:
        yield "生日", met.born.words, met.born.quote


def term(part: Term) -> str:
    """首付 30% 12-05前, 余款 验收后."""
    share = f"{part.share / 100:g}%" if part.share is not None else ""
    sum_ = words.money(part.fen) if part.fen is not None else ""
    until = f"{part.due_on:%m-%d}前" if part.due_on is not None else ""
    return " ".join(filter(None, (part.label, share or sum_, until or part.condition)))


def _pointed(lean: Lean) -> str:
    """What a word that points at what was said before was taken for."""
    if not lean.means:
        return ""
    kind = {"person": "联系人", "deal": "商机", "last": "上次"}.get(lean.kind, "")
    day = f"{lean.on:%m-%d} " if lean.on else ""
    return f"{kind} {day}{lean.means}"


def unclear(draft: NoteDraft) -> str:
    """「他」是张总还是刘工？ where that is not clear, and the person is named nowhere."""
    him = draft.lean("person")
    if him is None or len(him.among) < 2 or draft.contacts:
        return ""
    return f"「{him.word}」是{'、'.join(him.among[:-1])}还是{him.among[-1]}？直接回名字"


def money(amount: Sum | None) -> str:
    """约80万, 50到60万, 3万美元, 单价3.50元."""
    if amount is None:
        return ""
    if amount.fen_max is not None and amount.currency == "CNY":
        return words.money_range(amount.fen, amount.fen_max, about=amount.about)
    said = ("单价" if amount.each else "") + words.money(amount.fen, about=amount.about)
    return said if amount.currency == "CNY" else said.removesuffix("元") + SIGNS.get(amount.currency, amount.currency)


def promised(promise: Promise | None, moment: Moment) -> str:
    """Until when: 12-02(周三)前, 12-02(周三), 12-02(周三) 15:00."""
    if promise is None:
        return ""
    return _until(promise.due_on, promise.due_at, promise.before, moment)


def _who(view: NoteView) -> Iterator[tuple[str, str]]:
    if view.draft.new_customer:
        for met in view.draft.contacts:
            yield "联系人", " ".join(filter(None, (met.name, met.title, met.phone)))
    else:
        for met in view.draft.contacts:
            if met.phone:
                yield "电话", f"{met.name} {met.phone}".strip()
    if view.draft.source:
        yield "来源", view.draft.source.text
    said = [(key, f"{met.name} {value}".strip()) for met in view.draft.contacts for key, value, _ in _of_person(met)]
    for key in dict.fromkeys(key for key, _ in said):
        yield key, "、".join(value for name, value in said if name == key)
    for met in view.draft.contacts:
        if met.email:
            yield "邮箱", f"{met.name} {met.email}".strip()
        if met.wechat:
            yield "微信", f"{met.name} {met.wechat}".strip()
    for born in view.draft.births:
        yield "生日", f"{born.who} {born.words}".strip()


def _what(draft: NoteDraft) -> Iterator[tuple[str, str]]:
    if draft.products:
        yield "产品", "、".join(p.text for p in draft.products)
    booked = [came for came in draft.came if came.payment_id is not None]
    for amount in draft.amounts:
        if amount.kind != "payment" or all(came.fen != amount.fen for came in booked):
            yield SUMS[amount.kind], money(amount)
    if booked:
        yield CAME, "、".join(" ".join(filter(None, (each.label, words.money(each.fen or 0)))) for each in booked)
    if draft.discounts:
        yield "折扣", "、".join(words.discount(Decimal(share) / 10_000) for share in draft.discounts)
    if draft.concerns:
        yield "顾虑", "、".join(c.text for c in draft.concerns)
    if draft.needs:
        yield "需求", "、".join(_wish(n) for n in draft.needs)
    if draft.competitors:
        yield "对手", "、".join(c.text for c in draft.competitors)
    if draft.intent_level:
        yield "意向", LEVELS[draft.intent_level.text]
    if draft.quantities:
        yield "数量", "、".join(q.text for q in draft.quantities)
    if paid := [*(term(t) for t in draft.terms), *(w.text for w in draft.ways)]:
        yield "付款", "；".join(paid)
    if draft.scores:
        yield "满意度", "、".join(s.words for s in draft.scores)
    if draft.reason:
        yield "原因", draft.reason.text


def _wish(need: Said) -> str:
    """A short clause as it was said (想看样机), else the wish alone."""
    return need.quote if need.text in need.quote and len(need.quote) <= SHORT else need.text


def _stage(view: NoteView) -> Iterator[tuple[str, str]]:
    draft = view.draft
    if draft.outcome and draft.outcome.text == "lost":
        yield "商机", "已输单"
        return
    moved = draft.stage_before and draft.stage_after and draft.stage_before != draft.stage_after
    steps = f"{draft.stage_before}→{draft.stage_after}" if moved else ""
    pointed = draft.lean("deal")
    named = pointed.means if pointed is not None else ""
    if named or steps:
        yield "商机", " ".join(filter(None, (named, steps)))


def _next(view: NoteView, moment: Moment) -> Iterator[tuple[str, str]]:
    for text in view.kept:
        yield "已了结", text
    for task in view.tasks:
        until = _task_until(task, moment)
        yield "待办", f"{until} {task.text}" if until else task.text
    for promise in view.draft.awaited:
        yield "对方答应", f"{promised(promise, moment)} {promise.text}".strip()
    reminders = [t.remind_at for t in view.tasks if t.remind_at is not None]
    if reminders:
        yield "提醒", words.at(min(reminders), moment.now, moment.zone)


def _task_until(task: TaskLine, moment: Moment) -> str:
    return _until(task.due_on, task.due_at, task.before, moment)


def _until(due_on: date | None, due_at: datetime | None, before: bool, moment: Moment) -> str:
    if due_at is not None:
        return words.at(due_at, moment.now, moment.zone)
    if due_on is not None:
        return words.deadline(due_on, moment.today) if before else words.dated(due_on, moment.today)
    return ""
