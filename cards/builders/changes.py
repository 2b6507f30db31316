"""What a correction did, in words: 预算 约80万→约60万, 对手 金蝶→用友, 电话 张总 138…→139…."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from cards import words
from cards.builders.note_facts import KIND, LEVELS, SUMS, money, promised, term
from cards.registry import Moment
from domain.facts import CAME, Changed

NAMES = {
    "product": "产品",
    "competitor": "对手",
    "need": "需求",
    "concern": "顾虑",
    "source": "来源",
    "score": "满意度",
    "type": "方式",
    "date": "日期",
    "discount": "折扣",
    "stage": "阶段",
    "outcome": "结果",
    "intent_level": "意向",
    "reason": "原因",
    "quantity": "数量",
    "way": "付款",
    "todo": "待办",
    "theirs": "对方答应",
    "ours": "待办",
    "title": "职位",
    "phone": "电话",
    "email": "邮箱",
    "attitude": "态度",
    "birthday": "生日",
    "role": "决策",
}
WRITTEN: dict[str, Callable[[str], str]] = {
    "type": lambda kind: KIND[kind],
    "discount": lambda shares: "、".join(words.discount(Decimal(share) / 10_000) for share in shares.split("、")),
    "intent_level": lambda level: LEVELS[level],
}


def changed_words(changed: Changed, moment: Moment) -> str:
    """What was, and what is; 去掉 where nothing is any more."""
    if changed.slot in SUMS:
        return _sum(changed)
    if changed.slot == "due":
        before, after = promised(changed.due_before, moment), promised(changed.due_after, moment)
        return f"{changed.name} {before or '没定时间'}→{after}"
    if changed.slot == "contact":
        return f"联系人 {changed.name}"
    if changed.slot == "term" and changed.term_after is not None:
        before = f"{term(changed.term_before)}→" if changed.term_before is not None else ""
        return f"{before}{term(changed.term_after)}"
    before, after = (_written(changed.slot, value, moment) for value in (changed.before, changed.after))
    name = " ".join(filter(None, (NAMES[changed.slot], changed.name)))
    if not after:
        return f"{name} 去掉{before}"
    return f"{name} {before}→{after}" if before else f"{name} {after}"


def _sum(changed: Changed) -> str:
    name = CAME if changed.name == CAME else SUMS[changed.slot]
    if changed.sum_after is None:
        return f"{name} 去掉{money(changed.sum_before)}"
    if changed.name in SUMS:
        return f"{SUMS[changed.name]}→{name} {money(changed.sum_after)}"
    before = money(changed.sum_before)
    return f"{name} {before}→{money(changed.sum_after)}" if before else f"{name} {money(changed.sum_after)}"


def _written(slot: str, value: str, moment: Moment) -> str:
    if not value:
        return ""
    if slot == "date":
        return words.day(date.fromisoformat(value), moment.today)
    return WRITTEN[slot](value) if slot in WRITTEN else value
