"""One conversation each. A new module adds its router here; the order is the order in which acts are offered."""

from bot.handlers import (
    approvals,
    budgets,
    corrections,
    customers,
    decisions,
    fullname,
    invoices,
    lessons,
    moving,
    notes,
    phones,
    promises,
    sharing,
    smalltalk,
    tasks,
)
from bot.handlers import help as help_
from bot.router import Router

ROUTERS: tuple[Router, ...] = (
    approvals.router,
    decisions.router,
    lessons.router,
    notes.router,
    budgets.router,
    corrections.router,
    moving.router,
    fullname.router,
    promises.router,
    invoices.router,
    tasks.router,
    customers.router,
    phones.router,
    sharing.router,
    help_.router,
    smalltalk.router,
)

__all__ = ["ROUTERS"]
