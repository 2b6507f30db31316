"""One conversation each. A new module adds its router here; the order is the order in which acts are offered."""

from bot.handlers import (
    approvals,
    asking,
    budgets,
    changing,
    corrections,
    creating,
    customers,
    decisions,
    fullname,
    groups,
    invoices,
    lessons,
    moving,
    not_yet,
    notes,
    ordering,
    owning,
    phones,
    promises,
    sent,
    sharing,
    smalltalk,
    staff,
    tasks,
    todos,
    undoing,
)
from bot.handlers import help as help_
from bot.router import Router

_FIRST = (approvals, decisions, lessons, notes, budgets, corrections, moving, fullname, promises, invoices)
_ORDERS = (ordering, owning, changing, creating, todos, groups, not_yet, undoing)
_THEN = (tasks, customers, phones, sharing, help_, asking, smalltalk)
ROUTERS: tuple[Router, ...] = (*staff.ROUTERS, *(m.router for m in (*_FIRST, *_ORDERS, *_THEN)), *sent.ROUTERS)

__all__ = ["ROUTERS"]
