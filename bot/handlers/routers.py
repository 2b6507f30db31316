"""The routers of all handlers, in the order in which acts are offered. A new module adds its router here."""

from __future__ import annotations

from bot.handlers import (
    approvals,
    asking,
    asking_back,
    attachments,
    binding,
    budgets,
    called_off,
    changing,
    checkins,
    corrections,
    creating,
    customers,
    decisions,
    done,
    due_words,
    finance,
    fullname,
    groups,
    heard,
    invoices,
    kept,
    lessons,
    menu,
    moving,
    neglected,
    not_yet,
    notes,
    ordering,
    owning,
    phones,
    promises,
    requests,
    sharing,
    smalltalk,
    staff,
    tasks,
    todos,
    undoing,
    wanted,
    wins,
)
from bot.handlers import help as help_
from bot.router import Router

_FIRST = (
    binding,
    wanted,
    due_words,
    called_off,
    finance,
    asking_back,
    requests,
    approvals,
    decisions,
    lessons,
    kept,
    notes,
    heard,
    budgets,
    corrections,
    wins,
    moving,
    fullname,
    promises,
    invoices,
)
_ORDERS = (ordering, owning, changing, creating, todos, groups, done, neglected, not_yet, undoing)
_THEN = (tasks, customers, phones, sharing, help_, asking, smalltalk, attachments, checkins, menu)
ROUTERS: tuple[Router, ...] = (*staff.ROUTERS, *(module.router for module in (*_FIRST, *_ORDERS, *_THEN)))
