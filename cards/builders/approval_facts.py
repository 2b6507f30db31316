"""The facts on which one decides about a discount, each in a few words."""

from __future__ import annotations

from decimal import Decimal

from cards import words
from cards.builders.approval_words import off, price, rival
from cards.builders.note_facts import KIND
from cards.registry import Moment
from domain.views import approvals
from domain.views.approval_facts import Contacted, Owed
from domain.views.approvals import ApprovalView


def facts(view: ApprovalView, moment: Moment) -> list[tuple[str, str]]:
    """The facts that the record has, in the order in which one would ask."""
    against = rival(view.reason)
    customer = [f"{view.facts.level}类"] if view.facts.level else []
    if view.facts.signed and view.facts.signed.amount is not None:
        customer.append(f"{view.facts.signed.product or '签过'} {words.money(view.facts.signed.amount)}")
    if view.facts.owed and view.facts.owed.amount is not None:
        customer.append(_owed(view.facts.owed, moment))
    found = view.facts.precedents
    told = [
        ("条件", view.condition),
        ("折扣", _changed_discount(view)),
        ("金额", _amount(view)),
        ("客户", "，".join(customer)),
        ("对手" if against else "理由", against or view.reason),
        ("补充", "；".join(view.added)),
        ("先例", f"同行业 {found.sales} 单低于9折，赢 {found.won} 单" if found else ""),
        ("上次", _last(view.facts.last) if view.facts.last else ""),
    ]
    return [(key, value) for key, value in told if value]


def _amount(view: ApprovalView) -> str:
    """80万→68万，让 12万; after a change what was asked before and what is asked now."""
    if view.amount_before is None or view.amount_after is None:
        return ""
    change = price(view)
    before = view.seen.before.get("amount_after") if view.seen is not None else None
    if before is not None:
        change = words.change(words.money(int(before)), words.money(view.amount_after))
    return f"{change}，让 {words.money(view.amount_before - view.amount_after)}"


def _changed_discount(view: ApprovalView) -> str:
    before = view.seen.before.get("discount") if view.seen is not None else None
    if before is None:
        return ""
    return words.change(words.discount(Decimal(int(before)) / approvals.WHOLE), off(view))


def _owed(owed: Owed, moment: Moment) -> str:
    """尾款 12万没到期."""
    if owed.due_on is None:
        until_then = owed.condition or "没到账"
    else:
        until_then = "没到期" if owed.due_on >= moment.today else "逾期"
    return f"{owed.label} {words.money(owed.amount or 0)}{until_then}"


def _last(last: Contacted) -> str:
    """11-25 拜访，担心实施周期."""
    said = last.concern and ("" if last.concern.startswith("担心") else "担心") + last.concern
    return f"{last.on:%m-%d} {KIND.get(last.type, KIND['other'])}，{said or last.text}"
